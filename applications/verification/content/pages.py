"""Which page of a shop is which: told by the words of its links."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urldefrag, urlsplit

from applications.verification.content.reading import flat
from enamad_portal.kernel.fetch.hosts import CanonicalHost, HostRefused, canonical_host
from enamad_portal.kernel.fetch.html import PageFacts


class PageRole(StrEnum):
    """The pages that the checklist asks for; a link is taken for the first one it fits."""

    HOME = "home"
    CONTACT = "contact"
    ABOUT = "about"
    RULES = "rules"
    COMPLAINT = "complaint"
    TRACKING = "tracking"
    ORDER = "order"
    SIGN_IN = "sign_in"
    PRODUCT = "product"


TITLES = {
    PageRole.HOME: "صفحه اصلی",
    PageRole.CONTACT: "تماس با ما",
    PageRole.ABOUT: "درباره ما",
    PageRole.RULES: "قوانین و مقررات",
    PageRole.COMPLAINT: "ثبت شکایت",
    PageRole.TRACKING: "پیگیری سفارش",
    PageRole.ORDER: "سفارش",
    PageRole.SIGN_IN: "ورود",
    PageRole.PRODUCT: "یک کالا",
}
CHECKED_PAGES = (PageRole.CONTACT, PageRole.ABOUT, PageRole.RULES, PageRole.PRODUCT)
"""What is fetched beside the home page: five pages in one job."""
DATA_PAGES = (PageRole.ORDER, PageRole.SIGN_IN, PageRole.COMPLAINT, PageRole.CONTACT)
"""Where a shop takes data of its buyers (TLS-7)."""

_TOLD_BY = {
    PageRole.CONTACT: (r"تماس|ارتباط با", r"\bcontact"),
    PageRole.ABOUT: (r"درباره|معرفی (?:ما|فروشگاه|شرکت)", r"\babout"),
    PageRole.RULES: (r"قوانین|مقررات|شرایط (?:و|استفاده|خرید|فروش)", r"\b(?:rules|terms|laws?|policy)\b"),
    PageRole.COMPLAINT: (r"شکایت|شکایات|رسیدگی به", r"complain"),
    PageRole.TRACKING: (r"پیگیری|رهگیری", r"\btrack"),
    PageRole.ORDER: (r"سبد|سفارش|پیش ?فاکتور|تسویه", r"\b(?:cart|basket|checkout|order)"),
    PageRole.SIGN_IN: (r"ورود|ثبت ?نام|حساب من|عضویت", r"\b(?:login|sign-?in|sign-?up|register|account)\b"),
    PageRole.PRODUCT: (r"محصول|کالای", r"\b(?:product|shop|kala|item|p)(?:[/_-]|\b)"),
}
_PATTERNS = {role: (re.compile(text), re.compile(path, re.IGNORECASE)) for role, (text, path) in _TOLD_BY.items()}
_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the home page to one of the pages we look for."""

    role: PageRole
    url: str
    label: str


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page as it was read; `sha256` is that of the bytes received."""

    role: PageRole
    url: str
    sha256: str
    facts: PageFacts


@dataclass(frozen=True, slots=True)
class Site:
    """What one crawl brought home: the pages, the links, and the pages that did not open with the sentence why."""

    pages: tuple[SeenPage, ...]
    ways: tuple[Way, ...] = ()
    broken: dict[PageRole, str] = field(default_factory=dict)

    @property
    def home(self) -> SeenPage:
        return self.pages[0]

    def page(self, role: PageRole) -> SeenPage | None:
        return next((page for page in self.pages if page.role is role), None)

    def way(self, role: PageRole) -> Way | None:
        return next((way for way in self.ways if way.role is role), None)


def ways_of(page: PageFacts, host: CanonicalHost) -> tuple[Way, ...]:
    """One way per role, the first that fits; a page of another site is none of the shop's."""
    ways: dict[PageRole, Way] = {}
    for link in page.links:
        url = urldefrag(link.url).url
        if not _belongs(url, host) or url.rstrip("/") == page.url.rstrip("/"):
            continue
        role = _role_of(flat(link.text)[:_LONGEST_LABEL], unquote(urlsplit(url).path))
        if role is not None:
            ways.setdefault(role, Way(role, url, link.text[:_LONGEST_LABEL]))
    return tuple(ways.values())


def _belongs(url: str, host: CanonicalHost) -> bool:
    parts = urlsplit(url)
    try:
        return parts.scheme in {"http", "https"} and canonical_host(parts.hostname or "").same_site(host)
    except (HostRefused, ValueError):
        return False


def _role_of(label: str, path: str) -> PageRole | None:
    """By the words people read first, by the address when they say nothing."""
    for place, said in enumerate((label, flat(path))):
        for role, patterns in _PATTERNS.items():
            if patterns[place].search(said) or (place == 1 and patterns[0].search(said)):
                return role
    return None
