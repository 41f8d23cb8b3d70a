"""The landline, both ways: we call and speak a code (`verify.resend_code`), or the applicant calls the number shown and
keys in the code shown; then the line he calls from must be the one he named.
"""

import uuid
from datetime import datetime, timedelta
from functools import partial

from django.core.exceptions import ValidationError

from applications.models import Application, VerificationStep
from applications.services.cases import case, own_open_case, step_in
from applications.services.verify import challenge, settle
from applications.verification.facts import facts_of
from enamad_portal.kernel import clock, codes, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.codes import Code, Judgement
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.iran.phones import parse_landline
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.messaging import Channel, Fate, Message
from enamad_portal.kernel.steps import Finding, StepState, Verdict
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.kernel.worker import nothing_left
from enamad_portal.providers import registry as providers
from enamad_portal.providers.telephony import CallState, IncomingCall

SHOWN = "step-landline-in"
"""Purpose of a code that is shown on the page and keyed in by telephone."""
LISTEN_EVERY = timedelta(minutes=1)


def show_code(reference: str, *, actor: Actor, source: str = "") -> str:
    """A code for the applicant to key in when he calls us; it is shown once and then known to nobody."""
    application = own_open_case(reference, actor)
    step = step_in(application, "landline")
    if step.state != StepState.WAITING:
        raise Refused(Refusal("not_waiting", "این گام در انتظار تماس نیست."))
    landline = facts_of(application).landline
    if refusal := codes.too_many(codes.destination_index(landline), codes.source_index(source), clock.now()):
        raise Refused(refusal)
    life = challenge("landline").life
    code = codes.issue(
        SHOWN, application.subject_key, channel="call_in", destination=landline, life=life, source=source
    )
    record(step.subject_key, "call_code_shown", actor=actor)
    first_look = clock.now() + LISTEN_EVERY
    payload = {"code": str(code.pk)}
    use_cases.enqueue(
        NewJob("applications.incoming_calls", application.subject_key, f"calls:{code.pk}", first_look, payload)
    )
    return codes.arm(code)


def take_call(call: IncomingCall) -> bool:
    """Somebody called our number and keyed in digits; counts only from a line whose code is awaited. True: accepted.

    The caller's line finds the code, so right digits from a foreign line reach nothing.
    """
    try:
        landline = parse_landline(call.caller)
    except ValidationError:
        return False
    awaited = Code.objects.filter(purpose=SHOWN, destination=codes.destination_index(landline))
    live = awaited.filter(used_at=None, voided_at=None, expires_at__gt=clock.now())
    subjects = set(live.values_list("subject", flat=True))
    ids = sorted(int(subject.rpartition(":")[2]) for subject in subjects)
    return any(_judge_call(case(pk), landline, call) for pk in ids)


def _judge_call(application: Application, landline: str, call: IncomingCall) -> bool:
    step = step_in(application, "landline")
    heard: list[str] = step.evidence.get("calls", [])
    facts = facts_of(application)
    if step.state != StepState.WAITING or facts.landline != landline or call.call_id in heard:
        return False
    heard = [*heard, call.call_id]
    VerificationStep.objects.filter(pk=step.pk).update(evidence={"calls": heard})
    judgement = codes.judge(SHOWN, application.subject_key, call.digits)
    record(step.subject_key, "call_taken", actor=SYSTEM, judgement=judgement.value, call=call.call_id)
    if judgement is not Judgement.ACCEPTED:
        return False
    evidence = challenge("landline").proves(facts) | {"way": "called_us", "calls": heard}
    settle(application, step, Finding(Verdict.PASSED, "landline_returned", evidence))
    return True


def listen(job: Job) -> Ending:
    """Asks the exchange who called while a shown code lives: covers callbacks that were lost."""
    code = Code.objects.filter(pk=job.payload["code"]).first()
    if code is None or not _awaited(code):
        return nothing_left
    elapsed = clock.now() - code.created_at  # the exchange counts real time, our clock may have been moved
    since = clock.machine_time() - elapsed
    return partial(_heard, code, providers.telephony().incoming_calls(since=since))


def _awaited(code: Code) -> bool:
    return code.used_at is None and code.voided_at is None and code.expires_at > clock.now()


def _heard(code: Code, calls: tuple[IncomingCall, ...]) -> datetime | None:
    for call in calls:
        take_call(call)
    code.refresh_from_db()
    return clock.now() + LISTEN_EVERY if _awaited(code) else None


_FATE_OF = {CallState.ANSWERED: Fate.DELIVERED, CallState.NO_ANSWER: Fate.FAILED, CallState.BUSY: Fate.FAILED}


def call_ended(reference: str, state: str) -> None:
    """How our call ended, under the message's id; the page tells a busy line from one that nobody answers."""
    if state not in _FATE_OF or not _is_message_id(reference):
        return
    calls = Message.objects.filter(channel=Channel.CALL, pk=reference)
    calls.update(fate=_FATE_OF[CallState(state)], obstacle="" if state == CallState.ANSWERED else state)


def _is_message_id(reference: str) -> bool:
    try:
        return str(uuid.UUID(reference)) == reference
    except ValueError:
        return False
