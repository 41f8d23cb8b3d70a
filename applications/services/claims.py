"""Taking a case from the queue before working on it: an assignment, not a move of its life.

Whoever takes a case does so by compare-and-swap on who held it; `claim_next` looks past rows that somebody else is
taking at this moment (SKIP LOCKED on PostgreSQL; on SQLite one writer at a time takes the next free one).
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from applications import policy
from applications.lifecycle import CLOSED, State, not_own_file
from applications.models import Application
from applications.models.applicant import person_keys
from applications.services.cases import case
from enamad_portal.accounts.models import User
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Conflict, NotFound, Refusal, Refused
from enamad_portal.kernel.lifecycle import record

CLAIMANTS = (Role.REVIEWER, Role.SENIOR_REVIEWER, Role.POLICE_LIAISON)
REVIEWERS = (Role.REVIEWER, Role.SENIOR_REVIEWER)
REVIEW = (State.CONTENT_REVIEW, State.REFUSAL_PROPOSED, State.APPEAL)
POLICE = (State.POLICE_PENDING, State.POLICE_APPEAL)
NOT_THE_DESKS = frozenset({State.DRAFT, *CLOSED})


def desk_states(actor: Actor) -> tuple[State, ...]:
    """The states in which a case waits for this actor's roles; what the police said shapes one role's queue only."""
    liaison = POLICE if actor.has(Role.POLICE_LIAISON) else ()
    return (*REVIEW, *liaison) if actor.has(*REVIEWERS) or not liaison else liaison


def claim_runs_out(now: datetime) -> datetime:
    """A case that was taken at or before this moment is free again."""
    return now - timedelta(hours=policy.limit("claim_hours", clock.today()))


def claim_holds(application: Application, now: datetime) -> bool:
    """Whether somebody holds the case and the policy's hours have not run out."""
    if application.assignee_id is None or application.claimed_at is None:
        return False
    return application.claimed_at > claim_runs_out(now)


def claim_refusals(application: Application, actor: Actor) -> list[Refusal]:
    """Why this actor may not take the case now."""
    if not actor.has(*CLAIMANTS):
        return [Refusal("role_missing", "برداشتن پرونده در اختیار نقش شما نیست.")]
    if own := not_own_file(application, actor):
        return [own]
    if application.state in NOT_THE_DESKS:
        return [Refusal("not_on_the_desk", "این پرونده اکنون کاری برای کارشناس ندارد.")]
    held = claim_holds(application, clock.now()) and application.assignee_id != actor.user_id
    if held and not actor.has(Role.SENIOR_REVIEWER):
        return [Refusal("claimed_by_another", "این پرونده نزد کارشناس دیگری است؛ کارشناس ارشد می‌تواند آن را بردارد.")]
    return []


def claim(application_id: int, *, actor: Actor) -> Application:
    """Takes the case; a senior reviewer may take it from somebody else, which the audit shows."""
    application = case(application_id)
    if refusals := claim_refusals(application, actor):
        raise Refused(*refusals)
    before = application.assignee_id
    if not _hand(application, actor.user_id):
        raise Conflict(f"{application.subject_key} was taken meanwhile")
    record(application.subject_key, "claimed", actor=actor, taken_from=before)
    return application


def claim_next(*, actor: Actor) -> Application | None:
    """Takes the case that is due first of those that nobody holds and this actor may decide on; None when all is done.

    Raises Refused for a role that takes no cases.
    """
    if not actor.has(*CLAIMANTS):
        raise Refused(Refusal("role_missing", "برداشتن پرونده در اختیار نقش شما نیست."))
    passed: list[int] = []
    while (application := _first_free(actor, passed)) is not None:
        if not claim_refusals(application, actor) and _hand(application, actor.user_id):
            record(application.subject_key, "claimed", actor=actor, taken_from=None)
            return application
        passed.append(application.pk)
    return None


def _first_free(actor: Actor, passed: list[int]) -> Application | None:
    rows = free_for(actor).exclude(pk__in=passed).select_related("business__owner")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk").first()


def free_for(actor: Actor) -> "QuerySet[Application]":
    """Cases that wait for this actor and that nobody holds; not his own files, nor those he has decided on before."""
    waiting = Application.objects.filter(is_free(clock.now()), state__in=desk_states(actor))
    mine = Q(business__owner__user_id=actor.account)
    mine |= Q(business__owner__national_code_key__in=person_keys(actor.account))
    proposed = Q(state=State.REFUSAL_PROPOSED, proposed_by_id=actor.account)
    decided = Q(state=State.APPEAL) & (Q(proposed_by_id=actor.account) | Q(confirmed_by_id=actor.account))
    return waiting.exclude(mine).exclude(proposed).exclude(decided)


def is_free(now: datetime) -> Q:
    """Held by nobody, or taken so long ago that the policy's hours have run out."""
    return Q(assignee=None) | Q(claimed_at__lte=claim_runs_out(now))


def release(application_id: int, *, actor: Actor) -> Application:
    """Puts the case back into the queue."""
    application = case(application_id)
    if application.assignee_id is None:
        raise Refused(Refusal("not_claimed", "این پرونده نزد کسی نیست."))
    if application.assignee_id != actor.user_id and not actor.has(Role.SENIOR_REVIEWER):
        raise Refused(Refusal("not_claimed", "این پرونده نزد شما نیست."))
    before = application.assignee_id
    if not _hand(application, None):
        raise Conflict(f"{application.subject_key} was taken meanwhile")
    record(application.subject_key, "released", actor=actor, taken_from=before)
    return application


def assign(application_id: int, officer_id: int, *, actor: Actor) -> Application:
    """A senior reviewer hands the case to an officer who may decide on it, from whoever held it. Raises Refused."""
    application = case(application_id)
    if not actor.has(Role.SENIOR_REVIEWER):
        raise Refused(Refusal("role_missing", "سپردن پرونده به دیگری در اختیار کارشناس ارشد است."))
    officer = User.objects.filter(pk=officer_id, is_staff=True, is_active=True).first()
    if officer is None or not officer.actor().has(*REVIEWERS):
        raise NotFound(str(officer_id))
    if found := _assign_refusals(application, officer.actor()):
        raise Refused(*found)
    before = application.assignee_id
    if not _hand(application, officer.pk):
        raise Conflict(f"{application.subject_key} was taken meanwhile")
    record(application.subject_key, "assigned", actor=actor, to=officer.pk, taken_from=before)
    return application


def _assign_refusals(application: Application, officer: Actor) -> list[Refusal]:
    """Why this officer is not the one for this case."""
    if application.state not in REVIEW:
        return [Refusal("not_on_the_desk", "این پرونده اکنون منتظر تصمیم کارشناس نیست.")]
    if not_own_file(application, officer):
        return [Refusal("officers_own_case", "این پرونده از آنِ همان کارشناس است؛ به کارشناس دیگری بسپارید.")]
    earlier = {application.proposed_by_id}
    earlier |= {application.confirmed_by_id} if application.state == State.APPEAL else set()
    if application.state != State.CONTENT_REVIEW and officer.user_id in earlier:
        return [Refusal("earlier_decider", "این کارشناس پیش‌تر درباره رد این پرونده نظر داده است؛ به دیگری بسپارید.")]
    return []


def _hand(application: Application, user_id: int | None) -> bool:
    """Compare and swap on who holds it; False when somebody was faster."""
    now = clock.now() if user_id is not None else None
    same = Application.objects.filter(
        pk=application.pk, assignee_id=application.assignee_id, claimed_at=application.claimed_at
    )
    if not same.update(assignee_id=user_id, claimed_at=now):
        return False
    application.assignee_id, application.claimed_at = user_id, now
    return True
