"""Documents of a case and the shop's logo: the list, one document's page, the owner's own copy."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from applications.models import Application
from applications.sections import SECTIONS
from applications.sections.fields import UploadField
from applications.sections.place import LogoForm
from applications.selectors.case import own_application
from applications.selectors.documents import DocumentRow, document_rows
from applications.services.documents import OPEN, upload_document, upload_logo
from applications.services.draft import fill_section
from applications.web.access import actor_of, panel_page
from applications.web.section import after_section
from enamad_portal.kernel import documents as stored
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.forms import PortalForm, name_the_field


class DocumentForm(PortalForm):
    """One file; its label is the document's title."""

    def __init__(self, *args: Any, row: DocumentRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = f"{row.need.help}. PDF تا ۱۰ مگابایت، JPG یا PNG تا ۵ مگابایت."
        self.fields["file"] = UploadField(label=row.need.title, help_text=help_text)
        name_the_field(self.fields["file"])


def _listed(request: HttpRequest, reference: str) -> tuple[Application, list[DocumentRow], bool]:
    application = own_application(reference, actor_of(request).account)
    step = next((step for step in application.steps.all() if step.key == "documents"), None)
    rows = document_rows(application)
    if step is None or not rows:
        raise Http404
    return application, rows, step.state in OPEN


@require_safe
@panel_page
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """What is asked for, what has come, and why something was not accepted."""
    application, rows, is_open = _listed(request, reference)
    following = next((row for row in rows if is_open and row.wanted), None)
    context = {"application": application, "rows": rows, "open": is_open, "following": following}
    return render(request, "applications/documents.html", context)


@require_http_methods(["GET", "POST"])
@panel_page
def document(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Sending one document."""
    application, rows, is_open = _listed(request, reference)
    row = next((row for row in rows if row.need.key == key), None)
    if row is None:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*sent, row=row)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload_document(reference, key, file.name, file.read(), actor=actor_of(request))
            messages.success(request, f"«{row.need.title}» رسید.")
            return redirect("applications:documents", reference)
        except Refused as refused:
            form.add_error("file", refused.refusals[0].message)
    context = {"application": application, "row": row, "form": form, "open": is_open and row.may_send}
    return render(request, "applications/document.html", context, status=400 if form.errors else 200)


@require_safe
@panel_page
def document_file(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """The owner's own copy, as it was cleaned and stored."""
    _, rows, _ = _listed(request, reference)
    row = next((row for row in rows if row.need.key == key and row.stored is not None), None)
    if row is None or row.stored is None:
        raise Http404
    return stored.download(row.stored.document)


@require_http_methods(["GET", "POST"])
@panel_page
def logo(request: HttpRequest, reference: str) -> HttpResponse:
    """The section of the logo: a picture, or going on without one."""
    application = own_application(reference, actor_of(request).account)
    if "logo" not in application.requirement.sections:
        raise Http404
    form = LogoForm(request.POST, request.FILES) if request.method == "POST" else LogoForm()
    if request.method == "POST" and form.is_valid():
        try:
            if file := form.cleaned_data["logo"]:
                upload_logo(reference, file.name, file.read(), actor=actor_of(request))
            use_cases.run(fill_section, reference, "logo", {}, actor=actor_of(request))
            return after_section(application, "logo")
        except Refused as refused:
            form.add_error("logo", refused.refusals[0].message)
    kept = application.business.logo
    context = {
        "application": application,
        "section": SECTIONS["logo"],
        "form": form,
        "kept": kept,
        "kept_href": reverse("applications:logo_file", args=[reference]) if kept else "",
    }
    return render(request, "applications/logo.html", context, status=400 if form.errors else 200)


@require_safe
@panel_page
def logo_file(request: HttpRequest, reference: str) -> HttpResponse:
    """The stored logo, for the owner's own pages."""
    kept = own_application(reference, actor_of(request).account).business.logo
    if kept is None:
        raise Http404
    return stored.download(kept)
