"""Telephone numbers as they stand in the text of a page."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from applications.verification.content.reading import flat, quote
from enamad_portal.kernel.iran.phones import parse_landline, parse_mobile

_GAP = r"[\s\-–—.)(/]{0,2}"
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)98{_GAP}|0)9(?:{_GAP}\d){{9}}(?!\d)")
_LANDLINE = re.compile(rf"(?<!\d)(?:(?:\+|00)98{_GAP}[1-8]\d|\(?0[1-8]\d)(?:{_GAP}\d){{8}}(?!\d)")
_BARE = re.compile(r"(?<!\d)[1-9]\d(?:[\s\-–]?\d){6}(?!\d)")


@dataclass(frozen=True, slots=True)
class Numbers:
    """E.164 numbers, each with the words around it."""

    mobiles: dict[str, str]
    landlines: dict[str, str]


def numbers_in(text: str) -> Numbers:
    """All complete numbers; a landline without its area code is not one (`local_in`)."""
    return Numbers(_found(_MOBILE, text, parse_mobile), _found(_LANDLINE, text, parse_landline))


def _found(pattern: re.Pattern[str], text: str, parse: Callable[[str], str]) -> dict[str, str]:
    numbers: dict[str, str] = {}
    for match in pattern.finditer(flat(text)):
        try:
            number = parse(re.sub(r"[^\d+]", "", match[0]))
        except ValidationError:
            continue
        numbers.setdefault(number, quote(text, match.start(), match.end()))
    return numbers


def local_in(text: str, landline: str) -> str | None:
    """Where the landline stands without its area code, or behind one in brackets after it; None when nowhere."""
    wanted = landline[5:]
    for match in _BARE.finditer(flat(text)):
        if re.sub(r"\D", "", match[0]) == wanted:
            return quote(text, match.start(), match.end())
    return None
