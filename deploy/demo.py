"""Drives the main job over HTTP against a running portal, as people would: `python -m deploy.demo`.

Prints a line per step with its seconds, then the verification page, the snippet and the staff sign-ins. Ends with 0
only if the badge is live.
"""

import os
import re
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from lxml import html

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from enamad_portal.sandbox import staff  # noqa: E402
from enamad_portal.sandbox.magic import national_code  # noqa: E402

PATIENCE_S = 60.0


class JobFailedError(RuntimeError):
    """The portal did not do what a person would expect; the message says at which page."""


class Visitor:
    """A browser without scripts: follows links and sends the forms it sees."""

    def __init__(self, base: str) -> None:
        self.base, self.session = base, requests.Session()
        self.url = base
        self.page: Any = html.fromstring("<html></html>")  # lxml's stubs know neither forms nor text_content

    def open(self, path: str) -> "Visitor":
        return self._take(self.session.get(urljoin(self.url, path), timeout=20))

    def submit(self, marker: str = "", **answers: str) -> "Visitor":
        """Fills the form whose markup holds `marker` and sends it; hidden fields go along as they are."""
        for form in self.page.forms:
            if form.method == "POST" and marker in html.tostring(form, encoding="unicode"):
                data = {name: value for name, value in form.form_values() if name not in answers} | answers
                target = urljoin(self.url, form.action or self.url)
                headers = {"Referer": self.url}
                return self._take(self.session.post(target, data=data, headers=headers, timeout=20))
        raise JobFailedError(f"{self.url}: no form with {marker!r}")

    def sees(self, text: str) -> bool:
        return text in self.page.text_content()

    def until(self, seen: Callable[["Visitor"], bool], path: str) -> "Visitor":
        """Reloads a page until it shows what is awaited."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            if seen(self.open(path)):
                return self
            time.sleep(0.2)
        raise JobFailedError(f"{self.url}: waited {PATIENCE_S:.0f} s in vain\n{self._words()}")

    def _take(self, response: requests.Response) -> "Visitor":
        self.url = response.url
        self.page = html.fromstring(response.text or "<html></html>")
        if response.status_code >= 400:
            raise JobFailedError(f"{response.request.method} {response.url}: {response.status_code}\n{self._words()}")
        return self

    def _words(self) -> str:
        main = self.page.xpath("//main") or [self.page]
        return " ".join(main[0].text_content().split())[:600]


class Sandbox:
    """The outside world: its inbox, and the shop whose owner pastes things into his site."""

    def __init__(self, url: str) -> None:
        self.url = url

    def code_for(self, channel: str, to: str) -> str:
        """The newest code that reached this address."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            query = {"channel": channel, "to": to}
            for message in requests.get(f"{self.url}/inbox.json", params=query, timeout=10).json():
                if message["codes"]:
                    return str(message["codes"][0])
            time.sleep(0.1)
        raise JobFailedError(f"no {channel} code reached the inbox")

    def open_shop(self, domain: str) -> None:
        requests.post(f"{self.url}/shops", json={"domain": domain}, timeout=10).raise_for_status()

    def paste(self, domain: str, part: str, markup: str) -> None:
        requests.put(f"{self.url}/shops/{domain}/{part}", json={"html": markup}, timeout=10).raise_for_status()


class Story:
    """One line per step."""

    def __init__(self) -> None:
        self.began = self.last = time.monotonic()

    def tell(self, what: str) -> None:
        now = time.monotonic()
        print(f"  {now - self.last:6.2f} s  {what}", flush=True)
        self.last = now

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began


def micro_badge(base: str, sandbox: Sandbox, story: Story) -> tuple[Visitor, str]:
    """A natural person's micro shop, from sign-up to the issued badge; returns the merchant and his case's page."""
    tail = f"{secrets.randbelow(10**7):07d}"
    mobile, domain, email = f"0912{tail}", f"golestan-{tail}.test", f"owner-{tail}@golestan.test"
    merchant = Visitor(base)
    sandbox.open_shop(domain)
    merchant.open("/accounts/sign-in/").submit("mobile", mobile=mobile)
    merchant.submit("code", code=sandbox.code_for("sms", f"+98{mobile[1:]}"))
    story.tell("signed in with the code sent by SMS")

    person = {"first_name": "مینا", "last_name": "رستمی", "national_code": national_code(f"00{tail[:4]}567")}
    birth = {"birth_date_day": "۱۲", "birth_date_month": "مرداد", "birth_date_year": "۱۳۶۵"}
    merchant.open("/panel/person/").submit("national_code", **person, **birth)
    case = merchant.open("/panel/new/").submit("kind", kind="natural/micro").url
    merchant.open("form/shop/").submit("name_fa", name_fa="گلستان هنر", name_latin="Golestan Honar", domain=domain)
    activity = merchant.page.xpath("//select[@name='activity']/option[@value!='']/@value")[0]
    merchant.submit("sale_method", activity=activity, sale_method="direct")
    contact = {"email": email, "province": "23", "city": "تهران", "answering_hours": "شنبه تا چهارشنبه، ۹ تا ۱۷"}
    merchant.submit("answering_hours", **contact)
    merchant.submit("turnover", monthly_transactions="۲۰", turnover_million_toman="۱۵")
    merchant.submit("ثبت درخواست")
    story.tell(f"filled in the form for {domain} and submitted it")

    merchant.open(f"{case}domain/?method=meta")
    meta = next(box.text_content() for box in merchant.page.xpath("//code") if "<meta" in box.text_content())
    sandbox.paste(domain, "head", meta)
    merchant.submit("method")
    merchant.until(lambda page: page.sees("دامنه احراز شد"), f"{case}domain/")
    story.tell("proved control of the domain by the meta tag")

    merchant.until(lambda page: bool(page.page.xpath("//input[@name='code']")), f"{case}email/")
    merchant.submit('name="code"', code=sandbox.code_for("email", email))
    story.tell("returned the e-mail code; identity and mobile were checked meanwhile")

    merchant.until(lambda page: bool(page.page.xpath("//input[@name='accepted']")), f"{case}commitment/")
    merchant.submit("accepted", accepted="on")
    story.tell("accepted the commitment")

    pay(merchant, case)
    story.tell("paid the fee at the sandbox gateway")
    merchant.until(lambda page: page.sees("نماد شما صادر شده است"), case)
    story.tell("badge issued")
    return merchant, case


def pay(merchant: Visitor, case: str) -> None:
    merchant.open(f"{case}fee/").submit("درگاه بانک")
    merchant.submit("pay", action="pay")


def look_at_badge(merchant: Visitor, case: str, sandbox: Sandbox, story: Story) -> tuple[str, str]:
    """The snippet goes on the shop's page; logo and verification page say that the badge lives."""
    merchant.open(f"{case}badge/")
    snippet = next(box.text_content() for box in merchant.page.xpath("//code") if "<a href=" in box.text_content())
    verify_url, logo_url = (re.findall(rf'{name}="([^"]+)"', snippet)[0] for name in ("href", "src"))
    domain = merchant.page.xpath("//*[contains(@class,'domain__name')]")[0].text_content().strip()
    sandbox.paste(domain, "body", snippet)
    ends = time.monotonic() + 10
    while True:
        logo = requests.get(logo_url, headers={"Referer": f"https://{domain}/"}, timeout=10)
        if logo.status_code == 200 and domain in logo.text:
            break
        if time.monotonic() > ends:
            raise JobFailedError(f"{logo_url} does not show {domain}: {logo.status_code}")
        time.sleep(0.2)
    page = Visitor(merchant.base).open(verify_url)
    if not (page.sees(domain) and page.sees("معتبر")):
        raise JobFailedError(f"{verify_url} does not say that the badge is valid")
    story.tell("the logo and the verification page show a live badge")
    return verify_url, snippet


def main() -> int:
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    base = os.environ.get("BASE_URL", f"http://{host}:{port}")
    sandbox = Sandbox(os.environ.get("SANDBOX_URL", f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT', '8001')}"))
    story = Story()
    print(f"main job against {base}", flush=True)
    try:
        merchant, case = micro_badge(base, sandbox, story)
        verify_url, snippet = look_at_badge(merchant, case, sandbox, story)
    except (JobFailedError, requests.RequestException) as failed:
        print(f"FAILED after {story.seconds:.1f} s: {failed}", flush=True)
        return 1
    print(f"live badge in {story.seconds:.1f} s\n\nverify   {verify_url}\nsnippet  {snippet}")
    print(f"inbox    {sandbox.url}/")
    print(f"staff    {base}/admin/  {', '.join(staff.ROLES)}  password {staff.PASSWORD}", flush=True)
    print(f"         totp secret {staff.TOTP_SECRET}  code now {staff.totp_code()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
