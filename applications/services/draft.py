"""The applicant's draft: opening it, filling in sections, changing answers."""

from datetime import date
from typing import Any

from applications import policy
from applications.lifecycle import APPLICATION, State
from applications.models import Applicant, Application, Business, Requirement
from applications.models.applicant import national_code_index
from applications.services.cases import own_case
from applications.services.progress import advance
from applications.verification.reopens import REOPENS
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import STEP_LIFECYCLE, StepState


def introduce_applicant(
    actor: Actor, *, first_name: str, last_name: str, national_code: str, birth_date: date
) -> Applicant:
    """Stores or corrects who the account holder is; matched identity data no longer change."""
    applicant = Applicant.objects.filter(user_id=actor.user_id).first()
    if applicant and applicant.matched_at:
        raise Refused(Refusal("identity_matched", "هویت شما تأیید شده است؛ برای تغییر آن با پشتیبانی تماس بگیرید."))
    applicant = applicant or Applicant(user_id=actor.user_id, created_at=clock.now())
    applicant.first_name, applicant.last_name = first_name, last_name
    applicant.national_code, applicant.birth_date = national_code, birth_date
    applicant.national_code_key = national_code_index(national_code)
    applicant.save()
    record(f"applications.applicant:{applicant.pk}", "identity_stated", actor=actor)
    return applicant


def open_business(actor: Actor, *, person_type: str, mode: str) -> Application:
    """A new business with its draft application under the requirements in force today."""
    applicant = Applicant.objects.get(user_id=actor.user_id)
    now = clock.now()
    business = Business.objects.create(owner=applicant, person_type=person_type, mode=mode, created_at=now)
    application = Application.objects.create(
        business=business,
        requirement=policy.requirement(person_type, mode, clock.today()),
        created_at=now,
        touched_at=now,
    )
    record(application.subject_key, "opened", actor=actor, person_type=person_type, mode=mode)
    return application


def fill_section(reference: str, section: str, answers: dict[str, Any], *, actor: Actor) -> Application:
    """Saves one section; before submission freely, after it by reopening what the answers were checked for."""
    application = own_case(reference, actor)
    business = application.business
    changed = [name for name, value in answers.items() if getattr(business, name) != value]
    for name in changed:
        setattr(business, name, answers[name])
    business.save()
    if section not in application.done_sections:
        application.done_sections = [*application.done_sections, section]
    application.touched_at = clock.now()
    application.save(update_fields=["done_sections", "touched_at"])
    record(application.subject_key, "section_filled", actor=actor, section=section, changed=changed)
    if application.state != State.DRAFT and changed:
        _reopen(application, changed, actor)
    return application


def reopened_by(application: Application, changed: list[str]) -> list[str]:
    """Keys of the finished steps that these changed answers send back to the start (shown before saving)."""
    affected = {key for name in changed for key in REOPENS.get(name, ())}
    done = application.steps.exclude(state=StepState.NOT_STARTED).filter(key__in=affected)
    return list(done.values_list("key", flat=True))


def _reopen(application: Application, changed: list[str], actor: Actor) -> None:
    keys = reopened_by(application, changed)
    for step in application.steps.filter(key__in=keys):
        STEP_LIFECYCLE.fire(
            step,
            "reopen",
            actor=actor,
            round=step.round + 1,
            verdict="",
            code="",
            evidence={},
            verified_at=None,
            tries=0,
        )
    if "domain" in changed:
        APPLICATION.fire(application, "change_domain", actor=actor)
    elif keys and application.state not in {State.IN_VERIFICATION, State.DOMAIN_PENDING}:
        APPLICATION.fire(application, "change_answer", actor=actor)
    if application.state != State.DRAFT:
        advance(application, actor=SYSTEM)


def requirement_now(application: Application) -> Requirement:
    """The requirements of today, for a draft that was left lying."""
    business = application.business
    return policy.requirement(
        business.person_type, business.mode, clock.today(), activity=business.activity, premises=business.premises
    )
