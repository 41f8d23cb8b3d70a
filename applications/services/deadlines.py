"""Officers' time limits, counted in working days of the dated policy.

The end is stored (`due_at`), because the desk's lists are ordered by it; `recount.py` moves it with the calendar.
"""

from datetime import datetime

from django.db.models import F, Q

from applications import policy
from applications.lifecycle import State
from applications.models import Application
from enamad_portal.kernel import clock
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import deadlines, jalali
from enamad_portal.kernel.calendar.deadlines import Deadline, Limit, Unit
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.calendar.working_days import WorkCalendar

ON_THE_DESK = frozenset({State.CONTENT_REVIEW, State.REFUSAL_PROPOSED, State.APPEAL, State.POLICE_APPEAL})
"""States in which an officer's time runs."""


def review_deadline(application: Application, start: datetime, calendar: WorkCalendar | None = None) -> Deadline:
    """Until when an officer decides on a case that reached the desk at `start`, by the limit of that day."""
    days = policy.limit("review_working_days", jalali.tehran_day(start))
    calendar = calendar or current_calendar()
    return deadlines.due(start, Limit(days, Unit.WORKING_DAYS), calendar, application.business.province or None)


def review_due(application: Application) -> datetime:
    """The instant the review of a case that reaches the desk now is due."""
    return review_deadline(application, clock.now()).instant


def running(application: Application, calendar: WorkCalendar | None = None) -> Deadline | None:
    """The review that runs now, as the calendar counts it; None off the desk, or when nobody knows since when."""
    if application.due_at is None or application.state not in ON_THE_DESK:
        return None
    moves = AuditEntry.objects.filter(~Q(before=F("after")), subject=application.subject_key, after=application.state)
    reached = moves.order_by("-seq").values_list("at", flat=True).first()
    return review_deadline(application, reached, calendar) if reached else None
