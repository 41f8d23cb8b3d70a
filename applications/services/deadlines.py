"""Officers' time limits, counted in working days of the dated policy."""

from datetime import datetime

from applications import policy
from applications.models import Application
from enamad_portal.kernel import clock
from enamad_portal.kernel.calendar import deadlines
from enamad_portal.kernel.calendar.deadlines import Deadline, Limit, Unit
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.calendar.working_days import WorkCalendar


def review_deadline(application: Application, start: datetime, calendar: WorkCalendar | None = None) -> Deadline:
    """Until when an officer decides on a case that reached the desk at `start`."""
    days = policy.limit("review_working_days", clock.today())
    calendar = calendar or current_calendar()
    return deadlines.due(start, Limit(days, Unit.WORKING_DAYS), calendar, application.business.province or None)


def review_due(application: Application) -> datetime:
    """The instant the review of a case that reaches the desk now is due."""
    return review_deadline(application, clock.now()).instant
