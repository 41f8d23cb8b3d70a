"""The calendar has changed: every open term is counted anew, and a case whose date moved says so.

An officer's time is stored and moved here. A term that runs since a letter was served is counted at each reading, so it
has moved already; it is compared with what the calendar said before.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from applications.lifecycle import State
from applications.models import Application
from applications.services.cases import case
from applications.services.deadlines import ON_THE_DESK, running
from applications.services.formal_letters import POLICE_SUSPENSION, REFUSAL
from enamad_portal.kernel import clock, letter_delivery, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.calendar import jalali, news
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.calendar.working_days import WorkCalendar
from enamad_portal.kernel.letters import FormalLetter
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.work import Ending, Job, NewJob

MOVED = "deadline_moved"
_OPEN_IN = {
    REFUSAL.key: (State.REJECTED, "مهلت اعتراض"),
    POLICE_SUSPENSION.key: (State.POLICE_REFUSED, "مهلت فرجام‌خواهی"),
}
"""In which state of its case the term of a letter is still open, and what people call it."""
_SERVED_WITHIN = timedelta(days=400)
_ANNOUNCED_LATE = timedelta(days=15)
"""A closure may be announced after its day: a term that ended so recently is looked at as well."""
Moved = tuple[FormalLetter, datetime, datetime]


def recount(job: Job) -> Ending:
    """Finds what the change moved; each case on the desk then gets a job of its own."""
    before, calendar = news.calendar_before(job), current_calendar()
    return partial(_tell, job.pk, list(_cases(calendar)), list(_letters(before, calendar)))


def _cases(calendar: WorkCalendar) -> Iterator[int]:
    cases = Application.objects.filter(state__in=ON_THE_DESK, due_at__isnull=False).select_related("business")
    for application in cases.order_by("pk").iterator():
        counted = running(application, calendar)
        if counted and counted.instant != application.due_at:
            yield application.pk


def _letters(before: WorkCalendar, calendar: WorkCalendar) -> Iterator[Moved]:
    recent = clock.now() - _SERVED_WITHIN
    letters = FormalLetter.objects.filter(kind__in=_OPEN_IN, service__served_at__gte=recent)
    newest = {letter.case: letter for letter in letters.select_related("service").order_by("pk")}
    pks = [int(key.rpartition(":")[2]) for key in newest]
    states = dict(Application.objects.filter(pk__in=pks).values_list("pk", "state"))
    for key, letter in newest.items():
        if states.get(int(key.rpartition(":")[2])) == _OPEN_IN[letter.kind][0]:
            was, now = (letter_delivery.deadline(letter, one) for one in (before, calendar))
            if was and now and was.instant != now.instant and was.instant >= clock.now() - _ANNOUNCED_LATE:
                yield letter, was.instant, now.instant


def _tell(recount_id: int, cases: list[int], letters: list[Moved]) -> None:
    for pk in cases:
        subject = f"{Application._meta.label_lower}:{pk}"
        key = f"deadline:{pk}:{recount_id}"
        use_cases.enqueue(NewJob("applications.deadline", subject, key, payload={"application": pk}))
    for letter, was, now in letters:
        _record(letter.subject_key, _OPEN_IN[letter.kind][1], was, now)


def follow_calendar(job: Job) -> Ending:
    """One case on the desk."""
    return partial(_move, job.payload["application"])


def _move(application_id: int) -> None:
    application = case(application_id)
    counted, before = running(application), application.due_at
    if counted is None or before is None or counted.instant == before:
        return
    Application.objects.filter(pk=application.pk).update(due_at=counted.instant)
    _record(_subject(application), "مهلت بررسی کارشناس", before, counted.instant)


def _subject(application: Application) -> str:
    """That an officer's time runs on an appeal to the police is told beside the police step, to one role (AUTHZ-3)."""
    if application.state == State.POLICE_APPEAL:
        return application.steps.get(key="police").subject_key
    return application.subject_key


def _record(subject: str, name: str, before: datetime, after: datetime) -> None:
    days = [jalali.long_date(instant) for instant in (before, after)]
    note = f"{name} از {days[0]} به {days[1]} رسید، چون تقویم تعطیلات تغییر کرد."
    record(subject, MOVED, actor=SYSTEM, note=note, before_at=before.isoformat(), after_at=after.isoformat())
