"""What everyone may know of a badge: the verification page, the domain check and the API read it here.

Sealed columns (address, e-mail, landline, mobile, national code) are never selected (domain/enamad 19, item 13).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from applications.lifecycle import LIVE, PUBLIC_CODE, BadgeState
from applications.models import Badge, VerificationStep
from applications.selectors.public_checks import Check, check, unchecked
from enamad_portal.kernel.fetch.hosts import CanonicalHost, readable
from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.steps import StepState

PUBLIC_ID = re.compile(r"[a-z2-7]{26}")
VALID = frozenset({BadgeState.ACTIVE, BadgeState.ACTIVE_PENDING_LICENCE})
_BADGE_COLUMNS = (
    "public_id", "state", "domain", "stars", "holder_name", "approved_at", "first_granted_at", "valid_from", "valid_to",
    "changed_at", "application_id", "postal_passed_at", "landline_passed_at",
)  # fmt: skip
_BUSINESS_COLUMNS = ("name_fa", "answering_hours", "province", "city")
COLUMNS = (*_BADGE_COLUMNS, *(f"business__{name}" for name in _BUSINESS_COLUMNS))


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
    """Two queries; a malformed id is as unknown as any other and asks the database nothing."""
    if not PUBLIC_ID.fullmatch(public_id):
        return None
    row = Badge.objects.select_related("business").only(*COLUMNS).filter(public_id=public_id).first()
    return None if row is None else _public(row, now)


def domain_answer(host: CanonicalHost, now: datetime) -> DomainAnswer:
    """The badge of this host or of the same name without `www.`, else the parent domain's (two queries)."""
    own = (host.a_label, host.a_label.removeprefix("www."))
    rows = Badge.objects.select_related("business").only(*COLUMNS).filter(domain__in={*own, host.registrable})
    best = max(rows, key=lambda row: (row.domain in own, row.state in LIVE, row.approved_at), default=None)
    return DomainAnswer(host, _public(best, now) if best else None, covers=best is not None and best.domain in own)


def state_on(badge: Badge, now: datetime) -> BadgeState:
    """The state as a buyer must see it: past its last day a badge is expired, before the job that writes so has run."""
    state = BadgeState(badge.state)
    return BadgeState.EXPIRED if state in LIVE and badge.valid_to <= now else state


def _public(row: Badge, now: datetime) -> PublicBadge:
    state, checks, business = state_on(row, now), _checks(row), row.business
    ended_at = None if state in VALID else min(row.valid_to, now) if state == BadgeState.EXPIRED else row.changed_at
    return PublicBadge(
        public_id=row.public_id,
        domain=row.domain,
        domain_unicode=readable(row.domain),
        state=state,
        stars=row.stars,
        holder_name=row.holder_name,
        business_name=business.name_fa,
        approved_at=row.approved_at,
        first_granted_at=row.first_granted_at,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ended_at=ended_at,
        answering_hours=business.answering_hours,
        place=_place(business.province, business.city),
        checks=checks,
        unchecked=unchecked({one.key for one in checks}),
    )


def _place(province: str, city: str) -> str:
    known = next((one.name for one in provinces.all_provinces() if one.code == province), "")
    return "، ".join(dict.fromkeys(part for part in (city, known) if part))


def _checks(row: Badge) -> tuple[Check, ...]:
    """What was passed, oldest first; a badge of the earlier system brings two dates and no steps."""
    passed = {key: at for key, at in (("postal", row.postal_passed_at), ("landline", row.landline_passed_at)) if at}
    steps = VerificationStep.objects.filter(
        application_id=row.application_id, state=StepState.PASSED, verified_at__isnull=False
    )
    passed |= {key: at for key, at in steps.values_list("key", "verified_at") if at}
    found = (check(key, at) for key, at in sorted(passed.items(), key=lambda pair: (pair[1], pair[0])))
    return tuple(one for one in found if one)
