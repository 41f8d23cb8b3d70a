"""What people do in the portal, in their words; journeys are written with these."""

import re
import secrets
import time

from playwright.sync_api import expect

from enamad_portal.sandbox import staff
from enamad_portal.sandbox.magic import national_code


def tail():
    return f"{secrets.randbelow(10**7):07d}"


class Merchant:
    """One applicant with a phone, an e-mail address and a shop."""

    site = {}

    def __init__(self, page, sandbox, *, national=None):
        number = tail()
        self.page, self.sandbox = page, sandbox
        self.mobile, self.domain = f"0912{number}", f"shop-{number}.test"
        self.email = f"owner@{self.domain}"
        self.national_code = national or national_code(f"00{number[:4]}567")
        sandbox.shop(self.domain, **self.site)

    def sign_in(self, page=None):
        page = page or self.page
        page.goto("/accounts/sign-in/")
        page.get_by_label("شماره تلفن همراه").fill(self.mobile)
        page.get_by_role("button", name="فرستادن کد").click()
        expect(page.get_by_label("کد ۶ رقمی")).to_be_visible()
        page.get_by_label("کد ۶ رقمی").fill(self.newest_code("sms", f"+98{self.mobile[1:]}"))
        page.get_by_role("button", name="ورود", exact=True).click()
        page.wait_for_url("**/panel/**")

    def newest_code(self, channel, to, *, beyond=0):
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            with_code = [message for message in self.sandbox.inbox(channel, to) if message["codes"]]
            if len(with_code) > beyond:
                return with_code[0]["codes"][0]
            self.page.wait_for_timeout(100)
        raise AssertionError(f"no code for {to}")

    def introduce(self):
        page = self.page
        page.goto("/panel/person/")
        page.get_by_label("نام", exact=True).fill("مینا")
        page.get_by_label("نام خانوادگی").fill("رستمی")
        page.get_by_label("کد ملی").fill(self.national_code)
        page.get_by_label("روز").fill("۱۲")
        page.get_by_label("ماه").fill("5")
        page.get_by_label("سال").fill("۱۳۶۵")
        self.save()

    def save(self):
        self.page.get_by_role("button", name="ذخیره و ادامه").click()

    def choose(self, words):
        """Presses the big label of a radio or checkbox, as a thumb does."""
        self.page.locator(".choice label", has_text=words).first.click()

    def open_business(self, kind):
        self.page.goto("/panel/new/")
        self.choose(kind)
        self.page.get_by_role("button", name="آغاز درخواست").click()
        self.page.wait_for_url("**/panel/*/")
        self.case = self.page.url

    def fill_shop(self):
        page = self.page
        page.goto(f"{self.case}form/shop/")
        page.get_by_label("نام فارسی فروشگاه").fill("گلستان هنر")
        page.get_by_label("نام لاتین فروشگاه").fill("Golestan Honar")
        page.get_by_label("دامنه").fill(f"https://{self.domain.upper()}/")
        self.save()

    def fill_activity(self):
        page = self.page
        page.goto(f"{self.case}form/activity/")
        page.get_by_label("رسته فعالیت").select_option(label="صنایع دستی و هنری")
        self.choose("فروش مستقیم")
        self.save()

    def fill_contact(self):
        page = self.page
        page.goto(f"{self.case}form/contact/")
        page.get_by_label("ایمیل").fill(self.email)
        page.get_by_label("استان").select_option(label="تهران")
        page.get_by_label("شهر").fill("تهران")
        page.get_by_label("ساعات پاسخ‌گویی").fill("شنبه تا چهارشنبه، ۹ تا ۱۷")
        self.save()

    def fill_turnover(self):
        page = self.page
        page.goto(f"{self.case}form/turnover/")
        page.get_by_label("شمار تراکنش‌های ماهانه").fill("۲۰")
        page.get_by_label("گردش ماهانه").fill("۱۵")
        self.save()

    def submit(self):
        self.page.goto(f"{self.case}check/")
        self.page.get_by_role("button", name="ثبت درخواست").click()
        self.page.wait_for_url(self.case)

    def prove_domain(self):
        page = self.page
        page.goto(f"{self.case}domain/?method=meta")
        line = page.locator("code.copy__value").first.inner_text()
        self.sandbox.put(self.domain, "head", html=line)
        page.get_by_role("button", name="بررسی کن").click()
        self.until("دامنه احراز شد", f"{self.case}domain/")

    def return_email_code(self):
        self.until("کد را به", f"{self.case}email/")
        self.page.get_by_label("کد ۶ رقمی").fill(self.newest_code("email", self.email))
        self.page.get_by_role("button", name="تأیید ایمیل").click()

    def accept_commitment(self):
        self.until("می‌پذیرم", f"{self.case}commitment/")
        self.choose("متن تعهدنامه را کامل خوانده‌ام")
        self.page.get_by_role("button", name="می‌پذیرم").click()

    def pay(self, action="پرداخت"):
        self.until("رفتن به درگاه بانک", f"{self.case}fee/")
        self.page.get_by_role("button", name="رفتن به درگاه بانک").click()
        self.page.wait_for_url("**/pay/**")
        self.page.get_by_role("button", name=action, exact=True).click()

    def until(self, text, path):
        """Reloads the page until it says so."""
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            self.page.goto(path)
            if self.page.get_by_text(text).count():
                return
            self.page.wait_for_timeout(200)
        raise AssertionError(f"{path} never said «{text}»: {self.page.locator('main').inner_text()[:500]}")


_TO_SEND = re.compile(r"^\s*فرستادن\s+(?!دوباره)")


class StarMerchant(Merchant):
    """A merchant who asks for a badge with a star: place, telephone, letter, documents, site, police."""

    postal_code = "1193653594"
    site = {"https_redirect": True, "hsts": True}

    def fill_place(self):
        page, self.landline = self.page, f"0218{tail()[:6]}5"
        page.goto(f"{self.case}form/place/")
        self.choose("اداری")
        self.choose("مالک")
        page.get_by_label("کد پستی").fill(self.postal_code)
        page.get_by_label("نشانی", exact=True).fill("خیابان آزادی، کوچه گلستان، پلاک ۹۴")
        page.get_by_label("تلفن ثابت").fill(self.landline)
        self.save()

    def fill_volume(self):
        page = self.page
        page.goto(f"{self.case}form/volume/")
        page.get_by_label("شمار تراکنش‌های ماهانه").fill("۹۰۰")
        page.get_by_label("گردش ماهانه").fill("۴۰۰")
        self.save()

    def fill_shop_account(self):
        self.page.goto(f"{self.case}form/shop_account/")
        self.choose("نه، هر کسی")
        self.save()

    def skip_logo(self):
        self.page.goto(f"{self.case}form/logo/")
        self.save()

    def fill_company(self):
        page = self.page
        page.goto(f"{self.case}form/legal/")
        page.get_by_label("نام ثبتی").fill("شرکت بازرگانی نمونه")
        page.get_by_label("شناسه ملی").fill("10380284790")
        page.get_by_label("شماره ثبت").fill("۱۲۳۴۵")
        page.get_by_label("شماره روزنامه رسمی").fill("۲۲۱۴۵")
        page.locator("input[name=gazette_date]").fill("۱۴۰۰/۰۲/۱۵")
        page.get_by_label("نام و نام خانوادگی مدیرعامل").fill("مینا رستمی")
        page.get_by_label("کد ملی مدیرعامل").fill(self.national_code)
        self.choose("مدیرعامل")
        page.get_by_label("اعضای هیئت مدیره").fill("مینا رستمی، مدیرعامل")
        self.save()

    def send_again(self, key, picture):
        page = self.page
        page.goto(f"{self.case}documents/{key}/")
        page.locator("input[type=file]").set_input_files(picture)
        page.get_by_role("button", name="فرستادن سند").click()
        page.wait_for_url(f"{self.case}documents/")

    def fill_everything(self):
        for fill in (
            self.fill_shop,
            self.fill_activity,
            self.fill_contact,
            self.fill_place,
            self.fill_volume,
            self.fill_shop_account,
            self.skip_logo,
        ):
            fill()

    def answer_the_call(self):
        page = self.page
        self.until("با من تماس بگیرید", f"{self.case}landline/")
        page.get_by_role("button", name="با من تماس بگیرید").click()
        code = self.newest_code("call", self.landline)
        page.goto(f"{self.case}landline/")
        page.get_by_label("کد ۶ رقمی").fill(code)
        page.get_by_role("button", name="تأیید تلفن").click()

    def pay_for_the_letter(self):
        self.until("پرداخت و فرستادن نامه", f"{self.case}postal/")
        self.page.get_by_role("button", name="پرداخت و فرستادن نامه").click()
        self.page.wait_for_url("**/pay/**")
        self.page.get_by_role("button", name="پرداخت", exact=True).click()

    def return_letter_codes(self):
        reference = self.case.rstrip("/").rsplit("/", 1)[-1]
        ends = time.monotonic() + 60
        while not (mine := [one for one in self.sandbox.inbox("letter", self.postal_code) if reference in one["text"]]):
            assert time.monotonic() < ends, "the letter was not ordered"
            self.page.wait_for_timeout(200)
        self.until("کدهای نامه", f"{self.case}postal/")
        boxes = self.page.locator("input[name^=code_]")
        for place, code in enumerate(reversed(mine[0]["codes"])):
            boxes.nth(place).fill(code)
        self.page.get_by_role("button", name="تأیید نشانی").click()

    def send_documents(self, picture):
        page = self.page
        self.until("هر سند را جداگانه بفرستید", f"{self.case}documents/")
        while (link := page.get_by_role("link", name=_TO_SEND).first).count():
            link.click()
            page.locator("input[type=file]").set_input_files(picture)
            page.get_by_role("button", name="فرستادن سند").click()
            page.wait_for_url(f"{self.case}documents/")
            if page.get_by_text("همه مدارک لازم رسیده است").count():
                return


class PlainMerchant(StarMerchant):
    """The same with a shop that has no TLS at all."""

    site = {"tls": "off"}


class Officer:
    """Staff at the desk, with password and second factor."""

    _used: list[str] = []

    def __init__(self, page, name):
        self.page, self.name = page, name

    def sign_in(self):
        page = self.page
        page.goto("/admin/login/")
        page.locator("input[name=username]").fill(self.name)
        page.locator("input[name=password]").fill(staff.PASSWORD)
        page.locator("input[type=submit]").click()
        page.locator("input[name=code]").fill(staff.totp_code())
        page.locator("input[type=submit]").click()
        page.wait_for_url("**/admin/**")

    def open_case(self, case):
        self.reference = case.rstrip("/").rsplit("/", 1)[-1]
        self.page.goto(f"/admin/applications/application/case/{self.reference}/")

    def claim(self):
        self.page.get_by_role("button", name="برداشتن پرونده").click()

    def accept_documents(self):
        while (button := self.page.locator("#panel-documents").get_by_role("button", name="پذیرفتن").first).count():
            button.click()
            self.page.wait_for_load_state()

    def accept_document(self, title):
        row = self.page.locator("#panel-documents li", has_text=title)
        row.get_by_role("button", name="پذیرفتن").first.click()

    def refuse_document(self, title, reason):
        row = self.page.locator("#panel-documents li", has_text=title)
        row.get_by_text("نپذیرفتن…").click()
        row.get_by_label(reason).check()
        row.get_by_role("button", name="ثبت نپذیرفتن").click()

    def accept_site(self):
        panel = self.page.locator("#panel-checklist")
        while (button := panel.get_by_role("button", name="درست است").first).count():
            button.click()
            self.page.wait_for_load_state()

    def decide(self, move, *, text=""):
        page = self.page
        page.get_by_role("link", name=move).click()
        if text:
            page.locator("textarea").first.fill(text)
            page.get_by_role("button", name="دیدن متن پیش از ثبت").click()
        page.locator("button[name=send]").click()
        page.wait_for_load_state()
