"""What officers decide on a case: send back, approve, refuse with a second officer, judge and waive single steps."""

from collections.abc import Callable, Sequence
from typing import Any

from applications import messages
from applications.lifecycle import APPLICATION, State, not_own_file
from applications.models import Application, Decision, VerificationStep
from applications.models.application import ABOUT_THE_PERSON
from applications.services import formal_letters
from applications.services.cases import case, own_case, step_in
from applications.services.deadlines import ON_THE_DESK, review_due
from applications.services.faults import faults_of
from applications.services.progress import advance
from applications.services.section_drafts import forget_drafts
from applications.services.test_account import forget_test_account
from applications.services.verify import expiry
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.steps import STEP_LIFECYCLE, StepState, Verdict

BY_DEED_ALONE = frozenset({"domain", "landline", "postal", "commitment", "fee"})
"""Accepting one of these before it was done would be a waiver by another name: a returned letter proves no address."""
_DECIDED = frozenset({State.COMMITMENT, State.REJECTED})
_TELLS = {"approve": "commitment_ready", "uphold_objection": "objection_upheld"}
"""What the applicant is told where no letter does; a proposed refusal is nobody's business yet."""


def not_claimed(application: Application, actor: Actor) -> Refusal | None:
    """Work begins with taking the case."""
    if application.assignee_id == actor.user_id:
        return None
    return Refusal("not_claimed", "نخست پرونده را بردارید؛ تصمیم را کسی ثبت می‌کند که پرونده نزد اوست.")


def refusals(application: Application, move: str, *, actor: Actor, text: str = "…") -> tuple[Refusal, ...]:
    """Why this actor may not make this move now: the same values grey the button and refuse the request."""
    found = APPLICATION.refusals(application, move, actor=actor, note=text)
    unclaimed = not_claimed(application, actor)
    known = {refusal.code for refusal in found}
    return (*found, unclaimed) if unclaimed and not known & {"role_missing", "not_in_this_state"} else found


def request_correction(application_id: int, *, reasons: Sequence[str] = (), text: str, actor: Actor) -> Application:
    """بازگرداندن برای اصلاح: the applicant reads `text` and corrects; refused documents and items are reasons too."""
    application = case(application_id)
    every = list(dict.fromkeys([*reasons, *(code for fault in faults_of(application) for code in fault.codes)]))
    return _decide(application_id, "request_correction", every, text, actor, assignee=None, claimed_at=None)


def approve(application_id: int, *, reasons: Sequence[str] = (), text: str = "", actor: Actor) -> Application:
    """The review ends well: on to the commitment."""
    application = _decide(application_id, "approve", reasons, text, actor)
    advance(application, actor=SYSTEM)
    return application


def propose_refusal(application_id: int, *, reasons: Sequence[str] = (), text: str, actor: Actor) -> Application:
    """The first of two officers; the case goes back to the queue for the second."""
    return _decide(
        application_id,
        "propose_refusal",
        reasons,
        text,
        actor,
        proposed_by_id=actor.user_id,
        confirmed_by=None,
        assignee=None,
        claimed_at=None,
        due_at=review_due,
    )


def confirm_refusal(application_id: int, *, reasons: Sequence[str] = (), text: str, actor: Actor) -> Application:
    """The second officer; the applicant is told the reasons and how to object."""
    return _decide(application_id, "confirm_refusal", reasons, text, actor, confirmed_by_id=actor.user_id)


def decline_refusal(application_id: int, *, reasons: Sequence[str] = (), text: str, actor: Actor) -> Application:
    """The second officer sees it otherwise: back to review, with the one who looked last."""
    return _decide(application_id, "decline_refusal", reasons, text, actor, proposed_by=None, due_at=review_due)


def uphold_objection(application_id: int, *, reasons: Sequence[str] = (), text: str, actor: Actor) -> Application:
    """The objection is right: the case is reviewed again."""
    return _decide(application_id, "uphold_objection", reasons, text, actor, due_at=review_due)


def dismiss_objection(application_id: int, *, reasons: Sequence[str] = (), text: str, actor: Actor) -> Application:
    return _decide(application_id, "dismiss_objection", reasons, text, actor)


DECISIONS: dict[str, Callable[..., Application]] = {
    verb.__name__: verb
    for verb in (
        approve,
        request_correction,
        propose_refusal,
        confirm_refusal,
        decline_refusal,
        uphold_objection,
        dismiss_objection,
    )
}
"""Verbs of the transition bar by the name of their move, in its order."""


def _decide(
    application_id: int, move: str, reasons: Sequence[str], text: str, actor: Actor, **sets: Any
) -> Application:
    application = case(application_id)
    if found := refusals(application, move, actor=actor, text=text):
        raise Refused(*found)
    row = APPLICATION.row(move, application.state)
    assert row is not None
    columns = {"due_at": None} if row.target not in ON_THE_DESK else {}
    columns |= {name: value(application) if callable(value) else value for name, value in sets.items()}
    APPLICATION.fire(application, move, actor=actor, note=text, facts={"reasons": list(reasons)}, **columns)
    Decision.objects.create(
        application=application,
        move=move,
        reasons=list(reasons),
        text=text.strip(),
        officer_id=actor.account,
        at=clock.now(),
    )
    if row.target in _DECIDED:
        forget_test_account(application, actor=actor)
        forget_drafts(application)
    formal_letters.of_decision(application, move, reasons, text, actor=actor)
    if template := _TELLS.get(move):
        messages.tell(application, template)
    return application


def resubmit(reference: str, *, actor: Actor) -> Application:
    """The applicant has corrected what was asked for: the case is due anew."""
    application = own_case(reference, actor)
    APPLICATION.fire(application, "resubmit", actor=actor, touched_at=clock.now(), due_at=review_due(application))
    messages.tell(application, "in_review")
    return application


def step_refusals(application: Application, step: VerificationStep, move: str, *, actor: Actor) -> list[Refusal]:
    """Why an officer may not accept, decline or waive this step now."""
    found = list(STEP_LIFECYCLE.refusals(step, move, actor=actor, note="…"))
    if own := not_own_file(application, actor):
        found.append(own)
    if unclaimed := not_claimed(application, actor):
        found.append(unclaimed)
    if step.key == "police":
        found.append(Refusal("police_answers", "نتیجه این گام را فقط پاسخ پلیس روشن می‌کند."))
    if move == "accept" and step.key in BY_DEED_ALONE and step.state != StepState.UNSURE:
        text = "این گام فقط با کار خود متقاضی به نتیجه می‌رسد؛ کارشناس نتیجه‌ای را می‌پذیرد که سامانه در آن تردید کند."
        found.append(Refusal("by_deed_alone", text))
    if move == "waive" and step.key not in application.requirement.waivable:
        found.append(Refusal("not_waivable", "الزامات این درخواست معافیت از این گام را اجازه نمی‌دهد."))
    return found


def accept_step(application_id: int, key: str, *, note: str, actor: Actor) -> VerificationStep:
    """The officer has looked at what the machine was unsure of, and it holds."""
    now = clock.now()
    return _judge_step(
        application_id, key, "accept", note, actor, verdict=Verdict.PASSED, verified_at=now, expires_at=expiry(key)
    )


def decline_step(application_id: int, key: str, *, note: str, actor: Actor) -> VerificationStep:
    """The officer has looked, and it does not hold: the applicant's turn."""
    return _judge_step(application_id, key, "decline", note, actor, verdict=Verdict.FAILED, verified_at=None)


def waive_step(application_id: int, key: str, *, note: str, actor: Actor) -> VerificationStep:
    """معاف کردن: only where the dated policy says so, with a reason."""
    return _judge_step(application_id, key, "waive", note, actor)


def _judge_step(application_id: int, key: str, move: str, note: str, actor: Actor, **sets: Any) -> VerificationStep:
    application = case(application_id)
    step = step_in(application, key)
    if found := step_refusals(application, step, move, actor=actor):
        raise Refused(*found)
    if move == "accept" and key in ABOUT_THE_PERSON:
        sets["evidence"] = step.evidence | {"person": application.business.owner.person_key}
    STEP_LIFECYCLE.fire(step, move, actor=actor, note=note, received_at=clock.now(), facts={"key": key}, **sets)
    advance(application, actor=SYSTEM)
    return step


def undecided(application: Application) -> list[str]:
    """Keys of the steps an officer must still look at."""
    return list(application.steps.filter(state=StepState.UNSURE).values_list("key", flat=True))
