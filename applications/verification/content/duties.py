"""Items of the pages every shop must have, and of marks it must not show."""

import re

from applications.verification.content.observations import Observation
from applications.verification.content.pages import PageRole, SeenPage, Site
from applications.verification.content.reading import find, flat
from applications.verification.facts import CaseFacts
from enamad_portal.kernel.fetch.tls_findings import TlsVerdict
from enamad_portal.kernel.fetch.tls_forms import judge_forms
from enamad_portal.kernel.iran.text import search_key

_LICENCE = re.compile(r"پروانه|مجوز|جواز|گواهی فعالیت")
_WITHDRAWAL = re.compile(r"انصراف|مرجوع|بازگرداندن|بازگشت (?:کالا|وجه|پول)|عودت")
_COMPLAINT = re.compile(r"(?:ثبت|ارسال|فرم) شکایت|شکایات")
_LAW = re.compile(r"قانون تجارت الکترونیک|قواعد حمایت(?:ی)? (?:از )?مصرف ?کننده|حقوق مصرف ?کننده")
_ENAMAD = re.compile(r"e-?namad|trustseal", re.IGNORECASE)
_ENAMAD_WORDS = re.compile(r"نماد ?اعتماد|ای ?نماد")


def state_emblems(site: Site, _facts: CaseFacts) -> list[Observation]:
    """Any e-Namad picture before issue is a finding, linked or flat, ours or borrowed."""
    for page in site.pages:
        if (address := _enamad_on(page)) is not None:
            return [Observation("enamad_picture", good=False).on(page, address)]
    return [Observation("no_enamad_picture").on(site.home)]


def _enamad_on(page: SeenPage) -> str | None:
    for image in page.facts.images:
        if _ENAMAD.search(image.src) or _ENAMAD.search(image.alt) or _ENAMAD_WORDS.search(flat(image.alt)):
            return f"<img src={image.src!r} alt={image.alt!r}>"
    for link in page.facts.links:
        if re.search(r"trustseal\.|/verify\.aspx", link.url, re.IGNORECASE):
            return f"<a href={link.href!r}>"
    return None


def about_us(site: Site, facts: CaseFacts) -> list[Observation]:
    page = site.page(PageRole.ABOUT)
    if page is None:
        return [_no_page(site, PageRole.ABOUT, "about")]
    names = [name for name in (_owner(facts), facts.company and facts.company.registered_name) if name]
    text = search_key(page.facts.text)
    named = any(search_key(name) in text for name in names)
    licence = find(_LICENCE, page.facts.text)
    return [
        Observation("about_seen", good=True).on(page),
        Observation("owner_named" if named else "owner_not_named", good=named or None).on(page),
        Observation("licence_named" if licence else "licence_not_named").on(page, licence),
    ]


def _owner(facts: CaseFacts) -> str:
    return f"{facts.first_name} {facts.last_name}".strip()


def rules_page(site: Site, _facts: CaseFacts) -> list[Observation]:
    page = site.page(PageRole.RULES)
    if page is None:
        return [_no_page(site, PageRole.RULES, "rules")]
    passage = find(_WITHDRAWAL, page.facts.text)
    code = "withdrawal_named" if passage else "withdrawal_not_named"
    return [Observation("rules_seen", good=True).on(page), Observation(code).on(page, passage)]


def complaints(site: Site, _facts: CaseFacts) -> list[Observation]:
    way = site.way(PageRole.COMPLAINT)
    if way is not None:
        return [Observation("complaint_way", good=True).on(site.home, f"{way.label} {way.url}")]
    for page in site.pages:
        if passage := find(_COMPLAINT, page.facts.text):
            return [Observation("complaint_way").on(page, passage)]
    return [Observation("complaint_absent", good=False).on(site.home)]


def consumer_law(site: Site, _facts: CaseFacts) -> list[Observation]:
    """The law must be named as one that the shop follows, not merely the buyer's wish."""
    for page in site.pages:
        if passage := find(_LAW, page.facts.text):
            follows = re.search(r"تابع|تبعیت|رعایت|پایبند|بر پایه|طبق|مطابق|بر اساس", flat(passage)) is not None
            return [Observation("law_named", good=follows or None).on(page, passage)]
    return [Observation("law_not_named", good=False).on(site.home)]


def secure_pages(site: Site, _facts: CaseFacts) -> list[Observation]:
    """The certificate itself is looked at in the step `ssl`; here are the pages and forms of the crawl (TLS-7)."""
    plain = [page for page in site.pages if not page.url.lower().startswith("https:")]
    found = judge_forms([page.facts for page in site.pages])
    seen = [Observation("page_plain", good=False).on(page, page.url) for page in plain[:1]]
    if found.verdict is TlsVerdict.FAIL:
        fault = found.evidence["faults"][0]
        page = next(page for page in site.pages if page.facts.url == fault["page"])
        seen.append(Observation("element_plain", good=False).on(page, f"{fault['element']} {fault['url']}"))
    return seen or [Observation("pages_secure", good=True).on(site.home)]


def _no_page(site: Site, role: PageRole, name: str) -> Observation:
    broken = site.broken.get(role)
    return Observation(f"{name}_absent" if broken is None else f"{name}_broken", good=False).on(site.home, broken)
