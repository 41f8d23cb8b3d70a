"""What was seen of the applicant's site: the checklist, the SSL report, and the snippet after issue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from applications.selectors.checklist import checklist
from applications.services.content import ask_recheck
from applications.services.snippet import check_snippet
from applications.services.verify import recheck
from applications.verification.steps.secure_connection import rows
from applications.verification.words import said, waits
from applications.web.access import actor_of, panel_page
from applications.web.badge import badge_page
from applications.web.live import live_page
from applications.web.verification import step_of
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.steps import StepState


@require_http_methods(["GET", "POST"])
@panel_page
def content(request: HttpRequest, reference: str) -> HttpResponse:
    """Per item: what we saw, the verdict, the cure; a button that asks for another look."""
    refusals: list[str] = []
    if request.method == "POST":
        try:
            use_cases.run(ask_recheck, reference, actor=actor_of(request))
            return redirect("applications:content", reference)
        except Refused as refused:
            refusals = [refusal.message for refusal in refused.refusals]
    application, step = step_of(request, reference, "content")
    running = step.state == StepState.RUNNING
    context = {
        "application": application,
        "step": step,
        "said": said(step),
        "waits": waits(step),
        "checklist": checklist(application),
        "running": running,
        "failed": step.state == StepState.FAILED,
        "refusals": refusals,
    }
    return live_page(request, "content", context, running=running, status=409 if refusals else 200)


@require_http_methods(["GET", "POST"])
@panel_page
def ssl(request: HttpRequest, reference: str) -> HttpResponse:
    """Every question of the SSL check with its answer; asking again after the cure."""
    refusals: list[str] = []
    if request.method == "POST":
        try:
            use_cases.run(recheck, reference, "ssl", actor=actor_of(request))
            return redirect("applications:ssl", reference)
        except Refused as refused:
            refusals = [refusal.message for refusal in refused.refusals]
    application, step = step_of(request, reference, "ssl")
    running = step.state == StepState.RUNNING
    context = {
        "application": application,
        "step": step,
        "said": said(step),
        "waits": waits(step),
        "rows": rows(step.evidence),
        "running": running,
        "failed": step.state == StepState.FAILED,
        "optional": "ssl" in application.requirement.optional_steps,
        "refusals": refusals,
    }
    return live_page(request, "ssl", context, running=running, status=409 if refusals else 200)


@require_POST
@panel_page
def snippet_check(request: HttpRequest, reference: str) -> HttpResponse:
    """«بررسی کن» on the badge's page."""
    try:
        use_cases.run(check_snippet, reference, actor=actor_of(request))
    except Refused as refused:
        return badge_page(request, reference, tuple(refusal.message for refusal in refused.refusals))
    return redirect("applications:badge", reference)
