"""Persian at the rim: digits, Jalali dates, money, stars, icons. A template builtin, so no page loads it by name."""

import datetime as dt
import re
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.fetch.hosts import readable
from enamad_portal.kernel.iran.text import persian_digits, persian_money

if TYPE_CHECKING:
    from django.core.paginator import Paginator

RIAL_PER_TOMAN = 10
MOST_STARS = 2
ABSENT = "—"

_LEFT_TO_RIGHT = re.compile(r"((?:https?://)?[A-Za-z0-9][A-Za-z0-9._~/?=&%@:#-]*[A-Za-z0-9/])")

register = template.Library()


@register.filter
def fa(value: object) -> str:
    """Return the value with Persian digits; None gives nothing."""
    return "" if value is None else persian_digits(value)


@register.filter
def jdate(day: dt.date | dt.datetime | None) -> str:
    """Return «۳۰ آبان ۱۴۰۵»; an instant is first read in Tehran. None and "" give a dash."""
    return jalali.long_date(day) if day else ABSENT


@register.filter
def jweekday(day: dt.date | dt.datetime | None) -> str:
    """Return «شنبه ۳۰ آبان ۱۴۰۵». None and "" give a dash."""
    return jalali.weekday_date(day) if day else ABSENT


@register.filter
def jdatetime(instant: dt.datetime | None) -> str:
    """Return the Jalali day with the hour of Tehran. None and "" give a dash."""
    return jalali.date_time(instant) if instant else ABSENT


@register.filter
def clock(instant: dt.datetime) -> str:
    """Return the hour of Tehran, «۱۴:۰۵»."""
    return jalali.hour(instant)


@register.filter
def rial(amount: int | None) -> str:
    """Return an amount of rial with its unit."""
    return ABSENT if amount is None else persian_money(amount)


@register.filter
def toman(amount: int | None) -> str:
    """Return an amount of **rial** said in toman; an amount that is no whole toman stays in rial."""
    if amount is None or amount % RIAL_PER_TOMAN:
        return rial(amount)
    return persian_digits(f"{amount // RIAL_PER_TOMAN:,}".replace(",", "٬")) + " تومان"


@register.filter
def stars(count: int | None, most: int = MOST_STARS) -> SafeString:
    """Return `count` gold stars of `most`, said in words to those who do not see them."""
    given = max(0, min(int(count or 0), most))
    words = f"{persian_digits(given)} ستاره از {persian_digits(most)}" if given else "بی‌ستاره"
    marks = format_html_join("", "{}", ((_star(position < given),) for position in range(most)))
    return format_html('<span class="stars" role="img" aria-label="{}">{}</span>', words, marks)


def _star(full: bool) -> SafeString:  # noqa: FBT001 -- a star is full or it is not
    return icon("star", "star--full" if full else "star--empty")


@register.filter
def host(name: str) -> SafeString:
    """Return a domain (in either spelling) in its order of labels, whatever script each of them is in.

    A name whose labels are all Persian is read from the right, any other from the left as in the browser's address
    bar. Neighbours read from the right in a name that is not are isolated: `www.فروشگاه.ایران` would end in the middle.
    """
    shown = readable(name)
    labels = shown.split(".")
    from_the_right = sum(map(_reads_from_the_right, labels))
    if from_the_right == len(labels):
        return format_html('<bdi dir="rtl">{}</bdi>', shown)
    if from_the_right <= 1:
        return format_html('<bdi dir="ltr">{}</bdi>', shown)
    return format_html('<bdi dir="ltr">{}</bdi>', format_html_join(".", "<bdi>{}</bdi>", ((one,) for one in labels)))


def _reads_from_the_right(label: str) -> bool:
    return any(unicodedata.bidirectional(character) in {"R", "AL"} for character in label)


@register.filter
def days_left(days: int, unit: str = "") -> str:
    """Return «۵ روز مانده», «امروز آخرین روز است» or «۲ روز گذشته»; `unit` may be «روز کاری»."""
    unit = unit or "روز"
    if days == 0:
        return "امروز آخرین روز است"
    return f"{persian_digits(abs(days))} {unit} {'مانده' if days > 0 else 'گذشته'}"


@register.filter
def isolate(text: str) -> SafeString:
    """Escape a Persian text and set its domains, addresses and numbers apart, so that none runs backwards in a line."""
    parts = _LEFT_TO_RIGHT.split(text)
    return format_html_join("", "{}", ((_ltr(part) if at % 2 else part,) for at, part in enumerate(parts)))


def _ltr(text: str) -> SafeString:
    return format_html('<bdi dir="ltr">{}</bdi>', text)


@register.filter
def page_range(paginator: "Paginator[object]", number: int) -> Iterator[str | int]:
    """Return the numbers of a long pagination with gaps."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)


@register.simple_tag
@cache
def icon(name: str, css_class: str = "") -> SafeString:
    """Return an icon of the sprite `static/portal/icons/icons.svg`; decoration only, so hidden from screen readers."""
    return format_html(
        '<svg class="{}" width="20" height="20" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f"icon {css_class}".strip(),
        static("portal/icons/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def typed(context: template.Context, name: str, at: str, **same: object) -> str:
    """Return what was sent in this box by the request that this page answers with a refusal, else "".

    `at` is the address of the box's form; `same` names the hidden boxes that tell it from others with that address.
    """
    sent = context.get("typed") or {}
    ours = {"at": at.partition("?")[0]} | {key: str(value) for key, value in same.items()}
    if any(sent.get(key) != value for key, value in ours.items()):
        return ""
    return str(sent.get(name, ""))


@register.inclusion_tag("components/copy_box.html")
def copy_box(value: str, label: str = "") -> dict[str, str]:
    """Show text that people copy: monospace, left to right, selectable as a whole, with a button where scripts run."""
    return {"value": value, "label": label, "id": f"copy-{zlib.crc32(f'{label}{value}'.encode()):08x}"}
