"""Runs claimed jobs: the outside part first, then one transaction that finishes the job and writes what it means."""

import logging

from enamad_portal.kernel import clock, use_cases, visitors, work
from enamad_portal.kernel.errors import Conflict, ProviderDown
from enamad_portal.kernel.visitors import Visit
from enamad_portal.kernel.work import Ending, Job

logger = logging.getLogger(__name__)


def drain(queue: str) -> int:
    """Claims and runs what is due in one queue; returns how many jobs ended. A full claim asks for another wake-up."""
    jobs = work.claim(queue, clock.now())
    with work.draining(queue):
        for job in jobs:
            with visitors.during(Visit(f"job:{job.pk}")):
                run(job)
    if jobs and work.due(clock.now(), queue).exists():
        work.wake([queue])
    return len(jobs)


def run(job: Job) -> None:
    """One job, from claim to done, due again or parked; nothing it raises stops its neighbours."""
    kind = work.kinds.get(job.kind)
    if kind is None:  # an older worker met a newer job: leave it to a newer worker
        work.mine(job).update(status=work.JobStatus.DUE, lease_until=clock.now() + work.back_off(1), holder="")
        return
    if job.losses >= work.MAX_LOSSES:
        work.fail(job, clock.now(), "سه بار کارگر در میانه این کار از پا افتاد.", final=True)
        return
    try:
        ending = kind.handler(job)
        use_cases.run(_conclude, job, ending)
    except work.StaleAttempt:
        logger.info("job %s attempt %s came too late and is discarded", job.pk, job.attempt)
    except ProviderDown as down:
        work.fail(job, clock.now(), str(down), final=not down.transient)
    except Conflict as conflict:
        work.fail(job, clock.now(), str(conflict))
    except Exception as error:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        work.fail(job, clock.now(), f"{type(error).__name__}: {error}"[:500])


def _conclude(job: Job, ending: Ending) -> None:
    again_at = ending()
    work.finish(job, clock.now(), again_at)


def nothing_left() -> None:
    """The ending of a job whose subject has moved on."""
