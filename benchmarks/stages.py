"""The seven stages of the benchmark, once as durable jobs and once as a chain of Celery tasks.

Workers load this module (`celery worker -I benchmarks.stages`). Both ways read the same facts, make the same no-op
call to the outside and run `conclude` in one use case: only what carries an application to its next stage differs.
"""

from functools import partial

from celery import chain, shared_task

from applications.lifecycle import APPLICATION
from applications.models import VerificationStep
from applications.services.cases import case
from applications.verification.facts import CaseFacts, facts_of
from enamad_portal.kernel import clock, use_cases, work
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Finding, Verdict
from enamad_portal.kernel.work import Ending, Job, Kind, NewJob

QUEUE = "verification"
KEYS = ("domain", "identity", "mobile", "email", "postal_code", "landline_out", "content")
MOVES = ("prove_domain", "ask_applicant", "resume", "ask_applicant", "resume", "ask_applicant", "resume")
"""Real rows of the application's lifecycle that the system may make and no guard refuses."""
LAST = len(KEYS) - 1
ENTRIES = 2
"""Audit entries of one stage: the step's and the application's."""


def outside(facts: CaseFacts) -> Finding:
    """Stands where a provider would be asked; costs nothing, so that what is left is the portal's own work."""
    return Finding(Verdict.PASSED, "bench_passed", {"domain": facts.domain})


def look(pk: int, stage: int) -> Finding:
    """The part outside any transaction: the facts as `applications.services.verify.look` gathers them, and the call."""
    rows = VerificationStep.objects.select_related("application__business__owner__user")
    return outside(facts_of(rows.get(application_id=pk, key=KEYS[stage]).application))


def conclude(pk: int, stage: int, finding: Finding) -> None:
    """What both ways write: the step settled and the application moved, each with its audit entry."""
    application = case(pk)
    step, now = application.steps.get(key=KEYS[stage]), clock.now()
    STEP_LIFECYCLE.fire(
        step,
        "pass",
        actor=SYSTEM,
        verdict=finding.verdict,
        code=finding.code,
        evidence=finding.evidence,
        received_at=now,
        verified_at=now,
        facts={"finding": finding.code},
    )
    APPLICATION.fire(application, MOVES[stage], actor=SYSTEM, touched_at=now)


def new_job(kind: str, pk: int, stage: int) -> NewJob:
    payload = {"application": pk, "stage": stage}
    return NewJob(kind, f"applications.application:{pk}", key=f"{kind}:{pk}:{stage}", payload=payload)


def run_stage(job: Job) -> Ending:
    """The handler of a durable job, shaped like the portal's own."""
    pk, stage = job.payload["application"], job.payload["stage"]
    return partial(conclude_and_go_on, job.kind, pk, stage, look(pk, stage))


def conclude_and_go_on(kind: str, pk: int, stage: int, finding: Finding) -> None:
    conclude(pk, stage, finding)
    if stage < LAST:
        use_cases.enqueue(new_job(kind, pk, stage + 1))


@shared_task(name="benchmarks.chain_stage")
def chain_stage(pk: int, stage: int) -> None:
    """The reference: one message per stage; `acks_late` and the rest are the portal's own Celery settings."""
    use_cases.run(conclude, pk, stage, look(pk, stage))


def start_chain(pk: int) -> None:
    chain(*(chain_stage.si(pk, stage).set(queue=QUEUE) for stage in range(len(KEYS)))).apply_async()


KINDS = (
    Kind("bench.stage", run_stage, queue=QUEUE, budget_s=10),
    Kind("bench.short_stage", run_stage, queue=QUEUE, budget_s=1),
)
"""The budgets of a provider's inquiry (a claim takes 4) and of work without a call (a claim takes 45)."""
work.register(*KINDS)
