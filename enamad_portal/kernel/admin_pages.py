"""Pages of the desk that are not Django's lists and forms: guarded by the table of roles, in the admin's frame."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path

from enamad_portal.kernel.admin import ReadOnlyAdmin, tell
from enamad_portal.kernel.errors import DomainError, NotFound

View = Callable[..., HttpResponseBase]


def desk_page(model_admin: ReadOnlyAdmin, route: str, view: View, name: str) -> URLPattern:
    """An address below this admin: the site asks for the second factor, the table of roles for the right to see it."""
    guarded = model_admin.admin_site.admin_view(for_desk(model_admin, view))
    return path(route, guarded, name=f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_{name}")


def for_desk(model_admin: ReadOnlyAdmin, view: View) -> View:
    """The role must see these rows at all; what is not there is 404."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        try:
            return view(request, **kwargs)
        except NotFound as missing:
            raise Http404 from missing

    return guarded


def rendered(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Inside the frame of the admin, never kept by a cache."""
    frame = admin.site.each_context(request)
    response = render(request, template, frame | context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def acted(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Runs one use case and tells the officer how it went. Raises NotFound."""
    try:
        act()
    except NotFound:
        raise
    except DomainError as error:
        tell(request, error)
        return False
    messages.success(request, done)
    return True
