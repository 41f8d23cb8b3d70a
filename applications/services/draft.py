"""The applicant's draft: opening it, filling in sections, changing answers."""

from datetime import date
from typing import Any

from applications import policy
from applications.lifecycle import APPLICATION, CLOSED, State
from applications.models import Applicant, Application, Business, LegalPerson, Requirement, VerificationStep
from applications.models.application import AFTER_DECISION
from applications.services.cases import case, own_case
from applications.services.documents import judge_again
from applications.services.progress import advance
from applications.services.section_drafts import forget_drafts
from applications.verification.reopens import REOPENS
from applications.verification.steps import STEPS
from enamad_portal.accounts.models import national_code_index
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import STEP_LIFECYCLE, StepState


def introduce_applicant(
    actor: Actor, *, first_name: str, last_name: str, national_code: str, birth_date: date
) -> Applicant:
    """Stores or corrects who the account holder is; matched identity data no longer change.

    What was checked under the earlier data is checked anew.
    """
    open_cases = Application.objects.exclude(state__in=CLOSED).filter(business__owner__user_id=actor.account)
    cases = [case(pk) for pk in open_cases.order_by("pk").values_list("pk", flat=True)]
    applicant = Applicant.objects.filter(user_id=actor.account).first()
    if applicant and applicant.matched_at:
        raise Refused(Refusal("identity_matched", "هویت شما تأیید شده است؛ برای تغییر آن با پشتیبانی تماس بگیرید."))
    applicant = applicant or Applicant(user_id=actor.account, created_at=clock.now())
    answers = {
        "first_name": first_name,
        "last_name": last_name,
        "national_code": national_code,
        "birth_date": birth_date,
    }
    changed = changed_answers(applicant, answers) if cases else []
    for name, value in answers.items():
        setattr(applicant, name, value)
    applicant.national_code_key = national_code_index(national_code)
    applicant.save()
    record(f"applications.applicant:{applicant.pk}", "identity_stated", actor=actor, changed=changed)
    for application in cases if changed else []:
        application.business.owner = applicant
        _reopen(application, changed, actor)
    return applicant


def open_business(actor: Actor, *, person_type: str, mode: str) -> Application:
    """A new business with its draft application under the requirements in force today."""
    applicant = Applicant.objects.get(user_id=actor.account)
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
    row = row_of(application.business, section)
    changed = changed_answers(row, answers)
    for name in changed:
        setattr(row, name, answers[name])
    row.save()
    if section not in application.done_sections:
        application.done_sections = [*application.done_sections, section]
    application.touched_at = clock.now()
    application.save(update_fields=["done_sections", "touched_at"])
    forget_drafts(application, section)
    record(application.subject_key, "section_filled", actor=actor, section=section, changed=changed)
    if changed:
        _reopen(application, changed, actor)
    return application


def row_of(business: Business, section: str) -> Business | LegalPerson:
    """The row that keeps the answers of a section."""
    if section != "legal":
        return business
    return LegalPerson.objects.filter(business=business).first() or LegalPerson(business=business)


def changed_answers(row: Applicant | Business | LegalPerson, answers: dict[str, Any]) -> list[str]:
    return [name for name, value in answers.items() if getattr(row, name) != value]


def reopened_by(application: Application, changed: list[str]) -> list[str]:
    """Keys of the steps that these changed answers send back to the start (shown before saving).

    With any of them goes whatever comes after the decision and is still open, and the commitment, as it was given for
    the earlier answers.
    """
    affected = {key for name in changed for key in REOPENS.get(name, ())}
    begun = {step.key: step for step in application.steps.exclude(state=StepState.NOT_STARTED)}
    reopened = affected & begun.keys()
    if reopened:
        reopened |= {key for key in AFTER_DECISION & begun.keys() if key == "commitment" or not begun[key].closed}
    return [key for key in STEPS if key in reopened]


def reopened_by_person(applicant: Applicant, answers: dict[str, Any]) -> list[str]:
    """The same for who the applicant is, over all open cases; a step that failed has nothing to lose."""
    changed = changed_answers(applicant, answers)
    cases = Application.objects.exclude(state__in=CLOSED).filter(business__owner=applicant)
    affected = {key for application in cases for key in reopened_by(application, changed)}
    alive = VerificationStep.objects.filter(application__in=cases, key__in=affected).exclude(state=StepState.FAILED)
    return [key for key in STEPS if key in set(alive.values_list("key", flat=True))]


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
    if application.state != State.DRAFT:  # a draft has steps too, once its domain was changed
        _go_back(application, changed, keys, actor)
    if "documents" in keys:
        judge_again(application, actor=actor)


def _go_back(application: Application, changed: list[str], reopened: list[str], actor: Actor) -> None:
    """Moves the case to where the reopened steps are done again."""
    if {"activity", "premises"} & set(changed):
        _follow_requirement(application)
    if "domain" in changed:
        APPLICATION.fire(application, "change_domain", actor=actor)
        return
    if reopened and application.state not in {State.IN_VERIFICATION, State.DOMAIN_PENDING}:
        APPLICATION.fire(application, "change_answer", actor=actor)
    advance(application, actor=SYSTEM)


def _follow_requirement(application: Application) -> None:
    """Another activity or premises may ask for more, by the rules of the day of submission."""
    assert application.submitted_at is not None
    application.requirement = _requirement_on(application, jalali.tehran_day(application.submitted_at))
    application.save(update_fields=["requirement"])
    create_steps(application)


def create_steps(application: Application) -> None:
    """The step rows that the requirements name and the case does not have yet."""
    known = set(application.steps.values_list("key", flat=True))
    VerificationStep.objects.bulk_create(
        VerificationStep(application=application, key=key) for key in application.requirement.steps if key not in known
    )


def requirement_now(application: Application) -> Requirement:
    """The requirements of today, for a draft that was left lying."""
    return _requirement_on(application, clock.today())


def _requirement_on(application: Application, day: date) -> Requirement:
    business = application.business
    return policy.requirement(
        business.person_type, business.mode, day, activity=business.activity, premises=business.premises
    )
