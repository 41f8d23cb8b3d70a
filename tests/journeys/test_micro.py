"""Mina's handicraft shop gets a badge without a star, on her phone; a buyer looks at it."""

import time

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK
from tests.journeys.people import Merchant

pytestmark = pytest.mark.browser
MICRO = "شخص حقیقی، کسب‌وکار خرد (بدون ستاره)"


def test_a_micro_badge_from_sign_up_to_the_buyers_click(portal, device, look):
    """1 signs in, 2 says who she is, 3 fills the form, 4 proves the domain, 5 returns the e-mail code, 6 accepts,
    7 pays, 8 takes the snippet, 9 puts it on the shop, 10 a buyer clicks it. Under 60 seconds of machine time."""
    mina = Merchant(device(), portal.sandbox)
    page = mina.page
    page.goto("/accounts/sign-in/")
    look(page, "sign-in")
    began = time.monotonic()
    mina.sign_in()
    mina.introduce()
    look(page, "panel-empty")
    mina.open_business(MICRO)
    look(page, "case-draft")
    mina.fill_shop()
    mina.fill_activity()
    mina.fill_contact()
    mina.fill_turnover()
    look(page, "check")
    mina.submit()
    look(page, "case-submitted")
    mina.prove_domain()
    mina.return_email_code()
    mina.accept_commitment()
    mina.pay()
    mina.until("نماد شما صادر شده است", mina.case)
    assert time.monotonic() - began < 60

    look(page, "case-issued")
    page.goto(f"{mina.case}badge/")
    look(page, "badge")
    snippet = page.locator("code.copy__value").first.inner_text()
    portal.sandbox.put(mina.domain, "body", html=snippet)
    buyer = device(DESK)
    buyer.goto(snippet.split('href="')[1].split('"')[0])
    expect(buyer.get_by_text(mina.domain).first).to_be_visible()
    look(buyer, "verification")
    assert mina.mobile[1:] not in buyer.content()
    assert mina.email not in buyer.content()


def test_a_draft_left_on_the_phone_goes_on_at_the_desk(portal, device, look):
    """1 fills two sections on the phone, 2 signs in elsewhere, 3 finds them done and goes on with the third."""
    mina = Merchant(device(), portal.sandbox)
    mina.sign_in()
    mina.introduce()
    mina.open_business(MICRO)
    mina.fill_shop()
    mina.fill_activity()

    desk = device(DESK)
    mina.page.wait_for_timeout(100)
    before = len(portal.sandbox.inbox("sms", f"+98{mina.mobile[1:]}"))
    desk.goto("/accounts/sign-in/")
    desk.get_by_label("شماره تلفن همراه").fill(mina.mobile)
    desk.get_by_role("button", name="فرستادن کد").click()
    desk.get_by_label("کد ۶ رقمی").fill(mina.newest_code("sms", f"+98{mina.mobile[1:]}", beyond=before))
    desk.get_by_role("button", name="ورود", exact=True).click()

    look(desk, "panel")
    desk.get_by_role("link", name="راه‌های تماس").click()
    expect(desk.get_by_role("heading", name="راه‌های تماس")).to_be_visible()
    desk.goto(f"{mina.case}form/shop/")
    expect(desk.get_by_label("نام فارسی فروشگاه")).to_have_value("گلستان هنر")
    expect(desk.get_by_label("دامنه")).to_have_value(mina.domain)


def test_the_form_works_without_scripts_and_keeps_what_was_typed(portal, device):
    mina = Merchant(device(script=False), portal.sandbox)
    mina.sign_in()
    mina.introduce()
    mina.open_business(MICRO)
    page = mina.page
    page.goto(f"{mina.case}form/shop/")
    page.get_by_label("نام فارسی فروشگاه").fill("گلستان هنر")
    page.get_by_label("نام لاتین فروشگاه").fill("گلستان")
    page.get_by_label("دامنه").fill("co.ir")
    mina.save()

    expect(page.get_by_role("alert")).to_contain_text("نام لاتین را با حروف انگلیسی بنویسید")
    expect(page.get_by_role("alert")).to_contain_text("پسوند عمومی")
    expect(page.get_by_label("نام فارسی فروشگاه")).to_have_value("گلستان هنر")
    expect(page.get_by_label("دامنه")).to_have_value("co.ir")
