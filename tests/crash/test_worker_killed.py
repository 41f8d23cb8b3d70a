"""A worker dies at the worst moment, the broker forgets everything: the case still ends, nothing happens twice.

A child forked from the test runs the due jobs and is killed with status 137 at a chosen point; then the predecessor's
leases are freed, as the supervisor does, and the jobs run again.
"""

import os

import pytest
from django.db import connections

from applications.lifecycle import State
from applications.models import Application
from applications.services.submit import submit
from enamad_portal.kernel import audit, clock, messaging, use_cases, work, worker
from enamad_portal.kernel.messaging import Fate, Message
from enamad_portal.kernel.work import Job, JobStatus
from tests.applications.test_micro_case import MOBILE, draft, merchant, pay, prove_domain, state, steps  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.crash]

POINTS = {
    "before the outside call": (work, "claim", "after"),
    "after the outside call, before it is recorded": (worker, "_conclude", "before"),
    "inside the finishing transaction": (work, "finish", "after"),
    "after an SMS was announced, before it left": (messaging, "_intend", "after"),
}


def killed_at(module, name, when):
    """Runs the due jobs in a child that dies at the point."""
    connections.close_all()
    if not (pid := os.fork()):
        try:
            _die_at(module, name, when)
            for queue in sorted(set(work.due(clock.now()).values_list("queue", flat=True))):
                worker.drain(queue)
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def _die_at(module, name, when):
    whole = getattr(module, name)

    def dying(*args, **kwargs):
        if when == "after":
            whole(*args, **kwargs)
        os._exit(137)

    setattr(module, name, dying)


@pytest.mark.parametrize("point", POINTS.values(), ids=POINTS)
def test_rel_8_a_killed_worker_loses_nothing_and_repeats_nothing(point, merchant, draft, sandbox, run_jobs):
    use_cases.run(submit, draft, actor=merchant)
    prove_domain_waits = Application.objects.get(reference=draft)
    if point[0] is messaging:
        use_cases.run(
            messaging.send, messaging.Draft(messaging.Channel.SMS, MOBILE, "sms_your_turn", {}), subject="case:1"
        )
    before = sandbox.effects("sms")

    assert killed_at(*point) == 137
    assert work.free_leases() >= 1
    run_jobs()
    prove_domain(draft, merchant, sandbox, run_jobs)
    run_jobs()

    assert steps(draft)["identity"] == steps(draft)["mobile"] == steps(draft)["domain"] == "passed"
    assert set(Job.objects.exclude(run_at__gt=clock.now()).values_list("status", flat=True)) == {JobStatus.DONE}
    assert set(Message.objects.values_list("fate", flat=True)) == {Fate.SENT}
    assert all(count == 1 for reference, count in sandbox.effects("sms").items() if reference not in before)
    assert audit.first_break() is None
    assert state(draft) == State.AWAITING_APPLICANT
    assert prove_domain_waits.pk == Application.objects.get(reference=draft).pk


def test_rel_5_an_emptied_broker_changes_nothing(merchant, draft, sandbox, run_jobs):
    """No message is ever delivered here: `work.wake` writes to a broker in memory that nobody reads."""
    use_cases.run(submit, draft, actor=merchant)

    assert work.sweep() == {"verification"}
    run_jobs()

    assert steps(draft)["identity"] == "passed"
