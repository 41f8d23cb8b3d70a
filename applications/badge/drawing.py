"""The logo: one SVG, composed from a template per look and the inscription of a domain (BDG-2, BDG-3).

No script, no font file, no reference to anything outside; 120 x 120 units. Memory holds the 40-odd templates and the
pictures of the busiest two thousand badges, never a picture of each.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from html import escape

from applications.badge import emblems
from applications.badge.emblems import Emblem
from enamad_portal.kernel.fetch.hosts import readable
from enamad_portal.kernel.iran.text import persian_digits

EDITION = 1
"""Part of every ETag: raise it when the pictures change, or browsers keep the old one."""
MAX_STARS = 5
DOMAIN, MARK = "{domain}", "{mark}"


class Variant(StrEnum):
    OWN = "own"
    """On one of its own hosts, or no Referer: domain, stars and state."""
    FOREIGN = "foreign"
    """On somebody else's page: whose badge it is."""
    UNKNOWN = "unknown"
    NEUTRAL = "neutral"
    """The database has not been read for five minutes: no state is claimed (BDG-5)."""


@lru_cache(maxsize=2048)
def draw(variant: Variant, domain: str = "", code: int = 1, stars: int = 0) -> bytes:
    """The picture in UTF-8. `domain` is an A-label name, `code` a public status code, `stars` 0 to 5."""
    return _filled(_parts(variant, code, stars), *inscription(domain)) if domain else _plain(variant)


def template(variant: Variant, code: int = 1, stars: int = 0) -> str:
    """The picture with `{domain}` and `{mark}` where the two halves of an inscription go."""
    return _frame(*_look(variant, code, min(stars, MAX_STARS)))


@lru_cache(maxsize=16_384)
def inscription(domain: str) -> tuple[str, str]:
    """The domain in Unicode, escaped, and the same drawn to fit, its middle at x = 60 and y = 0."""
    name = readable(domain)
    return escape(name), _drawn(name)


@cache
def _plain(variant: Variant) -> bytes:
    return template(variant).encode()


@cache
def _parts(variant: Variant, code: int, stars: int) -> tuple[str, ...]:
    return tuple(re.split(r"(\{domain\}|\{mark\})", template(variant, code, stars)))


def _filled(parts: tuple[str, ...], domain: str, mark: str) -> bytes:
    return "".join([domain if part == DOMAIN else mark if part == MARK else part for part in parts]).encode()


def _look(variant: Variant, code: int, stars: int) -> tuple[Emblem, str, str, str]:
    """Emblem, title, spoken description, and what stands below the emblem."""
    if variant is Variant.FOREIGN:
        return (
            emblems.FOREIGN,
            f"این نماد متعلق به {DOMAIN} است",
            "اگر در سایت دیگری هستید، این نماد برای آن نیست.",
            _foreign(),
        )
    if variant is Variant.UNKNOWN:
        return emblems.UNKNOWN, "نماد ناشناخته", emblems.UNKNOWN.said, _words("ناشناخته", "چنین نمادی صادر نشده")
    if variant is Variant.NEUTRAL:
        return emblems.NEUTRAL, "نماد تجارت الکترونیکی", emblems.NEUTRAL.said, _words("برای دیدن وضعیت", "کلیک کنید")
    emblem = emblems.STATES[code]
    if code == 1 and not stars:
        emblem = emblems.SMALL
    said = emblem.said + (f"؛ {persian_digits(stars)} ستاره" if stars and code in emblems.VALID_CODES else "")
    return emblem, f"نماد {DOMAIN}", f"این نماد {said}. برای اطمینان روی آن کلیک کنید.", _own(emblem, code, stars)


def _frame(emblem: Emblem, title: str, said: str, below: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="120" viewBox="0 0 120 120" '
        'role="img" aria-labelledby="t d" text-anchor="middle" direction="rtl" '
        'font-family="Vazirmatn,Tahoma,system-ui,sans-serif">'
        f'<title id="t">{title}</title><desc id="d">{said}</desc>'
        f'<rect width="120" height="120" rx="16" fill="{emblem.ink}"/>'
        '<path d="M2 23h116v81a14 14 0 0 1-14 14H16a14 14 0 0 1-14-14z" fill="#fff"/>'
        '<text x="60" y="16" font-size="9.8" font-weight="700" fill="#fff">نماد تجارت الکترونیکی</text>'
        f"{emblem.shape}{below}</svg>"
    )


def _text(words: str, y: float, size: float, ink: str, *, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    return f'<text x="60" y="{y:g}" font-size="{size:g}"{weight} fill="{ink}">{words}</text>'


def _band(tint: str, top: float = 99) -> str:
    """The tinted foot that carries the domain."""
    return (
        f'<path d="M2 {top:g}h116v5a14 14 0 0 1-14 14H16a14 14 0 0 1-14-14z" fill="{tint}"/>'
        f'<g transform="translate(0 108.5)">{MARK}</g>'
    )


def _own(emblem: Emblem, code: int, stars: int) -> str:
    row = "".join(_stars(stars)) if code in emblems.VALID_CODES else ""
    if not emblem.below:
        return row + _text(emblem.word, 92 if row else 90.5, 12, emblem.ink, bold=True) + _band(emblem.tint)
    if row:
        return row + _text(f"{emblem.word}، {emblem.below}", 91.5, 8.8, emblem.ink, bold=True) + _band(emblem.tint)
    words = _text(emblem.word, 81, 12, emblem.ink, bold=True) + _text(emblem.below, 94, 9, "#3b4745")
    return words + _band(emblem.tint)


def _stars(count: int) -> Iterator[str]:
    """Gold stars in a row below the shield; a badge without stars has none, as the earlier system shows it."""
    for index in range(count):
        x = 60 + (index - (count - 1) / 2) * 13.5
        yield (
            f'<path transform="translate({x:g} 74)" d="M0-6.2 1.9-2l4.6.5-3.4 3.1.9 4.5L0 3.8l-4 2.3'
            '.9-4.5-3.4-3.1L-1.9-2z" fill="#f2b200" stroke="#a87400" stroke-width=".7" stroke-linejoin="round"/>'
        )


def _foreign() -> str:
    ink = emblems.FOREIGN.ink
    return (
        _text("این نماد متعلق به", 85.5, 9.5, ink, bold=True)
        + f'<rect x="4" y="88" width="112" height="17" rx="4" fill="{emblems.FOREIGN.tint}"/>'
        f'<g transform="translate(0 96.5)">{MARK}</g>' + _text("است", 114.5, 9.5, ink, bold=True)
    )


def _words(first: str, second: str) -> str:
    return _text(first, 90.5, 12, "#3b4745", bold=True) + _text(second, 107, 9.5, "#3b4745")


ONE_LINE, TWO_LINES = 24, 30
"""Signs that fit one line, and each of two smaller lines; what is longer loses its middle, never its end."""


def _drawn(name: str) -> str:
    if len(name) <= ONE_LINE:
        return _line(name, 3.6, min(11.5, 190 / max(len(name), 1)))
    if len(name) > 2 * TWO_LINES:
        name = f"{name[: TWO_LINES - 1]}…{name[-TWO_LINES:]}"
    cut = _cut(name)
    size = min(8.0, 186 / max(cut, len(name) - cut))
    return _line(name[:cut], -1.2, size) + _line(name[cut:], 6.8, size, room=98)


def _cut(name: str) -> int:
    """Where the second line begins: at a dot or hyphen near the middle, else in the middle."""
    half = (len(name) + 1) // 2
    near = [i for i in range(len(name) - TWO_LINES, TWO_LINES + 1) if 0 < i < len(name) and name[i - 1] in ".-"]
    return min(near, key=lambda i: abs(i - half), default=half)


WIDEST_SIGN = 0.72
"""Of the font size: the mean width of a bold sign in the widest font that a reader is likely to have."""


def _line(text: str, y: float, size: float, room: float = 106) -> str:
    """One left-to-right line; one that might not fit is told its width, because nobody knows the reader's font."""
    fit = f' textLength="{room:g}" lengthAdjust="spacingAndGlyphs"' if len(text) * size * WIDEST_SIGN > room else ""
    return (
        f'<text x="60" y="{y:g}" direction="ltr" unicode-bidi="isolate" font-size="{size:.1f}" font-weight="700" '
        f'fill="#13211f"{fit}>{escape(text)}</text>'
    )
