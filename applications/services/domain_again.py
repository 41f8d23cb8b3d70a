"""After issue: the title that proved the domain alone is looked for once more, with the ladder of DCV-11.

Not seen, it is looked for again three times; then the holder is told and has days of grace for a stronger method; then
officers decide. No badge dies by itself (domain/enamad P8), and network trouble counts for nothing (TLS-9).
Lies below `progress.py`, which issues; what the holder does meanwhile is in `domain.py`.
"""

from datetime import datetime, timedelta
from functools import partial

from applications import messages, policy
from applications.lifecycle import LIVE, RECHECK, RECHECK_OPEN, RecheckState
from applications.models import Application, Badge, DomainRecheck, DomainToken
from applications.models.choices import DomainMethod
from applications.services.cases import case
from applications.services.domain_proofs import keep_look, proof_of, rests_on_title
from applications.verification.facts import facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.errors import NotFound
from enamad_portal.kernel.fetch.trouble import AskedTooOften
from enamad_portal.kernel.steps import Finding, Verdict, converse
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.kernel.worker import nothing_left

LADDER = ("domain_miss_1_hours", "domain_miss_2_hours", "domain_miss_3_hours")
"""After so many hours the title is looked for again, each time it was not seen."""
_LOOKED_FOR = (RecheckState.DUE, RecheckState.ASKED)


def _hours(key: str) -> timedelta:
    return timedelta(hours=policy.limit(key, clock.today()))


def plan_recheck(badge: Badge) -> None:
    """At issue: when the domain rests on its title alone, its second look is planned and the holder is told."""
    application = badge.application
    token = DomainToken.objects.filter(
        application=application, method=DomainMethod.TITLE, domain=application.domain
    ).first()
    if token is None or not rests_on_title(application):
        return
    now = clock.now()
    due_at = now + _hours("title_recheck_hours")
    recheck = DomainRecheck.objects.create(badge=badge, nonce=token.nonce, due_at=due_at, created_at=now)
    payload = {"recheck": recheck.pk}
    key = f"domain-again:{recheck.pk}"
    use_cases.enqueue(NewJob("applications.domain_again", badge.subject_key, key, due_at, payload))
    messages.tell(application, "title_stays", until=jalali.date_time(due_at))


def open_recheck(application: Application) -> DomainRecheck | None:
    """The second look that is still to come or has not ended well yet."""
    return DomainRecheck.objects.filter(badge__application=application, state__in=RECHECK_OPEN).first()


def look_again(job: Job) -> Ending:
    """The job: the look here, what it means in the ending."""
    rows = DomainRecheck.objects.select_related("badge__application__business__owner__user")
    recheck = rows.get(pk=job.payload["recheck"])
    if recheck.state not in _LOOKED_FOR:
        return nothing_left
    application = recheck.badge.application
    proved = DomainToken(method=DomainMethod.TITLE, domain=application.domain, nonce=recheck.nonce)
    facts = facts_of(application, proof_of(application, proved))
    try:
        finding = converse(STEPS["domain"], facts, reference="", already_asked=False)
    except AskedTooOften as refused:
        return partial(_later, refused.wait_s)
    assert isinstance(finding, Finding)
    return partial(_conclude, recheck.pk, finding)


def _later(wait_s: float) -> datetime:
    return clock.now() + timedelta(seconds=wait_s)


def _locked(recheck_id: int) -> tuple[Application, DomainRecheck]:
    rows = DomainRecheck.objects.select_related("badge")
    recheck = rows.filter(pk=recheck_id).first()
    if recheck is None:
        raise NotFound(str(recheck_id))
    return case(recheck.badge.application_id), rows.get(pk=recheck_id)


def _conclude(recheck_id: int, finding: Finding) -> datetime | None:
    """Writes what was seen; returns when to look again, if at all."""
    application, recheck = _locked(recheck_id)
    if recheck.state not in _LOOKED_FOR:
        return None
    if recheck.badge.state not in LIVE:
        RECHECK.fire(recheck, "lapse", actor=SYSTEM)
        return None
    keep_look(application, finding)
    if finding.verdict is Verdict.PASSED:
        RECHECK.fire(recheck, "hold", actor=SYSTEM)
        messages.tell(application, "title_may_go")
        return None
    if recheck.state == RecheckState.ASKED:
        return _hand_over(application, recheck)
    if finding.verdict is Verdict.UNKNOWN:
        return _look_at(recheck, clock.now() + _hours(LADDER[-1]))
    return _miss(application, recheck)


def _look_at(recheck: DomainRecheck, due_at: datetime, **columns: int) -> datetime:
    DomainRecheck.objects.filter(pk=recheck.pk).update(due_at=due_at, **columns)
    return due_at


def _miss(application: Application, recheck: DomainRecheck) -> datetime:
    now, misses = clock.now(), recheck.misses + 1
    if misses <= len(LADDER):
        return _look_at(recheck, now + _hours(LADDER[misses - 1]), misses=misses)
    grace = now + timedelta(days=policy.limit("domain_grace_days", clock.today()))
    RECHECK.fire(recheck, "ask", actor=SYSTEM, misses=misses, grace_until=grace, due_at=grace)
    messages.tell(application, "domain_again", last_day=jalali.long_date(grace))
    return grace


def _hand_over(application: Application, recheck: DomainRecheck) -> datetime | None:
    assert recheck.grace_until is not None
    if clock.now() < recheck.grace_until:
        return recheck.grace_until
    RECHECK.fire(recheck, "hand_over", actor=SYSTEM)
    messages.tell(application, "domain_overdue")
    return None


def follow_proof(application: Application, method: str, *, actor: Actor) -> None:
    """The holder has shown control once more: by a stronger method, by the title, or by e-mail beside a seen title."""
    recheck = open_recheck(application)
    if recheck is None:
        return
    if method == DomainMethod.TITLE:
        RECHECK.fire(recheck, "hold", actor=SYSTEM)
    elif method != DomainMethod.EMAIL or title_stands(recheck):
        RECHECK.fire(recheck, "prove", actor=actor, facts={"method": method})


def title_stands(recheck: DomainRecheck) -> bool:
    """Whether the title was seen whenever it was looked for: only then is an e-mail code not alone beside it."""
    return recheck.state == RecheckState.DUE and recheck.misses == 0


def close_recheck(recheck_id: int, *, note: str, actor: Actor) -> None:
    """An officer has decided what becomes of a badge whose domain was not shown again; the note says what."""
    _, recheck = _locked(recheck_id)
    RECHECK.fire(recheck, "close", actor=actor, note=note)
