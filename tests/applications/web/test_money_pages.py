"""Receipts, the way to the gateway, the pages of the police check and of an objection: by client and in Chromium."""

import os
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from applications.lifecycle import State
from applications.models import VerificationStep
from applications.services.pay import verify_now
from applications.services.receipts import receipt_of
from enamad_portal.kernel import paper, pdf
from enamad_portal.kernel.errors import NotFound
from tests.applications import factories
from tests.applications.paying_case import paying_case, visit
from tests.applications.services.test_objection import decide, officer
from tests.applications.web.conftest import SIZES, examine, signed_in

pytestmark = pytest.mark.django_db


def at(name, case, *more):
    return reverse(f"applications:{name}", args=[case.reference, *more])


def paid(sandbox):
    case = paying_case()
    payment, authority = visit(case)
    sandbox.press(authority)
    verify_now(payment)
    return case, case.invoices.get()


def suspended():
    shop = factories.business(factories.applicant(mobile="+989127770001"), domain="suspended.test")
    case = factories.application(shop, State.POLICE_REFUSED, issued_at=None)
    VerificationStep.objects.create(application=case, key="police", state="failed", code="police_negative")
    return case


def refused():
    shop = factories.business(factories.applicant(mobile="+989127770002", national_code="0012345679"), domain="no.test")
    case = factories.application(shop, State.CONTENT_REVIEW, issued_at=None)
    decide(case, "propose_refusal", officer("a"))
    decide(case, "confirm_refusal", officer("b"))
    return case


def test_the_receipt_is_read_from_the_rows(sandbox):
    case, invoice = paid(sandbox)

    paper = receipt_of(case, invoice.pk)

    payment = invoice.payments.get()
    assert (paper.amount_rial, paper.ref_id, paper.purpose) == (500_000, payment.ref_id, "تعرفه نماد")


def test_there_is_no_receipt_before_the_money(sandbox):
    case = paying_case()

    with pytest.raises(NotFound):
        receipt_of(case, case.invoices.get().pk)


@pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")
def test_the_receipt_as_a_tagged_pdf(sandbox, client):
    case, invoice = paid(sandbox)
    client.force_login(case.business.owner.user)

    answer = client.get(at("receipt_pdf", case, invoice.pk))

    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert b"/MarkInfo" in answer.content or b"/StructTreeRoot" in answer.content or b"/ObjStm" in answer.content


def test_without_pango_the_page_says_so_and_can_be_printed(sandbox, client, monkeypatch):
    case, invoice = paid(sandbox)
    client.force_login(case.business.owner.user)
    monkeypatch.setattr(pdf, "LIBRARIES", ("libno-such-thing.so.0",))
    pdf.available.cache_clear()
    try:
        page = client.get(at("receipt", case, invoice.pk))
        file = client.get(at("receipt_pdf", case, invoice.pk))
    finally:
        pdf.available.cache_clear()

    assert (page.status_code, file.status_code) == (200, 503)
    assert "سازنده PDF روی این سامانه نصب نیست" in page.content.decode()


def test_authz_1_a_stranger_s_receipt_is_not_found(sandbox, client):
    case, invoice = paid(sandbox)
    client.force_login(paying_case().business.owner.user)

    for name in ("receipt", "receipt_pdf"):
        assert client.get(at(name, case, invoice.pk)).status_code == 404


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:9/x", "/static/../settings/base.py", "/etc/passwd"]
)
def test_fet_a_paper_reads_our_static_files_only(url, settings):
    with pytest.raises(PermissionError):
        paper.static_file(url, settings.STATIC_URL, settings.STATICFILES_DIRS)


def test_the_fee_page_alone_names_the_gateway(sandbox, client):
    case = paying_case()
    client.force_login(case.business.owner.user)

    fee, other = (client.get(at(name, case))["Content-Security-Policy"] for name in ("fee", "case"))

    assert (f"form-action 'self' {sandbox.url}" in fee, sandbox.url in other) == (True, False)


def test_authz_3_the_applicant_reads_suspended_and_the_way_to_appeal(sandbox, client):
    case = suspended()
    client.force_login(case.business.owner.user)

    text = client.get(at("police", case)).content.decode()

    assert [words in text for words in ("پرونده تعلیق شد", "حکم تبرئه", "برگه اجرای حکم")] == [True] * 3
    assert ("منفی" in text, client.post(at("police", case), {}).status_code) == (False, 400)


def test_an_objection_is_made_on_its_page(client):
    case = refused()
    client.force_login(case.business.owner.user)
    assert "سایت مجوز صنف ندارد." in client.get(at("objection", case)).content.decode()

    answer = client.post(at("objection", case), {"reasons": "مجوز صنف در پانویس همه صفحه‌های سایت ما آمده است."})

    case.refresh_from_db()
    assert (answer.status_code, case.state) == (302, State.APPEAL)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_button_of_the_fee_page_reaches_the_gateway_in_chromium(sandbox, chromium, live_server):
    case = paying_case()
    context = chromium.new_context(locale="fa-IR")
    cookie = {"name": "sessionid", "value": signed_in(case.business.owner.user), "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}{at('fee', case)}")

    page.get_by_role("button", name="رفتن به درگاه بانک").click()
    page.wait_for_url(f"{sandbox.url}/pay/*")

    assert urlsplit(page.url).path.startswith("/pay/")
    context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_these_pages_fit_and_axe_finds_nothing(sandbox, looks):
    case = suspended()
    looks(case, "police", "police-suspended")
    looks(case, "police", "police-nothing-sent", press="ثبت فرجام‌خواهی")
    looks(refused(), "objection", "objection")
    case, _ = paid(sandbox)
    looks(case, "fee", "fee-paid")
    looks(case, "case", "case-with-receipt")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_receipt_fits_and_axe_finds_nothing(sandbox, chromium, live_server):
    case, invoice = paid(sandbox)
    context = chromium.new_context(locale="fa-IR")
    cookie = {"name": "sessionid", "value": signed_in(case.business.owner.user), "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}{at('receipt', case, invoice.pk)}")
    for size in SIZES:
        page.set_viewport_size(size)
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light)
            examine(page, "receipt")
            if folder := os.environ.get("JOURNEY_PICTURES"):
                page.screenshot(path=f"{folder}/receipt-{size['width']}-{light}.png", full_page=True)
    context.close()
