"""The owner of a shop with premises: from sign-up to the badge on his page."""

import io
import re
import secrets
import time
from dataclasses import dataclass

import requests
from PIL import Image

from deploy.demo.outside import Outside
from deploy.demo.visitor import JobFailedError, Visitor
from enamad_portal.sandbox.magic import national_code

POSTAL_CODE = "1193653594"
LOGO_WITHIN_S = 10


@dataclass(frozen=True)
class Person:
    """Who applies for which shop; `tail` is the end of his mobile number and tells him apart from others."""

    tail: str
    first_name: str = "مینا"
    last_name: str = "رستمی"
    shop: str = "گلستان هنر"
    shop_latin: str = "Golestan Honar"
    domain: str = ""

    @classmethod
    def passing_by(cls) -> "Person":
        """Somebody the portal has never seen."""
        tail = f"{secrets.randbelow(10**7):07d}"
        return cls(tail, domain=f"golestan-{tail}.test")

    @property
    def mobile(self) -> str:
        return f"0912{self.tail}"

    @property
    def landline(self) -> str:
        return f"0218{self.tail[:6]}5"

    @property
    def national_code(self) -> str:
        return national_code(f"00{self.tail[:4]}567")

    @property
    def email(self) -> str:
        return f"owner@{self.domain}"


class Merchant(Visitor):
    """A natural person who asks for a badge with stars."""

    kind = "natural/normal"

    def __init__(self, base: str, outside: Outside, person: Person) -> None:
        super().__init__(base)
        self.outside, self.person, self.domain = outside, person, person.domain
        self.case = ""

    @property
    def reference(self) -> str:
        return self.case.rstrip("/").rsplit("/", 1)[-1]

    def sign_in(self) -> None:
        self.open("/accounts/sign-in/").submit("mobile", mobile=self.person.mobile)
        self.submit("code", code=self.outside.code_for("sms", f"+98{self.person.mobile[1:]}"))

    def has_case(self) -> bool:
        """Whether he has been here before."""
        return self.open("/panel/").url.endswith("/panel/") and not self.sees("هنوز کسب‌وکاری ندارید")

    def begin(self) -> None:
        """Says who he is and which kind of badge he wants, and names his shop."""
        who = self.person
        self.outside.open_shop(who.domain)
        name = {"first_name": who.first_name, "last_name": who.last_name, "national_code": who.national_code}
        birth = {"birth_date_day": "۱۲", "birth_date_month": "مرداد", "birth_date_year": "۱۳۶۵"}
        self.open("/panel/person/").submit("national_code", **name, **birth)
        self.case = self.open("/panel/new/").submit("kind", kind=self.kind).url
        self._section("shop", name_fa=who.shop, name_latin=who.shop_latin, domain=who.domain)

    def fill_and_submit(self) -> None:
        """One thing per page, and a look at all the answers before they are sent."""
        self.open(f"{self.case}form/activity/")
        crafts = self.page.xpath("//select[@name='activity']/option[contains(., 'صنایع دستی')]/@value")[0]
        self.submit("sale_method", activity=crafts, sale_method="direct")
        hours = "شنبه تا چهارشنبه، ۹ تا ۱۷"
        self._section("contact", email=self.person.email, province="23", city="تهران", answering_hours=hours)
        self._describe_business()
        self.open(f"{self.case}check/").submit("ثبت درخواست")

    def _describe_business(self) -> None:
        place = {"premises": "office", "tenure": "owner", "postal_code": POSTAL_CODE}
        address = "خیابان آزادی، کوچه گلستان، پلاک ۹۴"
        self._section("place", address=address, landline=self.person.landline, **place)
        self._section("volume", monthly_transactions="۹۰۰", turnover_million_toman="۴۰۰")
        self._section("shop_account", needs_account="no")
        self._section("logo")

    def prove_domain(self) -> None:
        self.open(f"{self.case}domain/?method=meta")
        meta = next(box.text_content() for box in self.page.xpath("//code") if "<meta" in box.text_content())
        self.outside.paste(self.domain, "head", meta)
        self.submit("method")
        self.until(lambda page: page.sees("دامنه احراز شد"), f"{self.case}domain/")

    def return_email_code(self) -> None:
        self.until(lambda page: page.has_form('name="code"'), f"{self.case}email/")
        self.submit('name="code"', code=self.outside.code_for("email", self.person.email))

    def answer_the_call(self) -> None:
        self.until(lambda page: page.has_form("landline/call/"), f"{self.case}landline/")
        self.submit("landline/call/")
        code = self.outside.code_for("call", self.person.landline)
        self.open(f"{self.case}landline/").submit('name="code"', code=code)

    def return_the_letter(self) -> None:
        """Pays the postage, waits for the post, and keys both codes in the other order than they stand."""
        self.until(lambda page: page.has_form("postal/pay/"), f"{self.case}postal/")
        self.submit("postal/pay/")
        self.submit("pay", action="pay")
        second, first = reversed(self.outside.letter_codes(POSTAL_CODE, self.reference))
        self.until(lambda page: page.has_form('name="code_1"'), f"{self.case}postal/")
        self.submit('name="code_1"', code_1=second, code_2=first)

    def send_documents(self) -> int:
        """Sends a picture for each document that is asked for; how many there were."""
        picture, sent = io.BytesIO(), 0
        Image.new("RGB", (900, 600), "#cfe3dd").save(picture, "PNG")
        self.until(lambda page: page.sees("هر سند را جداگانه بفرستید"), f"{self.case}documents/")
        while not self.sees("همه مدارک لازم رسیده است"):
            self.open(self.page.xpath("//section//a[@class='button']/@href")[0])
            self.upload("multipart/form-data", "file", ("card.png", picture.getvalue(), "image/png"))
            sent += 1
        return sent

    def accept_commitment(self) -> None:
        self.until(lambda page: page.has_form('name="accepted"'), f"{self.case}commitment/")
        self.submit("accepted", accepted="on")

    def pay(self) -> None:
        self.until(lambda page: page.has_form("درگاه بانک"), f"{self.case}fee/")
        self.submit("درگاه بانک")
        self.submit("pay", action="pay")

    def await_badge(self) -> None:
        self.until(lambda page: page.sees("نماد شما صادر شده است"), self.case)

    def embed(self) -> tuple[str, str]:
        """The snippet goes on the shop's page; returns the address of the verification page, and the snippet."""
        self.open(f"{self.case}badge/")
        snippet = next(box.text_content() for box in self.page.xpath("//code") if "<a href=" in box.text_content())
        verify_url, logo_url = (re.findall(rf'{name}="([^"]+)"', snippet)[0] for name in ("href", "src"))
        self.outside.paste(self.domain, "body", snippet)
        self._see_logo(logo_url)
        page = Visitor(self.base).open(verify_url)
        if not (page.sees(self.domain) and page.sees("معتبر")):
            raise JobFailedError(f"{verify_url} does not say that the badge is valid")
        return verify_url, snippet

    def _see_logo(self, url: str) -> None:
        ends = time.monotonic() + LOGO_WITHIN_S
        while time.monotonic() < ends:
            logo = requests.get(url, headers={"Referer": f"https://{self.domain}/"}, timeout=10)
            if logo.status_code == 200 and self.domain in logo.text:
                return
            time.sleep(0.2)
        raise JobFailedError(f"{url} does not show {self.domain}")

    def _section(self, key: str, **answers: str) -> None:
        self.open(f"{self.case}form/{key}/").submit("csrfmiddlewaretoken", **answers)


class MicroMerchant(Merchant):
    """A natural person who sells little from home: a badge without a star, without an officer."""

    kind = "natural/micro"

    def _describe_business(self) -> None:
        self._section("turnover", monthly_transactions="۲۰", turnover_million_toman="۱۵")
