"""The documents of a case as pages show them: what is asked for beside what has come."""

from dataclasses import dataclass

from applications import policy
from applications.lifecycle import DocumentState
from applications.models import Application, ApplicationDocument
from applications.policy import DocumentNeed
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.uploads.limits import MIB
from enamad_portal.kernel.uploads.refusals import megabytes

_TONES = {DocumentState.PENDING: "info", DocumentState.ACCEPTED: "ok", DocumentState.REFUSED: "danger"}


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of the requirements and the file that stands for it now, if any."""

    need: DocumentNeed
    stored: ApplicationDocument | None

    @property
    def wanted(self) -> bool:
        """The applicant still owes it."""
        if self.stored is None:
            return not self.need.optional
        return self.stored.state == DocumentState.REFUSED

    @property
    def may_send(self) -> bool:
        return self.stored is None or self.stored.state != DocumentState.ACCEPTED

    @property
    def state_label(self) -> str:
        if self.stored is None:
            return "اختیاری" if self.need.optional else "فرستاده نشده"
        return str(DocumentState(self.stored.state).label)

    @property
    def size_label(self) -> str:
        """How large the stored file is, as people read it."""
        if self.stored is None:
            return ""
        size = self.stored.document.size
        if size < MIB:
            return f"{persian_digits(-(-size // 1024))} کیلوبایت"
        return f"{persian_digits(megabytes(size)).replace('.', '٫')} مگابایت"

    @property
    def tone(self) -> str:
        if self.stored is None:
            return "quiet" if self.need.optional else "turn"
        return _TONES[DocumentState(self.stored.state)]


def document_title(row: ApplicationDocument) -> str:
    """What the requirements call this document."""
    titles = {need.key: need.title for need in policy.documents_needed(row.application.requirement)}
    return titles.get(row.key, row.key)


def document_rows(application: Application) -> list[DocumentRow]:
    """In the order of the requirements; one query."""
    stored = {row.key: row for row in application.documents.select_related("document")}
    return [DocumentRow(need, stored.get(need.key)) for need in policy.documents_needed(application.requirement)]
