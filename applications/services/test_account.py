"""The shop's test account: sealed, shown to the evaluator, forgotten at the decision."""

from typing import Any

from applications import messages
from applications.models import Application
from applications.services.cases import case
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.lifecycle import record

_MAY_SEE = (Role.REVIEWER, Role.SENIOR_REVIEWER)


def reveal_test_account(application_id: int, *, actor: Actor) -> dict[str, Any]:
    """User name and password of the shop for the officer who holds the case; every look is recorded."""
    application = case(application_id)
    if not actor.has(*_MAY_SEE) or application.assignee_id != actor.user_id:
        raise Refused(Refusal("not_the_evaluator", "حساب آزمایشی را فقط کارشناسی می‌بیند که پرونده نزد اوست."))
    account = application.business.shop_test_account
    if not account:
        raise NotFound("no test account")
    record(application.subject_key, "test_account_shown", actor=actor)
    return dict(account)


def forget_test_account(application: Application, *, actor: Actor) -> bool:
    """At the decision: the account is deleted here and the applicant is told to close it in the shop."""
    business = application.business
    if not business.shop_test_account:
        return False
    business.shop_test_account = None
    business.save(update_fields=["shop_test_account"])
    record(application.subject_key, "test_account_deleted", actor=actor)
    messages.tell(application, "close_test_account")
    return True
