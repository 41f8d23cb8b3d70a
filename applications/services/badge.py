"""The life of a badge after its issue: suspended or revoked by two officers, lifted, expired, cancelled by its holder.

Each move changes the row, so that the verification page shows it at once and the logo within seconds, and tells the
owner in the same transaction; what two officers decide is told by a numbered letter.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings

from applications import messages
from applications.lifecycle import BADGE, LIVE
from applications.models import Application, Badge, Proposal
from applications.services import formal_letters, proposals
from applications.services.cases import case, own_case
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.fetch.hosts import HostRefused, host_from_typed
from enamad_portal.kernel.work import Ending, Job, NewJob

BY_TWO = ("suspend", "revoke")
_PLAN_AHEAD = timedelta(days=1)


def propose(badge_id: int, move: str, *, reasons: Sequence[str] = (), text: str, actor: Actor) -> Proposal:
    """The first officer: `move` is one of BY_TWO, `text` what the owner will read. Raises NotFound, Refused."""
    if move not in BY_TWO:
        raise NotFound(move)
    _, badge = _locked(badge_id)
    return proposals.propose(badge, move, text=text, actor=actor, reasons=reasons)


def confirm(proposal_id: int, *, note: str = "", actor: Actor) -> Badge:
    """The second officer: the badge is suspended or revoked, and its owner reads why. Raises NotFound, Refused."""
    badge_id = Proposal.objects.filter(pk=proposal_id).values_list("badge_id", flat=True).first()
    if badge_id is None:
        raise NotFound(str(proposal_id))
    application, badge = _locked(badge_id)
    found = proposals.proposal(proposal_id)
    words = f"{found.text}\n{note}".strip()
    _fire(badge, found.move, actor=actor, note=words, facts={"reasons": found.reasons})
    proposals.confirmed(found, actor=actor)
    formal_letters.of_badge(application, badge, found.move, found.reasons, found.text, actor=actor)
    return badge


def lift(badge_id: int, *, note: str, actor: Actor) -> Badge:
    """رفع تعلیق: the cause is mended; the badge is valid again until its old end."""
    application, badge = _locked(badge_id)
    _fire(badge, "lift", actor=actor, note=note)
    proposals.lapse(badge)
    _tell(application, badge, "badge_lifted")
    return badge


def cancel(reference: str, *, typed_domain: str, actor: Actor) -> Badge:
    """لغو به درخواست: the holder ends his badge for good; typing the domain says that he means it."""
    application = own_case(reference, actor)
    badge = Badge.objects.filter(application=application).first()
    if badge is None:
        raise NotFound(reference)
    if not _names(typed_domain, badge.domain):
        raise Refused(Refusal("domain_differs", "دامنه نماد را همان‌گونه بنویسید که بالای همین صفحه آمده است."))
    _fire(badge, "cancel", actor=actor)
    proposals.lapse(badge)
    _tell(application, badge, "badge_cancelled")
    return badge


def _names(typed: str, domain: str) -> bool:
    try:
        return host_from_typed(typed).a_label == domain
    except HostRefused:
        return False


# The last day


def expiry_job(badge: Badge) -> NewJob:
    """Comes at the badge's last moment; asked for again, it is the same job."""
    key, subject = f"expire:{badge.pk}", badge.subject_key
    return NewJob("applications.expire_badge", subject, key, badge.valid_to, {"badge": badge.pk})


def plan_expiries() -> None:
    """Sees to it that no badge outlives its day, whoever put it into the table."""
    ending = Badge.objects.filter(state__in=LIVE, valid_to__lte=clock.now() + _PLAN_AHEAD)
    for badge in ending.only("pk", "valid_to").iterator():
        use_cases.enqueue(expiry_job(badge))


def expire(job: Job) -> Ending:
    """The job at the last moment; a badge whose end was put off meanwhile is asked again then."""
    return partial(_expire, job.payload["badge"])


def _expire(badge_id: int) -> datetime | None:
    application, badge = _locked(badge_id)
    if badge.state not in LIVE:
        return None
    if badge.valid_to > clock.now():
        return badge.valid_to
    _fire(badge, "expire", actor=SYSTEM)
    proposals.lapse(badge)
    _tell(application, badge, "badge_expired")
    return None


# What every move does


def _locked(badge_id: int) -> tuple[Application, Badge]:
    """The application first, then its badge: one order of locks everywhere. Raises NotFound."""
    found = Badge.objects.filter(pk=badge_id).values_list("application_id", flat=True).first()
    if found is None:
        raise NotFound(str(badge_id))
    application = case(found)
    return application, Badge.objects.select_related("application").get(pk=badge_id)


def _fire(badge: Badge, move: str, *, actor: Actor, **how: Any) -> None:
    """The logo's table and nginx's maps follow `changed_at`."""
    BADGE.fire(badge, move, actor=actor, changed_at=clock.now(), **how)


def _tell(application: Application, badge: Badge, template: str) -> None:
    url = f"{settings.BASE_URL}/panel/{application.reference}/badge/"
    messages.tell(application, template, badge=badge, url=url)
