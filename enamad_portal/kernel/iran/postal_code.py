"""کد پستی: ten digits. The real proof is the letter or the Post's own service; this only catches slips."""

from typing import NewType

from django.core.exceptions import ValidationError

from enamad_portal.kernel.iran.text import exact_digits, persian_digits

LABEL = "کد پستی"
LENGTH = 10

PostalCode = NewType("PostalCode", str)


def parse(text: str) -> PostalCode:
    """Return the ten ASCII digits of a postal code.

    Refused are only things that every source rules out: 0 and 2 among the first five digits, four equal leading ones.
    Raises ValidationError `blank`, `mixed_digits`, `not_digits`, `length`, `unused_digit` or `repeated`.
    """
    code = exact_digits(text, LABEL, LENGTH)
    for place, digit in enumerate(code[:5], start=1):
        if digit in "02":
            raise ValidationError(
                "در پنج رقم اول کد پستی ۰ و ۲ به کار نمی‌رود؛ رقم "
                f"{persian_digits(place)} را {persian_digits(digit)} وارد کرده‌اید. "
                "کد را از روی قبض یا پلاک دوباره وارد کنید.",
                code="unused_digit",
            )
    if len(set(code[:4])) == 1:
        raise ValidationError(
            "چهار رقم اول کد پستی یکسان نیست؛ کد را از روی قبض یا پلاک دوباره وارد کنید.", code="repeated"
        )
    return PostalCode(code)


def warnings(code: PostalCode) -> list[str]:
    """Return what a person should look at again without being stopped: the sources differ about these digits."""
    found = []
    if code[4] == "5":
        found.append("رقم پنجم کد پستی کمتر ۵ است (صندوق پستی)؛ کد را با قبض مقایسه کنید. نامه به نشانی فرستاده می‌شود.")
    if "2" in code[5:]:
        found.append("در پنج رقم آخر کد پستی کمتر ۲ دیده می‌شود؛ کد را با قبض مقایسه کنید.")
    return found


def mask(code: str) -> str:
    """Return the form for lists: 14399•••••."""
    return f"{code[:5]}•••••"
