"""کد فراگیر اتباع: the number of a foreign national who lives in Iran. No public check digit is known."""

from typing import NewType

from enamad_portal.kernel.iran.text import number_text, persian_digits, wrong_length

LABEL = "کد فراگیر اتباع"
SHORTEST, LONGEST, USUAL = 8, 16, 12

ForeignerCode = NewType("ForeignerCode", str)


def parse(text: str) -> ForeignerCode:
    """Return 8 to 16 ASCII digits. Raises ValidationError `blank`, `mixed_digits`, `not_digits` or `length`."""
    digits = number_text(text, LABEL)
    if not SHORTEST <= len(digits) <= LONGEST:
        raise wrong_length(LABEL, f"{persian_digits(SHORTEST)} تا {persian_digits(LONGEST)}", len(digits))
    return ForeignerCode(digits)


def warnings(code: ForeignerCode) -> list[str]:
    """Return what a person should look at again without being stopped: tax forms know 12 digits only."""
    if len(code) == USUAL:
        return []
    return [
        f"کد فراگیر بیشتر وقت‌ها ۱۲ رقم است؛ شما {persian_digits(len(code))} رقم وارد کرده‌اید. کارت اقامت را نگاه کنید."
    ]


def mask(code: str) -> str:
    """Return the form for lists: first three and last two digits."""
    return f"{code[:3]}{'•' * (len(code) - 5)}{code[-2:]}"
