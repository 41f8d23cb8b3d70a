"""What the gateway's answer means: receipt, ledger, invoice and step in one transaction, exactly once (PAY-3…7).

Each payment has a life of its own, because two of them may be on their way for one invoice; the invoice follows. Money
that our row did not ask for is written into the ledger and waits for finance, never lost and never taken as a fee.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from applications.lifecycle import CLOSED, INVOICE, PAYMENT, InvoiceState, PaymentState
from applications.models import Application, Invoice, LedgerEntry, Payment
from applications.models.money import MoneyFact
from applications.services import proposals
from applications.services.cases import case, step_in
from applications.services.letters import postage_paid
from applications.services.postage import POSTAGE
from applications.services.verify import settle
from applications.verification.facts import facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Task
from enamad_portal.providers.payment import Mismatch, NotPaid, Verified

DONE = frozenset({PaymentState.VERIFIED, PaymentState.PUZZLE, PaymentState.RESOLVED})
"""No answer of the gateway changes these any more."""
SILENT = "silent"
"""Noted in place of an answer when the gateway gave none."""
_UNCLEAR = (PaymentState.ASKED, PaymentState.PUZZLE)
_VOID = frozenset({InvoiceState.PAID, InvoiceState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The gateway holds money for an invoice that is paid or void; it was seen, not confirmed, so it goes back."""


Answer = Verified | NotPaid | Mismatch | Unwanted


def locked(payment_id: int) -> tuple[Application, Payment, Invoice]:
    """Application first, then what hangs on it: one order of locks everywhere."""
    application = case(Payment.objects.values_list("invoice__application_id", flat=True).get(pk=payment_id))
    payment = Payment.objects.select_related("invoice").get(pk=payment_id)
    return application, payment, payment.invoice


def is_wanted(application: Application, invoice: Invoice) -> bool:
    """Whether money for this invoice would still be taken."""
    return application.state not in CLOSED and invoice.state not in _VOID


def take_answer(payment_id: int, answer: Answer) -> None:
    """Writes what the gateway said; said again, it changes nothing."""
    application, payment, invoice = locked(payment_id)
    if payment.state in DONE:
        return
    if invoice.state == InvoiceState.NEEDS_RECONCILIATION:
        proposals.lapse(payment)
    match answer:
        case Verified():
            _take_receipt(application, payment, invoice, answer)
        case Mismatch():
            _puzzle(payment, invoice, MoneyFact.AMOUNT_DIFFERS, None, gateway=answer.code)
        case Unwanted():
            _puzzle(payment, invoice, MoneyFact.SURPLUS, invoice.amount_rial)
        case NotPaid():
            _deny(application, payment, invoice, answer.code)


def _take_receipt(application: Application, payment: Payment, invoice: Invoice, receipt: Verified) -> None:
    if not is_wanted(application, invoice):
        _puzzle(payment, invoice, MoneyFact.SURPLUS, invoice.amount_rial, ref_id=receipt.ref_id)
    elif not _keep_receipt(payment, receipt):
        _puzzle(payment, invoice, MoneyFact.RECEIPT_REUSED, invoice.amount_rial, ref_id=receipt.ref_id)
    else:
        _book(application, payment, invoice, receipt)


def _keep_receipt(payment: Payment, receipt: Verified) -> bool:
    """False when this receipt is known from another payment (PAY-3); the unique column stands behind the question."""
    if Payment.objects.filter(gateway=payment.gateway, ref_id=receipt.ref_id).exists():
        return False
    columns: dict[str, Any] = {"ref_id": receipt.ref_id, "card_mask": receipt.card_mask, "verified_at": clock.now()}
    PAYMENT.fire(payment, "confirm", actor=SYSTEM, **columns)
    return True


def _book(application: Application, payment: Payment, invoice: Invoice, receipt: Verified) -> None:
    write_ledger(payment, MoneyFact.CAPTURED, invoice.amount_rial)
    follow_question(invoice)
    INVOICE.fire(invoice, "settle", actor=SYSTEM, paid_at=clock.now(), facts={"payment": payment.pk})
    follow_paid(application, invoice, receipt)


def follow_paid(application: Application, invoice: Invoice, receipt: Verified) -> None:
    """What a paid invoice sets going: the letter, or the end of the fee's step."""
    _FOLLOWS.get(invoice.kind, _close_fee)(application, invoice, receipt)


def _close_fee(application: Application, invoice: Invoice, receipt: Verified) -> None:
    task, step = STEPS["fee"], step_in(application, "fee")
    if STEP_LIFECYCLE.row("pass", step.state) is None:
        return  # an answer changed meanwhile; the step finds its paid invoice when it is its turn again
    assert isinstance(task, Task)
    finding = task.tally(facts_of(application), {"ref_id": receipt.ref_id, "amount_rial": invoice.amount_rial})
    assert finding is not None
    settle(application, step, finding)


_FOLLOWS: dict[str, Callable[[Application, Invoice, Verified], None]] = {
    POSTAGE: lambda application, invoice, _receipt: postage_paid(application, invoice),
}


def follow_question(invoice: Invoice) -> None:
    """While the bank is asked about one of its payments, the invoice is not offered for another."""
    if invoice.state == InvoiceState.OPEN:
        INVOICE.fire(invoice, "verify", actor=SYSTEM)


def _puzzle(payment: Payment, invoice: Invoice, kind: MoneyFact, amount_rial: int | None, **facts: str) -> None:
    """A person of finance must look; an invoice that is settled or void stays what it is."""
    PAYMENT.fire(payment, "puzzle", actor=SYSTEM, facts={"why": kind.value, **facts})
    write_ledger(payment, kind, amount_rial)
    if invoice.state in {InvoiceState.OPEN, InvoiceState.VERIFYING}:
        INVOICE.fire(invoice, "puzzle", actor=SYSTEM, facts={"why": kind.value, "payment": payment.pk})


def write_ledger(payment: Payment, kind: MoneyFact, amount_rial: int | None) -> None:
    """One more fact about this payment's money, for good (PAY-7)."""
    LedgerEntry.objects.create(payment=payment, kind=kind, amount_rial=amount_rial, at=clock.now())


def _deny(application: Application, payment: Payment, invoice: Invoice, code: str) -> None:
    if payment.state != PaymentState.NOT_PAID:
        PAYMENT.fire(payment, "deny", actor=SYSTEM, facts={"gateway": code})
    reopen(application, invoice, actor=SYSTEM)


def reopen(application: Application, invoice: Invoice, *, actor: Actor) -> None:
    """The invoice may be paid again once none of its payments is unclear; in a closed case it is void."""
    if INVOICE.row("reopen", invoice.state) is None or invoice.payments.filter(state__in=_UNCLEAR).exists():
        return
    INVOICE.fire(invoice, "reopen", actor=actor)
    if application.state in CLOSED:
        INVOICE.fire(invoice, "cancel", actor=SYSTEM)


def note_answer(payment: Payment, said: str) -> None:
    """Keeps what the gateway told a person of finance who asked."""
    record(payment.subject_key, "gateway_said", actor=SYSTEM, state=said)


def give_up(payment_id: int) -> None:
    """The gateway has not answered for as long as it keeps money: finance knows, the asking goes on (PAY-5)."""
    _, payment, invoice = locked(payment_id)
    undecided = payment.state in {PaymentState.STARTED, PaymentState.ASKED}
    if undecided and invoice.state in {InvoiceState.OPEN, InvoiceState.VERIFYING}:
        INVOICE.fire(invoice, "puzzle", actor=SYSTEM, facts={"why": "no_answer", "payment": payment.pk})
