"""The shop's test account: sealed, shown to the evaluator, forgotten at the decision."""

from typing import Any

from applications import messages
from applications.lifecycle import not_own_file
from applications.models import Application
from applications.services.cases import case
from applications.services.reveals import open_with_reason
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.lifecycle import record

FIELD = "shop_test_account"
_MAY_SEE = (Role.REVIEWER, Role.SENIOR_REVIEWER)


def evaluator_refusal(application: Application, actor: Actor) -> Refusal | None:
    """Why this actor may not see the test account; the same value stands on the page."""
    if own := not_own_file(application, actor):
        return own
    if actor.has(*_MAY_SEE) and application.assignee_id == actor.user_id:
        return None
    return Refusal("not_the_evaluator", "حساب آزمایشی را فقط کارشناسی می‌بیند که پرونده نزد اوست.")


def reveal_test_account(application_id: int, reason: str, *, actor: Actor) -> dict[str, Any]:
    """User name and password of the shop, for the officer who holds the case and says why; every look is recorded."""
    application = case(application_id)
    if refusal := evaluator_refusal(application, actor):
        raise Refused(refusal)
    account = application.business.shop_test_account
    if not account:
        raise NotFound("no test account")
    open_with_reason(application, FIELD, reason, actor=actor)
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
