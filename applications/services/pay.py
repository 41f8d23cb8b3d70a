"""Paying a fee through a redirect gateway (PAY-1…6).

Amount and invoice come from our row; what the browser brings back only wakes a server-to-server check; a check that
got no answer is repeated by a durable job every minute for fifteen minutes and then handed to finance, never failed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from applications.lifecycle import INVOICE, InvoiceState
from applications.models import Application, Invoice, LedgerEntry, Payment
from applications.services.cases import case, own_case
from applications.services.verify import settle
from applications.verification.facts import facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import ProviderDown, Refusal, Refused
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import StepState, Task
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.providers import registry as providers
from enamad_portal.providers.payment import Mismatch, NotPaid, Verified

LOOK_EVERY = timedelta(seconds=60)
GATEWAY_KEEPS_MONEY = timedelta(minutes=15)
Answer = Verified | NotPaid | Mismatch


@dataclass(frozen=True, slots=True)
class Bill:
    """What is asked of the gateway, read from our row."""

    invoice_id: int
    amount_rial: int
    application: str


def bill(reference: str, *, actor: Actor) -> Bill:
    """The open invoice of the applicant's case, or why there is nothing to pay."""
    application = own_case(reference, actor)
    invoice = application.invoices.exclude(state=InvoiceState.CANCELLED).first()
    if invoice is None or not application.steps.filter(key="fee", state=StepState.WAITING).exists():
        raise Refused(Refusal("nothing_to_pay", "اکنون پرداختی در انتظار این پرونده نیست."))
    if invoice.state != InvoiceState.OPEN:
        raise Refused(Refusal("payment_in_check", "پرداخت پیشین هنوز در حال تأیید بانک است؛ نتیجه را پیامک می‌کنیم."))
    return Bill(invoice.pk, invoice.amount_rial, application.reference)


def start_payment(reference: str, callback_url: str, *, actor: Actor) -> str:
    """An edge of its own: bill, gateway, payment row. Returns the gateway's page. Raises ProviderDown."""
    owed = use_cases.run(bill, reference, actor=actor)
    gateway = providers.payment()
    started = gateway.request(
        amount_rial=owed.amount_rial,
        reference=f"{owed.application}-{owed.invoice_id}-{clock.now():%H%M%S%f}",
        callback_url=callback_url,
        description=f"تعرفه نماد، پرونده {owed.application}",
    )
    use_cases.run(_remember, owed.invoice_id, gateway.name, started.authority, actor)
    return started.redirect_url


def _remember(invoice_id: int, gateway: str, authority: str, actor: Actor) -> None:
    payment = Payment.objects.create(
        invoice_id=invoice_id, gateway=gateway, authority=authority, started_at=clock.now()
    )
    subject = f"applications.payment:{payment.pk}"
    record(subject, "payment_started", actor=actor, invoice=invoice_id)
    first_look = clock.now() + LOOK_EVERY
    use_cases.enqueue(
        NewJob("applications.payment", subject, f"payment:{payment.pk}", first_look, {"payment": payment.pk})
    )


def payment_of(reference: str, authority: str) -> int | None:
    """The payment that came back: both halves must belong together."""
    rows = Payment.objects.filter(authority=authority, invoice__application__reference=reference)
    return rows.values_list("pk", flat=True).first()


def verify_now(payment_id: int) -> str:
    """In the callback request itself: checks and settles. No answer leaves it to the job. Returns the invoice's state."""
    payment = Payment.objects.select_related("invoice").get(pk=payment_id)
    if payment.verified_at is None and use_cases.run(_claim, payment_id):
        try:
            answer = _ask(payment)
        except ProviderDown:
            return InvoiceState.VERIFYING
        use_cases.run(take_answer, payment_id, answer)
    return Invoice.objects.values_list("state", flat=True).get(pk=payment.invoice_id)


def watch(job: Job) -> Ending:
    """The durable job behind every started payment (PAY-5)."""
    payment = Payment.objects.select_related("invoice").get(pk=job.payload["payment"])
    if payment.verified_at or payment.invoice.state in {InvoiceState.PAID, InvoiceState.CANCELLED}:
        return _watched
    old = clock.now() - payment.started_at >= GATEWAY_KEEPS_MONEY
    try:
        answer = _ask(payment)
    except ProviderDown:
        return partial(_give_up, payment.pk) if old else _again
    if isinstance(answer, NotPaid) and not old:
        return _again
    return partial(_take_claimed, payment.pk, answer)


def _watched() -> None:
    """Settled by the callback."""


def _again() -> datetime:
    return clock.now() + LOOK_EVERY


def _ask(payment: Payment) -> Answer:
    return providers.payment().verify(authority=payment.authority, amount_rial=payment.invoice.amount_rial)


def _locked(payment_id: int) -> tuple[Application, Payment, Invoice]:
    application_id = Payment.objects.values_list("invoice__application_id", flat=True).get(pk=payment_id)
    application = case(application_id)
    payment = Payment.objects.select_related("invoice").get(pk=payment_id)
    return application, payment, payment.invoice


def _claim(payment_id: int) -> bool:
    _, _, invoice = _locked(payment_id)
    if invoice.state != InvoiceState.OPEN:
        return False
    INVOICE.fire(invoice, "verify", actor=SYSTEM)
    return True


def _take_claimed(payment_id: int, answer: Answer) -> None:
    _claim(payment_id)
    take_answer(payment_id, answer)


def take_answer(payment_id: int, answer: Answer) -> None:
    """Writes what the gateway said, exactly once: receipt, ledger, invoice, step."""
    application, payment, invoice = _locked(payment_id)
    if payment.verified_at or invoice.state not in {InvoiceState.VERIFYING, InvoiceState.NEEDS_RECONCILIATION}:
        return
    if isinstance(answer, NotPaid):
        INVOICE.fire(invoice, "reopen", actor=SYSTEM, facts={"gateway": answer.code})
        return
    if isinstance(answer, Mismatch):
        if invoice.state == InvoiceState.VERIFYING:
            INVOICE.fire(invoice, "puzzle", actor=SYSTEM, facts={"gateway": answer.code})
        return
    _book(application, payment, invoice, answer)


def _book(application: Application, payment: Payment, invoice: Invoice, receipt: Verified) -> None:
    now = clock.now()
    Payment.objects.filter(pk=payment.pk).update(ref_id=receipt.ref_id, card_mask=receipt.card_mask, verified_at=now)
    LedgerEntry.objects.create(payment=payment, kind="captured", amount_rial=invoice.amount_rial, at=now)
    INVOICE.fire(invoice, "settle", actor=SYSTEM, paid_at=now, facts={"payment": payment.pk})
    task, step = STEPS["fee"], application.steps.get(key="fee")
    assert isinstance(task, Task)
    finding = task.tally(facts_of(application), {"ref_id": receipt.ref_id, "amount_rial": invoice.amount_rial})
    assert finding is not None
    settle(application, step, finding)


def _give_up(payment_id: int) -> None:
    _, _, invoice = _locked(payment_id)
    if invoice.state in {InvoiceState.OPEN, InvoiceState.VERIFYING}:
        INVOICE.fire(invoice, "puzzle", actor=SYSTEM, facts={"why": "no answer from the gateway"})
