import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.iran import economic_code, foreigner_code, legal_id
from enamad_portal.kernel.iran.text import persian_digits

TEN_DIGITS = st.text("0123456789", min_size=10, max_size=10).filter(lambda digits: digits[3:9] != "000000")


def refusal(parse, typed):
    with pytest.raises(ValidationError) as refused:
        parse(typed)
    return refused.value.code


def remainder(code):
    added = int(code[9]) + 2
    return sum((added + int(digit)) * (29, 27, 23, 19, 17)[place % 5] for place, digit in enumerate(code[:10])) % 11


@pytest.mark.parametrize("code", ["10380284790", "10100302746", "10320894878", "14005893875"])
def test_txt_3_valid_legal_ids_are_read_with_any_digits(code):
    assert legal_id.parse(code) == code
    assert legal_id.parse(persian_digits(code)) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("10103575190", "check_digit"),
        ("10000000000", "repeated"),
        ("00000000000", "repeated"),
        ("1038028479", "length"),
        ("103802847900", "length"),
    ],
)
def test_txt_3_what_no_company_has_is_refused(typed, code):
    assert refusal(legal_id.parse, typed) == code


@given(TEN_DIGITS, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_caught_unless_the_remainders_0_and_10_share_their_check_digit(ten, place, shift):
    code = f"{ten}{legal_id.check_digit(ten)}"
    wrong = f"{code[:place]}{(int(code[place]) + shift) % 10}{code[place + 1 :]}"
    assert legal_id.parse(code) == code
    try:
        legal_id.parse(wrong)
    except ValidationError:
        return
    assert place < 10
    assert {remainder(code), remainder(wrong)} == {0, 10}


def test_a_foreigner_code_of_unusual_length_warns_and_passes():
    assert foreigner_code.warnings(foreigner_code.parse("۱۲۳۴۵۶۷۸۹۰۱۲")) == []
    assert len(foreigner_code.warnings(foreigner_code.parse("123456789"))) == 1
    assert refusal(foreigner_code.parse, "1234567") == "length"
    assert refusal(foreigner_code.parse, "1" * 17) == "length"


@pytest.mark.parametrize("code", ["411111111111", "41111111111111", "10380284790"])
def test_an_economic_code_is_12_or_14_digits_or_a_legal_id(code):
    assert economic_code.parse(code) == code


def test_an_economic_code_of_11_digits_must_be_a_legal_id():
    assert refusal(economic_code.parse, "10380284791") == "check_digit"
    assert refusal(economic_code.parse, "1234567890123") == "length"


def test_lists_show_masked_codes():
    assert legal_id.mask("10380284790") == "103••••••90"
    assert foreigner_code.mask("123456789012") == "123•••••••12"
    assert economic_code.mask("411111111111") == "411•••••••11"
