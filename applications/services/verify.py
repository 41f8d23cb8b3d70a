"""Running the steps: looks and questions as durable jobs, codes and acts as they come from people."""

from datetime import datetime, timedelta
from functools import partial

from applications import policy
from applications.models import Application, VerificationStep
from applications.services.cases import case, own_open_case, step_in
from applications.services.domain_proofs import keep_look, live_proof
from applications.services.progress import advance, look_job, send_code
from applications.services.site_evidence import keep
from applications.verification.content.collected import Collected
from applications.verification.facts import CaseFacts, facts_of
from applications.verification.steps import STEPS
from applications.verification.words import BUSY, planned
from enamad_portal.kernel import clock, codes, messaging, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.codes import Judgement
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.fetch.politeness import CHECK_EVERY
from enamad_portal.kernel.fetch.trouble import AskedTooOften
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import (
    MOVE_OF,
    STEP_LIFECYCLE,
    Asked,
    Challenge,
    Finding,
    Inquiry,
    Probe,
    StepState,
    Verdict,
    converse,
    next_look,
)
from enamad_portal.kernel.work import Ending, Job
from enamad_portal.kernel.worker import nothing_left


def look(job: Job) -> Ending:
    """The job of one probe or inquiry: the outside part here, what it means in the ending."""
    step = VerificationStep.objects.select_related("application__business__owner__user").get(pk=job.payload["step"])
    if step.state not in {StepState.RUNNING, StepState.ASKED}:
        return nothing_left
    application = step.application
    proof = live_proof(application, job.payload["method"]) if job.payload.get("method") else None
    already_asked = step.state == StepState.ASKED
    try:
        result = converse(
            STEPS[step.key], facts_of(application, proof), reference=step.reference, already_asked=already_asked
        )
    except AskedTooOften as refused:
        return partial(put_off, step.pk, clock.now() + timedelta(seconds=refused.wait_s))
    return partial(conclude, step.pk, step.round, result)


def put_off(step_id: int, until: datetime) -> datetime | None:
    """We have asked the site enough for now: no try is counted, and the step tells when the look comes (FET-13)."""
    case(VerificationStep.objects.values_list("application_id", flat=True).get(pk=step_id))
    waiting = VerificationStep.objects.filter(pk=step_id, state__in=(StepState.RUNNING, StepState.ASKED))
    return until if waiting.update(code=BUSY, evidence=planned(until)) else None


def conclude(step_id: int, asked_in: int, result: Finding | Asked) -> datetime | None:
    """Writes what a look or an answer means; returns when to look again, if at all.

    `asked_in` is the round it was looked or asked for: an answer about what has been corrected since means nothing.
    """
    application = case(VerificationStep.objects.values_list("application_id", flat=True).get(pk=step_id))
    step = application.steps.get(pk=step_id)
    if step.state not in {StepState.RUNNING, StepState.ASKED} or step.round != asked_in:
        return None
    now = clock.now()
    if isinstance(result, Asked):
        if step.state == StepState.RUNNING:
            STEP_LIFECYCLE.fire(step, "ask", actor=SYSTEM, reference=result.reference)
        return now + result.look_again
    if step.key == "domain" and "method" in result.evidence:
        keep_look(application, result)
    if result.verdict is Verdict.UNKNOWN:
        again = next_look(step.tries + 1, now)
        VerificationStep.objects.filter(pk=step.pk).update(
            tries=step.tries + 1, evidence=result.evidence | planned(again), code=result.code
        )
        if again is not None:
            return again
        result = Finding(Verdict.UNSURE, "could_not_tell", result.evidence)
    if isinstance(result, Collected):
        keep(application, result)
    settle(application, step, result)
    return None


def settle(application: Application, step: VerificationStep, finding: Finding) -> None:
    """Stores a verdict on a step and lets the case go on."""
    now = clock.now()
    STEP_LIFECYCLE.fire(
        step,
        MOVE_OF[finding.verdict],
        actor=SYSTEM,
        verdict=finding.verdict,
        code=finding.code,
        evidence=finding.evidence,
        received_at=now,
        verified_at=now if finding.verdict is Verdict.PASSED else None,
        expires_at=expiry(step.key) if finding.verdict is Verdict.PASSED else None,
        facts={"finding": finding.code},
    )
    advance(application, actor=SYSTEM)


def expiry(key: str) -> datetime | None:
    """Until when a pass of this step may be relied on."""
    limit = STEPS[key].life_limit
    return clock.now() + timedelta(days=policy.limit(limit, clock.today())) if limit else None


def recheck(reference: str, key: str, *, actor: Actor) -> VerificationStep:
    """Asks again after the applicant has corrected what failed. Raises Refused, and NotFound for a step that asks
    nothing, is not open now, or is asked with a choice of the applicant's (`check_domain`).
    """
    application = own_open_case(reference, actor)
    step, kind = step_in(application, key), STEPS[key]
    asked_for = isinstance(kind, Inquiry) or (isinstance(kind, Probe) and not kind.prompted)
    if not asked_for or kind.opens_in not in {"", application.state}:
        raise NotFound(key)
    if isinstance(kind, Probe) and step.received_at and clock.now() - step.received_at < CHECK_EVERY:
        raise Refused(Refusal("too_soon", "همین حالا بررسی کردیم؛ ۱۰ ثانیه بعد دوباره بزنید."))
    STEP_LIFECYCLE.fire(
        step,
        "check",
        actor=actor,
        requested_at=clock.now(),
        round=step.round + 1,
        tries=0,
    )
    VerificationStep.objects.filter(pk=step.pk).update(reference=f"{application.reference}-{key}-{step.round}")
    use_cases.enqueue(look_job(step))
    advance(application, actor=SYSTEM)
    return step


def challenge(key: str) -> Challenge[CaseFacts]:
    """The step that sends a code of its own to one destination. Raises NotFound for any other."""
    step = STEPS.get(key)
    if not isinstance(step, Challenge) or step.codes != 1:
        raise NotFound(key)
    return step


def answer_code(reference: str, key: str, guess: str, *, actor: Actor) -> Judgement:
    """A code typed by the applicant; commits the counted guess whatever it was."""
    application = own_open_case(reference, actor)
    step = step_in(application, key)
    if step.state != StepState.WAITING:
        return Judgement.SPENT
    judgement = codes.judge(f"step-{key}", application.subject_key, guess)
    record(step.subject_key, "code_tried", actor=actor, judgement=judgement.value)
    if judgement is Judgement.ACCEPTED:
        settle(
            application, step, Finding(Verdict.PASSED, f"{key}_returned", challenge(key).proves(facts_of(application)))
        )
    return judgement


def resend_code(reference: str, key: str, *, actor: Actor, source: str = "") -> None:
    """A new code to the same destination, inside the caps; `source` is the visitor's address."""
    application = own_open_case(reference, actor)
    step = step_in(application, key)
    if step.state != StepState.WAITING:
        raise Refused(Refusal("not_waiting", "این گام در انتظار کد نیست."))
    draft = challenge(key).compose(facts_of(application))
    if refusal := messaging.refusal_of_code(draft.channel, draft.to, source):
        raise Refused(refusal)
    send_code(application, step, source)
    record(step.subject_key, "code_resent", actor=actor)
