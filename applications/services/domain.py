"""What the applicant does to show that the domain is his: a look at the site, or a code to a mailbox of the domain."""

from datetime import datetime, timedelta
from functools import partial

from applications import policy
from applications.lifecycle import CLOSED
from applications.models import Application, VerificationStep
from applications.models.choices import DomainMethod
from applications.services.cases import case, own_case, own_open_case, step_in
from applications.services.domain_again import follow_proof, open_recheck, title_stands
from applications.services.domain_proofs import (
    SITE_METHODS,
    STRONG,
    keep_look,
    live_proof,
    proof_of,
    rests_on_title,
    token_for,
)
from applications.services.progress import advance, look_job
from applications.verification.domain_tokens import EMAIL_LOCAL_PARTS
from applications.verification.facts import DomainProof, facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock, codes, messaging, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.codes import Code, Judgement, Style
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.fetch.politeness import CHECK_EVERY
from enamad_portal.kernel.fetch.trouble import AskedTooOften
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.messaging import Channel, Draft
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Finding, StepState, Verdict, converse
from enamad_portal.kernel.work import Ending, Job, JobStatus, NewJob

MAILED = "domain-email"
"""Purpose of the codes to mailboxes of the domain."""
BESIDES = "applications.domain_look"
_TOO_SOON = Refusal("too_soon", "همین حالا بررسی کردیم؛ ۱۰ ثانیه بعد دوباره بزنید.")


def offered_methods(application: Application, step: VerificationStep) -> tuple[DomainMethod, ...]:
    """The methods by which the applicant may still show something; none once nothing more is asked."""
    if (recheck := open_recheck(application)) is not None:
        return (*STRONG, DomainMethod.EMAIL) if title_stands(recheck) else SITE_METHODS
    if application.state in CLOSED or step.state == StepState.NOT_STARTED:
        return ()
    if not step.closed:
        return (*SITE_METHODS, DomainMethod.EMAIL)
    return (*STRONG, DomainMethod.EMAIL) if rests_on_title(application) else ()


def _case(reference: str, actor: Actor) -> Application:
    """The applicant's own case while there is something to show. Raises Refused when it is closed."""
    application = own_case(reference, actor)
    return application if open_recheck(application) else own_open_case(reference, actor)


def show_domain_tokens(reference: str, *, actor: Actor) -> dict[str, DomainProof]:
    """What the domain page shows: one proof for each site method that is offered."""
    application = own_case(reference, actor)
    offered = offered_methods(application, step_in(application, "domain"))
    shown = [method for method in offered if method != DomainMethod.EMAIL]
    return {method: proof_of(application, token_for(application, method)) for method in shown}


def check_domain(reference: str, method: str, *, actor: Actor) -> VerificationStep:
    """«بررسی کن»: one look at the site, at most once in ten seconds. Raises NotFound, Refused."""
    application = _case(reference, actor)
    step = step_in(application, "domain")
    if method not in SITE_METHODS or method not in offered_methods(application, step):
        raise NotFound(method)
    if step.state == StepState.RUNNING:
        return step
    if step.closed:
        _look_besides(application, method, actor)
        return step
    now = clock.now()
    if step.received_at and now - step.received_at < CHECK_EVERY:
        raise Refused(_TOO_SOON)
    token_for(application, method)
    STEP_LIFECYCLE.fire(step, "check", actor=actor, requested_at=now, tries=0)
    use_cases.enqueue(look_job(step, method))
    advance(application, actor=SYSTEM)
    return step


# Beside a proof that stands


def _look_besides(application: Application, method: str, actor: Actor) -> None:
    now = clock.now()
    asked = Job.objects.filter(kind=BESIDES, subject=application.subject_key, created_at__gt=now - CHECK_EVERY)
    if is_looking(application) or asked.exists():
        raise Refused(_TOO_SOON)
    token_for(application, method)
    record(application.subject_key, "domain_look_asked", actor=actor, method=method)
    key = f"domain-look:{application.pk}:{now:%Y%m%d%H%M%S%f}"
    payload = {"application": application.pk, "method": method}
    use_cases.enqueue(NewJob(BESIDES, application.subject_key, key, payload=payload))


def is_looking(application: Application) -> bool:
    """Whether a look beside a proof that stands is under way."""
    under_way = (JobStatus.DUE, JobStatus.RUNNING)
    return Job.objects.filter(kind=BESIDES, subject=application.subject_key, status__in=under_way).exists()


def look_besides(job: Job) -> Ending:
    """The job of one such look."""
    application = Application.objects.select_related("business__owner__user").get(pk=job.payload["application"])
    facts = facts_of(application, live_proof(application, job.payload["method"]))
    try:
        finding = converse(STEPS["domain"], facts, reference="", already_asked=False)
    except AskedTooOften as refused:
        return partial(_later, refused.wait_s)
    assert isinstance(finding, Finding)
    return partial(_keep, application.pk, finding)


def _later(wait_s: float) -> datetime:
    return clock.now() + timedelta(seconds=wait_s)


def _keep(application_id: int, finding: Finding) -> None:
    application = case(application_id)
    keep_look(application, finding)
    if finding.verdict is Verdict.PASSED:
        follow_proof(application, finding.evidence["method"], actor=SYSTEM)


# A code to a mailbox of the domain


def mailbox_address(application: Application, mailbox: str) -> str:
    """The address at exactly the domain that is applied for, in the form that mail travels in."""
    return f"{mailbox}@{application.domain}"


def send_domain_code(reference: str, mailbox: str, *, actor: Actor, source: str = "") -> None:
    """A code to one of the mailboxes that only who runs the domain can read. Raises NotFound, Refused."""
    application = _case(reference, actor)
    offered = offered_methods(application, step_in(application, "domain"))
    if mailbox not in EMAIL_LOCAL_PARTS or DomainMethod.EMAIL not in offered:
        raise NotFound(mailbox)
    now, to = clock.now(), mailbox_address(application, mailbox)
    sent = Code.objects.filter(purpose=MAILED, subject=application.subject_key, created_at__gt=now - timedelta(days=1))
    if sent.count() >= policy.limit("domain_code_sends_day", clock.today()):
        text = "امروز به صندوق‌های این دامنه کدهای زیادی فرستاده‌ایم؛ فردا دوباره درخواست کنید یا روش دیگری برگزینید."
        raise Refused(Refusal("too_many_codes", text))
    if refusal := messaging.refusal_of_code(Channel.EMAIL, to, source):
        raise Refused(refusal)
    code = codes.issue(
        MAILED,
        application.subject_key,
        channel=Channel.EMAIL,
        destination=to,
        life=policy.domain_token_life(clock.today()),
        source=source,
        style=Style.TOKEN,
    )
    days = policy.limit("domain_token_days", clock.today())
    context = {"reference": application.reference, "domain": application.domain, "days": days}
    messaging.send(Draft(Channel.EMAIL, to, "domain_code", context), subject=application.subject_key, code=code)
    record(application.subject_key, "domain_code_sent", actor=actor, mailbox=mailbox)


def mailed_to(application: Application) -> tuple[str, Code | None]:
    """Mailbox and code of the newest mail to the domain as it is now; an earlier domain's code counts no more."""
    code = Code.objects.filter(purpose=MAILED, subject=application.subject_key).order_by("-created_at").first()
    for mailbox in EMAIL_LOCAL_PARTS if code else ():
        if code and code.destination == codes.destination_index(mailbox_address(application, mailbox)):
            return mailbox, code
    return "", None


def answer_domain_code(reference: str, guess: str, *, actor: Actor) -> Judgement:
    """The code from the mailbox; commits the counted guess whatever it was. Alone it proves nothing (DCV-2)."""
    application = _case(reference, actor)
    step, (mailbox, _) = step_in(application, "domain"), mailed_to(application)
    if not mailbox or DomainMethod.EMAIL not in offered_methods(application, step):
        return Judgement.SPENT
    judgement = codes.judge(MAILED, application.subject_key, guess)
    record(application.subject_key, "domain_code_tried", actor=actor, judgement=judgement.value)
    if judgement is Judgement.ACCEPTED:
        evidence = {"method": DomainMethod.EMAIL.value, "mailbox": mailbox}
        keep_look(application, Finding(Verdict.PASSED, "domain_code_returned", evidence))
        if step.state == StepState.WAITING:
            VerificationStep.objects.filter(pk=step.pk).update(code="domain_code_returned")
        follow_proof(application, DomainMethod.EMAIL, actor=actor)
    return judgement
