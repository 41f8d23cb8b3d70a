"""The police check as staff see it: the liaison all of it, everybody else that it runs or is done (AUTHZ-3).

Lists, timelines, exports and the API show `shown_state` and `shown_step`, never the state itself, and leave out the
rows that `audit_that_tells` and `messages_that_tell` name. The auditor and the administrator are everybody else too,
and so is a liaison before his own file.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from applications.lifecycle import APPLICATION, State
from applications.models import Application, PoliceAnswer, VerificationStep
from applications.models.police import ProofKind
from applications.services.police import answer_refusals
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.letters import FormalLetter, hidden_from
from enamad_portal.kernel.steps import StepState

STATES = frozenset({State.POLICE_PENDING, State.POLICE_REFUSED, State.POLICE_APPEAL})
_ANSWERED = (State.POLICE_REFUSED, State.POLICE_APPEAL)
_SAID = {StepState.PASSED: "پاسخ مثبت", StepState.FAILED: "پاسخ منفی"}
_MOVES = ("refuse_by_police", "clear_by_police", "appeal_to_police", "ask_police_again", "uphold_police")
_TELLING = (*_MOVES, "proof_seen")
_RUNNING = frozenset({StepState.NOT_STARTED, StepState.RUNNING, StepState.ASKED, StepState.UNSURE})


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer of the police: what, when, under which number, typed by whom (empty: by the line itself)."""

    label: str
    tone: str
    at: datetime
    reference: str
    by: str


@dataclass(frozen=True, slots=True)
class AppealLine:
    """One re-examination: which proof, which stored document, how it ended (empty: undecided)."""

    proof: str
    document_id: int | None
    """None, and no pages, once the document's days are over."""
    pages: int
    at: datetime
    ended: str


@dataclass(frozen=True, slots=True)
class PolicePanel:
    """`status` is for every officer; the rest is filled for the liaison only."""

    application: Application
    status: str
    is_liaison: bool = False
    answers: list[AnswerLine] = field(default_factory=list)
    appeals: list[AppealLine] = field(default_factory=list)
    may_enter: bool = False
    decides: bool = False
    decision_refusals: tuple[Refusal, ...] = ()


def panel(application: Application, actor: Actor) -> PolicePanel | None:
    """The panel of the case page; None where the requirements name no police check."""
    step = next((step for step in application.steps.all() if step.key == "police"), None)
    if step is None:
        return None
    status = _status(application, step)
    if not sees(actor, application):
        return PolicePanel(application, status)
    return PolicePanel(
        application,
        str(State(application.state).label) if application.state in STATES else status,
        is_liaison=True,
        answers=[_answer(row) for row in _answers(application)],
        appeals=_appeals(application),
        may_enter=not answer_refusals(application, actor),
        decides=application.state == State.POLICE_APPEAL,
        decision_refusals=APPLICATION.refusals(application, "ask_police_again", actor=actor, note="…"),
    )


def sees(actor: Actor, application: Application | None = None) -> bool:
    """One role sees what the police said, and nobody of that role what they said of himself."""
    if not actor.has(Role.POLICE_LIAISON):
        return False
    return application is None or actor.user_id is None or not application.is_own_file_of(actor.user_id)


def shown_state(application: Application, actor: Actor) -> str:
    """The label of the case's state for this actor."""
    state = State(application.state)
    return str(State.POLICE_PENDING.label if state in STATES and not sees(actor, application) else state.label)


def shown_step(application: Application, step: VerificationStep, actor: Actor) -> str:
    """The label of the police step's state for this actor; other steps are told as they are."""
    if step.key != "police":
        return str(StepState(step.state).label)
    answered = _SAID.get(StepState(step.state)) if sees(actor, application) else None
    return answered or _status(application, step)


def audit_that_tells(actor: Actor, application: Application | None = None) -> Q | None:
    """Audit rows that would give an answer of the police away; None for the one role that may know."""
    if sees(actor, application):
        return None
    model = Value(f"{VerificationStep._meta.label_lower}:")
    steps = VerificationStep.objects.filter(key="police").values_list(Concat(model, Cast("pk", CharField())))
    letter = Value(f"{FormalLetter._meta.label_lower}:")
    letters = FormalLetter.objects.filter(kind__in=hidden_from(actor)).values_list(
        Concat(letter, Cast("pk", CharField()))
    )
    told = Q(action__in=_TELLING) | Q(before__in=_ANSWERED) | Q(after__in=_ANSWERED)
    return told | Q(subject__in=steps) | Q(subject__in=letters)


def messages_that_tell(actor: Actor) -> Q | None:
    """Messages that are sent only after a negative answer or an appeal, whatever little they say."""
    return None if sees(actor) else Q(template__endswith="_case_news")


def _status(application: Application, step: VerificationStep) -> str:
    """Done only once the case has gone on: done and still with the police would be an answer too."""
    if step.state == StepState.NOT_STARTED:
        return "هنوز آغاز نشده"
    return "در جریان" if step.state in _RUNNING or application.state in STATES else "انجام شد"


def _answers(application: Application) -> list[PoliceAnswer]:
    return list(application.police_answers.select_related("entered_by").order_by("-round"))


def _answer(row: PoliceAnswer) -> AnswerLine:
    label, tone = ("مثبت", "ok") if row.is_positive else ("منفی", "danger")
    return AnswerLine(label, tone, row.answered_at, row.police_reference, str(row.entered_by or ""))


def _appeals(application: Application) -> list[AppealLine]:
    ends = {None: "", True: "استعلام دوباره", False: "پاسخ منفی تأیید شد"}
    return [
        AppealLine(
            proof=str(ProofKind(row.proof_kind).label),
            document_id=row.document_id,
            pages=row.document.pages if row.document else 0,
            at=row.made_at,
            ended=ends[row.ask_again],
        )
        for row in application.police_appeals.select_related("document").order_by("-pk")
    ]
