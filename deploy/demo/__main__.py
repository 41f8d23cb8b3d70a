"""Prints a line per step with its seconds, then the verification page, the snippet and the staff sign-ins.

Ends with 0 only if the badge is live.
"""

import os
import sys
import time

import requests

from deploy.demo.merchant import Merchant, Person
from deploy.demo.officer import Officer
from deploy.demo.outside import Outside
from deploy.demo.visitor import JobFailedError
from enamad_portal.sandbox import staff


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


def star_badge(merchant: Merchant, officer: Officer, story: Story) -> tuple[str, str]:
    """A natural person's shop with premises and TLS; returns the address of its verification page, and the snippet."""
    merchant.sign_in()
    story.tell("signed in with the code sent by SMS")
    merchant.begin()
    merchant.fill_and_submit()
    story.tell(f"filled in the form for {merchant.domain} and submitted it")
    merchant.prove_domain()
    story.tell("proved control of the domain by the meta tag")
    merchant.return_email_code()
    story.tell("returned the e-mail code; identity and mobile were checked meanwhile")
    merchant.answer_the_call()
    story.tell("took the call on the landline and keyed its code")
    merchant.return_the_letter()
    story.tell("paid the postage and returned both codes of the letter")
    story.tell(f"sent {merchant.send_documents()} documents")
    merchant.until(lambda page: page.sees("پرونده نزد کارشناس است"), merchant.case)
    story.tell("the portal looked at the site and its TLS; the case lies with an officer")

    officer.sign_in()
    officer.claim(merchant.reference)
    story.tell("the reviewer signed in with two factors and claimed the case")
    documents, items = officer.accept_documents(), officer.accept_site()
    officer.approve()
    story.tell(f"the reviewer judged {documents} documents and {items} items of the site, and approved")

    merchant.accept_commitment()
    story.tell("accepted the commitment")
    merchant.pay()
    story.tell("vetted by the police, then paid the fee at the sandbox gateway")
    merchant.await_badge()
    story.tell("badge issued")
    verify_url, snippet = merchant.embed()
    story.tell("the logo and the verification page show a live badge")
    return verify_url, snippet


def main() -> int:
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    base = os.environ.get("BASE_URL", f"http://{host}:{port}")
    outside = Outside(os.environ.get("SANDBOX_URL", f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT', '8001')}"))
    story = Story()
    print(f"main job against {base}", flush=True)
    try:
        verify_url, snippet = star_badge(Merchant(base, outside, Person.passing_by()), Officer(base), story)
    except (JobFailedError, requests.RequestException) as failed:
        print(f"FAILED after {story.seconds:.1f} s: {failed}", flush=True)
        return 1
    print(f"live badge in {story.seconds:.1f} s\n\nverify   {verify_url}\nsnippet  {snippet}")
    print(f"inbox    {outside.url}/")
    print(f"staff    {base}/admin/  {', '.join(staff.ROLES)}  password {staff.PASSWORD}")
    print(f"         totp secret {staff.TOTP_SECRET}  code now {staff.totp_code()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
