"""Django looks for models here; each lives in the module that owns its rules."""

from enamad_portal.kernel.audit import AuditEntry, AuditHead
from enamad_portal.kernel.calendar.holiday_table import Holiday, WeekPattern
from enamad_portal.kernel.clock import ClockOffset
from enamad_portal.kernel.codes import Code
from enamad_portal.kernel.documents import Document
from enamad_portal.kernel.fetch.bucket_table import FetchBucket
from enamad_portal.kernel.letter_delivery import LetterDelivery, LetterService
from enamad_portal.kernel.letter_pdf import LetterPdf
from enamad_portal.kernel.letters import FormalLetter, LetterSeries
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.organisation import Organisation
from enamad_portal.kernel.work import Job

__all__ = [
    "AuditEntry",
    "AuditHead",
    "ClockOffset",
    "Code",
    "Document",
    "FetchBucket",
    "FormalLetter",
    "Holiday",
    "Job",
    "LetterDelivery",
    "LetterPdf",
    "LetterSeries",
    "LetterService",
    "Message",
    "Organisation",
    "WeekPattern",
]
