"""Police vetting by people: the liaison's answer, the applicant's appeal with its proof, another officer's decision."""

from functools import partial
from typing import Any

from applications import messages
from applications.lifecycle import APPLICATION, State, not_own_file
from applications.models import Application, PoliceAppeal, VerificationStep
from applications.models.police import ProofKind
from applications.services import formal_letters
from applications.services.cases import case, own_case, step_in
from applications.services.deadlines import review_due
from applications.services.progress import advance
from applications.services.verify import settle
from enamad_portal.kernel import clock, documents, letter_delivery, uploads, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor, Role
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.deadlines import Deadline
from enamad_portal.kernel.documents import LaidDown
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Finding, StepState, Verdict

PROOF = "police_proof"
"""Kind of the stored document; the desk's documents do not list it."""
_AWAITED = frozenset({StepState.RUNNING, StepState.ASKED, StepState.UNSURE})


def answer_refusals(application: Application, actor: Actor) -> tuple[Refusal, ...]:
    """Why this actor may not enter the answer of the police now."""
    if not actor.has(Role.POLICE_LIAISON):
        return (Refusal("role_missing", "پاسخ پلیس را فقط رابط پلیس ثبت می‌کند."),)
    if own := not_own_file(application, actor):
        return (own,)
    if application.state != State.POLICE_PENDING or not application.steps.filter(key="police", state__in=_AWAITED):
        return (Refusal("no_answer_awaited", "این پرونده در انتظار پاسخ پلیس نیست."),)
    return ()


def enter_police_answer(application_id: int, *, positive: bool, police_reference: str, actor: Actor) -> Application:
    """The liaison writes down what came by letter while the line to the police is off or silent. Raises Refused."""
    application = case(application_id)
    if found := answer_refusals(application, actor):
        raise Refused(*found)
    if not police_reference.strip():
        raise Refused(Refusal("police_reference_missing", "شماره نامه یا پاسخ پلیس را بنویسید."))
    step = step_in(application, "police")
    if step.state == StepState.UNSURE:
        STEP_LIFECYCLE.fire(step, "check", actor=SYSTEM)
    record(step.subject_key, "police_answer_entered", actor=actor)
    evidence = {
        "police_reference": police_reference.strip()[:64],
        "answered_at": clock.now().isoformat(),
        "entered_by": actor.account,
    }
    verdict, code = (Verdict.PASSED, "police_positive") if positive else (Verdict.FAILED, "police_negative")
    settle(application, step, Finding(verdict, code, evidence))
    return application


def appeal_to_police(reference: str, proof_kind: str, name: str, data: bytes, *, actor: Actor) -> PoliceAppeal:
    """An edge of its own: فرجام‌خواهی with one document of proof. Raises NotFound, Refused (state, file, quota)."""
    if proof_kind not in ProofKind.values:
        raise Refused(Refusal("proof_kind_unknown", "نوع مدرک را از سه گزینه برگزینید."))
    use_cases.run(_refuse_unasked, reference, len(data), actor=actor)
    accepted = uploads.inspect(name, data)
    if isinstance(accepted, Refusal):
        raise Refused(accepted)
    laid = documents.lay_down(accepted)
    try:
        return use_cases.run(partial(_appeal, reference, proof_kind, laid, actor=actor))
    except BaseException:
        documents.discard(laid)
        raise


def appeal_deadline(application: Application) -> Deadline | None:
    """Until when the suspension may be appealed; None before it was served, and in cases older than the letters."""
    letter = formal_letters.latest(application, formal_letters.POLICE_SUSPENSION)
    return letter_delivery.deadline(letter) if letter else None


def appeal_refusals(application: Application) -> list[Refusal]:
    """Why the suspension may no longer be appealed."""
    deadline = appeal_deadline(application)
    if deadline is None or not deadline.has_passed(clock.now()):
        return []
    day = jalali.long_date(deadline.last_day)
    text = f"مهلت فرجام‌خواهی در {day} پایان یافت. هرگاه مدرک تازه‌ای داشتید درخواست تازه‌ای ثبت کنید."
    return [Refusal("appeal_late", text)]


def _refuse_unasked(reference: str, size: int, *, actor: Actor) -> None:
    application = own_case(reference, actor)
    if found := [*APPLICATION.refusals(application, "appeal_to_police", actor=actor), *appeal_refusals(application)]:
        raise Refused(*found)
    if full := documents.no_room(actor.account, size):
        raise Refused(full)


def _appeal(reference: str, proof_kind: str, laid: LaidDown, *, actor: Actor) -> PoliceAppeal:
    application = own_case(reference, actor)
    if late := appeal_refusals(application):
        raise Refused(*late)
    now = clock.now()
    APPLICATION.fire(application, "appeal_to_police", actor=actor, touched_at=now, due_at=review_due(application))
    proof = documents.keep(laid, owner_id=actor.account, subject=application.subject_key, kind=PROOF)
    return PoliceAppeal.objects.create(application=application, proof_kind=proof_kind, document=proof, made_at=now)


def decide_police_appeal(application_id: int, *, ask_again: bool, note: str, actor: Actor) -> Application:
    """Another officer than the one who entered the answer: the police are asked again, or the refusal stands."""
    application = case(application_id)
    appeal = application.police_appeals.filter(ask_again=None).first()
    if appeal is None:
        raise NotFound(str(application_id))
    move = "ask_police_again" if ask_again else "uphold_police"
    APPLICATION.fire(application, move, actor=actor, note=note, due_at=None, assignee=None, claimed_at=None)
    decided = {"ask_again": ask_again, "decided_by": actor.account, "decided_at": clock.now()}
    PoliceAppeal.objects.filter(pk=appeal.pk).update(**decided)
    if ask_again:
        _start_over(step_in(application, "police"))
        messages.tell(application, "case_news")
    else:
        formal_letters.of_refused_appeal(application, actor=actor)
    advance(application, actor=SYSTEM)
    return application


def _start_over(step: VerificationStep) -> None:
    empty: dict[str, Any] = {"verdict": "", "code": "", "received_at": None, "verified_at": None, "tries": 0}
    STEP_LIFECYCLE.fire(step, "reopen", actor=SYSTEM, round=step.round + 1, **empty)
