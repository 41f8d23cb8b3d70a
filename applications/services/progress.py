"""What follows from what: starts the steps whose needs are met and moves the case where its table allows.

Called inside a use case after every change of a step, with the case locked. The law of each move stands in
`lifecycle/application.py`; here is only the order in which the system tries them.
"""

from collections.abc import Callable

from applications import messages
from applications.lifecycle import APPLICATION, State
from applications.models import Application, VerificationStep
from applications.services import grant, invoices, postage, vetting
from applications.services.deadlines import review_due
from applications.services.matching import follow_match
from applications.services.test_account import forget_test_account
from applications.verification.facts import facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock, codes, messaging, use_cases, work
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.steps import CLOSED, STEP_LIFECYCLE, Challenge, Probe, StepState, Task
from enamad_portal.kernel.work import NewJob

MOVING = frozenset({StepState.RUNNING, StepState.ASKED})
_SETTLED = CLOSED | {StepState.UNSURE}
_PREPARE: dict[str, Callable[[Application, VerificationStep], object]] = {
    "fee": invoices.bill_fee,
    "postal": postage.begin,
}
"""What is laid out for the applicant when a step waits for him."""
APPLICANTS_TURN = frozenset({StepState.WAITING, StepState.FAILED})


def advance(application: Application, *, actor: Actor) -> None:
    """Repeats until nothing more follows."""
    while True:
        before = application.version
        steps = {step.key: step for step in application.steps.all()}
        follow_match(application, steps)
        for step in steps.values():
            if step.state == StepState.NOT_STARTED and _may_start(application, step, steps):
                _start(application, step, actor)
        _move(application, steps, actor)
        if application.version == before:
            return


def _may_start(application: Application, step: VerificationStep, steps: dict[str, VerificationStep]) -> bool:
    if STEPS[step.key].opens_in not in {"", application.state}:
        return False
    kind = STEPS[step.key]
    out_of_the_way = all(steps[key].state in _SETTLED for key in kind.after if key in steps)
    return out_of_the_way and all(steps[need].closed for need in kind.needs if need in steps)


def _start(application: Application, step: VerificationStep, actor: Actor) -> None:
    now, kind = clock.now(), STEPS[step.key]
    if isinstance(kind, Challenge | Task) or (isinstance(kind, Probe) and kind.prompted):
        STEP_LIFECYCLE.fire(step, "prompt", actor=actor, requested_at=now)
        if isinstance(kind, Challenge) and not kind.on_request:
            send_code(application, step)
        if prepare := _PREPARE.get(step.key):
            prepare(application, step)
        return
    reference = f"{application.reference}-{step.key}-{step.round}"
    STEP_LIFECYCLE.fire(step, "start", actor=actor, requested_at=now, reference=reference)
    use_cases.enqueue(look_job(step))


def look_job(step: VerificationStep, method: str = "") -> NewJob:
    """The durable job of one look or question; the step's version makes each start a new one."""
    kind = "applications.fetch" if STEPS[step.key].queue == "fetch" else "applications.look"
    payload = {"step": step.pk, "method": method}
    return work.NewJob(kind, step.subject_key, f"step:{step.pk}:{step.version}", payload=payload)


def send_code(application: Application, step: VerificationStep, source: str = "") -> None:
    """A fresh code for a challenge; the earlier one is void. `source`: the address of the visitor who asked for it."""
    challenge = STEPS[step.key]
    assert isinstance(challenge, Challenge)
    draft = challenge.compose(facts_of(application))
    code = codes.issue(
        f"step-{step.key}",
        application.subject_key,
        channel=draft.channel,
        destination=draft.to,
        life=challenge.life,
        source=source,
    )
    messaging.send(draft, subject=application.subject_key, code=code)


def _move(application: Application, steps: dict[str, VerificationStep], actor: Actor) -> None:
    state = application.state
    if state == State.DOMAIN_PENDING and steps["domain"].closed:
        APPLICATION.fire(application, "prove_domain", actor=actor)
        messages.tell(application, "domain_proved")
    elif state in {State.IN_VERIFICATION, State.AWAITING_APPLICANT}:
        _move_verification(application, steps, actor)
    elif state == State.POLICE_PENDING and "police" in steps:
        vetting.follow_answer(application, steps["police"], actor)
    elif state == State.PAYMENT_PENDING and "fee" in steps and steps["fee"].closed and not application.open_steps():
        _finish(application, steps["domain"], actor)


def _finish(application: Application, domain: VerificationStep, actor: Actor) -> None:
    """Issues; a domain proof that grew old while the fee was awaited is asked for anew (DCV-11), the fee stays paid.

    So are the checks of a person that were not made for the one who is the applicant now.
    """
    if another := application.checks_of_another_person():
        for step in application.steps.filter(key__in=another):
            STEP_LIFECYCLE.fire(step, "reopen", actor=actor, round=step.round + 1, verified_at=None, evidence={})
            _start(application, step, actor)
        return
    if application.domain_proof_is_fresh():
        grant.issue(application, actor=actor)
        return
    STEP_LIFECYCLE.fire(domain, "reopen", actor=actor, round=domain.round + 1, verified_at=None)
    _start(application, domain, actor)
    messages.tell(application, "your_turn")


def _move_verification(application: Application, steps: dict[str, VerificationStep], actor: Actor) -> None:
    moving = application.steps_in_motion()
    states = {StepState(steps[key].state) for key in moving}
    waits_for_applicant = bool(states & APPLICANTS_TURN) and not states & MOVING
    if application.state == State.AWAITING_APPLICANT:
        if not waits_for_applicant:
            APPLICATION.fire(application, "resume", actor=actor)
    elif waits_for_applicant:
        APPLICATION.fire(application, "ask_applicant", actor=actor)
        messages.tell(application, "your_turn")
    elif not moving and application.needs("content"):
        APPLICATION.fire(application, "send_to_review", actor=actor, due_at=review_due(application))
        messages.tell(application, "in_review")
    elif not application.open_steps():
        APPLICATION.fire(application, "skip_review", actor=actor)
        forget_test_account(application, actor=actor)
        messages.tell(application, "commitment_ready")
