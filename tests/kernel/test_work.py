from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from enamad_portal.kernel import clock, use_cases, work, worker
from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.kernel.work import Job, JobStatus, Kind, NewJob, StaleAttempt

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture
def kind(monkeypatch):
    """`kind(handler)` registers a job kind for one test."""

    def register(handler, **options):
        monkeypatch.setitem(work.kinds, "test.kind", Kind("test.kind", handler, **options))

    return register


def enqueue(key="one", **more):
    use_cases.run(use_cases.enqueue, NewJob("test.kind", "case:1", key, **more))


def job(key="one"):
    return Job.objects.get(key=key)


def test_rel_1_a_job_exists_exactly_when_its_decision_does(kind):
    kind(lambda _: worker.nothing_left)

    def refused():
        use_cases.enqueue(NewJob("test.kind", "case:1", "never"))
        raise ValueError

    with pytest.raises(ValueError):
        use_cases.run(refused)
    enqueue()
    enqueue()

    assert list(Job.objects.values_list("key", flat=True)) == ["one"]


def test_a_job_runs_once_and_its_ending_is_in_the_finishing_transaction(kind):
    seen = []

    def ending():
        seen.append(transaction.get_connection().in_atomic_block)

    kind(lambda _: ending)
    enqueue()

    assert [worker.drain("default"), worker.drain("default")] == [1, 0]
    assert (job().status, seen) == (JobStatus.DONE, [True])


@pytest.mark.django_db(transaction=True)
def test_the_outside_part_runs_in_no_transaction(kind):
    seen = []

    def handler(_):
        seen.append(transaction.get_connection().in_atomic_block)
        return worker.nothing_left

    kind(handler)
    enqueue()
    worker.drain("default")

    assert seen == [False]


def test_rel_2_a_leased_job_is_not_claimed_twice(kind, at):
    kind(lambda _: worker.nothing_left)
    at(NOON)
    enqueue()

    first, second = work.claim("default", clock.now()), work.claim("default", clock.now())

    assert ([row.attempt for row in first], second) == ([1], [])


def test_rel_3_a_worker_past_its_lease_cannot_finish_what_another_took_over(kind, at):
    kind(lambda _: worker.nothing_left)
    at(NOON)
    enqueue()
    [slow] = work.claim("default", clock.now())
    at(NOON + timedelta(minutes=4))
    [fresh] = work.claim("default", clock.now())

    with pytest.raises(StaleAttempt):
        work.finish(slow, clock.now(), None)
    work.finish(fresh, clock.now(), None)

    assert (job().status, job().attempt) == (JobStatus.DONE, 2)


def test_rel_6_a_failing_job_backs_off_and_is_parked_in_the_end_never_dropped(kind, at):
    def down(_):
        raise ProviderDown("post", "time-out")

    kind(down, max_failures=3)
    at(NOON)
    enqueue()
    waits = []
    for hours in (0, 1, 2):
        at(NOON + timedelta(hours=hours))
        worker.drain("default")
        waits.append(job().run_at - clock.now())

    assert timedelta(seconds=15) <= waits[0] <= timedelta(seconds=45)
    assert timedelta(seconds=30) <= waits[1] <= timedelta(seconds=90)
    assert (job().status, job().last_error) == (JobStatus.PARKED, "post: time-out")
    assert work.requeue(job().pk)
    assert job().status == JobStatus.DUE


def test_a_refused_request_is_parked_at_once(kind):
    def refused(_):
        raise ProviderDown("post", "403", transient=False)

    kind(refused)
    enqueue()
    worker.drain("default")

    assert job().status == JobStatus.PARKED


def test_rel_6_three_lost_workers_park_a_poison_job(kind, at):
    kind(lambda _: worker.nothing_left)
    at(NOON)
    enqueue()
    for minutes in (0, 4, 8, 12):
        at(NOON + timedelta(minutes=minutes))
        claimed = work.claim("default", clock.now())
    worker.run(claimed[0])

    assert job().status == JobStatus.PARKED


def test_an_ending_may_ask_for_another_run(kind, at):
    kind(lambda _: lambda: NOON + timedelta(minutes=5))
    at(NOON)
    enqueue()
    worker.drain("default")

    assert (job().status, job().run_at, job().failures) == (JobStatus.DUE, NOON + timedelta(minutes=5), 0)


def test_rel_5_the_sweeper_finds_what_no_message_announced(kind, at):
    kind(lambda _: worker.nothing_left)
    at(NOON)
    enqueue(run_at=NOON + timedelta(hours=1))

    before = work.sweep()
    at(NOON + timedelta(hours=1))

    assert (before, work.sweep()) == (set(), {"default"})


def test_a_restarted_worker_frees_its_predecessors_leases(kind, at):
    kind(lambda _: worker.nothing_left)
    at(NOON)
    enqueue()
    work.claim("default", clock.now())

    assert work.free_leases() == 1
    assert len(work.claim("default", clock.now())) == 1


def test_a_claim_takes_what_fits_the_budget(kind, at):
    kind(lambda _: worker.nothing_left, budget_s=20)
    at(NOON)
    for key in "abcd":
        enqueue(key)

    assert [row.key for row in work.claim("default", clock.now())] == ["a", "b"]


def test_a_kind_of_a_newer_release_stays_due(kind, monkeypatch):
    kind(lambda _: worker.nothing_left)
    enqueue()
    monkeypatch.delitem(work.kinds, "test.kind")

    worker.drain("default")

    assert job().status == JobStatus.DUE


def test_rel_7_soft_limit_hard_limit_lease_and_visibility_are_in_order(settings):
    limits = (
        settings.CELERY_TASK_SOFT_TIME_LIMIT,
        settings.CELERY_TASK_TIME_LIMIT,
        settings.WORK_LEASE.total_seconds(),
        600,
    )
    assert list(limits) == sorted(set(limits))
