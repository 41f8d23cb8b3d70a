"""Sara's company asks for a starred badge: the long form, a file that is refused, the documents, on phone and desk."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.people import Merchant
from tests.kernel.uploads import corpus

pytestmark = pytest.mark.browser
PAGES = ("form/legal/", "form/place/", "form/shop_account/", "form/logo/", "documents/", "documents/statute/")
KIND = "شخص حقوقی، نماد معمولی (ستاره‌دار)"


def upload(page, name, data, kind):
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": data})


def pick(page, name):
    page.locator(".choice label", has_text=re.compile(f"^{name}$")).click()


def fill_legal(sara):
    page = sara.page
    page.get_by_label("نام ثبتی").fill("شرکت بازرگانی نمونه")
    page.get_by_label("شناسه ملی").fill("۱۰۳۸۰۲۸۴۷۹۰")
    page.get_by_label("شماره ثبت").fill("۴۵۶۷")
    page.get_by_label("شماره روزنامه رسمی").fill("21873")
    page.get_by_role("textbox", name="تاریخ روزنامه رسمی").fill("۱۴۰۳/۰۲/۱۰")
    page.get_by_label("نام و نام خانوادگی مدیرعامل").fill("مینا رستمی")
    page.get_by_label("کد ملی مدیرعامل").fill(sara.national_code)
    pick(page, "مدیرعامل")
    page.get_by_label("اعضای هیئت مدیره").fill("مینا رستمی، رئیس\nسارا کریمی، عضو")


def fill_place(sara):
    page = sara.page
    pick(page, "اداری")
    pick(page, "مستأجر")
    page.get_by_label("کد پستی").fill("۱۹۳۹۴۴۷۱۱۳")
    page.get_by_label("نشانی").fill("خیابان ولیعصر، کوچه بهار، پلاک ۷، واحد ۳")
    page.get_by_label("تلفن ثابت").fill("031 3888 1234")


def test_a_company_fills_the_long_form_and_sends_its_documents(portal, device, look):
    sara = Merchant(device(PHONE), portal.sandbox)
    page = sara.page
    sara.sign_in()
    sara.introduce()
    page.goto("/panel/new/")
    look(page, "new-kinds")
    sara.open_business(KIND)
    page.goto(f"{sara.case}form/legal/")
    sara.save()
    expect(page.get_by_text("نام ثبتی را وارد کنید.").first).to_be_visible()
    look(page, "legal-errors")
    fill_legal(sara)
    sara.save()
    sara.fill_shop()
    sara.fill_activity()
    sara.fill_contact()
    look(page, "place-empty")
    fill_place(sara)
    sara.save()
    expect(page.get_by_text("پیش‌شمارهٔ ۰۳۱ برای استان اصفهان است")).to_be_visible()
    look(page, "volume-with-notice")
    page.get_by_label("شمار تراکنش‌های ماهانه").fill("۲۰۰۰")
    page.get_by_label("گردش ماهانه").fill("۱۵۰۰۰")
    sara.save()
    pick(page, "بله")
    page.get_by_label("نام کاربری آزمایشی").fill("tester")
    page.get_by_label("رمز حساب آزمایشی").fill("p@ss word")
    look(page, "shop-account")
    sara.save()
    upload(page, "logo.png", corpus.png((120, 120)), "image/png")
    look(page, "logo")
    sara.save()
    expect(page.get_by_role("heading", name="پاسخ‌ها را بازبینی کنید")).to_be_visible()
    look(page, "check-legal")
    sara.submit()
    send_documents(sara, look)
    shots(sara, device, look)


def send_documents(sara, look):
    page = sara.page
    page.goto(f"{sara.case}documents/")
    look(page, "documents-empty")
    page.get_by_role("link", name="فرستادن آگهی تأسیس در روزنامه رسمی").click()
    upload(page, "notice.png", b"<svg onload=alert(1)>", "image/png")
    page.get_by_role("button", name="فرستادن سند").click()
    expect(page.get_by_text("محتوای این پرونده با پسوند").first).to_be_visible()
    look(page, "document-refused-file")
    upload(page, "notice.pdf", corpus.pdf(corpus.open_action, pages=2), "application/pdf")
    page.get_by_role("button", name="فرستادن سند").click()
    expect(page.get_by_text("«آگهی تأسیس در روزنامه رسمی» رسید.")).to_be_visible()
    page.get_by_role("link", name="فرستادن اساسنامه").click()
    upload(page, "statute.jpg", corpus.jpeg((600, 800)), "image/jpeg")
    expect(page.locator(".upload__chosen img")).to_be_visible()
    look(page, "document-chosen")
    page.get_by_role("button", name="فرستادن سند").click()
    expect(page.get_by_text("همه مدارک لازم رسیده است")).to_be_visible()
    look(page, "documents-complete")


def shots(sara, device, look):
    """The same pages on a desk and in the dark."""
    cookies = sara.page.context.cookies()
    for size, dark in ((DESK, False), (PHONE, True), (DESK, True)):
        page = device(size, dark=dark)
        page.context.add_cookies(cookies)
        shade = "dark" if dark else "light"
        for path in PAGES:
            page.goto(f"{sara.case}{path}")
            look(page, f"{path.strip('/').replace('/', '-')}-{shade}")
