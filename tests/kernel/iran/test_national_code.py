import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.iran import national_code
from enamad_portal.kernel.iran.text import persian_digits

VALID = ["0076229645", "1583250689", "0013542419", "0499370899"]
NINE_DIGITS = st.text("0123456789", min_size=9, max_size=9).filter(lambda digits: digits[3:9] != "000000")


def refusal(typed):
    with pytest.raises(ValidationError) as refused:
        national_code.parse(typed)
    return refused.value.code


def remainder(code):
    return sum(int(digit) * (10 - place) for place, digit in enumerate(code[:9])) % 11


@pytest.mark.parametrize("code", VALID)
def test_txt_3_valid_codes_are_read_with_any_digits(code):
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert [national_code.parse(form) for form in (code, persian_digits(code), arabic, f" {code[:3]}-{code[3:]} ")] == [
        code
    ] * 4


def test_lost_leading_zeros_come_back():
    assert national_code.parse("76229645") == "0076229645"
    assert national_code.parse("499370899") == "0499370899"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *((str(digit) * 10, "repeated") for digit in range(10)),
        ("1230000005", "repeated"),
        ("0076229646", "check_digit"),
        ("1234567", "length"),
        ("00762296450", "length"),
        ("007622964a", "not_digits"),
        ("00762۲9645", "mixed_digits"),
        ("", "blank"),
    ],
)
def test_txt_3_what_no_person_has_is_refused(typed, code):
    assert refusal(typed) == code


def test_refusal_of_length_says_how_many_were_typed():
    with pytest.raises(ValidationError) as refused:
        national_code.parse("1234567")
    assert refused.value.messages == ["کد ملی باید ۱۰ رقم باشد؛ ۷ رقم وارد شده است."]


@given(NINE_DIGITS.filter(lambda digits: len(set(digits)) > 1))
def test_every_nine_digits_have_exactly_one_check_digit(nine):
    refused = [last for last in "0123456789" if int(last) != national_code.check_digit(nine)]
    assert [refusal(nine + last) for last in refused] == ["check_digit"] * 9
    assert national_code.parse(f"{nine}{national_code.check_digit(nine)}")[:9] == nine


@given(NINE_DIGITS, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_caught_unless_the_remainders_1_and_10_share_their_check_digit(nine, place, shift):
    code = f"{nine}{national_code.check_digit(nine)}"
    wrong = f"{code[:place]}{(int(code[place]) + shift) % 10}{code[place + 1 :]}"
    try:
        national_code.parse(wrong)
    except ValidationError:
        return
    assert place < 9
    assert {remainder(code), remainder(wrong)} == {1, 10}


def test_lists_show_a_masked_code():
    assert national_code.mask("0013542419") == "001•••••19"
