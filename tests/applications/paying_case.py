"""A case that waits for its fee, and visits to the sandbox's gateway."""

import itertools
from datetime import timedelta

from applications.lifecycle import State
from applications.models import Application, Requirement, VerificationStep
from applications.services.pay import payment_of, start_payment
from applications.services.progress import advance
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.sandbox.magic import national_code
from tests.applications import factories

_numbers = itertools.count(1)
CALLBACK = "http://portal.test/return/"


def paying_case(mode="micro", **shop):
    """Everything passed but the fee; its invoice is open."""
    number = next(_numbers)
    owner = factories.applicant(f"+98912{number:07}", national_code=national_code(f"00{number:04}567"))
    shop = factories.business(owner, domain=f"paying-{number}.test", mode=mode, **shop)
    requirement = Requirement.objects.filter(mode="micro", person_type="natural").first()
    case = factories.application(shop, State.PAYMENT_PENDING, requirement=requirement, issued_at=None)
    for key in requirement.steps:
        if key != "fee":
            factories.passed_step(case, key, clock.now())
    case.steps.filter(key="domain").update(expires_at=clock.now() + timedelta(days=30))
    VerificationStep.objects.create(application=case, key="fee")
    use_cases.run(lambda: advance(Application.objects.get(pk=case.pk), actor=SYSTEM))
    return case


def payer(case):
    return case.business.owner.user.actor()


def visit(case):
    """A started payment: its row's number and the gateway's name for it."""
    authority = start_payment(case.reference, CALLBACK, actor=payer(case)).rsplit("/", 1)[-1]
    return payment_of(case.reference, authority), authority
