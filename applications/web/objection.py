"""The applicant's page of a refused case: why it was refused, until when it may be objected to, and the objection."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.lifecycle import State
from applications.models import Application
from applications.sections.fields import ParagraphField
from applications.selectors.case import own_application
from applications.selectors.formal_letters import deadline_box
from applications.services.formal_letters import CLOSING, latest
from applications.services.objection import (
    LONGEST,
    object_to_refusal,
    objection_deadline,
    objection_refusals,
    refused_by,
)
from applications.web.access import actor_of, panel_page
from applications.web.formal_letters import shown_letter
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import PortalForm, posted


class ObjectionForm(PortalForm):
    reasons = ParagraphField(
        label="چرا رد پرونده درست نیست؟",
        help_text="به هر دلیل رد جداگانه پاسخ دهید. این متن را کارشناسی می‌خواند که در رد پرونده نقشی نداشته است.",
        longest=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": "بنویسید چرا رد پرونده درست نیست؛ دست‌کم یک جمله کامل لازم است."},
    )


@require_http_methods(["GET", "POST"])
@panel_page
def objection(request: HttpRequest, reference: str) -> HttpResponse:
    """اعتراض به رد."""
    actor = actor_of(request)
    application = own_application(reference, actor.account)
    if application.state not in {State.REJECTED, State.APPEAL} and not application.objections.exists():
        raise Http404
    form = ObjectionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            use_cases.run(object_to_refusal, reference, form.cleaned_data["reasons"], actor=actor)
            return redirect("applications:objection", reference)
        except Refused as refused:
            form.add_error(None, refused.refusals[0].message)
    rejected = application.state == State.REJECTED
    letter = latest(application, *CLOSING)
    shown = shown_letter(request, application, letter.pk) if letter else None
    context = {
        "application": application,
        "form": form,
        "under_way": application.state == State.APPEAL,
        "refusals": objection_refusals(application, actor) if rejected else [],
        "rejected": rejected,
        "letter": shown,
        "told": None if shown else application.decisions.filter(move="confirm_refusal").last(),
        "deadline": shown.deadline if shown else _deadline_without_letter(application),
        "mine": application.objections.last(),
    }
    return render(request, "applications/objection.html", context, status=400 if form.errors else 200)


def _deadline_without_letter(application: Application) -> dict[str, Any] | None:
    """Of a case that was refused before there were letters."""
    row = refused_by(application)
    return deadline_box(objection_deadline(application, row.at)) if row else None
