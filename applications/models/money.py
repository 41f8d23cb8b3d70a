"""صورت‌حساب، پرداخت، دفتر: amounts come from our rows only (PAY-1), one receipt pays one invoice (PAY-3)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from applications.lifecycle import INVOICE, InvoiceState
from applications.models.application import Application
from enamad_portal.kernel import guards
from enamad_portal.kernel.lifecycle import Lifecycle, Subject


class Invoice(Subject):
    """What is owed for one application and one kind of fee."""

    lifecycle: ClassVar[Lifecycle] = INVOICE
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="invoices")
    kind = models.CharField("تعرفه", max_length=40)
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
                fields=["application", "kind"],
                condition=~Q(state=InvoiceState.CANCELLED),
                name="one_invoice_per_kind",
            ),
        ]


class Payment(models.Model):
    """One visit to the gateway for an invoice; the authority is the gateway's name for it."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    gateway = models.CharField("درگاه", max_length=20)
    authority = models.CharField(max_length=80)
    ref_id = models.CharField("شماره مرجع", max_length=80, null=True, blank=True)
    card_mask = models.CharField("کارت", max_length=24, blank=True)
    started_at = models.DateTimeField("آغاز")
    verified_at = models.DateTimeField("تأیید", null=True, blank=True)

    class Meta:
        verbose_name = "پرداخت"
        verbose_name_plural = "پرداخت‌ها"
        constraints = [
            models.UniqueConstraint(fields=["gateway", "authority"], name="one_payment_per_authority"),
            models.UniqueConstraint(fields=["gateway", "ref_id"], name="one_payment_per_receipt"),
        ]


class LedgerEntry(models.Model):
    """Append-only: no money without a row (PAY-7)."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=24)
    amount_rial = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "سطر دفتر"
        verbose_name_plural = "دفتر"
        constraints = [models.UniqueConstraint(fields=["payment", "kind"], name="one_ledger_row_per_fact")]


guards.APPEND_ONLY.append(LedgerEntry)
