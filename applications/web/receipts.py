"""The receipt of a payment: a page ready for print, and the same paper as PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.selectors.case import own_application
from applications.services.receipts import receipt_of
from applications.services.receipts import receipt_pdf as drawn
from applications.web.access import actor_of, panel_page
from enamad_portal.kernel import pdf


@require_safe
@panel_page
def receipt(request: HttpRequest, reference: str, invoice: int) -> HttpResponse:
    """The paper on screen."""
    return _page(request, reference, invoice)


@require_safe
@panel_page
def receipt_pdf(request: HttpRequest, reference: str, invoice: int) -> HttpResponse:
    """The paper as a file; while none can be drawn, the page that can be printed."""
    application = own_application(reference, actor_of(request).account)
    paper = receipt_of(application, invoice)
    try:
        content = drawn(paper)
    except pdf.PdfUnavailable as why:
        return _page(request, reference, invoice, busy=why.busy, status=503)
    headers = {"Content-Disposition": f'attachment; filename="receipt-{paper.number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _page(request: HttpRequest, reference: str, invoice: int, *, busy: bool = False, status: int = 200) -> HttpResponse:
    application = own_application(reference, actor_of(request).account)
    context = {
        "application": application,
        "receipt": receipt_of(application, invoice),
        "pdf": pdf.available(),
        "busy": busy,
    }
    return render(request, "applications/receipt.html", context, status=status)
