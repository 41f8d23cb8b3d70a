"""Finds the codes in a message, so that a demo or a test need not know the wording."""

import re

_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "0123456789" * 2)
_WORD = re.compile(r"(?:کد|رمز)(?!\s*(?:پستی|ملی|رهگیری|پیگیری))(.*)")
_DIGITS = re.compile(r"(?<![0-9A-Za-z./:_-])[0-9]{4,10}(?![0-9A-Za-z/:_-])")


_GROUPED = re.compile(
    r"(?<![0-9A-Za-z-])[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z](?![0-9A-Za-z-])"
)
"""A code of a postal letter, as it is printed."""
_TOKEN = re.compile(r"(?<![0-9A-Za-z./:_-])[a-z2-7]{32}(?![0-9A-Za-z./:_-])")
"""A code that is copied, not typed."""


def codes_in(text: str) -> list[str]:
    """The grouped codes of a letter, or a code that is copied whole.

    Else groups of 4 to 10 digits (Latin) after the word «کد» or «رمز» on its line; without such a word, all of them.
    """
    latin = text.translate(_LATIN)
    if written := _GROUPED.findall(latin) or _TOKEN.findall(latin):
        return written
    after = [code for rest in _WORD.findall(latin) for code in _DIGITS.findall(rest)]
    return after or _DIGITS.findall(latin)
