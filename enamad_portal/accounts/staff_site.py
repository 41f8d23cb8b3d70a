"""The admin site of staff: no page of it without a second factor verified in this very session (AUTH-1)."""

from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path


class StaffSite(AdminSite):
    site_header = "میز کار کارکنان"
    site_title = "میز کار"
    index_title = "صف‌ها و داده‌های پایه"
    index_template = "admin/staff/index.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Asked by every view of the site before anything else."""
        from enamad_portal.accounts.web import staff_session  # noqa: PLC0415 - app ready: this module loads before models

        return staff_session.is_open(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - the signature of Django
        """No address of the desk holds a character that the database cannot: lists and filters put it into queries."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if "\0" in request.path or any("\0" in value for values in request.GET.lists() for value in values[1]):
                raise SuspiciousOperation("NUL in the address")
            return guarded(request, *args, **kwargs)

        return page

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from enamad_portal.accounts.web import staff  # noqa: PLC0415 - app ready

        return [
            path("second-factor/", staff.code_page, name="second_factor"),
            path("second-factor/enrol/", staff.enrol_page, name="enrol"),
            *super().get_urls(),
        ]

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        from enamad_portal.accounts.web import staff  # noqa: PLC0415 - app ready

        return staff.password_page(request)
