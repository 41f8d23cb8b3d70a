"""کد ملی: the ten-digit number of an Iranian person."""

from typing import NewType

from django.core.exceptions import ValidationError

from enamad_portal.kernel.iran.text import number_text, wrong_length

LABEL = "کد ملی"
LENGTH = 10
SHORTEST_WITHOUT_ZEROS = 8  # spreadsheets eat the leading zeros; up to two of them are put back

NationalCode = NewType("NationalCode", str)


def parse(text: str) -> NationalCode:
    """Return the ten ASCII digits of a national code typed with any digits, spaces or hyphens.

    The city prefix is not checked: new prefixes appear.
    Raises ValidationError `blank`, `mixed_digits`, `not_digits`, `length`, `repeated` or `check_digit`.
    """
    digits = number_text(text, LABEL)
    if not SHORTEST_WITHOUT_ZEROS <= len(digits) <= LENGTH:
        raise wrong_length(LABEL, "۱۰", len(digits))
    code = digits.zfill(LENGTH)
    if len(set(code)) == 1 or code[3:9] == "000000":
        raise ValidationError("این عدد کد ملی هیچ‌کس نیست؛ کد ملی را از روی کارت ملی وارد کنید.", code="repeated")
    if int(code[9]) != check_digit(code[:9]):
        raise ValidationError(
            "رقم‌های کد ملی با رقم کنترل آن جور نیست؛ کد ملی را از روی کارت ملی دوباره وارد کنید.", code="check_digit"
        )
    return NationalCode(code)


def check_digit(first_nine: str) -> int:
    """Return the tenth digit. Two of the eleven remainders (1 and 10) share the digit 1, so not every slip shows."""
    remainder = sum(int(digit) * (10 - place) for place, digit in enumerate(first_nine)) % 11
    return remainder if remainder < 2 else 11 - remainder


def mask(code: str) -> str:
    """Return the form for lists: 001•••••89."""
    return f"{code[:3]}•••••{code[-2:]}"
