"""The applicant's page of a refused case: why it was refused, until when it may be objected to, and the objection."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.lifecycle import State
from applications.selectors.case import own_application
from applications.services.objection import LONGEST, object_to_refusal, objection_refusals, refused_by, term_ends
from applications.web.access import actor_of, panel_page
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import PortalForm


class ObjectionForm(PortalForm):
    reasons = forms.CharField(
        label="چرا رد پرونده درست نیست؟",
        help_text="به هر دلیل رد جداگانه پاسخ دهید. این متن را کارشناسی می‌خواند که در رد پرونده نقشی نداشته است.",
        max_length=LONGEST,
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
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            use_cases.run(object_to_refusal, reference, form.cleaned_data["reasons"], actor=actor)
            return redirect("applications:objection", reference)
        except Refused as refused:
            form.add_error(None, refused.refusals[0].message)
    rejected = application.state == State.REJECTED
    row = refused_by(application)
    context = {
        "application": application,
        "form": form,
        "under_way": application.state == State.APPEAL,
        "refusals": objection_refusals(application, actor) if rejected else [],
        "rejected": rejected,
        "told": application.decisions.filter(move="confirm_refusal").last(),
        "until": term_ends(row.at) if row else None,
        "mine": application.objections.last(),
    }
    return render(request, "applications/objection.html", context, status=400 if form.errors else 200)
