"""Every look at somebody's papers leaves a trace, and the auditor reads it on the case page."""

import re

import pytest

from applications.models import PoliceAppeal
from enamad_portal.kernel.actors import STAFF_ROLES, Role
from enamad_portal.kernel.audit import AuditEntry
from tests.applications.desk_browser import BASE, attached, entered, page_of, with_documents
from tests.applications.factories import NOON

pytestmark = pytest.mark.django_db
ACCOUNT = {"user_name": "tester", "password": "p@ss word"}


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def case():
    return with_documents()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SENIOR_REVIEWER, Role.SUPPORT, Role.POLICE_LIAISON])
def test_aud_1_every_picture_of_a_document_that_is_opened_is_recorded(client, case, role):
    row = attached(case)
    browser = entered(client, role)
    for _ in range(2):
        assert browser.get(f"{BASE}/{case.reference}/document/{row.pk}/1/").status_code == 200
    seen = AuditEntry.objects.filter(action="document_seen", subject=case.subject_key)
    assert [(one.actor, one.roles, one.at, one.facts) for one in seen] == [
        (f"user:{browser.user.pk}", role.value, NOON, {"document": row.document_id, "kind": "national_card", "page": 1})
    ] * 2


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.FINANCE])
def test_a_refused_look_is_no_look(client, case, role):
    row = attached(case)
    browser = entered(client, role)
    for path in (f"document/{row.pk}/1/", f"document/{row.pk}/", f"document/{row.pk}/7/"):
        assert browser.get(f"{BASE}/{case.reference}/{path}").status_code == 404
    assert AuditEntry.objects.filter(action="document_seen").count() == 0


def test_a_document_opens_large_with_all_its_pages(client, case):
    row = attached(case)
    page = entered(client, Role.REVIEWER).get(f"{BASE}/{case.reference}/document/{row.pk}/")
    assert (page.status_code, "no-store" in page["Cache-Control"]) == (200, True)
    assert re.findall(r'<img src="([^"]+)"', page.content.decode()) == [f"{BASE}/{case.reference}/document/{row.pk}/1/"]


def test_a_document_of_another_case_is_not_found_through_this_one(client, case):
    row, other = attached(case), with_documents("other-shop.ir", case.business.owner, case.requirement)
    browser = entered(client, Role.REVIEWER)
    for path in (f"document/{row.pk}/1/", f"document/{row.pk}/"):
        assert browser.get(f"{BASE}/{other.reference}/{path}").status_code == 404


def test_the_auditor_reads_who_looked_at_what_and_why(client, case):
    row = attached(case)
    browser = entered(client, Role.REVIEWER, case)
    browser.get(f"{BASE}/{case.reference}/document/{row.pk}/1/")
    browser.get(f"{BASE}/{case.reference}/document/{row.pk}/1/")
    browser.post(f"{BASE}/{case.reference}/reveal/", {"field": "mobile", "reason": "تماس درباره کارت"})
    assert "panel-looks" not in page_of(browser, case)
    panel = page_of(entered(client, Role.AUDITOR, drift=1), case).partition('id="panel-looks"')[2]
    told = ("سند: کارت ملی", "۲ بار در آن روز", "داده شخصی: تلفن همراه", "دلیل: تماس درباره کارت", "reviewer")
    assert [words for words in told if words not in panel] == []


def test_authz_3_a_look_at_the_polices_proof_is_the_liaisons_secret(client, case):
    row = attached(case)
    PoliceAppeal.objects.create(application=case, proof_kind="other", document=row.document, made_at=NOON)
    browser = entered(client, Role.POLICE_LIAISON)
    assert browser.get(f"{BASE}/{case.reference}/proof/{row.document_id}/1/").status_code == 200
    assert AuditEntry.objects.filter(action="proof_seen").count() == 1
    auditor = entered(client, Role.AUDITOR, drift=1)
    assert "فرجام" not in page_of(auditor, case)
    assert auditor.get(f"{BASE}/{case.reference}/proof/{row.document_id}/1/").status_code == 404


def with_account(case):
    case.business.shop_test_account = ACCOUNT
    case.business.save()


def test_pii_4_the_test_account_opens_for_the_evaluator_with_a_reason(client, case):
    with_account(case)
    browser = entered(client, Role.REVIEWER)
    address = f"{BASE}/{case.reference}/reveal/"
    asked = {"field": "shop_test_account", "reason": "خرید آزمایشی"}
    page = page_of(browser, case)
    assert ("panel-test-account" in page, 'name="field" value="shop_test_account"' in page) == (True, False)
    assert browser.post(address, asked).status_code == 409, "the case is nobody's yet"
    browser.post(f"{BASE}/{case.reference}/claim/")
    assert 'name="field" value="shop_test_account"' in page_of(browser, case)
    assert browser.post(address, asked | {"reason": ""}).status_code == 409
    shown = browser.post(address, asked)
    assert (shown.status_code, "no-store" in shown["Cache-Control"]) == (200, True)
    assert [value for value in ACCOUNT.values() if value not in shown.content.decode()] == []
    assert [value for value in ACCOUNT.values() if value in page_of(browser, case)] == []
    row = AuditEntry.objects.get(action="revealed")
    assert (row.facts, row.note) == ({"field": "shop_test_account"}, "خرید آزمایشی")


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.REVIEWER, Role.SENIOR_REVIEWER}))
def test_pii_4_no_other_role_opens_the_test_account(client, case, role):
    with_account(case)
    browser = entered(client, role)
    type(case).objects.filter(pk=case.pk).update(assignee=browser.user)
    answer = browser.post(f"{BASE}/{case.reference}/reveal/", {"field": "shop_test_account", "reason": "خرید آزمایشی"})
    assert (answer.status_code, "p@ss" in answer.content.decode()) == (409, False)
