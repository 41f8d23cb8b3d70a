"""The queues of staff: which cases wait for whom, how long they still may, and who holds them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Q
from django.urls import reverse

from applications.lifecycle import State
from applications.models import Application
from applications.selectors import police
from applications.services.deadlines import ON_THE_DESK
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.calendar import deadlines, jalali
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.calendar.working_days import WorkCalendar
from enamad_portal.kernel.fetch.hosts import readable
from enamad_portal.kernel.iran.text import ascii_digits

if TYPE_CHECKING:
    from django.db.models import QuerySet

PER_PAGE = 25
TABS = (("mine", "نزد من"), ("unassigned", "برداشته‌نشده"), ("overdue", "گذشته از مهلت"), ("all", "همه"))
REVIEW = (State.CONTENT_REVIEW, State.REFUSAL_PROPOSED, State.APPEAL)
POLICE = (State.POLICE_PENDING, State.POLICE_APPEAL)
TONES: dict[str, str] = {
    State.CONTENT_REVIEW: "info",
    State.REFUSAL_PROPOSED: "danger",
    State.APPEAL: "turn",
    State.POLICE_PENDING: "info",
    State.POLICE_APPEAL: "turn",
    State.POLICE_REFUSED: "danger",
    State.REJECTED: "danger",
    State.ISSUED: "ok",
    State.CORRECTION_REQUESTED: "turn",
    State.AWAITING_APPLICANT: "turn",
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the officer asked to see; `tab` is one of TABS."""

    tab: str = "unassigned"
    state: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    reference: str
    href: str
    shop: str
    domain: str
    state: str
    tone: str
    holder: str
    submitted_at: datetime | None
    due_at: datetime | None
    days_left: int | None
    """Working days from today to the due day; negative when past."""


@dataclass(frozen=True, slots=True)
class Queue:
    rows: list[Row]
    page: Page[Application]
    tabs: list[dict[str, Any]]
    states: list[tuple[str, str, bool]] = field(default_factory=list)


def desk_states(actor: Actor) -> tuple[State, ...]:
    """The states in which a case waits for this actor's roles; what the police said shapes one role's queue only."""
    liaison = POLICE if police.sees(actor) else ()
    return (*REVIEW, *liaison) if actor.has(Role.REVIEWER, Role.SENIOR_REVIEWER) or not liaison else liaison


def states_to_choose(actor: Actor) -> list[State]:
    """States that may be asked for: to most roles the three of the police are one (AUTHZ-3)."""
    hidden = set() if police.sees(actor) else {State.POLICE_REFUSED, State.POLICE_APPEAL}
    return [state for state in State if state != State.DRAFT and state not in hidden]


def state_label(application: Application, actor: Actor) -> str:
    return police.shown_state(application, actor)


def state_tone(application: Application, actor: Actor) -> str:
    hidden = application.state in police.STATES and not police.sees(actor)
    return TONES.get(State.POLICE_PENDING if hidden else application.state, "quiet")


def queue(filters: Filters, actor: Actor, *, page: int = 1, query: str = "") -> Queue:
    """One page of a tab, five queries whatever its length."""
    now = clock.now()
    found = _filtered(Application.objects.exclude(state=State.DRAFT), filters, actor)
    cases = Paginator(_ordered(_tab(found, filters, actor, now)).select_related("business", "assignee"), PER_PAGE)
    shown = cases.get_page(page)
    calendar = current_calendar()
    return Queue(
        rows=[_row(case, now, calendar, actor) for case in shown],
        page=shown,
        tabs=_tabs(filters, actor, now, query),
        states=[(state.value, state.label, state.value == filters.state) for state in states_to_choose(actor)],
    )


def neighbours(application: Application, tab: str, actor: Actor) -> tuple[str, str]:
    """References before and after this case in the order of the tab; empty at the ends."""
    filters = Filters(tab=tab if tab in dict(TABS) else "all")
    found = _tab(Application.objects.all(), filters, actor, clock.now())
    references = list(_ordered(found).values_list("reference", flat=True)[:500])
    if application.reference not in references:
        return "", (references[0] if references else "")
    place = references.index(application.reference)
    before = references[place - 1] if place else ""
    return before, (references[place + 1] if place + 1 < len(references) else "")


def next_case(application: Application, actor: Actor) -> str:
    """After a decision: one's own most urgent case, else the most urgent that nobody holds; empty when all is done."""
    for tab in ("mine", "unassigned"):
        found = _tab(Application.objects.exclude(pk=application.pk), Filters(tab=tab), actor, clock.now())
        mine = found.exclude(business__owner__user_id=actor.account)
        if reference := _ordered(mine).values_list("reference", flat=True).first():
            return reference
    return ""


def _tab(found: "QuerySet[Application]", filters: Filters, actor: Actor, now: datetime) -> "QuerySet[Application]":
    if filters.tab == "all":
        return found if filters.state or filters.words else found.filter(state__in=desk_states(actor))
    return found.filter(_conditions(actor, now)[filters.tab])


def _conditions(actor: Actor, now: datetime) -> dict[str, Q]:
    waiting = Q(state__in=desk_states(actor))
    return {
        "mine": waiting & Q(assignee_id=actor.user_id),
        "unassigned": waiting & Q(assignee=None),
        "overdue": waiting & Q(due_at__lt=now),
        "all": waiting,
    }


def _tabs(filters: Filters, actor: Actor, now: datetime, query: str) -> list[dict[str, Any]]:
    """All four numbers by one statement over the index of states."""
    conditions = _conditions(actor, now)
    counts = Application.objects.filter(state__in=desk_states(actor)).aggregate(
        **{f"n_{tab}": Count("pk", filter=condition) for tab, condition in conditions.items()}
    )
    return [
        {"label": label, "href": f"?tab={tab}{query}", "current": tab == filters.tab, "count": counts[f"n_{tab}"]}
        for tab, label in TABS
    ]


def _filtered(found: "QuerySet[Application]", filters: Filters, actor: Actor) -> "QuerySet[Application]":
    if filters.state:
        together = filters.state == State.POLICE_PENDING and not police.sees(actor)
        allowed = [state.value for state in states_to_choose(actor) if state == filters.state]
        found = found.filter(state__in=police.STATES if together else allowed)
    if filters.since:
        found = found.filter(submitted_at__gt=deadlines.end_of_day(filters.since - timedelta(days=1)))
    if filters.until:
        found = found.filter(submitted_at__lte=deadlines.end_of_day(filters.until))
    if words := ascii_digits(filters.words).strip():
        found = found.filter(
            Q(reference__startswith=words.lower()) | Q(domain__icontains=words) | Q(business__name_fa__icontains=words)
        )
    return found


def _ordered(found: "QuerySet[Application]") -> "QuerySet[Application]":
    return found.order_by(F("due_at").asc(nulls_last=True), "pk")


def _row(case: Application, now: datetime, calendar: WorkCalendar, actor: Actor) -> Row:
    domain = case.domain or case.business.domain
    due_at = case.due_at if case.state in ON_THE_DESK else None  # a move off the desk may leave the date behind
    return Row(
        reference=case.reference,
        href=reverse("admin:applications_application_case", args=[case.reference]),
        shop=case.business.name_fa,
        domain=readable(domain),
        state=state_label(case, actor),
        tone=state_tone(case, actor),
        holder=str(case.assignee) if case.assignee else "",
        submitted_at=case.submitted_at,
        due_at=due_at,
        days_left=working_days_left(due_at, now, calendar, case.business.province) if due_at else None,
    )


def working_days_left(due_at: datetime, now: datetime, calendar: WorkCalendar, province: str = "") -> int:
    """Working days after today up to the due day; 0 on the day itself, negative past it."""
    today, last = jalali.tehran_day(now), jalali.tehran_day(due_at)
    first, end = sorted((today, last))
    days = _between(first, end)
    working = sum(calendar.is_working(day, province or None) for day in days)
    return working if last >= today else -max(working, 1)


def _between(first: date, end: date) -> Iterable[date]:
    return (first + timedelta(days=step) for step in range(1, (end - first).days + 1))
