"""The applicant's page of the police check: it runs, it is cleared, or the case is suspended and may be appealed."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.lifecycle import State
from applications.models.police import ProofKind
from applications.sections.fields import UploadField
from applications.selectors.case import own_application
from applications.services.formal_letters import POLICE_SUSPENSION, latest
from applications.services.police import appeal_refusals, appeal_to_police
from applications.web.access import actor_of, panel_page
from applications.web.formal_letters import shown_letter
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import PortalForm


class AppealForm(PortalForm):
    proof_kind = forms.ChoiceField(
        label="چه مدرکی دارید؟",
        choices=ProofKind,
        widget=forms.RadioSelect,
        error_messages={"required": "نوع مدرک را از سه گزینه برگزینید."},
    )
    proof = UploadField(
        label="تصویر مدرک",
        help_text="PDF تا ۱۰ مگابایت، JPG یا PNG تا ۵ مگابایت. همه صفحه‌ها خوانا باشد.",
        error_messages={"required": "تصویر مدرک را بفرستید؛ بدون آن فرجام‌خواهی ثبت نمی‌شود."},
    )


@require_http_methods(["GET", "POST"])
@panel_page
def police(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the check stands, and فرجام‌خواهی with one of three proofs."""
    application = own_application(reference, actor_of(request).account)
    step = next((step for step in application.steps.all() if step.key == "police"), None)
    if step is None:
        raise Http404
    form = AppealForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["proof"]
        kind = form.cleaned_data["proof_kind"]
        try:
            appeal_to_police(reference, kind, file.name, file.read(), actor=actor_of(request))
            return redirect("applications:police", reference)
        except Refused as refused:
            form.add_error("proof", refused.refusals[0].message)
    suspended = application.state == State.POLICE_REFUSED
    letter = latest(application, POLICE_SUSPENSION) if suspended else None
    context = {
        "application": application,
        "form": form,
        "suspended": suspended,
        "letter": shown_letter(request, application, letter.pk) if letter else None,
        "late": appeal_refusals(application) if suspended else [],
        "appealed": application.state == State.POLICE_APPEAL,
        "running": application.state == State.POLICE_PENDING,
        "cleared": step.closed,
    }
    return render(request, "applications/police.html", context, status=400 if form.errors else 200)
