"""Applications per CPU-second: durable jobs against a chain of seven Celery tasks that writes the same.

    python -m deploy.private_services -- python -m benchmarks.pipeline

One worker process group (`celery worker -P prefork -c 2`, the product's own application and settings) serves both ways
in turn. It is stopped with SIGSTOP while a round's applications are seeded and started, then let go; the clock runs
until every stage is settled, the CPU count until the broker is empty too, so that no left-over message goes unpaid.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from benchmarks import machine, world
from benchmarks.table import markdown
from deploy.processes import BIN, spawn, stop, wait_until

ROUNDS, ROUND_S, WARM_UP = 3, 8.0, 10
FEWEST, MOST = 10, 300
ROUND_WITHIN_S = 90
LOOK_EVERY_S = 0.05
REFERENCE = "chain of 7 Celery tasks (reference)"
ALONE = "upper limit: the stages alone, in one process"
COMMAND = "`make bench`, or `python -m deploy.private_services -- python -m benchmarks.pipeline`"


@dataclass(frozen=True)
class Round:
    """What one round of one way cost."""

    applications: int
    wall_s: float
    workers_s: float
    services_s: float
    start_ms: float
    """Median time that starting one application adds to a request: job row and wake-up, or the chain's message."""

    @property
    def per_worker_s(self) -> float:
        return self.applications / self.workers_s

    @property
    def per_cpu_s(self) -> float:
        return self.applications / (self.workers_s + self.services_s)

    @property
    def per_wall_s(self) -> float:
        return self.applications / self.wall_s


class Rig:
    """The worker under measurement, and the processes of the services it leans on."""

    def __init__(self, worker: subprocess.Popen[bytes]) -> None:
        from django.conf import settings  # noqa: PLC0415 - Django is set up by now
        from redis import Redis  # noqa: PLC0415

        self.worker = worker
        self.broker = Redis.from_url(settings.REDIS_URL)
        self.services = [psutil.Process(self.broker.info("server")["process_id"]), _postmaster()]

    def ready(self) -> None:
        """Waits until the worker's children have booted: it announces itself then."""
        from enamad_portal.celery import app  # noqa: PLC0415 - Django is set up by now

        inspect = app.control.inspect(timeout=0.5)
        wait_until(lambda: bool(inspect.ping()), "worker", within_s=60, process=self.worker)

    def let_go(self, sig: signal.Signals) -> None:
        os.killpg(self.worker.pid, sig)

    def workers_cpu(self) -> float:
        return machine.cpu_seconds(machine.family(self.worker.pid))

    def services_cpu(self) -> float:
        return machine.cpu_seconds(process for service in self.services for process in machine.family(service.pid))

    def messages(self) -> int:
        """Messages that wait or are being worked on."""
        from benchmarks.stages import QUEUE  # noqa: PLC0415 - Django is set up by now

        return int(self.broker.llen(QUEUE)) + int(self.broker.hlen("unacked"))


def _postmaster() -> psutil.Process:
    """The server behind our connection: the parent of the process that serves us."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        parent = psutil.Process(cursor.fetchone()[0]).parent()
    assert parent is not None
    return parent


@contextmanager
def rig(var: Path) -> Iterator[Rig]:
    """A worker as production starts it, with the benchmark's stages loaded; killed at the end whatever happened."""
    options = "-P prefork -c 2 --without-gossip --without-mingle --without-heartbeat -l WARNING"
    command = f"{BIN / 'celery'} -q -A enamad_portal worker -I benchmarks.stages -Q verification {options}"
    with (var / "worker.log").open("wb") as log:
        worker = spawn(command.split(), output=log, last_word=signal.SIGKILL)  # it may stand stopped
        try:
            bench = Rig(worker)
            bench.ready()
            yield bench
        except Exception:
            machine.progress((var / "worker.log").read_text(errors="replace")[-3000:])
            raise
        finally:
            stop(worker)


def start_by_job(kind: str) -> Callable[[int], float]:
    """Starts an application as a service verb does; seconds it took beside the transaction it is part of."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by now

    from benchmarks.stages import new_job  # noqa: PLC0415
    from enamad_portal.kernel import work  # noqa: PLC0415

    def start(pk: int) -> float:
        with transaction.atomic(durable=True):
            began = time.perf_counter()
            queues = work.write([new_job(kind, pk, 0)])
            written = time.perf_counter() - began
        began = time.perf_counter()
        work.wake(queues)
        return written + time.perf_counter() - began

    return start


def start_by_chain(pk: int) -> float:
    from benchmarks.stages import start_chain  # noqa: PLC0415 - Django is set up by now

    began = time.perf_counter()
    start_chain(pk)
    return time.perf_counter() - began


def run_round(bench: Rig, start: Callable[[int], float], count: int) -> Round:
    """Seeds, starts and carries `count` applications through their seven stages."""
    from benchmarks.cases import seed  # noqa: PLC0415 - Django is set up by now

    cases = seed(count)
    bench.let_go(signal.SIGSTOP)
    try:
        starts = [start(pk) for pk in cases]
        target = _settled() + count * _entries_each()
        workers, services, began = bench.workers_cpu(), bench.services_cpu(), time.monotonic()
    finally:
        bench.let_go(signal.SIGCONT)
    _none_left(lambda: max(0, target - _settled()), "audit entries", began)
    wall = time.monotonic() - began
    _none_left(bench.messages, "messages", began)
    done = Round(
        count, wall, bench.workers_cpu() - workers, bench.services_cpu() - services, statistics.median(starts) * 1000
    )
    _check(cases)
    return done


def run_alone(bench: Rig, count: int) -> Round:
    """The same stages one after another in this process: what no way of carrying them can fall below."""
    from benchmarks.cases import seed  # noqa: PLC0415 - Django is set up by now
    from benchmarks.stages import KEYS, conclude, look  # noqa: PLC0415
    from enamad_portal.kernel import use_cases  # noqa: PLC0415

    cases = seed(count)
    ours, services, began = time.process_time(), bench.services_cpu(), time.monotonic()
    for stage in range(len(KEYS)):
        for pk in cases:
            use_cases.run(conclude, pk, stage, look(pk, stage))
    wall = time.monotonic() - began
    done = Round(count, wall, time.process_time() - ours, bench.services_cpu() - services, 0)
    _check(cases)
    return done


def _none_left(left: Callable[[], int], what: str, began: float) -> None:
    while number := left():
        if time.monotonic() - began > ROUND_WITHIN_S:
            raise TimeoutError(f"{number} {what} left after {ROUND_WITHIN_S} s: the machine is too busy")
        time.sleep(LOOK_EVERY_S)


def _settled() -> int:
    """Audit entries so far: one row tells how far the workers are."""
    from enamad_portal.kernel.audit import AuditHead  # noqa: PLC0415 - Django is set up by now

    return AuditHead.objects.values_list("seq", flat=True).filter(pk=1).first() or 0


def _entries_each() -> int:
    from benchmarks.stages import ENTRIES, KEYS  # noqa: PLC0415 - Django is set up by now

    return ENTRIES * len(KEYS)


def _check(cases: list[int]) -> None:
    """Both ways must have written the same: seven moves and seven passed steps of each application, no job left."""
    from applications.models import Application, VerificationStep  # noqa: PLC0415 - Django is set up by now
    from benchmarks.stages import KEYS  # noqa: PLC0415
    from enamad_portal.kernel.work import Job, JobStatus  # noqa: PLC0415

    moved = Application.objects.filter(pk__in=cases, version=len(KEYS), state="in_verification").count()
    passed = VerificationStep.objects.filter(application_id__in=cases, state="passed", version=1).count()
    unfinished = Job.objects.exclude(status=JobStatus.DONE).count()
    if (moved, passed, unfinished) != (len(cases), len(cases) * len(KEYS), 0):
        raise RuntimeError(f"{len(cases)} applications: {moved} moved, {passed} steps passed, {unfinished} jobs left")


def measure(rounds: int, seconds: float) -> dict[str, list[Round]]:
    """All rounds of each way, in turn; each of as many applications as the chain carries in about `seconds`."""
    with world.portal() as var, rig(var) as bench:
        ways: dict[str, Callable[[int], Round]] = {
            "durable jobs, 4 a claim (10 s budget of an inquiry)": partial(
                run_round, bench, start_by_job("bench.stage")
            ),
            "durable jobs, 45 a claim (1 s budget)": partial(run_round, bench, start_by_job("bench.short_stage")),
            ALONE: partial(run_alone, bench),
            REFERENCE: partial(run_round, bench, start_by_chain),
        }
        warm = {name: way(WARM_UP) for name, way in ways.items()}
        count = round(min(MOST, max(FEWEST, warm[REFERENCE].per_wall_s * seconds)))
        taken: dict[str, list[Round]] = {name: [] for name in ways}
        for number in range(1, rounds + 1):
            for name, way in ways.items():
                taken[name].append(way(count))
                machine.progress(f"pipeline, round {number}: {name}: {taken[name][-1].per_worker_s:.1f} per CPU-second")
        return taken


def table(rounds: int = ROUNDS, seconds: float = ROUND_S) -> str:
    """Medians, and each way's ratio to the chain in the same round."""
    under = machine.line()
    taken = measure(rounds, seconds)
    reference = taken[REFERENCE]
    return markdown(
        "Application pipeline: seven stages, one worker with two processes",
        (
            "way",
            "applications per worker CPU-second",
            "ratio (lowest–highest)",
            "with PostgreSQL and Redis",
            "ratio",
            "per second",
            "ratio",
            "start, ms",
        ),
        [_row(name, each, reference) for name, each in taken.items()],
        f"Medians of {rounds} rounds of {reference[0].applications} applications in turn; "
        "ratio: to the chain of the same round.",
        f"Machine: {under}.",
        f"Repeat: {COMMAND}.",
    )


def _row(name: str, each: list[Round], reference: list[Round]) -> tuple[str, ...]:
    pairs = list(zip(each, reference, strict=True))
    ratios = [ours.per_worker_s / theirs.per_worker_s for ours, theirs in pairs]
    return (
        name,
        f"{statistics.median(one.per_worker_s for one in each):.1f}",
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
        f"{statistics.median(one.per_cpu_s for one in each):.1f}",
        f"{statistics.median(ours.per_cpu_s / theirs.per_cpu_s for ours, theirs in pairs):.2f}",
        f"{statistics.median(one.per_wall_s for one in each):.1f}",
        f"{statistics.median(ours.per_wall_s / theirs.per_wall_s for ours, theirs in pairs):.2f}",
        "–" if name == ALONE else f"{statistics.median(one.start_ms for one in each):.2f}",
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="durable jobs against a chain of Celery tasks")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="of each way (%(default)s)")
    parser.add_argument("--seconds", type=float, default=ROUND_S, help="that a round of the chain takes (%(default)s)")
    options = parser.parse_args()
    machine.end_in_order()
    try:
        print(table(options.rounds, options.seconds))
    except world.NoServicesError as error:
        print(f"pipeline: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
