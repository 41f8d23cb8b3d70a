"""The landline's page: we call and speak a code, or the applicant calls and keys in the code shown here."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from applications.models import Application
from applications.sections import section_asking
from applications.selectors.address import last_call
from applications.services.landline import show_code
from applications.services.verify import answer_code, resend_code
from applications.web.access import actor_of, panel_page
from applications.web.live import live_page
from applications.web.verification import step_of
from enamad_portal.accounts.web.forms import CodeForm
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.codes import Judgement
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import posted
from enamad_portal.kernel.iran.phones import show_landline
from enamad_portal.kernel.visitors import source_of

WHY_NOT = {
    Judgement.WRONG: "کد درست نیست. آخرین کدی را که در تماس شنیدید وارد کنید؛ هر کد تا ۵ بار پذیرفته می‌شود.",
    Judgement.EXPIRED: "زمان این کد گذشته است. تماس تازه‌ای بخواهید.",
    Judgement.SPENT: "این کد دیگر پذیرفته نمی‌شود. تماس تازه‌ای بخواهید.",
}


def code_form(data: Any = None) -> CodeForm:
    form = CodeForm(data)
    form.fields["code"].help_text = "کدی را که در تماس شنیدید وارد کنید. کد تا ۱۰ دقیقه معتبر است."
    return form


@require_http_methods(["GET", "POST"])
@panel_page
def landline(request: HttpRequest, reference: str) -> HttpResponse:
    """Both ways side by side, and the box for the code that was spoken."""
    application, _ = step_of(request, reference, "landline")
    form = code_form(posted(request))
    if request.method == "POST" and form.is_valid():
        guess = form.cleaned_data["code"]
        judgement = use_cases.run(answer_code, reference, "landline", guess, actor=actor_of(request))
        if judgement is Judgement.ACCEPTED:
            return redirect("applications:case", reference)
        form.add_error("code", WHY_NOT[judgement])
    return _page(request, application, form, status=400 if form.is_bound else 200)


@require_POST
@panel_page
def landline_call(request: HttpRequest, reference: str) -> HttpResponse:
    """«با من تماس بگیرید», inside the caps."""
    application, _ = step_of(request, reference, "landline")
    try:
        use_cases.run(resend_code, reference, "landline", actor=actor_of(request), source=source_of(request))
    except Refused as refused:
        return _page(request, application, code_form(), refusals=refused, status=409)
    return redirect("applications:landline", reference)


@require_POST
@panel_page
def landline_show(request: HttpRequest, reference: str) -> HttpResponse:
    """«من تماس می‌گیرم»: the code stands in this answer only, so it is not redirected."""
    application, _ = step_of(request, reference, "landline")
    try:
        shown = use_cases.run(show_code, reference, actor=actor_of(request), source=source_of(request))
    except Refused as refused:
        return _page(request, application, code_form(), refusals=refused, status=409)
    return _page(request, application, code_form(), shown=shown)


def _page(
    request: HttpRequest,
    application: Application,
    form: CodeForm,
    *,
    shown: str = "",
    refusals: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    _, step = step_of(request, application.reference, "landline")
    call = last_call(application)
    context = {
        "application": application,
        "step": step,
        "form": form,
        "number": _whole(application.business.landline),
        "ours": settings.PORTAL_LANDLINE,
        "ours_shown": _whole(f"+98{settings.PORTAL_LANDLINE[1:]}") if settings.PORTAL_LANDLINE else "",
        "call": call,
        "shown": shown,
        "section": section_asking("landline", application.requirement.sections),
        "refusals": [one.message for one in refusals.refusals] if refusals else [],
    }
    here = reverse("applications:landline", args=[application.reference])
    return live_page(
        request, "landline", context, running=call is not None and call.underway, address=here, status=status
    )


def _whole(landline: str) -> str:
    """A number that is never broken over two lines."""
    return show_landline(landline).replace(" ", "\u00a0")
