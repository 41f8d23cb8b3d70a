"""A case of a legal person in each state of its life, and one whose steps all stand in the same state."""

import itertools
from datetime import timedelta

from applications.lifecycle import BadgeState, State
from applications.models import Applicant, Badge, LegalPerson, Requirement, VerificationStep
from enamad_portal.kernel import clock
from enamad_portal.kernel.steps import StepState
from tests.applications import factories

_numbers = itertools.count(1)
_S = StepState
_LATE = ("commitment", "police", "fee")
_STANDS: dict[str, dict[str, str]] = {
    State.DOMAIN_PENDING: {"identity": _S.FAILED, "domain": _S.WAITING},
    State.COMMITMENT: {"commitment": _S.WAITING},
    State.POLICE_PENDING: {"commitment": _S.PASSED, "police": _S.ASKED},
    State.POLICE_REFUSED: {"commitment": _S.PASSED, "police": _S.FAILED},
    State.POLICE_APPEAL: {"commitment": _S.PASSED, "police": _S.FAILED},
    State.PAYMENT_PENDING: {"commitment": _S.PASSED, "police": _S.PASSED, "fee": _S.WAITING},
    State.ISSUED: dict.fromkeys(_LATE, _S.PASSED),
    State.IN_VERIFICATION: {"content": _S.RUNNING, "postal": _S.ASKED, "email": _S.WAITING, "ssl": _S.FAILED},
    State.AWAITING_APPLICANT: {"email": _S.WAITING, "landline": _S.WAITING, "documents": _S.WAITING},
    State.CONTENT_REVIEW: {"content": _S.UNSURE, "documents": _S.UNSURE},
    State.CORRECTION_REQUESTED: {"content": _S.FAILED, "documents": _S.FAILED},
}
"""Steps that do not stand where most of them stand: passed before the decision, not started after it."""


def person(first_name="مریم"):
    """A person with an account; the row in `applications`, not the account."""
    number = next(_numbers)
    return factories.applicant(mobile=f"+98913{number:07}", first_name=first_name)


def legal_business(owner: Applicant):
    shop = factories.business(owner, domain=f"every-{next(_numbers)}.test", person_type="legal", mode="normal")
    LegalPerson.objects.create(
        business=shop,
        registered_name="گلستان",
        legal_id="10380284790",
        registration_number="1234",
        gazette_number="4321",
        gazette_date="2020-01-01",
        director_name="مریم نگارنده",
        director_national_code=owner.national_code,
        capacity="managing_director",
        board="مریم نگارنده",
    )
    return shop


def requirement():
    return Requirement.objects.filter(person_type="legal", mode="normal", activity=None).first()


def case_in(state):
    """An application as it may stand in this state, with its steps and, when issued, its badge; no job is due."""
    shop = legal_business(person())
    submitted = {"submitted_at": None, "domain": ""} if state == State.DRAFT else {}
    case = factories.application(shop, state, requirement=requirement(), **submitted)
    case.done_sections = [*case.requirement.sections]
    case.save(update_fields=["done_sections"])
    if state != State.DRAFT:
        stands = _STANDS.get(state, {})
        early = _S.NOT_STARTED if state == State.DOMAIN_PENDING else _S.PASSED
        for key in case.requirement.steps:
            add_step(case, key, stands.get(key, _S.NOT_STARTED if key in _LATE else early))
    if state == State.ISSUED:
        _badge(case)
    return case


def case_with_steps(step_state):
    """A case in verification whose steps have all come to the same state."""
    case = factories.application(
        legal_business(person()), State.IN_VERIFICATION, requirement=requirement(), issued_at=None
    )
    for key in case.requirement.steps:
        add_step(case, key, step_state)
    return case


def add_step(case, key, state):
    if state == _S.PASSED:
        step = factories.passed_step(case, key, clock.now())
        VerificationStep.objects.filter(pk=step.pk).update(expires_at=clock.now() + timedelta(days=30))
    elif not (state == _S.WAIVED and key != "ssl"):
        VerificationStep.objects.create(application=case, key=key, state=state, requested_at=clock.now())


def _badge(case):
    now = clock.now()
    dates = dict.fromkeys(("approved_at", "first_granted_at", "valid_from", "changed_at"), now)
    passed = {"postal_passed_at": now, "landline_passed_at": now}
    return Badge.objects.create(
        business=case.business,
        application=case,
        state=BadgeState.ACTIVE,
        domain=case.domain,
        stars=1,
        holder_name=case.business.holder_name,
        valid_to=now + timedelta(days=365),
        **dates,
        **passed,
    )
