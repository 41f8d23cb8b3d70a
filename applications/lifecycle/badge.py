"""The life of a badge after issue (domain/enamad 11.2)."""

from datetime import datetime

from django.db import models

from enamad_portal.kernel.actors import Role
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


BADGE = Lifecycle(
    name="badge",
    states=BadgeState,
    initial=B.ACTIVE,
    transitions=(
        Transition("await_licence", (B.ACTIVE,), B.ACTIVE_PENDING_LICENCE, (R.SYSTEM,), "انتظار پروانه کسب"),
        Transition("receive_licence", (B.ACTIVE_PENDING_LICENCE,), B.ACTIVE, (R.SYSTEM,), "دریافت پروانه کسب"),
        Transition("expire", (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED), B.EXPIRED, (R.SYSTEM,), "پایان اعتبار"),
        Transition(
            "suspend",
            (B.ACTIVE, B.ACTIVE_PENDING_LICENCE),
            B.SUSPENDED,
            (R.SENIOR_REVIEWER,),
            "تعلیق",
            note_needed=True,
        ),
        Transition("lift", (B.SUSPENDED,), B.ACTIVE, (R.SENIOR_REVIEWER,), "رفع تعلیق", note_needed=True),
        Transition(
            "revoke",
            (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED),
            B.REVOKED,
            (R.SENIOR_REVIEWER,),
            "ابطال",
            note_needed=True,
        ),
        Transition(
            "cancel", (B.ACTIVE, B.ACTIVE_PENDING_LICENCE, B.SUSPENDED), B.CANCELLED, (R.APPLICANT,), "لغو به درخواست"
        ),
    ),
)
