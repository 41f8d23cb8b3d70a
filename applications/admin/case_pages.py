"""Pages of the desk: the queue, one case, and the form of one decision."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from applications.admin.case_forms import DecisionForm, QueueForm
from applications.models import Application
from applications.selectors import desk, desk_case
from applications.services import claims, formal_letters, review
from applications.verification.reasons import composed
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.admin import actor_of, tell
from enamad_portal.kernel.admin_pages import rendered
from enamad_portal.kernel.errors import DomainError
from enamad_portal.kernel.forms import posted

QUEUE_FILTERS = ("state", "holder", "since", "until", "words")


def case_address(reference: str, request: HttpRequest) -> str:
    """The case page in the tab the officer came from."""
    tab = request.GET.get("tab", "")
    address = reverse("admin:applications_application_case", args=[reference])
    return f"{address}?tab={tab}" if tab in dict(desk.TABS) else address


def _tab_of(request: HttpRequest) -> str:
    tab = request.GET.get("tab", "")
    return tab if tab in dict(desk.TABS) else ""


@require_safe
def queue_page(request: HttpRequest) -> HttpResponse:
    """The tabs of the queue with filters; the filters stay in the address."""
    actor = actor_of(request)
    form = QueueForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    tab = _tab_of(request)
    tab = tab if tab in dict(desk.tabs_of(actor)) else desk.first_tab(actor)
    filters = desk.Filters(
        tab=tab,
        state=chosen.get("state") or "",
        since=chosen.get("since"),
        until=chosen.get("until"),
        words=chosen.get("words") or "",
        holder=chosen.get("holder"),
    )
    kept = {name: request.GET[name] for name in QUEUE_FILTERS if chosen.get(name)}
    query = f"&{urlencode(kept)}" if kept else ""
    found = desk.queue(filters, actor, place=request.GET.get("place", ""), query=query)
    context = {
        "queue": found,
        "form": form,
        "tab": tab,
        "query": f"tab={tab}{query}",
        "filtered": bool(kept),
        "title": "پرونده‌ها",
    }
    return rendered(request, "admin/applications/queue.html", context, status=400 if form.errors else 200)


@require_safe
def case_page(request: HttpRequest, *, reference: str) -> HttpResponse:
    return show_case(request, reference)


def show_case(
    request: HttpRequest,
    reference: str,
    *,
    shown: str = "",
    typed: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The case page; `shown` is the one field revealed by this very request, `typed` what it sent and was refused."""
    tab = _tab_of(request)
    page = desk_case.desk_case(reference, actor_of(request), tab=tab or "all", shown=shown)
    context = {"page": page, "tab": tab, "typed": typed or {}, "title": f"پرونده {page.domain or reference}"}
    return rendered(request, "admin/applications/case.html", context, status=status)


@require_http_methods(["GET", "POST"])
def decision_page(request: HttpRequest, *, reference: str, move: str) -> HttpResponse:
    """One decision: reasons, the text they become, a look at what the applicant will read, then the use case."""
    actor = actor_of(request)
    page = desk_case.decision_page(reference, move, actor)
    asked = {"reasons": page["reasons"], "text_needed": page["text_needed"]}
    form = DecisionForm(posted(request), initial=page["draft"], **asked)
    preview, letter, status = "", None, 200
    if form.is_valid():
        codes = form.cleaned_data["reasons"]
        text = form.cleaned_data["text"] or composed(codes)
        if request.POST.keys() & {"send", "next"}:
            try:
                use_cases.run(review.DECISIONS[move], page["application"].pk, reasons=codes, text=text, actor=actor)
                return _decided(request, page["application"], actor)
            except DomainError as error:
                tell(request, error)
                status = 409
        preview = text = form.drafted()
        letter = formal_letters.preview(page["application"], move, codes, text)
        form = DecisionForm(initial={"reasons": codes, "text": text}, **asked)
    shown = {"preview": preview, "letter": letter, "tab": _tab_of(request), "title": page["move"].label}
    context = page | {"form": form} | shown
    return rendered(request, "admin/applications/decide.html", context, status=400 if form.errors else status)


def _decided(request: HttpRequest, application: Application, actor: Actor) -> HttpResponse:
    """Back to the case, or on to the next one."""
    messages.success(request, f"تصمیم درباره پرونده {application.reference} ثبت شد.")
    if "next" in request.POST:
        return go_on(request, desk.own_next(application, actor))
    return redirect(case_address(application.reference, request))


def go_on(request: HttpRequest, own: str = "") -> HttpResponse:
    """To one's own next case, else to the one that is due first in the queue, which is taken by going there."""
    if own:
        return redirect(case_address(own, request))
    taken = use_cases.run(claims.claim_next, actor=actor_of(request))
    if taken is None:
        messages.info(request, "پرونده دیگری در صف منتظر شما نیست.")
        return redirect("admin:applications_application_changelist")
    messages.success(request, f"پرونده {taken.reference} نزد شماست.")
    return redirect(case_address(taken.reference, request))
