"""Submitting, withdrawing and archiving an application."""

from applications.lifecycle import APPLICATION, State
from applications.models import Application
from applications.services.cases import own_case
from applications.services.draft import create_steps, requirement_now
from applications.services.invoices import cancel_unpaid
from applications.services.progress import advance
from applications.services.section_drafts import forget_drafts
from applications.services.test_account import forget_test_account
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import Refused


def submit(reference: str, *, actor: Actor) -> Application:
    """Freezes today's requirements, creates the steps and starts what can start."""
    application = own_case(reference, actor)
    if application.state == State.DRAFT:
        application.requirement = requirement_now(application)
        application.save(update_fields=["requirement"])
    if refusals := APPLICATION.refusals(application, "submit", actor=actor):
        raise Refused(*refusals)
    now = clock.now()
    APPLICATION.fire(
        application, "submit", actor=actor, submitted_at=now, touched_at=now, domain=application.business.domain
    )
    create_steps(application)
    advance(application, actor=SYSTEM)
    return application


def withdraw(reference: str, *, actor: Actor) -> Application:
    """انصراف: the applicant closes the case before a badge was issued."""
    application = own_case(reference, actor)
    APPLICATION.fire(application, "withdraw", actor=actor)
    cancel_unpaid(application)
    forget_test_account(application, actor=actor)
    forget_drafts(application)
    return application
