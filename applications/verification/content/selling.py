"""Items of sale and order: what a visitor finds before buying."""

import re
from urllib.parse import urlsplit

from applications.verification.content.observations import Observation
from applications.verification.content.pages import PageRole, SeenPage, Site
from applications.verification.content.reading import find
from applications.verification.facts import CaseFacts

_PRICE = re.compile(r"\d[\d,٬،.]*\s*(?:هزار\s*)?(?:تومان|ریال|﷼|تومن)|(?:تومان|ریال|قیمت|بها)\s*:?\s*\d[\d,٬،.]{2,}")
_BY_CALL = re.compile(r"(?:قیمت|بها)?\s*:?\s*تماس بگیرید|استعلام (?:قیمت|بگیرید)")
_DELIVERY = re.compile(r"هزینه (?:ی )?ارسال|هزینه پست|ارسال رایگان|ارسال به سراسر|شیوه (?:های )?ارسال")
_TAX = re.compile(r"مالیات|ارزش افزوده")
_INVOICE = re.compile(r"پیش ?فاکتور")
_TRACKING = re.compile(r"(?:کد|شماره) (?:ی )?(?:رهگیری|پیگیری)|پیگیری سفارش|رهگیری سفارش")
_MESSENGER = re.compile(
    r"(?:سفارش|خرید)[^.!؟]{0,40}(?:تلگرام|واتس ?اپ|اینستاگرام|دایرکت|روبیکا|ایتا)"
    r"|(?:تلگرام|واتس ?اپ|اینستاگرام|دایرکت|روبیکا|ایتا)[^.!؟]{0,40}(?:سفارش|خرید)"
)
_UNFINISHED = re.compile(r"در دست (?:ساخت|احداث|طراحی)|به زودی|بزودی|coming soon|under construction", re.IGNORECASE)
_BUY = re.compile(r"سبد خرید|افزودن به سبد|ثبت سفارش|خرید اینترنتی|پرداخت اینترنتی|تسویه حساب")
_ORDER_ADDRESS = re.compile(r"cart|basket|order|checkout", re.IGNORECASE)
_ENOUGH_WORDS = 40


def product_facts(site: Site, _facts: CaseFacts) -> list[Observation]:
    page = site.page(PageRole.PRODUCT)
    if page is None:
        return [Observation("product_absent", good=False).on(site.home, site.broken.get(PageRole.PRODUCT))]
    seen = [Observation("product_seen", good=True).on(page, page.facts.title)]
    if len(page.facts.text.split()) >= _ENOUGH_WORDS:
        seen.append(Observation("product_facts").on(page, page.facts.text[:300]))
    return seen


def prices(site: Site, _facts: CaseFacts) -> list[Observation]:
    shown = _first(_PRICE, site, "price_seen", good=True)
    by_call = _first(_BY_CALL, site, "price_by_call", good=False, roles=(PageRole.PRODUCT, PageRole.HOME))
    found = [one for one in (shown, by_call) if one is not None]
    return found or [Observation("price_absent", good=False).on(site.home)]


def all_costs(site: Site, _facts: CaseFacts) -> list[Observation]:
    found = [_first(_DELIVERY, site, "delivery_cost"), _first(_TAX, site, "tax_named")]
    return [one for one in found if one is not None] or [Observation("costs_not_named").on(site.home)]


def online_order(site: Site, _facts: CaseFacts) -> list[Observation]:
    """The site sells on the day it asks for a badge."""
    trouble = [
        one
        for one in (
            _first(_UNFINISHED, site, "site_unfinished", good=False, roles=(PageRole.HOME,)),
            _first(_MESSENGER, site, "order_by_messenger", good=False),
        )
        if one is not None
    ]
    way = site.way(PageRole.ORDER)
    if way is not None:
        return [Observation("order_way", good=True).on(site.home, f"{way.label} {way.url}"), *trouble]
    for page in site.pages:
        if _takes_orders(page):
            return [Observation("order_form", good=True).on(page, find(_BUY, page.facts.text)), *trouble]
    return [Observation("order_absent", good=False).on(site.home), *trouble]


def _takes_orders(page: SeenPage) -> bool:
    acts = any(_ORDER_ADDRESS.search(urlsplit(form.url).path) for form in page.facts.forms)
    return acts or (bool(page.facts.forms) and find(_BUY, page.facts.text) is not None)


def pre_invoice(site: Site, _facts: CaseFacts) -> list[Observation]:
    found = _first(_INVOICE, site, "invoice_named")
    return [found or Observation("invoice_not_seen").on(site.home)]


def tracking_code(site: Site, _facts: CaseFacts) -> list[Observation]:
    way = site.way(PageRole.TRACKING)
    if way is not None:
        return [Observation("tracking_named").on(site.home, f"{way.label} {way.url}")]
    return [_first(_TRACKING, site, "tracking_named") or Observation("tracking_not_seen").on(site.home)]


def _first(
    pattern: re.Pattern[str],
    site: Site,
    code: str,
    *,
    good: bool | None = None,
    roles: tuple[PageRole, ...] = tuple(PageRole),
) -> Observation | None:
    for page in site.pages:
        if page.role in roles and (passage := find(pattern, page.facts.text)) is not None:
            return Observation(code, good=good).on(page, passage)
    return None
