"""The life of a badge after issue (domain/enamad 11.2)."""

from datetime import datetime
from typing import Any

from django.db import models

from applications.lifecycle.application import not_own_file
from applications.lifecycle.proposal import proposed_by_another
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.lifecycle import Lifecycle, Transition


class BadgeState(models.TextChoices):
    ACTIVE = "active", "معتبر"
    ACTIVE_PENDING_LICENCE = "active_pending_licence", "معتبر در انتظار ارائه پروانه کسب"
    EXPIRED = "expired", "منقضی شده"
    SUSPENDED = "suspended", "تعلیق شده"
    REVOKED = "revoked", "ابطال شده"
    CANCELLED = "cancelled", "لغو به درخواست صاحب امتیاز"


B, R = BadgeState, Role
LIVE = (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED)
PUBLIC_CODE = {B.ACTIVE: 1, B.ACTIVE_PENDING_LICENCE: 3, B.EXPIRED: 5, B.SUSPENDED: 6, B.REVOKED: 7, B.CANCELLED: 8}
"""The integer codes banks know from the real system, completed (contracts.md, public web)."""


def state_on(state: str, valid_to: datetime, now: datetime) -> BadgeState:
    """The state as a buyer must see it: past its last day a badge is expired, before the job that writes so has run."""
    return BadgeState.EXPIRED if state in LIVE and valid_to <= now else BadgeState(state)


def not_own_badge(badge: Any, actor: Actor) -> Refusal | None:
    """Nobody decides on his own business (AUTHZ-5)."""
    return not_own_file(badge.application, actor)


def validity_is_over(badge: Any, _actor: Actor) -> Refusal | None:
    if badge.valid_to > clock.now():
        return Refusal("still_valid", "اعتبار این نماد هنوز به پایان نرسیده است.")
    return None


BADGE = Lifecycle(
    name="badge",
    states=BadgeState,
    initial=B.ACTIVE,
    transitions=(
        Transition("await_licence", (B.ACTIVE,), B.ACTIVE_PENDING_LICENCE, (R.SYSTEM,), "انتظار پروانه کسب"),
        Transition("receive_licence", (B.ACTIVE_PENDING_LICENCE,), B.ACTIVE, (R.SYSTEM,), "دریافت پروانه کسب"),
        Transition(
            "expire",
            (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED),
            B.EXPIRED,
            (R.SYSTEM,),
            "پایان اعتبار",
            (validity_is_over,),
        ),
        Transition(
            "suspend",
            (B.ACTIVE, B.ACTIVE_PENDING_LICENCE),
            B.SUSPENDED,
            (R.SENIOR_REVIEWER,),
            "تعلیق",
            (not_own_badge, proposed_by_another("suspend")),
            note_needed=True,
        ),
        Transition(
            "lift", (B.SUSPENDED,), B.ACTIVE, (R.SENIOR_REVIEWER,), "رفع تعلیق", (not_own_badge,), note_needed=True
        ),
        Transition(
            "revoke",
            (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED),
            B.REVOKED,
            (R.SENIOR_REVIEWER,),
            "ابطال",
            (not_own_badge, proposed_by_another("revoke")),
            note_needed=True,
        ),
        Transition(
            "cancel", (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED), B.CANCELLED, (R.APPLICANT,), "لغو به درخواست"
        ),
    ),
)
