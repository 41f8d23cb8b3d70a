"""نوبت کیست: what a case waits for now, on whom, since when, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from applications import policy
from applications.lifecycle import CLOSED, LetterState, State
from applications.models import Application, VerificationStep
from applications.selectors import police
from applications.selectors.desk import working_days_left
from applications.services import archive
from applications.services.deadlines import running
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.steps import StepState

REACHING = (
    "send_to_review",
    "resubmit",
    "propose_refusal",
    "decline_refusal",
    "object",
    "uphold_objection",
    "appeal_to_police",
)
"""Moves that bring a case to the desk and start the officers' clock."""


@dataclass(frozen=True, slots=True)
class Until:
    """A term: the day, how long from today in its unit, and the lines of its calculation."""

    label: str
    date: str
    days: int
    unit: str = "روز"
    explain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    who: str
    what: str
    since: datetime | None = None
    until: Until | None = None


_BODIES = {
    "identity": "ثبت احوال",
    "mobile": "سامانه شاهکار",
    "company": "ثبت شرکت‌ها",
    "postal_code": "پست",
    "postal": "پست",
    "police": "پلیس",
}
_APPLICANT = {
    State.DOMAIN_PENDING: "احراز دامنه",
    State.AWAITING_APPLICANT: "",
    State.CORRECTION_REQUESTED: "اصلاح آنچه کارشناس خواسته است",
    State.COMMITMENT: "پذیرش تعهدنامه",
    State.POLICE_REFUSED: "فرجام‌خواهی یا انصراف",
    State.PAYMENT_PENDING: "پرداخت تعرفه",
}


def waits(application: Application, actor: Actor) -> list[Wait]:
    """The case first, then each step that is under way; empty when the case is closed."""
    state = State(application.state)
    if state in CLOSED:
        return []
    if state in police.STATES and not police.sees(actor, application):
        return [Wait("پلیس", "پاسخ استعلام", _since(application, State.POLICE_PENDING))]
    steps = [line for step in application.steps.all() if (line := _step(application, step, state))]
    return [*_case(application, state), *steps]


def _case(application: Application, state: State) -> list[Wait]:
    since, holder = _since(application, state), application.assignee
    if what := _APPLICANT.get(state):
        until = _archived(application) if state in archive.WAITING else None
        return [Wait("متقاضی", what, since, until)]
    named = f"کارشناس ({holder})" if holder else "کارشناس (هنوز نزد کسی نیست)"
    if state == State.CONTENT_REVIEW:
        return [Wait(named, "بررسی و تصمیم", since, _due(application))]
    if state == State.REFUSAL_PROPOSED:
        second = str(holder) if holder else f"هر کس جز {application.proposed_by}"
        return [Wait(f"کارشناس دوم ({second})", "تأیید یا نپذیرفتن رد", since, _due(application))]
    if state == State.APPEAL:
        return [Wait(named, "رسیدگی به اعتراض، بی آنان که در رد نقش داشتند", since, _due(application))]
    if state == State.POLICE_APPEAL:
        return [Wait("رابط پلیس، جز ثبت‌کننده پاسخ", "رسیدگی به فرجام‌خواهی", since, _due(application))]
    return []


def _since(application: Application, state: State) -> datetime | None:
    moves = AuditEntry.objects.filter(subject=application.subject_key, after=state).order_by("-seq")
    return moves.values_list("at", flat=True).first()


def _step(application: Application, step: VerificationStep, state: State) -> Wait | None:
    """Who must act on an open step; what the whole case waits for anyway is not said twice."""
    title, since = STEPS[step.key].title, step.requested_at
    if step.state == StepState.RUNNING:
        return Wait("سامانه", title, since)
    if step.state == StepState.ASKED:
        return Wait(_BODIES.get(step.key, "نهاد بیرونی"), title, since, _letter(application, step))
    if step.state == StepState.UNSURE:
        return Wait("کارشناس", f"{title}: نظر شما لازم است", step.received_at)
    told_already = state in {State.COMMITMENT, State.PAYMENT_PENDING, State.DOMAIN_PENDING}
    if step.key == "police":
        return None  # a refused one is for the applicant or the liaison, as the case says
    failed_for_a_star = step.state == StepState.FAILED and step.key in application.requirement.optional_steps
    if step.state not in {StepState.WAITING, StepState.FAILED} or told_already or failed_for_a_star:
        return None
    until = _archived(application) if state == State.AWAITING_APPLICANT else None
    return Wait("متقاضی", title, step.received_at or since, until)


def _letter(application: Application, step: VerificationStep) -> Until | None:
    """A letter on its way counts as lost from this day on."""
    if step.key != "postal":
        return None
    on_its_way = application.letters.filter(
        round=step.round, state__in=(LetterState.PRINTED, LetterState.POSTED)
    ).first()
    if on_its_way is None:
        return None
    left_us = on_its_way.posted_at or on_its_way.printed_at or on_its_way.ordered_at
    return _calendar_days("گم‌شده از", left_us + timedelta(days=policy.limit("letter_lost_days", clock.today())))


def _archived(application: Application) -> Until:
    waited = archive.waits_since(application)
    return _calendar_days("بایگانی می‌شود", waited + timedelta(days=policy.limit("abandon_days", clock.today())))


def _calendar_days(label: str, at: datetime) -> Until:
    days = (jalali.tehran_day(at) - clock.today()).days
    return Until(label, jalali.weekday_date(at), days)


def _due(application: Application) -> Until | None:
    """The due day with its calculation, as it was counted when the case reached the desk."""
    if application.due_at is None:
        return None
    calendar = current_calendar()
    counted = running(application, calendar)
    return Until(
        "مهلت",
        jalali.weekday_date(application.due_at),
        working_days_left(application.due_at, clock.now(), calendar, application.business.province),
        "روز کاری",
        tuple(counted.explain()) if counted and counted.instant == application.due_at else (),
    )
