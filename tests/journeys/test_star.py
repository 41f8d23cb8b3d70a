"""A shop with premises gets a star: telephone, letter, documents, an officer's eye, police, fee."""

import re
import time

import pytest
from PIL import Image
from playwright.sync_api import expect

from enamad_portal.sandbox.magic import national_code
from tests.journeys.conftest import DESK
from tests.journeys.people import Officer, PlainMerchant, StarMerchant, tail

pytestmark = pytest.mark.browser
NORMAL = "شخص حقیقی، نماد معمولی (ستاره‌دار)"


@pytest.fixture(scope="module")
def card(tmp_path_factory):
    path = tmp_path_factory.mktemp("papers") / "card.png"
    Image.new("RGB", (900, 600), "#cfe3dd").save(path)
    return path


def to_review(merchant, card, look=None):
    merchant.sign_in()
    merchant.introduce()
    merchant.open_business(NORMAL)
    merchant.fill_everything()
    merchant.submit()
    merchant.prove_domain()
    merchant.return_email_code()
    merchant.answer_the_call()
    if look:
        look(merchant.page, "case-in-verification")
    merchant.pay_for_the_letter()
    merchant.return_letter_codes()
    merchant.send_documents(card)
    merchant.until("پرونده نزد کارشناس است", merchant.case)


def test_two_stars_with_ssl_for_a_natural_person(portal, device, look, card):
    """1 form, 2 domain, 3 e-mail, 4 call, 5 letter, 6 documents, 7 officer, 8 commitment, 9 police, 10 fee, badge."""
    mina = StarMerchant(device(), portal.sandbox)
    to_review(mina, card, look)
    look(mina.page, "case-in-review")

    officer = Officer(device(DESK), "reviewer")
    officer.sign_in()
    officer.page.goto("/admin/applications/application/?tab=unassigned")
    look(officer.page, "queue")
    officer.open_case(mina.case)
    officer.claim()
    look(officer.page, "desk-case")
    officer.accept_documents()
    officer.accept_site()
    officer.decide("تأیید پرونده")

    mina.accept_commitment()
    mina.pay()
    mina.until("نماد شما صادر شده است", mina.case)
    mina.page.goto(f"{mina.case}badge/")
    look(mina.page, "badge-star")
    logo = mina.page.get_by_role("img", name=f"تصویر نماد {mina.domain}")
    assert logo.get_attribute("referrerpolicy") == "no-referrer"  # our own host would be told "belongs to …"
    expect(mina.page.get_by_label("۲ ستاره از ۲")).to_be_visible()


def test_one_star_for_a_natural_person_without_ssl(portal, device, look, card):
    """A shop on plain http: landline, letter, documents, content, review, commitment, police and fee give one star."""
    mina = PlainMerchant(device(), portal.sandbox)
    to_review(mina, card)
    mina.page.goto(f"{mina.case}ssl/")
    look(mina.page, "ssl-none")
    expect(mina.page.get_by_text("این ایراد مانع صدور نماد نیست")).to_be_visible()

    officer = Officer(device(DESK), "reviewer")
    officer.sign_in()
    officer.open_case(mina.case)
    officer.claim()
    officer.accept_documents()
    officer.accept_site()
    officer.decide("تأیید پرونده")

    mina.accept_commitment()
    mina.pay()
    mina.until("نماد شما صادر شده است", mina.case)
    mina.page.goto(f"{mina.case}badge/")
    look(mina.page, "badge-one-star")
    expect(mina.page.get_by_label("۱ ستاره از ۲")).to_be_visible()
    verify = mina.page.get_by_role("link", name="صفحه اعتبار نماد").get_attribute("href")
    buyer = device(DESK)
    buyer.goto(verify)
    look(buyer, "verification-one-star")
    expect(buyer.get_by_text("ارتباط امن (SSL) صفحه‌های سایت")).to_be_visible()


def test_police_refusal_appeal_and_badge(portal, device, look, card):
    """The police say no; the applicant shows an acquittal, another officer asks again, and the badge is issued."""
    mina = StarMerchant(device(), portal.sandbox, national=national_code(f"00{tail()[:4]}503"))
    to_review(mina, card)
    officer = Officer(device(DESK), "senior")
    officer.sign_in()
    officer.open_case(mina.case)
    officer.claim()
    officer.accept_documents()
    officer.accept_site()
    officer.decide("تأیید پرونده")
    mina.accept_commitment()
    decide_police(portal.sandbox, "negative")
    mina.until("پرونده تعلیق شد", f"{mina.case}police/")
    look(mina.page, "police-refused")

    mina.choose("حکم تبرئه")
    mina.page.locator("input[type=file]").set_input_files(card)
    mina.page.get_by_role("button", name="ثبت فرجام‌خواهی").click()
    mina.until("در دست رسیدگی است", f"{mina.case}police/")
    liaison = Officer(device(DESK), "police")
    liaison.sign_in()
    liaison.open_case(mina.case)
    look(liaison.page, "desk-police")
    liaison.page.get_by_label("یادداشت تصمیم").fill("حکم تبرئه دیده شد.")
    liaison.page.get_by_role("button", name="مدرک درست است؛ استعلام دوباره").click()
    decide_police(portal.sandbox, "positive")
    mina.pay()
    mina.until("نماد شما صادر شده است", mina.case)


LEGAL = "شخص حقوقی، نماد معمولی (ستاره‌دار)"


def test_a_company_corrects_a_refused_document(portal, device, look, card):
    """The gazette is unreadable: the officer says so, the company sends another one, and the case goes on."""
    company = StarMerchant(device(), portal.sandbox)
    company.sign_in()
    company.introduce()
    company.open_business(LEGAL)
    company.fill_company()
    company.fill_everything()
    company.submit()
    company.prove_domain()
    company.return_email_code()
    company.answer_the_call()
    company.pay_for_the_letter()
    company.return_letter_codes()
    company.send_documents(card)
    company.until("پرونده نزد کارشناس است", company.case)

    officer = Officer(device(DESK), "reviewer")
    officer.sign_in()
    officer.open_case(company.case)
    officer.claim()
    officer.refuse_document("آگهی تأسیس", "بخشی یا صفحه‌ای از سند دیده نمی‌شود")
    officer.accept_document("اساسنامه")
    officer.accept_site()
    officer.decide("بازگرداندن برای اصلاح", text="آگهی تأسیس را کامل بفرستید.")

    company.until("آگهی تأسیس را کامل بفرستید.", company.case)
    look(company.page, "case-correction")
    company.send_again("establishment_notice", card)
    company.page.goto(company.case)
    company.page.get_by_role("button", name="ارسال دوباره به کارشناس").click()
    officer.open_case(company.case)
    officer.claim()
    officer.accept_documents()
    officer.decide("تأیید پرونده")
    company.accept_commitment()
    company.pay()
    company.until("نماد شما صادر شده است", company.case)


def decide_police(sandbox, outcome):
    """Presses the button on the sandbox's page for the one file that waits."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        page = sandbox.call("GET", "/")[2].decode()
        if waiting := re.findall(r'action="/ui/police/([^"]+)"', page):
            sandbox.decide_police(waiting[0], outcome)
            return
        time.sleep(0.2)
    raise AssertionError("no police file waits")
