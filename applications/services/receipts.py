"""رسید پرداخت: what was paid, when, for what and under which number; read from the rows of the payment (PAY-1)."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from applications.lifecycle import InvoiceState, PaymentState
from applications.models import Application, Invoice, Payment
from applications.services.postage import POSTAGE
from enamad_portal.kernel import organisation, pdf
from enamad_portal.kernel.errors import NotFound
from enamad_portal.kernel.fetch.hosts import readable

GATEWAYS = {"zarinpal": "زرین‌پال", "sandbox": "درگاه آزمایشی"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything on the paper."""

    number: str
    invoice_id: int
    purpose: str
    amount_rial: int
    paid_at: datetime
    ref_id: str
    card_mask: str
    gateway: str
    payer: str
    business: str
    domain: str
    reference: str


def receipts_of(application: Application) -> list[Receipt]:
    """One for each paid invoice, oldest first."""
    paid = Payment.objects.filter(
        invoice__application=application, invoice__state=InvoiceState.PAID, state=PaymentState.VERIFIED
    )
    return [_receipt(application, payment) for payment in paid.select_related("invoice").order_by("verified_at")]


def receipt_of(application: Application, invoice_id: int) -> Receipt:
    """The receipt of one invoice of this case. Raises NotFound while it is not paid."""
    found = next((one for one in receipts_of(application) if one.invoice_id == invoice_id), None)
    if found is None:
        raise NotFound(str(invoice_id))
    return found


def receipt_pdf(receipt: Receipt) -> bytes:
    """The paper as a tagged PDF. Raises `pdf.PdfUnavailable`."""
    names = {"organisation": organisation.current(), "product_name": settings.PRODUCT_NAME_FA}
    return pdf.render(render_to_string("applications/receipt_pdf.html", {"receipt": receipt, **names})).content


def _receipt(application: Application, payment: Payment) -> Receipt:
    business, invoice = application.business, payment.invoice
    assert payment.verified_at is not None
    domain = application.domain or business.domain
    return Receipt(
        number=f"{application.reference}-{invoice.pk}",
        invoice_id=invoice.pk,
        purpose=_purpose(invoice),
        amount_rial=invoice.amount_rial,
        paid_at=payment.verified_at,
        ref_id=payment.ref_id or "",
        card_mask=payment.card_mask,
        gateway=GATEWAYS.get(payment.gateway, payment.gateway),
        payer=business.owner.full_name,
        business=business.name_fa,
        domain=readable(domain),
        reference=application.reference,
    )


def _purpose(invoice: Invoice) -> str:
    if invoice.kind == POSTAGE:
        return "هزینه پست نامه تأیید نشانی"
    return "تعرفه نماد"
