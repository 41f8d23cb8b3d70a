"""Words, telephone numbers and addresses as sites write them."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.verification.content.addresses import PARTLY, SAME, share_found
from applications.verification.content.observations import REASONS, WORDS
from applications.verification.content.pages import PageRole, _role_of
from applications.verification.content.phones import local_in, numbers_in
from applications.verification.content.reading import flat, quote
from enamad_portal.kernel.iran.text import persian_digits

FILE = "تهران، خیابان آزادی، کوچه گلستان، پلاک ۹۱"
LANDLINE, MOBILE = "+982188776655", "+989121234567"


@given(st.text())
def test_flat_keeps_every_place(text):
    assert len(flat(text)) == len(text)
    assert flat(flat(text)) == flat(text)


@given(st.text(min_size=1), st.data())
def test_a_quote_holds_the_passage(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, len(text)))
    assert text[start:end].strip() in quote(text, start, end)


@pytest.mark.parametrize(
    "written",
    [
        "۰۲۱-۸۸۷۷۶۶۵۵",
        "02188776655",
        "(021) 8877 6655",
        "+98 21 88776655",
        "٠٢١ ٨٨٧٧٦٦٥٥",
        "0098-21-8877-6655",
        "021/88776655",
    ],
)
def test_a_landline_is_found_however_it_is_written(written):
    assert set(numbers_in(f"تلفن: {written} داخلی ۱۲").landlines) == {LANDLINE}


@pytest.mark.parametrize(
    "written", ["۰۹۱۲۱۲۳۴۵۶۷", "0912 123 4567", "+98-912-1234567", "0912.123.45.67", "tel:+989121234567"]
)
def test_a_mobile_is_found_however_it_is_written(written):
    assert set(numbers_in(f"همراه {written}").mobiles) == {MOBILE}


@pytest.mark.parametrize(
    "text",
    [
        "کد پستی ۱۱۹۳۶۵۳۵۹۱",
        "قیمت ۸۵۰٬۰۰۰ تومان",
        "شماره کارت ۶۰۳۷۹۹۱۲۳۴۵۶۷۸۹۰",
        "۱۴۰۵/۰۸/۳۰",
        "021-887766551",
        "09121234567890",
    ],
)
def test_other_numbers_are_no_telephones(text):
    found = numbers_in(text)
    assert (found.mobiles, found.landlines) == ({}, {})


def test_two_numbers_in_a_row_stay_two():
    found = numbers_in("021-88776655 09121234567 031-32221100")
    assert (set(found.mobiles), set(found.landlines)) == ({MOBILE}, {LANDLINE, "+983132221100"})


@given(st.integers(20000000, 89999999))
def test_any_landline_is_found_in_persian_digits(number):
    assert f"+9821{number}" in numbers_in(f"تلفن {persian_digits(f'021-{number}')}").landlines


def test_a_landline_without_area_code_is_recognised_by_its_own_digits():
    assert local_in("تلفن: ۸۸۷۷۶۶۵۵ (۰۲۱)", LANDLINE) is not None
    assert local_in("تلفن: ۸۸۷۷۶۶۵۶", LANDLINE) is None


@pytest.mark.parametrize(
    "page",
    [
        "آدرس: استان تهران - شهر تهران - خ آزادی - ک گلستان - پ 91",
        "تهران خیابان آزادي كوچه گلستان پلاك ۹۱ طبقه سوم",
        "خیابان‌آزادی، کوچه‌گلستان، پلاک‌۹۱",
    ],
)
def test_an_address_is_the_same_in_other_spellings(page):
    assert share_found(FILE, page) >= SAME


def test_another_address_of_the_same_city_is_not_the_same():
    assert share_found(FILE, "تهران، خیابان ولیعصر، کوچه مریم، پلاک ۱۲") < PARTLY
    assert share_found(FILE, "") == share_found("", FILE) == 0.0


@pytest.mark.parametrize(
    ("label", "path", "role"),
    [
        ("تماس با ما", "/p/7", PageRole.CONTACT),
        ("", "/contact-us/", PageRole.CONTACT),
        ("درباره‌ی ما", "/x", PageRole.ABOUT),
        ("", "/درباره-ما", PageRole.ABOUT),
        ("شرایط و قوانین", "/x", PageRole.RULES),
        ("", "/terms-of-service", PageRole.RULES),
        ("ثبت شكايت", "/x", PageRole.COMPLAINT),
        ("پیگیری سفارش", "/x", PageRole.TRACKING),
        ("سبد خرید", "/x", PageRole.ORDER),
        ("ورود | ثبت‌نام", "/x", PageRole.SIGN_IN),
        ("ساعت مچی", "/product/12", PageRole.PRODUCT),
        ("خانه", "/", None),
    ],
)
def test_a_link_tells_its_page(label, path, role):
    assert _role_of(flat(label), path) == role


def test_every_suggestion_is_a_known_reason_of_an_observation_we_make():
    data = Path("applications/data/checklist_reasons.csv").read_text(encoding="utf-8").splitlines()
    known = {row["code"] for row in csv.DictReader(data)}
    assert (set(REASONS) - set(WORDS), set(REASONS.values()) - known) == (set(), set())
