"""The shop's test account: for the officer who holds the case, gone at the decision."""

from datetime import timedelta

import pytest

from applications import policy
from applications.lifecycle import State
from applications.models import Business, VerificationStep
from applications.services import archive
from applications.services.review import approve
from applications.services.submit import withdraw
from applications.services.test_account import forget_test_account, reveal_test_account
from enamad_portal.accounts.models import User
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.steps import StepState
from tests.applications import factories

pytestmark = pytest.mark.django_db
ACCOUNT = {"user_name": "tester", "password": "p@ss word"}
REASON = "خرید آزمایشی"


@pytest.fixture
def officer():
    return User.objects.create_staff("officer", "a long password of the test", Role.REVIEWER).actor()


@pytest.fixture
def case(officer):
    shop = factories.business(mode="normal", shop_test_account=ACCOUNT)
    application = factories.application(shop, state=State.CONTENT_REVIEW, assignee_id=officer.user_id)
    VerificationStep.objects.create(application=application, key="commitment", state=StepState.NOT_STARTED)
    return application


def stored(case):
    return Business.objects.get(pk=case.business_id).shop_test_account


def test_the_holder_of_the_case_sees_it_and_the_look_is_recorded(case, officer):
    assert use_cases.run(reveal_test_account, case.pk, REASON, actor=officer) == ACCOUNT
    assert AuditEntry.objects.filter(action="revealed").count() == 1
    assert "p@ss" not in " ".join(f"{entry.facts} {entry.note}" for entry in AuditEntry.objects.all())


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SUPPORT, Role.AUDITOR, Role.POLICE_LIAISON])
def test_nobody_else_sees_it(case, role):
    other = User.objects.create_staff("other", "a long password of the test", role).actor()
    with pytest.raises(Refused) as told:
        use_cases.run(reveal_test_account, case.pk, REASON, actor=other)
    assert [refusal.code for refusal in told.value.refusals] == ["not_the_evaluator"]


@pytest.mark.parametrize("end", ["approve", "withdraw"])
def test_it_is_deleted_at_the_decision_and_the_applicant_is_told_to_close_it(case, officer, end):
    if end == "approve":
        use_cases.run(approve, case.pk, actor=officer)
    else:
        use_cases.run(withdraw, case.reference, actor=case.business.owner.user.actor())
    assert stored(case) is None
    assert AuditEntry.objects.filter(action="test_account_deleted").count() == 1
    assert Message.objects.filter(template="sms_close_test_account").count() == 1
    with pytest.raises((NotFound, Refused)):
        use_cases.run(reveal_test_account, case.pk, REASON, actor=officer)


def test_it_is_deleted_when_the_case_is_archived(at, run_jobs, sandbox):
    shop = factories.business(mode="normal", shop_test_account=ACCOUNT)
    case = factories.application(shop, state=State.AWAITING_APPLICANT)
    at(factories.NOON + timedelta(days=policy.limit("abandon_days", factories.NOON.date())))
    use_cases.run(archive.begin_day)
    run_jobs()
    assert (type(case).objects.get(pk=case.pk).state, stored(case)) == (State.ABANDONED, None)
    assert Message.objects.filter(template="sms_close_test_account").count() == 1


def test_without_an_account_nobody_is_told_anything(case, officer):
    case.business.shop_test_account = {}
    case.business.save()
    assert use_cases.run(forget_test_account, case, actor=officer) is False
    assert Message.objects.count() == 0
