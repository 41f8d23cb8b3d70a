"""A case on the officers' desk: all machine checks passed, the content waits for a person."""

from datetime import timedelta

from applications.lifecycle import State
from applications.models import Requirement, VerificationStep
from enamad_portal.accounts.models import User
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.steps import StepState, Verdict
from tests.applications import factories
from tests.applications.factories import NOON


def reviewed_requirement(*, waivable=("email",), steps=("identity", "mobile", "domain", "email", "commitment", "fee")):
    """The micro row with a human review; its own row, so that no other test sees it."""
    row = Requirement.objects.filter(person_type="natural", mode="micro").first()
    row.pk = None
    row.steps, row.waivable, row.premises = [*steps], [*waivable], "office"
    row.save(force_insert=True)
    return row


def officer(username="reviewer", role=Role.REVIEWER):
    return User.objects.create_staff(username, "a long enough one", role)


def on_the_desk(domain="golestan-shop.ir", owner=None, requirement=None, state=State.CONTENT_REVIEW, unsure=(), **more):
    shop = factories.business(owner, domain=domain)
    case = factories.application(
        shop,
        state,
        requirement=requirement or reviewed_requirement(),
        due_at=more.pop("due_at", NOON + timedelta(days=5)),
        **more,
    )
    for key in case.requirement.steps:
        if key in {"commitment", "fee"}:
            VerificationStep.objects.create(application=case, key=key)
        elif key in unsure:
            VerificationStep.objects.create(
                application=case,
                key=key,
                state=StepState.UNSURE,
                verdict=Verdict.UNSURE,
                code="could_not_tell",
                received_at=NOON,
                evidence={"looked_for": "x", "saw": ["y"]},
            )
        else:
            factories.passed_step(case, key)
    return case
