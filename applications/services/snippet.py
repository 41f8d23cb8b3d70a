"""After issue: looking for the snippet on the badge's home page, once by itself and whenever the holder asks."""

from datetime import datetime, timedelta
from functools import partial

from applications import policy
from applications.models import Badge, SnippetLook
from applications.verification.facts import facts_of
from applications.verification.steps import STEPS
from applications.verification.words import BUSY, planned
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.fetch.politeness import CHECK_EVERY
from enamad_portal.kernel.fetch.trouble import AskedTooOften
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import Finding, Verdict, converse, next_look
from enamad_portal.kernel.work import Ending, Job, NewJob


def plan_first_look(badge: Badge) -> None:
    """Some hours after issue, when the holder has had time to place the snippet."""
    hours = policy.limit("snippet_first_look_hours", clock.today())
    _enqueue(badge, clock.now() + timedelta(hours=hours))


def check_snippet(reference: str, *, actor: Actor) -> SnippetLook:
    """«بررسی کن» on the badge's page: one look now, at most once in ten seconds. Raises NotFound, Refused."""
    badge = Badge.objects.filter(application__reference=reference, business__owner__user_id=actor.account).first()
    if badge is None:
        raise NotFound(reference)
    latest = badge.snippet_looks.first()
    if latest and clock.now() - latest.asked_at < CHECK_EVERY:
        raise Refused(Refusal("too_soon", "همین حالا بررسی کردیم؛ ۱۰ ثانیه بعد دوباره بزنید."))
    record(badge.subject_key, "snippet_check_asked", actor=actor)
    return _enqueue(badge, clock.now())


def _enqueue(badge: Badge, run_at: datetime) -> SnippetLook:
    row = SnippetLook.objects.create(badge=badge, asked_at=clock.now(), due_at=run_at)
    job = NewJob(
        "applications.snippet", badge.subject_key, f"snippet:{row.pk}", run_at=run_at, payload={"look": row.pk}
    )
    use_cases.enqueue(job)
    return row


def look(job: Job) -> Ending:
    """The job of one look: the fetch here, its finding in the ending."""
    rows = SnippetLook.objects.select_related("badge__application__business__owner__user")
    badge = rows.get(pk=job.payload["look"]).badge
    facts = facts_of(badge.application, badge_id=badge.public_id)
    try:
        finding = converse(STEPS["snippet"], facts, reference="", already_asked=False)
    except AskedTooOften as refused:
        return partial(_put_off, job.payload["look"], clock.now() + timedelta(seconds=refused.wait_s))
    assert isinstance(finding, Finding)
    return partial(_conclude, job.payload["look"], finding)


def _put_off(look_id: int, until: datetime) -> datetime:
    """We have asked the site enough for now: the look comes later and no try is counted (FET-13)."""
    SnippetLook.objects.filter(pk=look_id).update(looked_at=clock.now(), code=BUSY, evidence=planned(until))
    return until


def _conclude(look_id: int, finding: Finding) -> datetime | None:
    """Writes what was seen; the badge itself never changes by it."""
    row, now = SnippetLook.objects.get(pk=look_id), clock.now()
    again = next_look(row.tries + 1, now) if finding.verdict is Verdict.UNKNOWN else None
    row.looked_at, row.verdict, row.code = now, finding.verdict, finding.code
    row.evidence = finding.evidence | planned(again)
    row.tries += 1
    row.save(update_fields=["looked_at", "verdict", "code", "evidence", "tries"])
    return again
