"""What everyone may know of a badge: the verification page, the domain check and the API read it here.

Sealed columns (address, e-mail, landline, mobile, national code) are never selected (domain/enamad 19, item 13).
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from applications.lifecycle import LIVE, PUBLIC_CODE, BadgeState, state_on
from applications.models import Badge
from applications.selectors.public_checks import Check, check, unchecked
from enamad_portal.kernel.fetch.hosts import CanonicalHost, readable
from enamad_portal.kernel.iran import provinces

PUBLIC_ID = re.compile(r"[a-z2-7]{26}")
VALID = frozenset({BadgeState.ACTIVE, BadgeState.ACTIVE_PENDING_LICENCE})


class _Row(NamedTuple):
    """What is read of a badge, in the order of `_FACTS`. SQLite hands out instants without saying that they are UTC."""

    public_id: str
    state: str
    domain: str
    stars: int
    holder_name: str
    approved_at: datetime
    first_granted_at: datetime
    valid_from: datetime
    valid_to: datetime
    changed_at: datetime
    postal_passed_at: datetime | None
    landline_passed_at: datetime | None
    business_name: str
    answering_hours: str
    province: str
    city: str
    passed: str | None
    """`key instant` of each passed step, with commas between."""


_FACTS = """
SELECT badge.public_id, badge.state, badge.domain, badge.stars, badge.holder_name, badge.approved_at,
       badge.first_granted_at, badge.valid_from, badge.valid_to, badge.changed_at, badge.postal_passed_at,
       badge.landline_passed_at, business.name_fa, business.answering_hours, business.province, business.city,
       (SELECT group_concat(step.key || ' ' || step.verified_at, ',') FROM applications_verificationstep AS step
         WHERE step.application_id = badge.application_id AND step.state = 'passed')
FROM applications_badge AS badge JOIN applications_business AS business ON business.id = badge.business_id
WHERE badge.public_id = %s
"""
"""Asked at every look at a badge: by the ORM the same takes ten times the processor time."""
_STATEMENT = {"sqlite": _FACTS, "postgresql": _FACTS.replace("group_concat", "string_agg")}


@dataclass(frozen=True, slots=True)
class PublicBadge:
    """A badge without anything that belongs to a natural person but the holder's name."""

    public_id: str
    domain: str
    domain_unicode: str
    state: BadgeState
    stars: int
    holder_name: str
    business_name: str
    approved_at: datetime
    first_granted_at: datetime
    valid_from: datetime
    valid_to: datetime
    ended_at: datetime | None
    """When it stopped being valid; None while it is."""
    answering_hours: str
    place: str
    checks: tuple[Check, ...]
    unchecked: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        return self.state in VALID

    @property
    def status_code(self) -> int:
        """Public status code: 1, 3, 5, 6, 7 or 8 (contracts: public web)."""
        return PUBLIC_CODE[self.state]

    @property
    def most_stars(self) -> int:
        return max(2, self.stars)


@dataclass(frozen=True, slots=True)
class DomainAnswer:
    """What is known of a domain that somebody typed."""

    host: CanonicalHost
    badge: PublicBadge | None
    covers: bool
    """False when the badge belongs to the parent domain and says nothing about this sub-domain."""


def badge_by_public_id(public_id: str, now: datetime) -> PublicBadge | None:
    """One query; a malformed id is as unknown as any other and asks the database nothing."""
    if not PUBLIC_ID.fullmatch(public_id):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT[connection.vendor], (public_id,))
        row = cursor.fetchone()
    return None if row is None else _on(_public(_Row(*row)), now)


def _on(badge: PublicBadge, now: datetime) -> PublicBadge:
    """As a buyer must see it: past its last day a badge is expired, before the job that writes so has run."""
    if badge.state == state_on(badge.state, badge.valid_to, now):
        return badge
    return replace(badge, state=BadgeState.EXPIRED, ended_at=badge.valid_to)


def domain_answer(host: CanonicalHost, now: datetime) -> DomainAnswer:
    """The badge of this host or of the same name without `www.`, else the parent domain's (two queries)."""
    own = (host.a_label, host.a_label.removeprefix("www."))
    rows = Badge.objects.filter(domain__in={*own, host.registrable}).values_list(
        "public_id", "domain", "state", "approved_at", named=True
    )
    best = max(rows, key=lambda row: (row.domain in own, row.state in LIVE, row.approved_at), default=None)
    if best is None:
        return DomainAnswer(host, None, covers=False)
    return DomainAnswer(host, badge_by_public_id(best.public_id, now), covers=best.domain in own)


@lru_cache(maxsize=2048)
def _public(row: _Row) -> PublicBadge:
    """What a row says by itself; the same row says the same."""
    approved_at, first_granted_at, valid_from, valid_to, changed_at = map(_aware, row[5:10])
    checks, state = _checks(row), BadgeState(row.state)
    ended_at = None if state in VALID else min(valid_to, changed_at) if state == BadgeState.EXPIRED else changed_at
    return PublicBadge(
        public_id=row.public_id,
        domain=row.domain,
        domain_unicode=readable(row.domain),
        state=state,
        stars=row.stars,
        holder_name=row.holder_name,
        business_name=row.business_name,
        approved_at=approved_at,
        first_granted_at=first_granted_at,
        valid_from=valid_from,
        valid_to=valid_to,
        ended_at=ended_at,
        answering_hours=row.answering_hours,
        place=_place(row.province, row.city),
        checks=checks,
        unchecked=unchecked({one.key for one in checks}),
    )


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _place(province: str, city: str) -> str:
    known = next((one.name for one in provinces.all_provinces() if one.code == province), "")
    return "، ".join(dict.fromkeys(part for part in (city, known) if part))


def _checks(row: _Row) -> tuple[Check, ...]:
    """What was passed, oldest first; a badge of the earlier system brings two dates and no steps."""
    own = {"postal": row.postal_passed_at, "landline": row.landline_passed_at}
    passed = {key: _aware(at) for key, at in own.items() if at}
    for step in row.passed.split(",") if row.passed else ():
        key, at = step.split(" ", 1)
        passed[key] = _aware(datetime.fromisoformat(at))
    found = (check(key, at) for at, key in sorted((at, key) for key, at in passed.items()))
    return tuple(one for one in found if one)
