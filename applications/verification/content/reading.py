"""Finding words in a page's text and quoting them as they stand there."""

import re

_FLAT = str.maketrans(
    "يكىۀةأإٱ" + "۰۱۲۳۴۵۶۷۸۹" + "٠١٢٣٤٥٦٧٨٩" + "\u200c\u200d\u00a0\u00ad",
    "یکیههااا" + "0123456789" * 2 + "    ",
)
_AROUND = 60


def flat(text: str) -> str:
    """One spelling of letters and digits, joiners as spaces; as long as `text`, so that places stay the same."""
    return text.translate(_FLAT)


def quote(text: str, start: int, end: int) -> str:
    """The passage with some words around it."""
    left, right = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if left:
        left = text.find(" ", left, start) + 1 or left
    if right < len(text):
        space = text.rfind(" ", end, right)
        right = space if space != -1 else right
    return ("… " if left else "") + text[left:right].strip() + (" …" if right < len(text) else "")


def find(pattern: re.Pattern[str], text: str) -> str | None:
    """The first passage that matches, quoted; None when there is none."""
    match = pattern.search(flat(text))
    return None if match is None else quote(text, match.start(), match.end())
