"""The applicant's panel: who one is, one's businesses, a new one, the case page and its submission."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.lifecycle import APPLICATION, BadgeState, State
from applications.models import Applicant, Application
from applications.sections import SECTIONS
from applications.selectors.answers import answers_of, notices_of
from applications.selectors.case import case_page, drafted_sections, own_application, owned, turn_of
from applications.services.draft import introduce_applicant, open_business, reopened_by_person
from applications.services.review import resubmit
from applications.services.submit import submit, withdraw
from applications.verification.words import title
from applications.web.access import actor_of, panel_page
from applications.web.live import live_page
from applications.web.person_forms import KindForm, PersonForm
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import posted
from enamad_portal.kernel.templatetags.persian import host


@require_safe
@panel_page
def home(request: HttpRequest) -> HttpResponse:
    """Each business as a card with its state and the one next action."""
    cards = [_card(application) for application in owned(_user_id(request))]
    return render(request, "applications/home.html", {"cards": cards})


def _user_id(request: HttpRequest) -> int:
    return actor_of(request).account


def _card(application: Application) -> dict[str, Any]:
    business, badge = application.business, getattr(application, "badge", None)
    turn = turn_of(application, list(application.steps.all()))
    domain = application.domain or business.domain
    facts = [("دامنه", host(domain))] if domain else []
    tone = {"you": "turn", "nobody": "quiet"}.get(turn.who, "info")
    return {
        "title": business.name_fa or "کسب‌وکار تازه",
        "href": reverse("applications:case", args=[application.reference]),
        "state": BadgeState(badge.state).label if badge else State(application.state).label,
        "tone": "ok" if badge and badge.state == BadgeState.ACTIVE else tone,
        "stars": badge.stars if badge else None,
        "facts": [*facts, ("شماره پیگیری", application.reference)],
        "action_href": turn.action_href or reverse("applications:case", args=[application.reference]),
        "action_label": turn.action_label or "دیدن پرونده",
        "text": "" if badge else turn.text,
    }


@require_http_methods(["GET", "POST"])
@panel_page
def person(request: HttpRequest) -> HttpResponse:
    """هویت متقاضی: asked once, before the first business."""
    known = Applicant.objects.filter(user_id=_user_id(request)).first()
    initial = None
    if known:
        initial = {name: getattr(known, name) for name in ("first_name", "last_name", "national_code", "birth_date")}
    form = PersonForm(posted(request), initial=initial)
    reopens: list[str] = []
    if request.method == "POST" and form.is_valid():
        reopens = reopened_by_person(known, form.cleaned_data) if known else []
        if not reopens or "sure" in request.POST:
            try:
                use_cases.run(introduce_applicant, actor_of(request), **form.cleaned_data)
                return redirect((request.GET.get("back") == "new" and "applications:new") or "applications:home")
            except Refused as refused:
                _show(form, refused)
    context = {"form": form, "known": known, "reopens": [title(step) for step in reopens]}
    return render(request, "applications/person.html", context, status=_status(form))


def _show(form: Any, refused: Refused) -> None:
    for refusal in refused.refusals:
        form.add_error(None, refusal.message)


def _status(form: Any) -> int:
    return 400 if form.is_bound and form.errors else 200


@require_http_methods(["GET", "POST"])
@panel_page
def new(request: HttpRequest) -> HttpResponse:
    """A new business: which person and mode."""
    form = KindForm(posted(request))
    if request.method == "POST" and form.is_valid():
        person_type, _, mode = form.cleaned_data["kind"].partition("/")
        application = use_cases.run(open_business, actor_of(request), person_type=person_type, mode=mode)
        return redirect("applications:case", application.reference)
    return render(request, "applications/new.html", {"form": form}, status=_status(form))


@require_safe
@panel_page
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """The task list, whose turn it is, and the timeline."""
    page = case_page(reference, actor_of(request))
    return live_page(request, "case", {"page": page}, running=page.moving)


@require_http_methods(["GET", "POST"])
@panel_page
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Check your answers, then submit."""
    actor = actor_of(request)
    application = own_application(reference, _user_id(request))
    refusals = list(APPLICATION.refusals(application, "submit", actor=actor))
    if request.method == "POST":
        try:
            use_cases.run(submit, reference, actor=actor)
            return redirect("applications:case", reference)
        except Refused as refused:
            refusals = list(refused.refusals)
    context = {
        "application": application,
        "rows": answers_of(application),
        "refusals": refusals,
        "notices": notices_of(application),
        "drafts": [SECTIONS[key] for key in drafted_sections(application)],
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "applications/check.html", context, status=status)


@require_POST
@panel_page
def send_again(request: HttpRequest, reference: str) -> HttpResponse:
    """The corrected case goes back to the officers; the case page offers this once nothing is open any more."""
    use_cases.run(resubmit, reference, actor=actor_of(request))
    return redirect("applications:case", reference)


@require_POST
@panel_page
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    """انصراف."""
    use_cases.run(withdraw, reference, actor=actor_of(request))
    return redirect("applications:case", reference)
