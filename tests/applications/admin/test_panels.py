"""Parts of the case page: documents, the site's checklist, and the police, which one role sees."""

import pytest

from applications.lifecycle import State
from applications.models import ChecklistItem, ItemVerdict, PoliceAnswer, VerificationStep
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import SYSTEM, Role
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import StepState
from tests.applications.desk_browser import BASE, attached, entered, page_of, with_documents
from tests.applications.factories import NOON
from tests.applications.review_case import on_the_desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def case():
    return with_documents()


def test_a_document_is_shown_and_judged_by_the_officer_who_holds_the_case(client, case):
    row = attached(case)
    browser = entered(client, Role.REVIEWER)
    address = f"{BASE}/{case.reference}/document/{row.pk}/1/"
    picture = browser.get(address)
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    act = f"{BASE}/{case.reference}/panel/documents/"
    browser.post(act, {"document": row.pk, "verdict": "accept"})
    row.refresh_from_db()
    assert row.state == "pending", "not claimed"
    browser.post(f"{BASE}/{case.reference}/claim/")
    assert address in page_of(browser, case)
    browser.post(act, {"document": row.pk, "verdict": "refuse", "reason": ["unreadable"]})
    row.refresh_from_db()
    assert (row.state, row.reasons) == ("refused", ["unreadable"])


def test_a_verdict_is_never_guessed(client, case):
    row = attached(case)
    browser = entered(client, Role.REVIEWER, case)
    browser.post(f"{BASE}/{case.reference}/panel/documents/", {"document": row.pk})
    row.refresh_from_db()
    assert row.state == "pending"


def test_uploads_are_pictures_for_those_who_judge_or_help_only(client, case):
    row = attached(case)
    browser = entered(client, Role.AUDITOR)
    assert browser.get(f"{BASE}/{case.reference}/document/{row.pk}/1/").status_code == 404
    assert f"/document/{row.pk}/" not in page_of(browser, case)


def test_a_document_of_another_case_is_not_judged_through_this_one(client, case):
    row = attached(case)
    other = on_the_desk("other-shop.ir", case.business.owner, case.requirement)
    browser = entered(client, Role.REVIEWER, other)
    act = f"{BASE}/{other.reference}/panel/documents/"
    assert browser.post(act, {"document": row.pk, "verdict": "accept"}).status_code == 404


def test_a_checklist_item_is_judged_on_the_page(client, case):
    item = ChecklistItem.objects.order_by("number").first()
    ItemVerdict.objects.create(application=case, item=item, basis="x")
    browser = entered(client, Role.REVIEWER, case)
    assert item.title in page_of(browser, case)
    browser.post(f"{BASE}/{case.reference}/panel/checklist/", {"item": item.key, "verdict": "ok"})
    assert ItemVerdict.objects.get(application=case).state == "ok"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SENIOR_REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR, Role.SUPPORT])
def test_authz_3_what_the_police_said_is_one_roles_to_see(client, case, role):
    case = _refused_by_police(case)
    browser = entered(client, role)
    page = page_of(browser, case)
    told = ("منفی", "تعلیق", "POLICE-77", "فرجام", "refuse_by_police")
    assert [word for word in told if word in page] == []
    queue = "/admin/applications/application/?tab=all"
    refused = browser.get(f"{queue}&state=police_refused").content.decode()
    assert case.reference not in refused
    assert "تعلیق پرونده" not in refused
    together = browser.get(f"{queue}&state=police_pending").content.decode()
    assert case.reference in together


def test_authz_3_the_liaison_sees_it(client, case):
    case = _refused_by_police(case)
    page = page_of(entered(client, Role.POLICE_LIAISON), case)
    assert [word for word in ("منفی", "POLICE-77", "تعلیق پرونده") if word not in page] == []


def test_the_liaison_enters_the_answer_by_hand(client, case):
    type(case).objects.filter(pk=case.pk).update(assignee=None)
    VerificationStep.objects.filter(application=case, key="police").delete()
    other = on_the_desk("police-shop.ir", case.business.owner, case.requirement, State.POLICE_PENDING)
    VerificationStep.objects.filter(application=other).exclude(key="fee").delete()
    VerificationStep.objects.create(application=other, key="police", state=StepState.ASKED)
    browser = entered(client, Role.POLICE_LIAISON)
    assert 'name="police_reference"' in page_of(browser, other)
    browser.post(f"{BASE}/{other.reference}/panel/police/", {"answer": "yes", "police_reference": "نامه ۱۲"})
    other.refresh_from_db()
    assert other.state == State.PAYMENT_PENDING


def _refused_by_police(case):
    requirement = case.requirement
    other = on_the_desk("police-shop.ir", case.business.owner, requirement, State.POLICE_REFUSED)
    VerificationStep.objects.filter(application=other, key="police").delete()
    step = VerificationStep.objects.create(
        application=other,
        key="police",
        state=StepState.FAILED,
        code="police_negative",
        evidence={"police_reference": "POLICE-77"},
        received_at=NOON,
    )
    PoliceAnswer.objects.create(
        application=other, round=1, positive="no", police_reference="POLICE-77", answered_at=NOON
    )
    use_cases.run(
        lambda: (
            record(other.subject_key, "refuse_by_police", actor=SYSTEM),
            record(step.subject_key, "fail", actor=SYSTEM),
        )
    )
    return other
