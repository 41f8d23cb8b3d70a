"""The pages of the form's sections: filling one in, and keeping what is typed until it is saved."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.lifecycle import CLOSED, State
from applications.models import Application
from applications.sections import SECTIONS, Section
from applications.selectors.case import own_application
from applications.services.draft import changed_answers, fill_section, reopened_by, row_of
from applications.services.section_drafts import drop_draft, keep_draft
from applications.verification.words import title
from applications.web.access import actor_of, panel_page
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import posted
from enamad_portal.kernel.iran import provinces


def _opened(request: HttpRequest, reference: str, key: str) -> tuple[Application, Section]:
    application = own_application(reference, actor_of(request).account)
    if key not in application.requirement.sections:
        raise Http404
    return application, SECTIONS[key]


@require_http_methods(["GET", "POST"])
@panel_page
def section(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """One section of the form; after submission a change shows what it reopens before it does."""
    application, shape = _opened(request, reference, key)
    draft = application.section_drafts.filter(section=key).first() if request.method == "GET" else None
    initial = shape.read(application.business) | (draft.typed if draft else {})
    form = shape.form(posted(request), initial=initial)
    reopens: list[str] = []
    if form.is_valid():
        changed = changed_answers(row_of(application.business, key), form.cleaned_data)
        reopens = reopened_by(application, changed)
        if not reopens or "sure" in request.POST:
            try:
                filled = use_cases.run(fill_section, reference, key, form.cleaned_data, actor=actor_of(request))
                for notice in shape.notices(filled.business):
                    messages.warning(request, notice)
                return after_section(application, key)
            except Refused as refused:
                for refusal in refused.refusals:
                    form.add_error(None, refusal.message)
    context: dict[str, Any] = {
        "form": form,
        "section": shape,
        "application": application,
        "reopens": [title(step) for step in reopens],
        "draft": draft,
        "keeps": bool(shape.kept) and application.state not in CLOSED,
    }
    return render(request, "applications/section.html", context, status=400 if form.errors else 200)


def after_section(application: Application, key: str) -> HttpResponse:
    """The next section still to fill in, or the check of all answers; after submission back to the case."""
    if application.state == State.DRAFT:
        missing = [name for name in application.requirement.sections if name not in {*application.done_sections, key}]
        if missing:
            return redirect("applications:section", application.reference, missing[0])
        return redirect("applications:check", application.reference)
    return redirect("applications:case", application.reference)


@require_POST
@panel_page
def keep(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Keeps the boxes as they stand, unchecked; the answer is a line beside the form's button."""
    application, shape = _opened(request, reference, key)
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in shape.kept}
    stored = shape.boxes(application.business)
    try:
        kept_at = use_cases.run(keep_draft, reference, key, typed, stored=stored, actor=actor_of(request))
    except Refused as refused:
        return render(request, "components/kept.html", {"refusal": refused.refusals[0].message}, status=409)
    return render(request, "components/kept.html", {"kept_at": kept_at})


@require_POST
@panel_page
def drop(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Back to the saved answers."""
    _opened(request, reference, key)
    use_cases.run(drop_draft, reference, key, actor=actor_of(request))
    return redirect("applications:section", reference, key)


@require_safe
@panel_page
def cities(request: HttpRequest) -> HttpResponse:
    """The cities of a province as options of the box for the city."""
    province = request.GET.get("province", "")
    names = provinces.city_names(province)
    if province and not names:
        return HttpResponse("این استان در فهرست نیست؛ یکی از استان‌های همین فهرست را برگزینید.", status=400)
    return render(request, "components/cities.html", {"cities": names})
