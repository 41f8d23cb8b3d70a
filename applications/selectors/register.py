"""The open register: which domains hold a badge, searchable, without personal data of natural persons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.core.paginator import Page, Paginator
from django.db.models import Q

from applications.lifecycle import BadgeState, state_on
from applications.models import Badge
from applications.selectors.badge_page import VALID
from enamad_portal.kernel.fetch.hosts import HostRefused, host_from_typed, readable

PAGE_SIZE = 20
_KEYBOARD = str.maketrans("يك", "یک")
_COLUMNS = ("public_id", "domain", "state", "stars", "first_granted_at", "valid_to", "business__name_fa")


class Shelf(StrEnum):
    """Which part of the register."""

    VALID = "valid"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Entry:
    public_id: str
    domain: str
    domain_unicode: str
    business_name: str
    state: BadgeState
    stars: int
    most_stars: int
    first_granted_at: datetime
    valid_to: datetime


@dataclass(frozen=True, slots=True)
class RegisterPage:
    page: Page[Badge]
    entries: tuple[Entry, ...]


def register(typed: str, shelf: Shelf, number: int, now: datetime) -> RegisterPage | None:
    """One page of entries, the newest first (two queries); None when there is no such page."""
    rows = Badge.objects.select_related("business").only(*_COLUMNS).filter(_on_shelf(shelf, now))
    if typed:
        rows = rows.filter(_meant(typed))
    paginator = Paginator(rows.order_by("-first_granted_at", "-pk"), PAGE_SIZE)
    if number > paginator.num_pages:
        return None
    page = paginator.page(number)
    return RegisterPage(page, tuple(_entry(row, now) for row in page))


def _on_shelf(shelf: Shelf, now: datetime) -> Q:
    valid = Q(state__in=VALID, valid_to__gt=now)
    return valid if shelf == Shelf.VALID else ~valid


def _meant(typed: str) -> Q:
    """A part of the shop's name, or a domain in any spelling, or a part of one."""
    name = " ".join(typed.translate(_KEYBOARD).split())
    meant = Q(business__name_fa__icontains=name) | Q(domain__contains=name.lower())
    try:
        return meant | Q(domain=host_from_typed(typed).a_label.removeprefix("www."))
    except HostRefused:
        return meant


def _entry(row: Badge, now: datetime) -> Entry:
    return Entry(
        public_id=row.public_id,
        domain=row.domain,
        domain_unicode=readable(row.domain),
        business_name=row.business.name_fa,
        state=state_on(row.state, row.valid_to, now),
        stars=row.stars,
        most_stars=max(2, row.stars),
        first_granted_at=row.first_granted_at,
        valid_to=row.valid_to,
    )
