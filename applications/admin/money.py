"""Money: amounts come from rows and bank answers, never from a form; what finance may do is in `finance.py`."""

from typing import Any

from django.contrib import admin
from django.urls import URLPattern
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from applications.admin import finance
from applications.lifecycle import INVOICE, InvoiceState, PaymentState
from applications.models import Invoice, LedgerEntry, Payment
from applications.models.choices import fee_title
from enamad_portal.kernel.admin import CaseAdmin, ReadOnlyAdmin, chip, jalali_day, jalali_moment
from enamad_portal.kernel.admin_pages import desk_page
from enamad_portal.kernel.iran.text import persian_money

_INVOICE_TONES = {
    InvoiceState.PAID: "ok",
    InvoiceState.VERIFYING: "info",
    InvoiceState.NEEDS_RECONCILIATION: "turn",
    InvoiceState.CANCELLED: "quiet",
}
_PAYMENT_TONES = {
    PaymentState.VERIFIED: "ok",
    PaymentState.ASKED: "info",
    PaymentState.PUZZLE: "turn",
    PaymentState.NOT_PAID: "quiet",
}


class _RialAdmin(ReadOnlyAdmin):
    @admin.display(description="مبلغ", ordering="amount_rial")
    def amount(self, row: Any) -> str:
        return "—" if row.amount_rial is None else persian_money(row.amount_rial)


def _code(text: str | None) -> SafeString | str:
    return format_html('<code dir="ltr">{}</code>', text) if text else "—"


@admin.register(Invoice)
class InvoiceAdmin(_RialAdmin, CaseAdmin):
    lifecycle = INVOICE
    list_display = ("number", "case", "title", "amount", "standing", "opened", "paid")
    list_filter = ["state", "kind"]
    search_fields = ("application__reference__exact", "payments__ref_id__exact", "payments__authority__exact")
    search_help_text = "شماره پیگیری پرونده، شماره مرجع بانک یا شناسه درگاه"
    list_select_related = ("application",)
    ordering = ("-pk",)
    fields = ("case", "title", "amount", "opened", "paid", "visits")
    readonly_fields = ("case", "title", "amount", "opened", "paid", "visits")
    opened = jalali_day("created_at", "ایجاد")
    paid = jalali_day("paid_at", "پرداخت")
    standing = chip("state", _INVOICE_TONES, "وضعیت")

    @admin.display(description="صورت‌حساب", ordering="pk")
    def number(self, row: Invoice) -> str:
        return str(row)

    @admin.display(description="پرونده", ordering="application")
    def case(self, row: Invoice) -> Any:
        return _code(row.application.reference)

    @admin.display(description="تعرفه", ordering="kind")
    def title(self, row: Invoice) -> str:
        return fee_title(row.kind)

    @admin.display(description="پرداخت‌ها")
    def visits(self, row: Invoice) -> Any:
        visits = [
            (finance.payment_address(one.pk), one, one.get_state_display()) for one in row.payments.order_by("pk")
        ]
        items = format_html_join("", '<li><a href="{}">{}</a>، {}</li>', visits)
        return format_html('<ul class="lines">{}</ul>', items) if visits else "—"


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("number", "owed", "amount", "standing", "receipt", "card", "started", "verified")
    list_filter = ["state", "gateway"]
    search_fields = ("ref_id__exact", "authority__exact", "invoice__application__reference__exact")
    search_help_text = "شماره مرجع بانک، شناسه درگاه یا شماره پیگیری پرونده"
    list_select_related = ("invoice__application",)
    ordering = ("-pk",)
    started = jalali_moment("started_at", "آغاز")
    verified = jalali_moment("verified_at", "تأیید")
    standing = chip("state", _PAYMENT_TONES, "وضعیت")

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("desk/", finance.desk_page, "desk"),
            ("<int:pk>/act/<slug:act>/", finance.act_on_payment, "act"),
            ("<int:pk>/proposal/<int:proposal>/<slug:act>/", finance.decide_proposal, "decide"),
            ("<path:object_id>/change/", finance.payment_page, "change"),
        )
        return [*(desk_page(self, *page) for page in pages), *super().get_urls()]

    @admin.display(description="پرداخت", ordering="pk")
    def number(self, row: Payment) -> str:
        return str(row)

    @admin.display(description="برای", ordering="invoice__kind")
    def owed(self, row: Payment) -> Any:
        return format_html("{} {}", fee_title(row.invoice.kind), _code(row.invoice.application.reference))

    @admin.display(description="مبلغ", ordering="invoice__amount_rial")
    def amount(self, row: Payment) -> str:
        return persian_money(row.invoice.amount_rial)

    @admin.display(description="شماره مرجع", ordering="ref_id")
    def receipt(self, row: Payment) -> Any:
        return _code(row.ref_id)

    @admin.display(description="کارت")
    def card(self, row: Payment) -> Any:
        return _code(row.card_mask)


@admin.register(LedgerEntry)
class LedgerAdmin(_RialAdmin):
    list_display = ("moment", "kind", "amount", "visit")
    list_filter = ["kind"]
    search_fields = ("payment__ref_id__exact", "payment__authority__exact")
    search_help_text = "شماره مرجع بانک یا شناسه درگاه"
    list_select_related = ("payment",)
    ordering = ("-pk",)
    fields = readonly_fields = ("moment", "kind", "amount", "visit")
    moment = jalali_moment("at", "زمان")

    def get_urls(self) -> list[URLPattern]:
        pages = (("days/", finance.days_page, "days"), ("export/", finance.export, "export"))
        return [*(desk_page(self, *page) for page in pages), *super().get_urls()]

    @admin.display(description="پرداخت", ordering="payment")
    def visit(self, row: LedgerEntry) -> Any:
        return format_html('<a href="{}">{}</a>', finance.payment_address(row.payment_id), row.payment)
