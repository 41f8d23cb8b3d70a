"""The lives of an invoice and of each attempt to pay it (PAY-1 to PAY-6)."""

from typing import Any

from django.db import models

from applications.lifecycle.application import CLOSED, not_own_file
from applications.lifecycle.proposal import proposed_by_another
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.lifecycle import Lifecycle, Transition


class InvoiceState(models.TextChoices):
    OPEN = "open", "پرداخت‌نشده"
    VERIFYING = "verifying", "در حال تأیید بانک"
    PAID = "paid", "پرداخت شد"
    NEEDS_RECONCILIATION = "needs_reconciliation", "نیازمند مغایرت‌گیری"
    CANCELLED = "cancelled", "لغو شد"


V, R = InvoiceState, Role


def has_receipt(invoice: Any, _actor: Actor) -> Refusal | None:
    """Paid means exactly one verified receipt; nobody declares an invoice paid without it."""
    if invoice.payments.filter(state=PaymentState.VERIFIED).exists():
        return None
    return Refusal("no_receipt", "صورت‌حساب با رسید تأییدشده یک پرداخت تسویه می‌شود؛ چنین رسیدی نیست.")


INVOICE = Lifecycle(
    name="invoice",
    states=InvoiceState,
    initial=V.OPEN,
    transitions=(
        Transition("verify", (V.OPEN,), V.VERIFYING, (R.SYSTEM,), "تأیید از بانک", clause="PAY-4"),
        Transition(
            "settle", (V.VERIFYING, V.NEEDS_RECONCILIATION), V.PAID, (R.SYSTEM, R.FINANCE), "ثبت پرداخت", (has_receipt,)
        ),
        Transition("reopen", (V.VERIFYING, V.NEEDS_RECONCILIATION), V.OPEN, (R.SYSTEM, R.FINANCE), "پرداخت نشد"),
        Transition(
            "puzzle", (V.OPEN, V.VERIFYING), V.NEEDS_RECONCILIATION, (R.SYSTEM,), "ارجاع به مالی", clause="PAY-5"
        ),
        Transition("cancel", (V.OPEN,), V.CANCELLED, (R.SYSTEM, R.APPLICANT), "لغو صورت‌حساب"),
    ),
)


class PaymentState(models.TextChoices):
    STARTED = "started", "در درگاه"
    ASKED = "asked", "در حال تأیید بانک"
    VERIFIED = "verified", "تأیید شد"
    NOT_PAID = "not_paid", "پرداخت نشد"
    PUZZLE = "puzzle", "نیازمند مغایرت‌گیری"
    RESOLVED = "resolved", "مغایرت رفع شد"


Y = PaymentState


def not_own_payment(payment: Any, actor: Actor) -> Refusal | None:
    """Nobody puts his own money right (AUTHZ-5)."""
    return not_own_file(payment.invoice.application, actor)


def bank_is_silent(payment: Any, _actor: Actor) -> Refusal | None:
    """While the gateway may still answer by itself, nobody answers for it."""
    if payment.invoice.state == V.NEEDS_RECONCILIATION:
        return None
    return Refusal("still_asked", "سامانه هنوز پاسخ درگاه را می‌پرسد؛ اگر نرسد خودش آن را به مالی می‌سپارد.")


def invoice_awaits_this_money(payment: Any, _actor: Actor) -> Refusal | None:
    """Money for a paid or void invoice goes back, and so does money of another amount (PAY-6)."""
    if payment.invoice.state != V.NEEDS_RECONCILIATION or payment.invoice.application.state in CLOSED:
        return Refusal("not_awaited", "صورت‌حساب این پرداخت دیگر در انتظار پول نیست؛ پول باید به پرداخت‌کننده بازگردد.")
    if payment.ledger.filter(amount_rial=None).exists():
        return Refusal("amount_differs", "مبلغ با صورت‌حساب یکی نبوده است؛ پول باید بازگردد و تعرفه از نو پرداخت شود.")
    return None


PAYMENT = Lifecycle(
    name="payment",
    states=PaymentState,
    initial=Y.STARTED,
    transitions=(
        Transition("ask", (Y.STARTED, Y.NOT_PAID), Y.ASKED, (R.SYSTEM,), "پرسش از بانک", clause="PAY-2"),
        Transition(
            "confirm", (Y.STARTED, Y.ASKED, Y.NOT_PAID), Y.VERIFIED, (R.SYSTEM,), "ثبت رسید", clause="PAY-3, PAY-4"
        ),
        Transition("deny", (Y.STARTED, Y.ASKED), Y.NOT_PAID, (R.SYSTEM,), "پرداخت نشد"),
        Transition("puzzle", (Y.STARTED, Y.ASKED, Y.NOT_PAID), Y.PUZZLE, (R.SYSTEM,), "ارجاع به مالی", clause="PAY-6"),
        Transition(
            "set_unpaid",
            (Y.STARTED, Y.ASKED),
            Y.NOT_PAID,
            (R.FINANCE,),
            "پرداخت نشده است",
            (not_own_payment, bank_is_silent),
            note_needed=True,
        ),
        Transition(
            "settle",
            (Y.STARTED, Y.ASKED, Y.PUZZLE),
            Y.VERIFIED,
            (R.FINANCE,),
            "ثبت دستی رسید",
            (not_own_payment, invoice_awaits_this_money, proposed_by_another("settle")),
            note_needed=True,
            clause="PAY-3, PAY-6",
        ),
        Transition(
            "resolve",
            (Y.PUZZLE,),
            Y.RESOLVED,
            (R.FINANCE,),
            "رفع مغایرت",
            (not_own_payment, proposed_by_another("resolve")),
            note_needed=True,
            clause="PAY-6, PAY-7",
        ),
    ),
)
