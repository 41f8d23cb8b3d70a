"""The paper of a formal letter: drawn once by a job after issue, kept among the documents, never drawn anew."""

from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from django.db import models
from django.template.loader import render_to_string

from enamad_portal.kernel import clock, documents, guards, pdf, uploads, work
from enamad_portal.kernel.documents import Document, LaidDown
from enamad_portal.kernel.letters import PDF_JOB, FormalLetter, sheet
from enamad_portal.kernel.worker import nothing_left

WAIT_FOR_ENGINE = timedelta(hours=1)
"""Without Pango the job waits in the queue; until then the page of the letter is ready for print."""
KIND = "formal_letter"


class LetterPdf(models.Model):
    """Which stored document is the paper of which letter; append-only."""

    letter = models.OneToOneField(FormalLetter, on_delete=models.PROTECT, related_name="pdf")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "kernel"
        verbose_name = "PDF نامه"
        verbose_name_plural = "PDF نامه‌ها"


guards.APPEND_ONLY += [LetterPdf]


def draw(job: work.Job) -> work.Ending:
    """The job. Each attempt lays down a file of its own, so a worker that comes too late spoils nothing; the sweep of
    the store takes a file away whose attempt failed.
    """
    letter = FormalLetter.objects.get(pk=job.payload["letter"])
    if paper(letter) is not None:
        return nothing_left
    if not pdf.available():
        return _wait
    drawn = pdf.render(render_to_string("letters/pdf.html", {"sheet": sheet(letter)}))
    name = f"letter-{letter.full_number.replace('/', '-')}.pdf"
    file = uploads.Accepted(uploads.Kind.PDF, drawn.content, sha256(drawn.content).hexdigest(), drawn.pages, name)
    return partial(_keep, letter, documents.lay_down(file))


def _wait() -> datetime:
    return clock.now() + WAIT_FOR_ENGINE


def _keep(letter: FormalLetter, laid: LaidDown) -> None:
    document = documents.keep(laid, owner_id=documents.PORTAL, subject=letter.subject_key, kind=KIND)
    LetterPdf.objects.create(letter=letter, document=document)


def paper(letter: FormalLetter) -> Document | None:
    """None while the job has not drawn it."""
    drawn: LetterPdf | None = getattr(letter, "pdf", None)
    return drawn.document if drawn else None


DRAWING = work.Kind(PDF_JOB, draw, queue="pdf", budget_s=10)
