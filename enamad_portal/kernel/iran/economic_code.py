"""کد اقتصادی: the tax number; legal persons now use their eleven-digit legal id."""

from typing import NewType

from enamad_portal.kernel.iran import legal_id
from enamad_portal.kernel.iran.text import number_text, wrong_length

LABEL = "کد اقتصادی"
LENGTHS = frozenset({12, 14})

EconomicCode = NewType("EconomicCode", str)


def parse(text: str) -> EconomicCode:
    """Return 12 or 14 ASCII digits, or the 11 of a valid legal id.

    Raises ValidationError `blank`, `mixed_digits`, `not_digits`, `length`, `repeated` or `check_digit`.
    """
    digits = number_text(text, LABEL)
    if len(digits) == legal_id.LENGTH:
        return EconomicCode(legal_id.parse(digits))
    if len(digits) not in LENGTHS:
        raise wrong_length(LABEL, "۱۱، ۱۲ یا ۱۴", len(digits))
    return EconomicCode(digits)


def mask(code: str) -> str:
    """Return the form for lists: first three and last two digits."""
    return f"{code[:3]}{'•' * (len(code) - 5)}{code[-2:]}"
