"""صورت‌حساب، پرداخت، دفتر: amounts come from our rows only (PAY-1), one receipt pays one invoice (PAY-3)."""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from applications.lifecycle import INVOICE, PAYMENT, InvoiceState, PaymentState
from applications.models.application import Application
from applications.models.choices import fee_title
from enamad_portal.kernel import clock, guards
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.lifecycle import Lifecycle, Subject


class Invoice(Subject):
    """What is owed for one application and one kind of fee."""

    lifecycle: ClassVar[Lifecycle] = INVOICE
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField("تعرفه", max_length=40)
    round = models.PositiveIntegerField("دور", default=1)
    """The nth of its kind: a second letter is a second postage."""
    amount_rial = models.PositiveBigIntegerField("مبلغ (ریال)")
    state = models.CharField("وضعیت", max_length=24, choices=InvoiceState, default=InvoiceState.OPEN)
    created_at = models.DateTimeField("ایجاد")
    paid_at = models.DateTimeField("پرداخت", null=True, blank=True)

    class Meta:
        verbose_name = "صورت‌حساب"
        verbose_name_plural = "صورت‌حساب‌ها"
        constraints = [
            models.CheckConstraint(condition=Q(amount_rial__gt=0), name="invoice_amount_positive"),
            models.CheckConstraint(condition=Q(state__in=InvoiceState.values), name="invoice_state_known"),
            models.CheckConstraint(
                condition=~Q(state=InvoiceState.PAID) | Q(paid_at__isnull=False), name="invoice_paid_has_time"
            ),
            models.UniqueConstraint(
                fields=["application", "kind", "round"],
                condition=~Q(state=InvoiceState.CANCELLED),
                name="one_invoice_per_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state=InvoiceState.NEEDS_RECONCILIATION), name="invoice_puzzles"
            )
        ]

    def __str__(self) -> str:
        return f"صورت‌حساب {persian_digits(self.pk)}"

    @property
    def title(self) -> str:
        """What it is for."""
        return fee_title(self.kind)


class Payment(Subject):
    """One visit to the gateway for an invoice; the authority is the gateway's name for it."""

    lifecycle: ClassVar[Lifecycle] = PAYMENT
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    state = models.CharField("وضعیت", max_length=10, choices=PaymentState, default=PaymentState.STARTED)
    gateway = models.CharField("درگاه", max_length=20)
    authority = models.CharField(max_length=80)
    ref_id = models.CharField("شماره مرجع", max_length=80, null=True, blank=True)  # noqa: DJ001 - NULLs are not unique
    card_mask = models.CharField("کارت", max_length=24, blank=True)
    started_at = models.DateTimeField("آغاز")
    asked_at = models.DateTimeField("پرسش از بانک", null=True, blank=True)
    verified_at = models.DateTimeField("تأیید", null=True, blank=True)

    class Meta:
        verbose_name = "پرداخت"
        verbose_name_plural = "پرداخت‌ها"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_known"),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.VERIFIED) | Q(ref_id__isnull=False, verified_at__isnull=False),
                name="payment_verified_has_receipt",
            ),
            models.UniqueConstraint(fields=["gateway", "authority"], name="one_payment_per_authority"),
            models.UniqueConstraint(fields=["gateway", "ref_id"], name="one_payment_per_receipt"),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(state=PaymentState.VERIFIED), name="one_receipt_per_invoice"
            ),
        ]
        indexes = [
            models.Index(fields=["started_at"], condition=Q(state=PaymentState.PUZZLE), name="payment_puzzles"),
            models.Index(fields=["ref_id"]),
            models.Index(fields=["authority"]),
        ]

    def __str__(self) -> str:
        return f"پرداخت {persian_digits(self.pk)}"


class MoneyFact(models.TextChoices):
    """What a row of the ledger says happened to money."""

    CAPTURED = "captured", "دریافت شد"
    SURPLUS = "surplus", "دریافت بی‌محل: صورت‌حساب پیش‌تر پرداخت یا لغو شده بود"
    AMOUNT_DIFFERS = "amount_differs", "مبلغ یا پذیرنده با صورت‌حساب یکی نیست"
    RECEIPT_REUSED = "receipt_reused", "شماره مرجع پیش‌تر برای پرداخت دیگری آمده بود"
    RETURNED = "returned", "به پرداخت‌کننده بازگشت"
    SETTLED = "settled", "با دو امضا به حساب صورت‌حساب گذاشته شد"


class LedgerRows(models.QuerySet["LedgerEntry"]):
    def between(self, first: date, last: date) -> "LedgerRows":
        """Entries of these days in Tehran, the last one too."""
        after = last + timedelta(days=1)
        return self.filter(at__gte=clock.midnight(first), at__lt=clock.midnight(after))


class LedgerEntry(models.Model):
    """Append-only: no money without a row (PAY-7)."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="ledger")
    kind = models.CharField("رویداد", max_length=24, choices=MoneyFact)
    amount_rial = models.BigIntegerField("مبلغ (ریال)", null=True)
    """Negative for what went back; empty where the gateway does not say how much it holds."""
    at = models.DateTimeField("زمان")

    objects = LedgerRows.as_manager()

    class Meta:
        verbose_name = "سطر دفتر"
        verbose_name_plural = "دفتر"
        constraints = [models.UniqueConstraint(fields=["payment", "kind"], name="one_ledger_row_per_fact")]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return str(self.get_kind_display())


guards.APPEND_ONLY.append(LedgerEntry)
