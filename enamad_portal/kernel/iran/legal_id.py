"""شناسه ملی: the eleven-digit number of a legal person (company, institute)."""

from itertools import cycle
from typing import NewType

from django.core.exceptions import ValidationError

from enamad_portal.kernel.iran.text import exact_digits

LABEL = "شناسه ملی"
LENGTH = 11
WEIGHTS = (29, 27, 23, 19, 17)

LegalId = NewType("LegalId", str)


def parse(text: str) -> LegalId:
    """Return the eleven ASCII digits of a legal id typed with any digits, spaces or hyphens.

    Raises ValidationError `blank`, `mixed_digits`, `not_digits`, `length`, `repeated` or `check_digit`.
    """
    code = exact_digits(text, LABEL, LENGTH)
    if code[3:9] == "000000":
        raise ValidationError(
            "این عدد شناسه ملی هیچ شرکتی نیست؛ شناسه را از روی روزنامهٔ رسمی یا آگهی ثبت وارد کنید.", code="repeated"
        )
    if int(code[10]) != check_digit(code[:10]):
        raise ValidationError(
            "رقم‌های شناسه ملی با رقم کنترل آن جور نیست؛ شناسه را از روی روزنامهٔ رسمی یا آگهی ثبت دوباره وارد کنید.",
            code="check_digit",
        )
    return LegalId(code)


def check_digit(first_ten: str) -> int:
    """Return the eleventh digit. The remainders 0 and 10 share the digit 0, so not every slip shows."""
    added = int(first_ten[9]) + 2
    total = sum((added + int(digit)) * weight for digit, weight in zip(first_ten, cycle(WEIGHTS), strict=False))
    return total % 11 % 10


def mask(code: str) -> str:
    """Return the form for lists: 103••••••90."""
    return f"{code[:3]}••••••{code[-2:]}"
