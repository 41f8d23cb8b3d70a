"""بایگانی: applicants who let a case lie are reminded, and after the policy's days the case is archived.

`begin_day` runs many times a day and writes one durable job per day; a missed beat or a killed worker loses nothing.
Reminders have a key per case, period of waiting and place in the row, so nobody is told twice.
"""

from datetime import datetime, timedelta
from functools import partial

from applications import messages, policy
from applications.lifecycle import APPLICATION, InvoiceState, State
from applications.models import Application
from applications.services.cases import case
from applications.services.invoices import cancel_unpaid
from applications.services.section_drafts import forget_drafts
from applications.services.test_account import forget_test_account
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.kernel.worker import nothing_left

WAITING = tuple(State(source) for row in APPLICATION.transitions if row.name == "abandon" for source in row.source)
"""States in which only the applicant can go on."""
REMINDERS = ("remind_first_days", "remind_last_days")
_MONEY_UNDER_WAY = (InvoiceState.VERIFYING, InvoiceState.NEEDS_RECONCILIATION)


def begin_day() -> None:
    """Asks for today's round; asked again, it is the same job."""
    day = jalali.iso(clock.today())
    use_cases.enqueue(NewJob("applications.archive", "applications.archive", f"archive:{day}"))


def round_of_day(_job: Job) -> Ending:
    """Finds the cases that have waited long enough for something to happen, and gives each a job of its own."""
    now = clock.now()
    first = now - timedelta(days=_days(REMINDERS[0]))
    idle = Application.objects.filter(state__in=WAITING, touched_at__lte=first).order_by("pk")
    return partial(_give_out, [(row, since) for row in idle.iterator() if (since := waits_since(row)) <= first])


def _give_out(idle: list[tuple[Application, datetime]]) -> None:
    for application, since in idle:
        stage = _stage(since)
        key = f"idle:{application.pk}:{since:%Y%m%d%H%M%S}:{stage}"
        if stage == "abandon":
            key += f":{clock.today():%Y%m%d}"  # money under way puts it off; the next day asks again
        payload = {"application": application.pk, "stage": stage, "since": since.isoformat()}
        use_cases.enqueue(NewJob("applications.idle", application.subject_key, key, payload=payload))


def _days(key: str) -> int:
    return policy.limit(key, clock.today())


def waits_since(application: Application) -> datetime:
    """The applicant's last act, or the move that brought the case back to him, whichever came later."""
    moves = AuditEntry.objects.filter(subject=application.subject_key, after=application.state)
    moved = moves.order_by("-seq").values_list("at", flat=True).first()
    return max(application.touched_at, moved or application.touched_at)


def _stage(since: datetime) -> str:
    """What is due: the archive, or the latest reminder whose day has come."""
    waited = clock.now() - since
    if waited >= timedelta(days=_days("abandon_days")):
        return "abandon"
    return [key for key in REMINDERS if waited >= timedelta(days=_days(key))][-1]


def handle_idle(job: Job) -> Ending:
    """One case: reminded or archived, unless its owner has acted meanwhile."""
    since = datetime.fromisoformat(job.payload["since"])
    return partial(_settle_idle, job.payload["application"], job.payload["stage"], since)


def _settle_idle(application_id: int, stage: str, since: datetime) -> None:
    application = case(application_id)
    if application.state not in WAITING or waits_since(application) != since:
        return nothing_left()
    if application.invoices.filter(state__in=_MONEY_UNDER_WAY).exists():
        return None
    if stage == "abandon":
        return _archive(application)
    last_day = since + timedelta(days=_days("abandon_days"))
    messages.tell(application, "idle", last_day=jalali.long_date(last_day))
    return None


def _archive(application: Application) -> None:
    APPLICATION.fire(application, "abandon", actor=SYSTEM)
    cancel_unpaid(application)
    forget_test_account(application, actor=SYSTEM)
    forget_drafts(application)
    messages.tell(application, "archived")
