"""What a letter costs and when it is ordered: the postage is paid first, and a letter that was lost is repeated free.

Lies below `progress.py`, which begins the step; whatever happens to a letter later is in `letters.py`.
"""

from django.conf import settings

from applications.lifecycle import LETTER, InvoiceState, LetterState
from applications.models import Application, Invoice, PostalLetter, VerificationStep
from applications.models.choices import FeeKind
from applications.services import grant
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.steps import STEP_LIFECYCLE
from enamad_portal.kernel.work import NewJob

POSTAGE = FeeKind.POST_LETTER.value
UNDER_WAY = (LetterState.ORDERED, LetterState.PRINTED, LetterState.POSTED, LetterState.DELIVERED)


def begin(application: Application, step: VerificationStep) -> None:
    """The step waits for the applicant: earlier letters are void; paid postage orders at once, else it is billed."""
    for letter in application.letters.filter(state__in=UNDER_WAY):
        LETTER.fire(letter, "cancel", actor=SYSTEM)
    if (paid := credit(application)) is not None:
        order(application, step, paid)
        return
    billed = application.invoices.filter(kind=POSTAGE)
    if not billed.exclude(state__in=(InvoiceState.PAID, InvoiceState.CANCELLED)).exists():
        grant.open_invoice(application, POSTAGE, billed.count() + 1)


def credit(application: Application) -> Invoice | None:
    """A paid postage that no letter has used up: never printed, or lost on its way, which is not the payer's fault."""
    used = application.letters.filter(printed_at__isnull=False).exclude(state=LetterState.LOST).values("invoice_id")
    paid = application.invoices.filter(kind=POSTAGE, state=InvoiceState.PAID)
    return paid.exclude(pk__in=used).order_by("-round").first()


def order(application: Application, step: VerificationStep, invoice: Invoice) -> PostalLetter:
    """The letter of this round; from here the step waits for the Post, not for the applicant."""
    letter = PostalLetter.objects.create(
        application=application,
        round=step.round,
        serial=f"{application.reference}-postal-{step.round}",
        invoice=invoice,
        ordered_at=clock.now(),
    )
    STEP_LIFECYCLE.fire(step, "check", actor=SYSTEM)
    STEP_LIFECYCLE.fire(step, "ask", actor=SYSTEM, reference=letter.serial, code="letter_on_the_way")
    if settings.LETTERS_BY == "post":
        use_cases.enqueue(dispatch_job(letter))
    return letter


def dispatch_job(letter: PostalLetter) -> NewJob:
    """The order at the Post; the letter's version makes a person's reprint a new one."""
    key = f"letter:{letter.pk}:{letter.version}"
    return NewJob("applications.letter", letter.subject_key, key, payload={"letter": letter.pk})
