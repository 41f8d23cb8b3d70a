"""How the badge stands on a home page: five ways to place it, one of them right (domain 19.14)."""

import re
from urllib.parse import urlsplit

from enamad_portal.kernel.fetch.html import Image, Link, PageFacts

_PAGE = re.compile(r"/v/([a-z2-7]{26})/?")
_PICTURE = re.compile(r"/badge/([a-z2-7]{26})\.svg")

WORDS = {
    "snippet_correct": "کد نماد درست نصب شده است: تصویر هست و به صفحه اعتبار پیوند دارد.",
    "snippet_absent": (
        "نماد را در صفحه اصلی ندیدیم. کد نماد را در HTML خود صفحه اصلی بگذارید؛ ما جاوااسکریپت اجرا نمی‌کنیم."
    ),
    "logo_without_link": (
        "تصویر نماد هست ولی به صفحه اعتبار پیوند ندارد. کد را کامل و با برچسب a بگذارید؛ نمایش تصویر تنها تخلف است."
    ),
    "link_without_logo": "پیوند صفحه اعتبار هست ولی تصویر نماد درون آن نیست. کد را کامل و با برچسب img بگذارید.",
    "wrong_id": "نمادی که در صفحه است شناسه این دامنه را ندارد. کد همین صفحه را رونوشت و جایگزین کنید.",
    "noreferrer": (
        "پیوند یا تصویر نماد noreferrer دارد و سامانه نمی‌بیند بازدیدکننده از کدام سایت آمده است. "
        "noreferrer و no-referrer را از کد نماد بردارید."
    ),
}


def judge_snippet(page: PageFacts, *, base_url: str, public_id: str) -> tuple[str, list[str]]:
    """One code of `WORDS` and the markup that was seen. One right snippet is enough, whatever else stands there."""
    host = urlsplit(base_url).netloc
    links = [(link, _id(link.url, host, _PAGE)) for link in page.links]
    images = [(image, _id(image.url, host, _PICTURE)) for image in page.images]
    ours = [link for link, number in links if number == public_id]
    saw = [_markup(link) for link, number in links if number] or [_picture(image) for image, number in images if number]
    whole = [link for link in ours if link.image and _id(link.image.url, host, _PICTURE) == public_id]
    if any(not _hides_origin(link) for link in whole):
        return "snippet_correct", saw
    if whole:
        return "noreferrer", saw
    if any(number not in {"", public_id} for _, number in [*links, *images]):
        return "wrong_id", saw
    if any(number == public_id for _, number in images):
        return "logo_without_link", saw
    return ("link_without_logo" if ours else "snippet_absent"), saw


def _id(url: str, host: str, pattern: re.Pattern[str]) -> str:
    parts = urlsplit(url)
    match = pattern.fullmatch(parts.path) if parts.netloc == host else None
    return match[1] if match else ""


def _hides_origin(link: Link) -> bool:
    policies = {link.referrerpolicy.strip().lower(), link.image.referrerpolicy.strip().lower() if link.image else ""}
    return "noreferrer" in link.rel.lower().split() or "no-referrer" in policies


def _markup(link: Link) -> str:
    inside = _picture(link.image) if link.image else link.text[:40]
    return f'<a href="{link.href}" rel="{link.rel}" referrerpolicy="{link.referrerpolicy}">{inside}</a>'


def _picture(image: Image) -> str:
    return f'<img src="{image.src}" referrerpolicy="{image.referrerpolicy}">'
