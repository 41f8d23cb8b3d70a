"""Whether the address of the file stands on a page, however it is spelt and cut."""

import re

from applications.verification.content.reading import quote
from enamad_portal.kernel.iran.text import ZWNJ, search_key

_SAYS_LITTLE = frozenset(
    (
        "ایران",
        "استان",
        "شهر",
        "خیابان",
        "خ",
        "کوچه",
        "ک",
        "بلوار",
        "میدان",
        "چهارراه",
        "پلاک",
        "پ",
        "طبقه",
        "واحد",
        "نشانی",
        "آدرس",
        "ادرس",
        "کد",
        "پستی",
        "نبش",
        "بن",
        "بست",
        "و",
        "از",
        "به",
        "در",
    )
)
_WORD = re.compile(r"[^\W_]+")
SAME, PARTLY = 0.75, 0.35


def telling_words(address: str) -> set[str]:
    """The words of an address that tell it from another: names and numbers."""
    return _words(address) - _SAYS_LITTLE


def _words(text: str) -> set[str]:
    return set(_WORD.findall(search_key(text.replace(ZWNJ, " "))))


def share_found(address: str, text: str) -> float:
    """How much of the address stands on the page, from 0 to 1; an empty address is not found."""
    wanted = telling_words(address)
    return len(wanted & _words(text)) / len(wanted) if wanted else 0.0


def address_line(text: str) -> str:
    """The passage that looks like an address, for the reader to compare; "" when there is none."""
    match = re.search(r"(?:نشانی|آدرس)\s*:?|خیابان|بلوار|میدان|کوچه", text)
    return quote(text, match.start(), min(len(text), match.end() + 80)) if match else ""
