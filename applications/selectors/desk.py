"""The queues of staff: which cases wait for whom, how long they still may, and who holds them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from applications.lifecycle import State
from applications.models import Application
from applications.models.applicant import person_keys
from applications.selectors import police
from applications.services.claims import CLAIMANTS, REVIEWERS, desk_states, is_free
from applications.services.deadlines import ON_THE_DESK
from enamad_portal.accounts.models import User
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.calendar import deadlines, jalali
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.calendar.working_days import WorkCalendar
from enamad_portal.kernel.fetch.hosts import canonical_host
from enamad_portal.kernel.iran.text import ascii_digits

if TYPE_CHECKING:
    from django.db.models import QuerySet

PER_PAGE = 25
COUNTED = 99
"""A tab's number is exact up to here; counting further would cost more than it tells."""
TABS = (("mine", "نزد من"), ("unassigned", "برداشته‌نشده"), ("overdue", "گذشته از مهلت"), ("all", "همه"))
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
    """What the officer asked to see; `tab` is one of TABS, `holder` an officer's account."""

    tab: str = "unassigned"
    state: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    holder: int | None = None

    @property
    def search_everywhere(self) -> bool:
        """A state or words reach beyond what waits for the desk."""
        return self.tab == "all" and bool(self.state or self.words)


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
    """One page; `before` and `after` are the places to go on from, empty at the ends."""

    rows: list[Row]
    tabs: list[dict[str, Any]]
    states: list[tuple[str, str, bool]] = field(default_factory=list)
    officers: list[tuple[int, str, bool]] = field(default_factory=list)
    before: str = ""
    after: str = ""
    may_claim: bool = False
    may_assign: bool = False


def states_to_choose(actor: Actor) -> list[State]:
    """States that may be asked for: to most roles the three of the police are one (AUTHZ-3)."""
    hidden = set() if police.sees(actor) else {State.POLICE_REFUSED, State.POLICE_APPEAL}
    return [state for state in State if state != State.DRAFT and state not in hidden]


def state_label(application: Application, actor: Actor) -> str:
    return police.shown_state(application, actor)


def state_tone(application: Application, actor: Actor) -> str:
    hidden = application.state in police.STATES and not police.sees(actor, application)
    return TONES.get(State.POLICE_PENDING if hidden else application.state, "quiet")


def first_tab(actor: Actor) -> str:
    """Where the desk opens: one's own cases while there are any, else what nobody holds; readers see all."""
    if not actor.has(*CLAIMANTS):
        return "all"
    mine = Application.objects.filter(_conditions(actor, clock.now())["mine"])
    return "mine" if mine.exists() else "unassigned"


def tabs_of(actor: Actor) -> tuple[tuple[str, str], ...]:
    """Those who hold no cases have no tab of their own."""
    return TABS if actor.has(*CLAIMANTS) else TABS[1:]


def queue(filters: Filters, actor: Actor, *, place: str = "", query: str = "") -> Queue:
    """One page of a tab from `place` on, the most urgent first; as many queries whatever the length."""
    now = clock.now()
    conditions = _conditions(actor, now)
    found = _filtered(Application.objects.exclude(state=State.DRAFT), filters, actor)
    found = _with_due(found if filters.search_everywhere else found.filter(conditions[filters.tab]), filters, actor)
    cases, before, after = _page(found.select_related("business__owner", "business__legal_person", "assignee"), place)
    calendar = current_calendar()
    if police.sees(actor):
        keys = person_keys(actor.account)
        for case in cases:
            case.is_own_file_of(actor.account, keys)
    officers = reviewing_officers() if actor.has(Role.SENIOR_REVIEWER) else []
    return Queue(
        rows=[_row(case, now, calendar, actor) for case in cases],
        tabs=_tabs(filters, actor, conditions, query),
        states=[(state.value, state.label, state.value == filters.state) for state in states_to_choose(actor)],
        officers=[(pk, name, pk == filters.holder) for pk, name in officers],
        before=before,
        after=after,
        may_claim=actor.has(*CLAIMANTS),
        may_assign=actor.has(Role.SENIOR_REVIEWER),
    )


def reviewing_officers() -> list[tuple[int, str]]:
    """Those to whom a case can be handed, by name."""
    rows = User.objects.filter(is_staff=True, is_active=True, grants__role__in=[role.value for role in REVIEWERS])
    return [(user.pk, str(user)) for user in rows.order_by("username").distinct()]


def neighbours(application: Application, tab: str, actor: Actor) -> tuple[str, str]:
    """References before and after this case in the order of the tab; empty at the ends, two queries."""
    filters = Filters(tab=tab if tab in dict(TABS) else "all")
    found = _with_due(Application.objects.filter(_conditions(actor, clock.now())[filters.tab]), filters, actor)
    due = None if _hides_due(application, actor) else application.due_at
    others = found.exclude(pk=application.pk)
    before = others.filter(_beyond(due, application.pk, forward=False)).order_by(*_backward())
    after = others.filter(_beyond(due, application.pk, forward=True)).order_by(*_forward())
    return (
        before.values_list("reference", flat=True).first() or "",
        after.values_list("reference", flat=True).first() or "",
    )


def own_next(application: Application, actor: Actor) -> str:
    """One's own most urgent case after a decision; empty when the others must be taken from the queue."""
    mine = Application.objects.filter(_conditions(actor, clock.now())["mine"]).exclude(pk=application.pk)
    return mine.order_by(F("due_at").asc(nulls_last=True), "pk").values_list("reference", flat=True).first() or ""


def _conditions(actor: Actor, now: datetime) -> dict[str, Q]:
    waiting = Q(state__in=desk_states(actor))
    return {
        "mine": waiting & Q(assignee_id=actor.user_id),
        "unassigned": waiting & is_free(now),
        "overdue": waiting & Q(due_at__lt=now),
        "all": waiting,
    }


def _tabs(filters: Filters, actor: Actor, conditions: dict[str, Q], query: str) -> list[dict[str, Any]]:
    """Each number costs at most `COUNTED` rows of the index of states."""
    return [
        {
            "label": label,
            "href": f"?tab={tab}{query}",
            "current": tab == filters.tab,
            "count": capped(Application.objects.filter(conditions[tab])),
        }
        for tab, label in tabs_of(actor)
    ]


def capped(found: "QuerySet[Application]") -> str:
    """How many there are, or «99+»."""
    number = found.order_by()[: COUNTED + 1].count()
    return f"{COUNTED}+" if number > COUNTED else str(number)


def _filtered(found: "QuerySet[Application]", filters: Filters, actor: Actor) -> "QuerySet[Application]":
    if filters.state:
        together = filters.state == State.POLICE_PENDING and not police.sees(actor)
        allowed = [state.value for state in states_to_choose(actor) if state == filters.state]
        found = found.filter(state__in=police.STATES if together else allowed)
    if filters.since:
        found = found.filter(submitted_at__gt=deadlines.end_of_day(filters.since - timedelta(days=1)))
    if filters.until:
        found = found.filter(submitted_at__lte=deadlines.end_of_day(filters.until))
    if filters.holder is not None:
        found = found.filter(assignee_id=filters.holder).exclude(state__in=police.STATES)
    if words := ascii_digits(filters.words).strip():
        found = found.filter(
            Q(reference__startswith=words.lower()) | Q(domain__icontains=words) | Q(business__name_fa__icontains=words)
        )
    return found


# Places in the order: by the due day, cases without one last, equal ones by age.


def _with_due(found: "QuerySet[Application]", filters: Filters, actor: Actor) -> "QuerySet[Application]":
    """`due` as this actor may know it: the order must not tell an appeal to the police from a pending answer."""
    if filters.search_everywhere and not police.sees(actor):
        return found.annotate(due=Case(When(state__in=police.STATES, then=Value(None)), default=F("due_at")))
    return found.annotate(due=F("due_at"))


def _forward() -> tuple[Any, ...]:
    return F("due").asc(nulls_last=True), "pk"


def _backward() -> tuple[Any, ...]:
    return F("due").desc(nulls_first=True), "-pk"


def _beyond(due: datetime | None, pk: int, *, forward: bool) -> Q:
    """Rows behind this place, or before it."""
    if forward:
        return Q(due__gt=due) | Q(due=due, pk__gt=pk) | Q(due=None) if due else Q(due=None, pk__gt=pk)
    return Q(due__lt=due) | Q(due=due, pk__lt=pk) if due else Q(due=None, pk__lt=pk) | Q(due__isnull=False)


def _page(found: "QuerySet[Application]", place: str) -> tuple[list[Application], str, str]:
    """The cases of one page with the places before its first and after its last one; one query and one row more."""
    way, due, pk = _read(place)
    if way == "before":
        rows = list(found.filter(_beyond(due, pk, forward=False)).order_by(*_backward())[: PER_PAGE + 1])
        cases, is_more = rows[:PER_PAGE][::-1], len(rows) > PER_PAGE
        return cases, _place("before", cases[0]) if is_more else "", _place("after", cases[-1]) if cases else ""
    behind = found.filter(_beyond(due, pk, forward=True)) if way else found
    rows = list(behind.order_by(*_forward())[: PER_PAGE + 1])
    cases, is_more = rows[:PER_PAGE], len(rows) > PER_PAGE
    return cases, _place("before", cases[0]) if way and cases else "", _place("after", cases[-1]) if is_more else ""


def _place(way: str, case: Any) -> str:
    """`after~1763712000000000~15`: a page that begins behind this case stays where it is while others come and go."""
    due = (case.due - _EPOCH) // timedelta(microseconds=1) if case.due else ""
    return f"{way}~{due}~{case.pk}"


def _read(place: str) -> tuple[str, datetime | None, int]:
    """A place that somebody bent is the beginning."""
    way, _, rest = place.partition("~")
    due, _, pk = rest.partition("~")
    if way not in {"before", "after"} or not pk.isdecimal() or (due and not due.isdecimal()) or len(rest) > 40:
        return "", None, 0
    try:
        return way, _EPOCH + timedelta(microseconds=int(due)) if due else None, int(pk)
    except OverflowError:
        return "", None, 0


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def holder_shown(case: Application, actor: Actor) -> str:
    """Who holds the case; which liaison works on it would tell that there is something to decide (AUTHZ-3)."""
    return str(case.assignee) if case.assignee and not _hides_due(case, actor) else ""


def _hides_due(case: Application, actor: Actor) -> bool:
    return case.state in police.STATES and not police.sees(actor, case)


def _row(case: Application, now: datetime, calendar: WorkCalendar, actor: Actor) -> Row:
    domain = case.domain or case.business.domain
    due_at = case.due_at if case.state in ON_THE_DESK and not _hides_due(case, actor) else None
    return Row(
        reference=case.reference,
        href=reverse("admin:applications_application_case", args=[case.reference]),
        shop=case.business.name_fa,
        domain=canonical_host(domain).u_label if domain else "",
        state=state_label(case, actor),
        tone=state_tone(case, actor),
        holder=holder_shown(case, actor),
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
