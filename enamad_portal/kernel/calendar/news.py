"""The calendar has changed: whoever keeps dates counted from it is told by a durable job (knowledge flows down).

The job carries the calendar as it was, so that its handler can say which dates moved, and from where.
"""

import uuid
from datetime import date, timedelta
from typing import Any

from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.calendar.working_days import Holiday, HolidayKind, WeekPattern, WorkCalendar
from enamad_portal.kernel.work import Job, NewJob

FOLLOWERS: list[str] = []
"""Kinds of jobs that recount open deadlines; apps add theirs at start."""
_BACK = timedelta(days=400)
"""How far back days off still matter: no term that is open began earlier."""


def announce(before: WorkCalendar) -> None:
    """In the use case that changed a holiday or a week pattern: each follower recounts once it has committed."""
    change, payload = uuid.uuid4().hex, {"before": _plain(before)}
    for kind in FOLLOWERS:
        use_cases.enqueue(NewJob(kind, "kernel.calendar", f"{kind}:{change}", payload=payload))


def _plain(calendar: WorkCalendar) -> dict[str, Any]:
    since = clock.today() - _BACK
    return {
        "weeks": [[week.valid_from.isoformat(), sorted(week.off_days)] for week in calendar.week_patterns],
        "holidays": [
            [held.day.isoformat(), held.name, held.kind.value, held.province, held.estimated]
            for held in calendar.holidays
            if held.day >= since
        ],
    }


def calendar_before(job: Job) -> WorkCalendar:
    """The calendar as it was before the change that this job tells of."""
    before = job.payload["before"]
    return WorkCalendar(
        tuple(WeekPattern(date.fromisoformat(day), frozenset(off_days)) for day, off_days in before["weeks"]),
        tuple(
            Holiday(date.fromisoformat(day), name, HolidayKind(kind), province, estimated)
            for day, name, kind, province, estimated in before["holidays"]
        ),
    )
