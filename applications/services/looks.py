"""Looking at people's documents: every picture that an officer opens is recorded (AUD-1)."""

from applications.models import ApplicationDocument, PoliceAppeal
from applications.services.reveals import SEERS
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.documents import Document
from enamad_portal.kernel.errors import NotFound
from enamad_portal.kernel.lifecycle import record


def see_document(reference: str, pk: int, page: int, *, actor: Actor) -> Document:
    """Records that this officer opens one page of a document of the case. Raises NotFound, for the wrong role too."""
    row = ApplicationDocument.objects.select_related("document", "application").filter(pk=pk).first()
    if row is None or row.application.reference != reference or not actor.has(*SEERS):
        raise NotFound(str(pk))
    _refuse_page(row.document, page)
    record(row.application.subject_key, "document_seen", actor=actor, document=row.document_id, kind=row.key, page=page)
    return row.document


def see_proof(reference: str, document_id: int, page: int, *, actor: Actor) -> Document:
    """As above for the proof of a فرجام‌خواهی: for the liaison alone, and not of his own file (AUTHZ-3, AUTHZ-5)."""
    appeals = PoliceAppeal.objects.select_related("document", "application__business__owner")
    appeal = appeals.filter(document_id=document_id, application__reference=reference).first()
    if appeal is None or not actor.has(Role.POLICE_LIAISON) or appeal.application.is_own_file_of(actor.account):
        raise NotFound(str(document_id))
    assert appeal.document is not None
    _refuse_page(appeal.document, page)
    record(appeal.application.subject_key, "proof_seen", actor=actor, document=document_id, page=page)
    return appeal.document


def _refuse_page(document: Document, page: int) -> None:
    if not 1 <= page <= document.pages:
        raise NotFound(f"{document.pk}/{page}")
