"""Pages of documents as pictures: staff never open the file itself (UPL-5), and every look is recorded."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.admin.case_pages import case_address
from applications.models import Application, ApplicationDocument
from applications.selectors.documents import document_title
from applications.services.looks import see_document, see_proof
from applications.services.reveals import SEERS
from enamad_portal.kernel import documents as stored
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.admin import actor_of
from enamad_portal.kernel.admin_pages import rendered
from enamad_portal.kernel.documents import Document
from enamad_portal.kernel.errors import Refusal


def addresses(application: Application, row: ApplicationDocument, actor: Actor) -> list[str]:
    """A picture per page, for the roles that may see documents."""
    pages = row.document.pages if actor.has(*SEERS) else 0
    name, reference = "admin:applications_application_document", application.reference
    return [reverse(name, args=[reference, row.pk, page]) for page in range(1, pages + 1)]


@require_safe
def document_picture(request: HttpRequest, *, reference: str, pk: int, page: int) -> HttpResponse:
    """For those who judge or help."""
    return _picture(use_cases.run(see_document, reference, pk, page, actor=actor_of(request)), page)


@require_safe
def proof_picture(request: HttpRequest, *, reference: str, pk: int, page: int) -> HttpResponse:
    """The proof of a فرجام‌خواهی, for the liaison alone (AUTHZ-3)."""
    return _picture(use_cases.run(see_proof, reference, pk, page, actor=actor_of(request)), page)


def _picture(document: Document, page: int) -> HttpResponse:
    picture = stored.picture_response(document, page)
    if isinstance(picture, Refusal):
        raise Http404
    return picture


@require_safe
def document_page(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """All pages of one document as large as they were drawn."""
    rows = ApplicationDocument.objects.select_related("document", "application__requirement")
    row = rows.filter(pk=pk, application__reference=reference).first()
    if row is None or not (pictures := addresses(row.application, row, actor_of(request))):
        raise Http404
    title = document_title(row)
    context = {
        "title": title,
        "pictures": pictures,
        "row": row,
        "back": f"{case_address(reference, request)}#document-{row.key}",
    }
    return rendered(request, "admin/applications/document.html", context)
