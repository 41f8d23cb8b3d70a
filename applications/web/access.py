"""The rim of the panel: who is asking, and what a domain error looks like as a page."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from applications.models import Applicant
from applications.web.live import for_script
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.errors import Conflict, NotFound, Refusal, Refused

if TYPE_CHECKING:
    from enamad_portal.accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_CHANGED_MEANWHILE = Refusal(
    "changed_meanwhile", "این پرونده همین حالا در جای دیگری تغییر کرد؛ آن را دوباره باز کنید و کار را از نو انجام دهید."
)


def actor_of(request: HttpRequest) -> Actor:
    return cast("User", request.user).actor()


def panel_page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Signed in, never cached; before anything else the person introduces himself.

    A foreign case is 404. What a page does not refuse in its own words is refused on a page of its own, with 409.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        introduced = Applicant.objects.filter(user_id=actor_of(request).account).exists()
        if not introduced and getattr(request.resolver_match, "url_name", "") != "person":
            return redirect("applications:person")
        try:
            return view(request, *args, **kwargs)
        except NotFound as missing:
            raise Http404 from missing
        except Refused as refused:
            return _refused(request, *refused.refusals)
        except Conflict:
            return _refused(request, _CHANGED_MEANWHILE)

    signed_in = never_cache(login_required(guarded))

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return for_script(request, signed_in(request, *args, **kwargs))

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", page)


def _refused(request: HttpRequest, *refusals: Refusal) -> HttpResponse:
    match = request.resolver_match
    reference = match.kwargs.get("reference", "") if match else ""
    return render(request, "409.html", {"refusals": refusals, "reference": reference}, status=409)
