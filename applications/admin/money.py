"""Money, to look at: amounts come from rows and bank answers, never from a form."""

from django.contrib import admin

from applications.lifecycle import INVOICE
from applications.models import Invoice, LedgerEntry, Payment
from enamad_portal.kernel.admin import CaseAdmin, ReadOnlyAdmin, jalali_day
from enamad_portal.kernel.iran.text import persian_money


@admin.register(Invoice)
class InvoiceAdmin(CaseAdmin):
    lifecycle = INVOICE
    list_display = ("application", "kind", "amount", "state", "opened", "paid")
    list_filter = ["state", "kind"]
    search_fields = ("application__reference",)
    list_select_related = ("application",)
    ordering = ("-pk",)
    fields = ("application", "kind", "amount", "opened", "paid")
    readonly_fields = ("amount", "opened", "paid")
    opened = jalali_day("created_at", "ایجاد")
    paid = jalali_day("paid_at", "پرداخت")

    @admin.display(description="مبلغ", ordering="amount_rial")
    def amount(self, row: Invoice) -> str:
        return persian_money(row.amount_rial or 0)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("invoice", "gateway", "ref_id", "card_mask", "started", "verified")
    search_fields = ("ref_id", "authority", "invoice__application__reference")
    list_select_related = ("invoice__application",)
    ordering = ("-pk",)
    started = jalali_day("started_at", "آغاز")
    verified = jalali_day("verified_at", "تأیید")


@admin.register(LedgerEntry)
class LedgerAdmin(ReadOnlyAdmin):
    list_display = ("payment", "kind", "amount", "day")
    list_filter = ["kind"]
    list_select_related = ("payment",)
    ordering = ("-pk",)
    day = jalali_day("at", "روز")

    @admin.display(description="مبلغ", ordering="amount_rial")
    def amount(self, row: LedgerEntry) -> str:
        return persian_money(row.amount_rial or 0)
