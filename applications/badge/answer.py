"""What is answered for one picture: variant, headers and body. Shim and nginx export both follow this file."""

from typing import NamedTuple

from django.conf import settings

from applications.badge.drawing import EDITION, Variant, draw
from applications.badge.referer import Origin, judge, own_hosts
from applications.badge.table import Face

TYPE = "image/svg+xml; charset=utf-8"
FOR_OWN = "public, max-age=240, must-revalidate"
FOR_FOREIGN = "private, max-age=60, must-revalidate"
FOR_UNKNOWN = "public, max-age=10"
SAME_ALWAYS = (
    ("Vary", "Referer"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
)
"""The logo is the one thing of ours that others may embed (BDG-10), and opened alone it can do nothing."""


class Answer(NamedTuple):
    """One picture with the life a cache may give it. `etag` is strong and quoted."""

    variant: Variant
    etag: str
    life: str
    face: Face | None = None

    def body(self) -> bytes:
        if self.face is None:
            return draw(self.variant)
        return draw(self.variant, self.face.domain, self.face.code, self.face.stars)


UNKNOWN = Answer(Variant.UNKNOWN, f'"{EDITION}-unknown"', FOR_UNKNOWN)
NEUTRAL = Answer(Variant.NEUTRAL, f'"{EDITION}-neutral"', FOR_UNKNOWN)


def answer(face: Face | None, referer: str | None, *, fresh: bool = True, subdomains: bool = False) -> Answer:
    """The picture of a badge for the page that shows it."""
    if not fresh:
        return NEUTRAL
    if face is None:
        return UNKNOWN
    if _is_plainly_own(face.domain, referer):
        return Answer(Variant.OWN, _etag(face, "own"), FOR_OWN, face)
    if judge(referer, own_hosts(face.domain), subdomains=subdomains) is Origin.FOREIGN:
        return Answer(Variant.FOREIGN, _etag(face, "foreign"), FOR_FOREIGN, face)
    return Answer(Variant.OWN, _etag(face, "own"), FOR_OWN, face)


def _is_plainly_own(domain: str, referer: str | None) -> bool:
    """What nearly every browser sends, known without the pattern (a tenth of its time)."""
    return not referer or referer.startswith((f"https://{domain}/", f"https://www.{domain}/"))


def _etag(face: Face, variant: str) -> str:
    return f'"{EDITION}-{face.version}-{face.code}-{face.stars}-{variant}"'


def is_same(if_none_match: str | None, etag: str) -> bool:
    """The visitor's copy is the current one (RFC 9110, 13.1.2: weak comparison)."""
    if not if_none_match:
        return False
    return etag in if_none_match or if_none_match.strip() == "*"


def transport_security() -> list[tuple[str, str]]:
    """What Django's SecurityMiddleware would add (BDG-12)."""
    seconds = int(getattr(settings, "SECURE_HSTS_SECONDS", 0) or 0)
    if not seconds:
        return []
    value = f"max-age={seconds}"
    value += "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
    value += "; preload" if settings.SECURE_HSTS_PRELOAD else ""
    return [("Strict-Transport-Security", value)]
