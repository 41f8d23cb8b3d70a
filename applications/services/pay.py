"""Paying a fee through a redirect gateway (PAY-1…6).

Amount and invoice come from our row; what the browser brings back only wakes a server-to-server check. A durable job
behind every started payment asks again, every minute while the gateway keeps the money, then more seldom: a payment
without an answer goes to finance, never silently to failed.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from applications.lifecycle import PAYMENT, InvoiceState, PaymentState
from applications.models import Application, Invoice, Payment
from applications.services.booking import (
    DONE,
    SILENT,
    Answer,
    Unwanted,
    follow_question,
    give_up,
    is_wanted,
    locked,
    note_answer,
    take_answer,
)
from applications.services.cases import own_case
from applications.services.postage import POSTAGE
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import ProviderDown, Refusal, Refused
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import StepState
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.kernel.worker import nothing_left
from enamad_portal.providers import registry as providers
from enamad_portal.providers.payment import NotPaid
from enamad_portal.providers.payment import PaymentState as GatewayState

LOOK_EVERY = timedelta(seconds=60)
GATEWAY_KEEPS_MONEY = timedelta(minutes=15)
"""Gateways give unverified money back after 10 to 15 minutes."""
PAGE_MAY_STAY_OPEN = timedelta(minutes=30)
"""For so long somebody may still pay on a gateway page that was opened; then a «not paid» is the last word."""
LOOK_LATER = timedelta(hours=1)
LAST_LOOK = timedelta(hours=24)
ONE_ASKS = timedelta(seconds=15)
"""A question younger than this is left to the process that asked it; it outlives the provider's time-out."""
_HELD = frozenset({GatewayState.CAPTURED, GatewayState.VERIFIED})
_KIND_OF = {"postal": POSTAGE}
"""Fees of single steps; the badge's own fee is named by the requirements."""


@dataclass(frozen=True, slots=True)
class Bill:
    """What is asked of the gateway, read from our row."""

    invoice_id: int
    amount_rial: int
    application: str


def invoice_for(application: Application, step: str) -> Invoice | None:
    """The newest invoice that this step waits for: the badge's fee, or the postage of the letter."""
    kind = _KIND_OF.get(step, application.requirement.fee_kind)
    return application.invoices.filter(kind=kind).exclude(state=InvoiceState.CANCELLED).order_by("-round").first()


def bill(reference: str, *, actor: Actor, step: str = "fee") -> Bill:
    """The open invoice that a step of the applicant's case waits for, or why there is nothing to pay."""
    application = own_case(reference, actor)
    invoice = invoice_for(application, step)
    waiting = application.steps.filter(key=step, state=StepState.WAITING).exists()
    if invoice is None or invoice.state == InvoiceState.PAID or not waiting or not is_wanted(application, invoice):
        raise Refused(Refusal("nothing_to_pay", "اکنون پرداختی در انتظار این پرونده نیست."))
    if invoice.state != InvoiceState.OPEN:
        raise Refused(Refusal("payment_in_check", "پرداخت پیشین هنوز در حال تأیید بانک است؛ نتیجه را پیامک می‌کنیم."))
    return Bill(invoice.pk, invoice.amount_rial, application.reference)


def start_payment(reference: str, callback_url: str, *, actor: Actor, step: str = "fee") -> str:
    """An edge of its own: bill, gateway, payment row. Returns the gateway's page. Raises Refused, ProviderDown."""
    owed = use_cases.run(bill, reference, actor=actor, step=step)
    if _ask_about_earlier(owed.invoice_id):
        owed = use_cases.run(bill, reference, actor=actor, step=step)
    gateway = providers.payment()
    started = gateway.request(
        amount_rial=owed.amount_rial,
        reference=f"{owed.application}-{owed.invoice_id}-{secrets.token_hex(6)}",
        callback_url=callback_url,
        description=f"تعرفه نماد، پرونده {owed.application}",
    )
    use_cases.run(_remember, owed, gateway.name, started.authority, step=step, actor=actor)
    return started.redirect_url


def _ask_about_earlier(invoice_id: int) -> bool:
    """Nobody pays twice because the first way back broke: visits of the last minutes are asked about first."""
    young = Payment.objects.filter(invoice_id=invoice_id, started_at__gt=clock.now() - GATEWAY_KEEPS_MONEY)
    earlier = list(young.exclude(state__in=DONE).order_by("-pk").values_list("pk", flat=True)[:3])
    for payment_id in earlier:
        verify_now(payment_id)
    return bool(earlier)


def _remember(owed: Bill, gateway: str, authority: str, *, step: str, actor: Actor) -> None:
    """The row behind the visit; an invoice that was paid meanwhile sends nobody to the gateway."""
    bill(owed.application, actor=actor, step=step)
    payment = Payment.objects.create(
        invoice_id=owed.invoice_id, gateway=gateway, authority=authority, started_at=clock.now()
    )
    record(payment.subject_key, "payment_started", actor=actor, invoice=owed.invoice_id)
    use_cases.enqueue(watch_job(payment, "first", clock.now() + LOOK_EVERY))


def watch_job(payment: Payment, why: str, at: datetime, *, by_hand: bool = False) -> NewJob:
    """The job that asks about a payment; one that a person asked for says so when the gateway keeps silent."""
    key = f"payment:{payment.pk}:{why}"
    payload = {"payment": payment.pk, "by_hand": by_hand}
    return NewJob("applications.payment", payment.subject_key, key, at, payload)


def payment_of(reference: str, authority: str) -> int | None:
    """The payment that came back: both halves must belong together."""
    rows = Payment.objects.filter(authority=authority, invoice__application__reference=reference)
    return rows.values_list("pk", flat=True).first()


def verify_now(payment_id: int) -> str:
    """In the callback request itself: checks and settles, or leaves it to the job. Returns the invoice's state."""
    if use_cases.run(claim, payment_id):
        try:
            answer = _ask(payment_id)
        except ProviderDown:
            pass  # the row says that the bank was asked, and the durable job goes on asking
        else:
            use_cases.run(take_answer, payment_id, answer)
    return Payment.objects.values_list("invoice__state", flat=True).get(pk=payment_id)


def claim(payment_id: int) -> bool:
    """Writes that the bank is being asked; False when there is nothing to ask or another process is at it."""
    application, payment, invoice = locked(payment_id)
    now = clock.now()
    if payment.state in DONE or _being_asked(payment, now):
        return False
    if payment.state == PaymentState.ASKED:
        Payment.objects.filter(pk=payment.pk).update(asked_at=now)
    else:
        PAYMENT.fire(payment, "ask", actor=SYSTEM, asked_at=now)
    if is_wanted(application, invoice):
        follow_question(invoice)
    return True


def _being_asked(payment: Payment, now: datetime) -> bool:
    return payment.state == PaymentState.ASKED and payment.asked_at is not None and now - payment.asked_at < ONE_ASKS


def _ask(payment_id: int) -> Answer:
    """Confirms money that is wanted; money that is not is only looked at, so that the gateway gives it back."""
    payment = Payment.objects.select_related("invoice__application").get(pk=payment_id)
    gateway = providers.payment()
    if is_wanted(payment.invoice.application, payment.invoice):
        return gateway.verify(authority=payment.authority, amount_rial=payment.invoice.amount_rial)
    standing = gateway.inquire(authority=payment.authority)
    return Unwanted() if standing in _HELD else NotPaid(standing.value)


def watch(job: Job) -> Ending:
    """The durable job behind every started payment (PAY-5)."""
    payment = Payment.objects.get(pk=job.payload["payment"])
    if payment.state in DONE:
        return nothing_left
    by_hand = bool(job.payload.get("by_hand"))
    try:
        answer = _ask(payment.pk)
    except ProviderDown:
        return partial(_unanswered, payment.pk, by_hand=by_hand)
    return partial(_answered, payment.pk, answer, by_hand=by_hand)


def _answered(payment_id: int, answer: Answer, *, by_hand: bool) -> datetime | None:
    payment = Payment.objects.get(pk=payment_id)
    now = clock.now()
    if by_hand and isinstance(answer, NotPaid):
        note_answer(payment, answer.code)
    if not isinstance(answer, NotPaid):
        take_answer(payment_id, answer)
        return None
    if _being_asked(payment, now):
        return now + LOOK_EVERY
    last = now - payment.started_at >= PAGE_MAY_STAY_OPEN
    if last or payment.state == PaymentState.ASKED:
        take_answer(payment_id, answer)
    return None if last or payment.state in DONE else now + LOOK_EVERY


def _unanswered(payment_id: int, *, by_hand: bool) -> datetime | None:
    payment = Payment.objects.get(pk=payment_id)
    now = clock.now()
    if by_hand:
        note_answer(payment, SILENT)
        return None
    age = now - payment.started_at
    if payment.state in DONE or age >= LAST_LOOK:
        return None
    if age < GATEWAY_KEEPS_MONEY:
        return now + LOOK_EVERY
    give_up(payment_id)
    return now + LOOK_LATER
