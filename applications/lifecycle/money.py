"""The lives of an invoice and of each attempt to pay it (PAY-1 to PAY-6)."""

from django.db import models

from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.lifecycle import Lifecycle, Transition


class InvoiceState(models.TextChoices):
    OPEN = "open", "پرداخت‌نشده"
    VERIFYING = "verifying", "در حال تأیید بانک"
    PAID = "paid", "پرداخت شد"
    NEEDS_RECONCILIATION = "needs_reconciliation", "نیازمند مغایرت‌گیری"
    CANCELLED = "cancelled", "لغو شد"


V, R = InvoiceState, Role

INVOICE = Lifecycle(
    name="invoice",
    states=InvoiceState,
    initial=V.OPEN,
    transitions=(
        Transition("verify", (V.OPEN,), V.VERIFYING, (R.SYSTEM,), "تأیید از بانک", clause="PAY-4"),
        Transition("settle", (V.VERIFYING, V.NEEDS_RECONCILIATION), V.PAID, (R.SYSTEM, R.FINANCE), "ثبت پرداخت"),
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
        Transition("resolve", (Y.PUZZLE,), Y.RESOLVED, (R.FINANCE,), "رفع مغایرت", note_needed=True),
    ),
)
