"""Taking a case from the queue before working on it: an assignment, not a move of its life."""

from datetime import datetime, timedelta

from applications import policy
from applications.lifecycle import not_own_file
from applications.models import Application
from applications.services.cases import case
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.lifecycle import record

CLAIMANTS = (Role.REVIEWER, Role.SENIOR_REVIEWER, Role.POLICE_LIAISON)


def claim_holds(application: Application, now: datetime) -> bool:
    """Whether somebody holds the case and the policy's hours have not run out."""
    if application.assignee_id is None or application.claimed_at is None:
        return False
    hours = policy.limit("claim_hours", clock.today())
    return now - application.claimed_at < timedelta(hours=hours)


def claim_refusals(application: Application, actor: Actor) -> list[Refusal]:
    """Why this actor may not take the case now."""
    if not actor.has(*CLAIMANTS):
        return [Refusal("role_missing", "برداشتن پرونده در اختیار نقش شما نیست.")]
    if own := not_own_file(application, actor):
        return [own]
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
    _assign(application, actor.user_id, clock.now())
    record(application.subject_key, "claimed", actor=actor, taken_from=before)
    return application


def release(application_id: int, *, actor: Actor) -> Application:
    """Puts the case back into the queue."""
    application = case(application_id)
    if application.assignee_id != actor.user_id and not actor.has(Role.SENIOR_REVIEWER):
        raise Refused(Refusal("not_claimed", "این پرونده نزد شما نیست."))
    _assign(application, None, None)
    record(application.subject_key, "released", actor=actor)
    return application


def _assign(application: Application, user_id: int | None, at: datetime | None) -> None:
    application.assignee_id, application.claimed_at = user_id, at
    application.save(update_fields=["assignee", "claimed_at"])
