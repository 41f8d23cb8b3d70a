"""Durable jobs: the database is the queue, a Celery message only wakes a worker (REL-1…6).

A job is written in the transaction of the decision that needs it, claimed by one conditional UPDATE, and finished by
another that names the attempt it was claimed with: the attempt number is the fencing token, so a worker that was
paused past its lease cannot finish what another has taken over.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from kombu.exceptions import OperationalError as BrokerDown

from enamad_portal.kernel import clock

logger = logging.getLogger(__name__)

CLAIM_BUDGET_S = 45
MAX_LOSSES = 3


class JobStatus(models.TextChoices):
    DUE = "due", "در نوبت"
    RUNNING = "running", "در حال انجام"
    DONE = "done", "انجام‌شده"
    PARKED = "parked", "متوقف، در انتظار کارکنان"


_LIVE = Q(status__in=(JobStatus.DUE, JobStatus.RUNNING))


class Job(models.Model):
    """One unit of work that must happen, however many processes die meanwhile."""

    kind = models.CharField("گونه", max_length=60)
    queue = models.CharField("صف", max_length=20)
    subject = models.CharField("موضوع", max_length=80)
    payload = models.JSONField("داده", default=dict, help_text="شناسه‌ها و شماره‌ها؛ هرگز داده شخصی")
    key = models.CharField("کلید یکتا", max_length=160, unique=True)
    run_at = models.DateTimeField("زمان اجرا")
    status = models.CharField("وضعیت", max_length=10, choices=JobStatus, default=JobStatus.DUE)
    attempt = models.PositiveIntegerField("نوبت", default=0)
    failures = models.PositiveIntegerField("شکست پیاپی", default=0)
    losses = models.PositiveIntegerField("مرگ کارگر", default=0)
    lease_until = models.DateTimeField("اجاره تا", null=True, blank=True)
    holder = models.CharField("دارنده", max_length=32, blank=True)
    last_error = models.TextField("آخرین مانع", blank=True)
    created_at = models.DateTimeField("ایجاد")
    finished_at = models.DateTimeField("پایان", null=True, blank=True)

    class Meta:
        app_label = "kernel"
        verbose_name = "کار"
        verbose_name_plural = "کارهای در نوبت"
        constraints = [models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="job_status_known")]
        indexes = [models.Index(fields=["queue", "run_at", "id"], condition=_LIVE, name="job_live")]


class StaleAttempt(Exception):
    """The lease ran out and another worker has the job: this result is discarded."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job before it is written; `key` makes a repeated decision write it once."""

    kind: str
    subject: str
    key: str
    run_at: datetime | None = None
    payload: dict[str, Any] = field(default_factory=dict)


Ending = Callable[[], datetime | None]
"""Runs inside the finishing transaction; a returned instant puts the job back in the queue for then."""
Handler = Callable[[Job], Ending]
"""Does the slow outside part and returns its ending; opens no transaction around an outside call."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a worker does with jobs of one name."""

    name: str
    handler: Handler
    queue: str = "default"
    budget_s: int = 5
    """Seconds a claim reserves for one such job."""
    max_failures: int = 8


kinds: dict[str, Kind] = {}


def register(*new: Kind) -> None:
    """Apps list their kinds once, at start; a name belongs to one handler."""
    for kind in new:
        if kinds.setdefault(kind.name, kind) is not kind and kinds[kind.name].handler is not kind.handler:
            raise ValueError(f"job kind {kind.name} is registered twice")


def write(jobs: Iterable[NewJob]) -> set[str]:
    """Inserts the jobs of the open transaction; returns the queues that have something due now."""
    now, rows = clock.now(), []
    for job in jobs:
        kind = kinds[job.kind]
        rows.append(
            Job(
                kind=job.kind,
                queue=kind.queue,
                subject=job.subject,
                key=job.key,
                payload=job.payload,
                run_at=job.run_at or now,
                created_at=now,
            )
        )
    Job.objects.bulk_create(rows, ignore_conflicts=True)
    return {row.queue for row in rows if row.run_at <= now}


_draining: ContextVar[str] = ContextVar("draining", default="")
"""The queue this process is draining: it looks for more at the end, so its own jobs need no message each."""


@contextmanager
def draining(queue: str) -> Iterator[None]:
    token = _draining.set(queue)
    try:
        yield
    finally:
        _draining.reset(token)


def wake(queues: Iterable[str]) -> None:
    """Tells the workers; a message that gets lost costs seconds, the sweeper sends the next."""
    for queue in sorted(set(queues) - {_draining.get()}):
        try:
            current_app.send_task("enamad_portal.kernel.tasks.drain", args=[queue], queue=queue, retry=False)
        except (BrokerDown, OSError) as error:
            logger.warning("wake-up of %s not sent: %s", queue, type(error).__name__)


def due(now: datetime, queue: str | None = None) -> models.QuerySet[Job]:
    """Rows that may be claimed: their time has come and nobody holds a live lease."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    rows = Job.objects.filter(_LIVE, free, run_at__lte=now)
    return rows if queue is None else rows.filter(queue=queue)


def claim(queue: str, now: datetime) -> list[Job]:
    """Takes as many due rows as fit the budget, each with a fresh attempt number and lease."""
    ids: list[int] = []
    left = CLAIM_BUDGET_S
    for pk, name in due(now, queue).order_by("run_at", "id").values_list("pk", "kind")[:CLAIM_BUDGET_S]:
        left -= kinds[name].budget_s if name in kinds else CLAIM_BUDGET_S
        if ids and left < 0:
            break
        ids.append(pk)
    if not ids:
        return []
    holder = secrets.token_hex(16)
    rows = due(now, queue).filter(pk__in=ids)
    rows.filter(status=JobStatus.RUNNING).update(losses=F("losses") + 1)
    rows.update(
        status=JobStatus.RUNNING, attempt=F("attempt") + 1, lease_until=now + settings.WORK_LEASE, holder=holder
    )
    return list(Job.objects.filter(holder=holder).order_by("run_at", "id"))


def mine(job: Job) -> models.QuerySet[Job]:
    """The row, as long as this attempt still owns it."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, status=JobStatus.RUNNING)


def finish(job: Job, now: datetime, again_at: datetime | None) -> None:
    """Ends the attempt inside the open transaction; 0 rows means another worker took over."""
    fresh: dict[str, Any] = {"failures": 0, "losses": 0, "last_error": "", "lease_until": None, "holder": ""}
    if again_at is None:
        changed = mine(job).update(status=JobStatus.DONE, finished_at=now, **fresh)
    else:
        changed = mine(job).update(status=JobStatus.DUE, run_at=again_at, **fresh)
    if not changed:
        raise StaleAttempt(f"job {job.pk} attempt {job.attempt}")


def fail(job: Job, now: datetime, error: str, *, final: bool = False) -> None:
    """Puts the job back with back-off and jitter, or parks it in sight of staff; never drops it."""
    failures = job.failures + 1
    if final or failures >= kinds[job.kind].max_failures:
        mine(job).update(status=JobStatus.PARKED, failures=failures, last_error=error, lease_until=None, holder="")
        return
    mine(job).update(
        status=JobStatus.DUE,
        failures=failures,
        last_error=error,
        run_at=now + back_off(failures),
        lease_until=None,
        holder="",
    )


def back_off(failures: int) -> timedelta:
    """min(2ⁿ · 30 s, 6 h) ± 50 % (REL-6)."""
    seconds = min(30 * 2 ** (failures - 1), 6 * 3600)
    return timedelta(seconds=seconds * (0.5 + secrets.randbelow(1001) / 1000))


def requeue(job_id: int) -> bool:
    """A person has mended the cause: a parked job is due again."""
    fresh = {"failures": 0, "losses": 0, "run_at": clock.now()}
    return bool(Job.objects.filter(pk=job_id, status=JobStatus.PARKED).update(status=JobStatus.DUE, **fresh))


def free_leases() -> int:
    """After the only worker died, its leases are worth nothing (embedded default)."""
    return Job.objects.filter(status=JobStatus.RUNNING).update(lease_until=clock.now() - timedelta(seconds=1))


def sweep() -> set[str]:
    """Wakes every queue that has something due: mends lost messages, dead workers and missed beats (REL-5)."""
    queues = set(due(clock.now()).values_list("queue", flat=True).distinct())
    wake(queues)
    return queues
