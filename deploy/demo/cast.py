"""Demo data of `make run`: six shops, each brought as far as its story goes, by the same drives as the demo.

Through the portal's own pages, so every row is one that real work leaves behind. Who is there already is let alone.
"""

import os
import sys
from collections.abc import Callable

import requests

from deploy.demo.merchant import Merchant, MicroMerchant, Person
from deploy.demo.officer import Officer
from deploy.demo.outside import Outside
from deploy.demo.visitor import JobFailedError


def a_draft(_merchant: Merchant, _officer: Officer) -> None:
    """Named his shop and went to bed."""


def awaiting_the_letter(merchant: Merchant, _officer: Officer) -> None:
    """Domain, e-mail and telephone are proved; the postage is not paid yet."""
    merchant.fill_and_submit()
    merchant.prove_domain()
    merchant.return_email_code()
    merchant.answer_the_call()


def with_the_officers(merchant: Merchant, officer: Officer) -> None:
    """All is proved and sent; nobody has claimed the case yet."""
    awaiting_the_letter(merchant, officer)
    merchant.return_the_letter()
    merchant.send_documents()
    merchant.until(lambda page: page.sees("پرونده نزد کارشناس است"), merchant.case)


def to_be_corrected(merchant: Merchant, officer: Officer) -> None:
    """A document was refused."""
    with_the_officers(merchant, officer)
    officer.claim(merchant.reference)
    officer.return_for_correction("تصویر کارت ملی خوانا نیست؛ تصویر تازه‌ای بفرستید.")


def two_stars(merchant: Merchant, officer: Officer) -> None:
    """The whole way."""
    with_the_officers(merchant, officer)
    officer.claim(merchant.reference)
    officer.accept_documents()
    officer.accept_site()
    officer.approve()
    finish(merchant)


def micro(merchant: Merchant, _officer: Officer) -> None:
    """The short way, without an officer."""
    merchant.fill_and_submit()
    merchant.prove_domain()
    merchant.return_email_code()
    finish(merchant)


def finish(merchant: Merchant) -> None:
    merchant.accept_commitment()
    merchant.pay()
    merchant.await_badge()
    merchant.embed()


CAST: tuple[tuple[type[Merchant], Person, Callable[[Merchant, Officer], None]], ...] = (
    (Merchant, Person("1001011", "نسترن", "کریمی", "سفال میبد", "Sofal Meybod", "sofal-meybod.test"), two_stars),
    (MicroMerchant, Person("1002022", "رضا", "احمدی", "عسل کوهستان", "Asal Kuhestan", "asal-kuhestan.test"), micro),
    (Merchant, Person("1003033", "لیلا", "صادقی", "گلیم دشت", "Gelim Dasht", "gelim-dasht.test"), with_the_officers),
    (Merchant, Person("1004044", "امید", "نوری", "قلم‌زنی نقش", "Naqsh", "naqsh-ghalam.test"), to_be_corrected),
    (
        Merchant,
        Person("1005055", "پریسا", "جلالی", "چوب و رنگ", "Chub o Rang", "chub-o-rang.test"),
        awaiting_the_letter,
    ),
    (Merchant, Person("1006066", "بهرام", "یزدانی", "ترمه یزد", "Termeh Yazd", "termeh-yazd.test"), a_draft),
)


def main() -> int:
    base = os.environ.get("BASE_URL", f"http://{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}")
    outside = Outside(f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT', '8001')}")
    officer = Officer(base)
    try:
        officer.sign_in()
        for kind, person, story in CAST:
            merchant = kind(base, outside, person)
            merchant.sign_in()
            if merchant.has_case():
                continue
            merchant.begin()
            story(merchant, officer)
            print(f"{person.mobile} {person.domain}: {story.__name__.replace('_', ' ')}", flush=True)
    except (JobFailedError, requests.RequestException) as failed:
        print(f"the demo data are incomplete: {failed}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
