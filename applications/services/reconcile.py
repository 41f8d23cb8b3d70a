"""مغایرت‌گیری: what finance does with money that the gateway and our rows tell differently (PAY-5, PAY-6).

Money that is taken for a fee by hand, and money that is written off as returned, need two officers; asking the gateway
again and declaring a silent payment unpaid need one. Amounts come from our rows in every case (PAY-1).
"""

import re
from functools import partial

from applications.lifecycle import INVOICE, PAYMENT, PaymentState
from applications.models import Application, Invoice, Payment, Proposal
from applications.models.money import MoneyFact
from applications.services import proposals
from applications.services.booking import SILENT, follow_paid, locked, note_answer, reopen, write_ledger
from applications.services.pay import watch_job
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import NotFound, ProviderDown, Refusal, Refused
from enamad_portal.kernel.iran.text import ascii_digits
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.providers import registry as providers
from enamad_portal.providers.payment import Verified

ANSWERED = (PaymentState.VERIFIED, PaymentState.RESOLVED)
"""Nothing is asked about these any more."""
_RECEIPT = re.compile(r"[A-Za-z0-9-]{4,80}")


def ask_gateway_again(payment_id: int, *, note: str = "", actor: Actor) -> Payment:
    """Lets a payment be asked about once more; money that is a puzzle is only looked at, never confirmed by it."""
    _, payment, _ = _payment(payment_id)
    if not actor.has(Role.FINANCE):
        raise Refused(Refusal("role_missing", "این کار در اختیار نقش شما نیست."))
    if payment.state in ANSWERED:
        raise Refused(Refusal("answered", "پاسخ درگاه برای این پرداخت روشن است و دیگر پرسیده نمی‌شود."))
    record(payment.subject_key, "asked_again", actor=actor, note=note)
    moment = f"{clock.now():%Y%m%d%H%M%S}"
    if payment.state == PaymentState.PUZZLE:
        key, subject = f"payment-look:{payment.pk}:{moment}", payment.subject_key
        use_cases.enqueue(NewJob("applications.payment_look", subject, key, payload={"payment": payment.pk}))
    else:
        use_cases.enqueue(watch_job(payment, moment, clock.now(), by_hand=True))
    return payment


def look(job: Job) -> Ending:
    """Asks where the money of a puzzle is now; confirms nothing."""
    payment = Payment.objects.get(pk=job.payload["payment"])
    try:
        said = providers.payment().inquire(authority=payment.authority).value
    except ProviderDown:
        said = SILENT
    return partial(note_answer, payment, said)


def set_unpaid(payment_id: int, *, note: str, actor: Actor) -> Payment:
    """The bank's statement shows no such money: the invoice may be paid again."""
    application, payment, invoice = _payment(payment_id)
    PAYMENT.fire(payment, "set_unpaid", actor=actor, note=note)
    proposals.lapse(payment)
    reopen(application, invoice, actor=actor)
    return payment


def propose_settlement(payment_id: int, *, ref_id: str, text: str, actor: Actor) -> Proposal:
    """The bank's statement shows the exact amount under this receipt number: to be taken as the invoice's payment."""
    _, payment, _ = _payment(payment_id)
    receipt = ascii_digits(ref_id).strip()
    if not _RECEIPT.fullmatch(receipt):
        text = "شماره مرجع را از صورت‌حساب بانک بنویسید: ۴ تا ۸۰ رقم یا حرف لاتین، بی فاصله."
        raise Refused(Refusal("receipt_shape", text))
    _refuse_known(payment, receipt)
    return proposals.propose(payment, "settle", text=text, actor=actor, ref_id=receipt)


def propose_return(payment_id: int, *, text: str, actor: Actor) -> Proposal:
    """The money of a puzzle went back to its payer: to be written off."""
    _, payment, _ = _payment(payment_id)
    return proposals.propose(payment, "resolve", text=text, actor=actor)


def confirm(proposal_id: int, *, note: str = "", actor: Actor) -> Payment:
    """The second officer: what was proposed is booked."""
    payment_id = Proposal.objects.filter(pk=proposal_id).values_list("payment_id", flat=True).first()
    if payment_id is None:
        raise NotFound(str(proposal_id))
    application, payment, invoice = _payment(payment_id)
    found = proposals.proposal(proposal_id)
    words = f"{found.text}\n{note}".strip()
    if found.move == "settle":
        _refuse_known(payment, found.ref_id)
        PAYMENT.fire(payment, "settle", actor=actor, note=words, ref_id=found.ref_id, verified_at=clock.now())
        write_ledger(payment, MoneyFact.SETTLED, invoice.amount_rial - _held(payment))
        INVOICE.fire(invoice, "settle", actor=actor, paid_at=clock.now(), facts={"payment": payment.pk})
        follow_paid(application, invoice, Verified(found.ref_id, payment.card_mask, already=False))
    else:
        PAYMENT.fire(payment, "resolve", actor=actor, note=words)
        unknown = payment.ledger.filter(amount_rial=None).exists()
        write_ledger(payment, MoneyFact.RETURNED, None if unknown else -_held(payment))
        reopen(application, invoice, actor=actor)
    proposals.confirmed(found, actor=actor)
    return payment


def _payment(payment_id: int) -> tuple[Application, Payment, Invoice]:
    if not Payment.objects.filter(pk=payment_id).exists():
        raise NotFound(str(payment_id))
    return locked(payment_id)


def _held(payment: Payment) -> int:
    """What the ledger says the gateway holds for this payment."""
    return sum(amount for amount in payment.ledger.values_list("amount_rial", flat=True) if amount)


def _refuse_known(payment: Payment, ref_id: str) -> None:
    """One receipt pays one invoice (PAY-3)."""
    if Payment.objects.filter(gateway=payment.gateway, ref_id=ref_id).exclude(pk=payment.pk).exists():
        text = "این شماره مرجع پیش‌تر برای پرداخت دیگری ثبت شده است؛ یک رسید دو صورت‌حساب را تسویه نمی‌کند."
        raise Refused(Refusal("receipt_known", text))
