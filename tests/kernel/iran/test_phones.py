import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.iran import phones, provinces
from enamad_portal.kernel.iran.text import persian_digits


def refusal(parse, typed):
    with pytest.raises(ValidationError) as refused:
        parse(typed)
    return refused.value.code


@pytest.mark.parametrize(
    "typed",
    [
        "09123456789",
        "9123456789",
        "+989123456789",
        "00989123456789",
        "989123456789",
        "+98 (0) 912 345-6789",
        "98 0912 345 6789",
        "۰۹۱۲۳۴۵۶۷۸۹",
        "٠٩١٢٣٤٥٦٧٨٩",
        "\u202a+98 912 345 6789\u202c",
    ],
)
def test_txt_3_every_way_to_write_a_mobile_is_one_number(typed):
    assert phones.parse_mobile(typed) == "+989123456789"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("02188881234", "not_mobile"),
        ("0912345678", "length"),
        ("091234567890", "length"),
        ("+989123456", "length"),
        ("+447911123456", "not_iran"),
        ("0912۳456789", "mixed_digits"),
        ("0912-345-abcd", "not_digits"),
        ("", "blank"),
    ],
)
def test_what_is_no_mobile_is_refused(typed, code):
    assert refusal(phones.parse_mobile, typed) == code


@given(st.text("0123456789", min_size=9, max_size=9))
def test_reading_a_shown_or_stored_mobile_gives_it_back(digits):
    mobile = phones.parse_mobile(f"09{digits}")
    assert phones.parse_mobile(mobile) == mobile
    assert phones.parse_mobile(persian_digits(phones.show_mobile(mobile))) == mobile


def test_a_range_nobody_knew_warns_and_passes():
    assert phones.mobile_warnings(phones.parse_mobile("09123456789")) == []
    assert len(phones.mobile_warnings(phones.parse_mobile("09503456789"))) == 1


@pytest.mark.parametrize(
    "typed", ["02188881234", "+982188881234", "00982188881234", "2188881234", "(021) 8888-1234", "۰۲۱-۸۸۸۸۱۲۳۴"]
)
def test_txt_3_every_way_to_write_a_landline_is_one_number(typed):
    assert phones.parse_landline(typed) == "+982188881234"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("88881234", "no_area"),
        ("09123456789", "is_mobile"),
        ("0218888123", "length"),
        ("021888812345", "length"),
        ("02088881234", "unknown_area"),
        ("+12025550123", "not_iran"),
    ],
)
def test_what_is_no_landline_is_refused(typed, code):
    assert refusal(phones.parse_landline, typed) == code


def test_every_province_can_be_dialled():
    for province in provinces.all_provinces():
        landline = phones.parse_landline(f"{province.area_code}33334444")
        assert phones.area_code(landline) == province.area_code
        assert phones.area_matches_province(landline, province.code) == []


def test_an_area_code_of_another_province_warns():
    assert phones.area_matches_province(phones.parse_landline("02188881234"), "30") == [
        "پیش‌شمارهٔ ۰۲۱ برای استان تهران است، نه استان البرز؛ شماره و نشانی را مقایسه کنید."
    ]


def test_numbers_are_shown_and_masked():
    assert phones.show_mobile("+989123456789") == "0912 345 6789"
    assert phones.mask_mobile("+989123456789") == "0912•••6789"
    assert phones.show_landline("+982188881234") == "021 8888 1234"
    assert phones.mask_landline("+982188881234") == "021••••1234"
