"""What buyers see without an account: home, the domain check, the verification page, requirements and help.

The pages about badges are rendered without the session, so that they set no cookie and vary by none (BDG-12); they are
read from the database on every request and never stored (BDG-4).
"""

import logging
from collections.abc import Callable
from functools import lru_cache, update_wrapper
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from applications.badge.clicks import record_click
from applications.lifecycle import BadgeState
from applications.selectors.badge_page import PublicBadge, badge_by_public_id, domain_answer
from applications.selectors.register import Shelf, register
from applications.selectors.requirements_page import requirements_page
from applications.web.public_forms import DomainForm, RegisterForm
from enamad_portal.kernel import clock, organisation
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.context import portal
from enamad_portal.kernel.organisation import Imprint

logger = logging.getLogger(__name__)
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_PREFETCH_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_NEVER_STORED = {"Cache-Control": "no-store", "X-Frame-Options": "DENY"}
KEPT_PAGES = 2048
"""Verification pages that a process keeps drawn: at most 20 MB."""


def _bare(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page that knows the address it stands at and nothing else of the request: no session, no cookie."""
    known = {"request": {"path": request.path if status == 200 else ""}}
    html = render_to_string(template, portal() | known | context)
    return HttpResponse(html, status=status, headers=_NEVER_STORED)


def fresh_or_unavailable(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Without a database the page says that the state cannot be shown now; it never shows the last good one (BDG-5)."""

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (DatabaseError, InterfaceError) as error:
            logger.error("public page without a database: %s", type(error).__name__)  # noqa: TRY400 - no personal data
            response = _bare(request, "public/unavailable.html", {"organisation": None}, status=503)
            response["Retry-After"] = "30"
            return response

    update_wrapper(guarded, view)
    return guarded


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Three visitors at a glance: check a domain, get a badge, complain."""
    return render(request, "public/home.html", {"search": DomainForm()})


@require_safe
@fresh_or_unavailable
def check(request: HttpRequest) -> HttpResponse:
    """The status of a domain in any spelling."""
    if "domain" not in request.GET:
        return _unindexed(_bare(request, "public/check.html", {"form": DomainForm()}))
    form = DomainForm(request.GET)
    if not form.is_valid():
        return _unindexed(_bare(request, "public/check.html", {"form": form}, status=400))
    answer = domain_answer(form.cleaned_data["domain"], clock.now())
    context = {"form": DomainForm(), "answer": answer, "verdict": verdict(answer.badge) if answer.badge else None}
    return _unindexed(_bare(request, "public/check.html", context))


def _unindexed(response: HttpResponse) -> HttpResponse:
    """What visitors type must not become pages of a search engine (BDG-11)."""
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@fresh_or_unavailable
def verify(request: HttpRequest, public_id: str) -> HttpResponse:
    """صفحه اعتبار نماد: the page that proves (BDG-1)."""
    badge = badge_by_public_id(public_id, clock.now())
    if badge is None:
        return _unindexed(_bare(request, "public/unknown_badge.html", {"search": DomainForm()}, status=404))
    page = _verification_page(badge, organisation.current())
    if is_a_click(request):
        record_click(badge.public_id)
    return HttpResponse(page, headers=_NEVER_STORED)


@lru_cache(maxsize=KEPT_PAGES)
def _verification_page(badge: PublicBadge, imprint: Imprint) -> bytes:
    """The page says nothing but these facts, so it is drawn anew when one of them has changed and only then."""
    context = {"organisation": imprint, "badge": badge, "verdict": verdict(badge)}
    return render_to_string("public/verify.html", portal() | context).encode()


@require_safe
@fresh_or_unavailable
def earlier_seal(request: HttpRequest) -> HttpResponse:
    """The earlier system's address of a badge (`?id=&Code=`): as none was imported, no id leads anywhere."""
    context = {"search": DomainForm(), "earlier": True}
    return _unindexed(_bare(request, "public/unknown_badge.html", context, status=404))


def is_a_click(request: HttpRequest) -> bool:
    """A person's GET; a look ahead by the browser is none."""
    ahead = any(
        word in request.META.get(name, "").lower()
        for name in _PREFETCH_HEADERS
        for word in ("prefetch", "prerender", "preview")
    )
    return request.method == "GET" and not ahead


def verdict(badge: PublicBadge) -> dict[str, str]:
    """The state in words, colour and shape."""
    tone, icon, words, text = _VERDICTS[badge.state]
    ended = jalali.long_date(badge.ended_at) if badge.ended_at else ""
    until = jalali.long_date(badge.valid_to)
    return {"tone": tone, "icon": icon, "words": words, "text": text.format(ended=ended, until=until)}


_VERDICTS = {
    BadgeState.ACTIVE: ("ok", "badge", "این نماد معتبر است", "اعتبار تا {until}"),
    BadgeState.ACTIVE_PENDING_LICENCE: (
        "ok", "badge", "این نماد معتبر است؛ پروانه کسب هنوز ارائه نشده",
        "اعتبار تا {until}. صاحب امتیاز باید در مهلت مقرر پروانه کسب خود را ارائه کند.",
    ),
    BadgeState.EXPIRED: (
        "quiet", "clock", "اعتبار این نماد پایان یافته است",
        "پایان اعتبار: {ended}. فروشگاه نماد را تمدید نکرده است و این نماد دیگر پشتوانه خرید نیست.",
    ),
    BadgeState.SUSPENDED: (
        "turn", "pause", "این نماد تعلیق شده است",
        "از {ended}، تا روشن شدن نتیجه بررسی. تا آن روز با پشتوانه این نماد خرید نکنید.",
    ),
    BadgeState.REVOKED: (
        "danger", "ban", "این نماد ابطال شده است",
        "از {ended}. از این فروشگاه با پشتوانه این نماد خرید نکنید.",
    ),
    BadgeState.CANCELLED: (
        "danger", "x-circle", "این نماد به درخواست صاحب آن لغو شده است",
        "از {ended}. این نماد دیگر پشتوانه خرید نیست.",
    ),
}  # fmt: skip


@require_safe
@fresh_or_unavailable
def requirements(request: HttpRequest) -> HttpResponse:
    """Documents, steps, stars, fees and usual times, from the rows in force today."""
    return render(request, "public/requirements.html", {"page": requirements_page(clock.today())})


@require_safe
def help_buyers(request: HttpRequest) -> HttpResponse:
    return render(request, "public/help_buyers.html", {"host": request.get_host()})


@require_safe
@fresh_or_unavailable
def register_page(request: HttpRequest) -> HttpResponse:
    """فهرست نمادها: searchable by everyone, without the names of natural persons."""
    form = RegisterForm(request.GET)
    if not form.is_valid():
        return _unindexed(_bare(request, "public/register.html", {"form": form}, status=400))
    typed, shelf, number = form.asked()
    found = register(typed, shelf, number, clock.now())
    if found is None:
        return _unindexed(_bare(request, "public/register.html", {"form": form, "beyond": True}, status=404))
    kept = {"q": typed} if typed else {}
    tabs = [
        {"label": label, "href": f"?{urlencode(kept | {'shelf': one.value})}", "current": one == shelf}
        for one, label in ((Shelf.VALID, "معتبر"), (Shelf.ENDED, "پایان‌یافته، تعلیق، ابطال و لغو"))
    ]
    query = urlencode(kept | {"shelf": shelf.value}) + "&"
    context = {"form": form, "page": found.page, "entries": found.entries, "tabs": tabs, "query": query}
    return _unindexed(_bare(request, "public/register.html", context))
