"""Where transactions begin.

A service verb is a plain function. At an edge (view, task, command, admin) it is called through `run(verb, …)`,
which opens the one durable transaction; inside another use case it is called directly and joins it. `fire()` and
`enqueue()` hand their audit entries and jobs to the open use case, which writes jobs first and audit rows last:
the head lock of the audit chain is the last lock before COMMIT, so two use cases cannot wait for each other.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

from enamad_portal.kernel import audit, work

P = ParamSpec("P")
T = TypeVar("T")

_DEADLOCK_STATES = {"40001", "40P01"}
_TRIES = 3


class UseCase:
    """What one open transaction has gathered so far."""

    def __init__(self) -> None:
        self.entries: list[audit.Entry] = []
        self.jobs: list[work.NewJob] = []


_open: ContextVar[UseCase | None] = ContextVar("open_use_case", default=None)


def current() -> UseCase:
    """The open use case; writing a state, a job or an audit entry outside one is a programming error."""
    if (use_case := _open.get()) is None:
        raise RuntimeError("This needs an open use case: call the verb through use_cases.run().")
    return use_case


def enqueue(job: work.NewJob) -> None:
    """Hands a durable job to the open use case: it exists exactly when the decision does."""
    current().jobs.append(job)


def run(verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs one service verb in its own durable transaction; afterwards wakes the workers it gave work to."""
    for attempt in range(1, _TRIES + 1):
        try:
            result, queues = _once(lambda: verb(*args, **kwargs))
        except OperationalError as error:
            if attempt == _TRIES or getattr(error.__cause__, "pgcode", None) not in _DEADLOCK_STATES:
                raise
        else:
            work.wake(queues)
            return result
    raise AssertionError("unreachable")


def _once(verb: Callable[[], T]) -> tuple[T, set[str]]:
    if _open.get() is not None:
        raise RuntimeError("A use case is already open: call the verb directly to join it.")
    use_case = UseCase()
    token = _open.set(use_case)
    try:
        with transaction.atomic(durable=True):
            result = verb()
            queues = work.write(use_case.jobs)
            audit.write(use_case.entries)
    finally:
        _open.reset(token)
    return result, queues
