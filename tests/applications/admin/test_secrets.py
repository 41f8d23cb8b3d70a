"""AUTHZ-3 in the admin's own lists: what the police said stands in no row that another role can open or search."""

import pytest
from django.urls import reverse

from applications.models import VerificationStep
from enamad_portal.kernel import audit, messaging, use_cases
from enamad_portal.kernel.actors import SYSTEM, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.messaging import Channel, Draft
from tests.applications.desk_browser import entered
from tests.applications.factories import NOON
from tests.applications.review_case import on_the_desk

pytestmark = pytest.mark.django_db
AUDIT = "/admin/kernel/auditentry/"
TELLING = ("refuse_by_police", "clear_by_police", "appeal_to_police", "ask_police_again", "uphold_police", "proof_seen")


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def case():
    found = on_the_desk()
    step = VerificationStep.objects.create(application=found, key="police")

    def told():
        for action in TELLING:
            record(found.subject_key, action, actor=SYSTEM)
        record(step.subject_key, "fail", actor=SYSTEM)
        record(step.subject_key, "police_answer_entered", actor=SYSTEM)
        record(found.subject_key, "approve", actor=SYSTEM)
        messaging.send(Draft(Channel.SMS, "+989350000000", "sms_case_news"), subject=found.subject_key)
        messaging.send(Draft(Channel.SMS, "+989350000000", "sms_in_review"), subject=found.subject_key)

        left = audit.Entry(found.subject_key, "withdraw", "user:1", before="police_refused", after="withdrawn")
        use_cases.current().entries.append(left)

    use_cases.run(told)
    return found


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
@pytest.mark.parametrize("query", ["", "?q={subject}", "?action=refuse_by_police", "?action__exact=fail"])
def test_authz_3_the_audit_list_leaves_the_polices_rows_out(client, case, role, query):
    browser = entered(client, role)
    page = browser.get(AUDIT + query.format(subject=case.subject_key), follow=True).content.decode()
    assert [word for word in (*TELLING, "police_refused", "police_answer_entered") if f">{word}<" in page] == []
    if "q=" in query:
        assert ">approve<" in page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_authz_3_no_single_row_opens_either(client, case, role):
    browser = entered(client, role)
    hidden = AuditEntry.objects.filter(action="refuse_by_police").get()
    shown = AuditEntry.objects.filter(action="approve").get()
    addresses = [reverse("admin:kernel_auditentry_change", args=[row.pk]) for row in (hidden, shown)]
    assert [browser.get(address).status_code for address in addresses] == [302, 200]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_authz_3_nor_do_the_messages_that_only_a_refusal_sends(client, case, role):
    page = entered(client, role).get("/admin/kernel/message/").content.decode()
    assert ("sms_case_news" in page, "sms_in_review" in page) == (False, True)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SENIOR_REVIEWER, Role.SUPPORT, Role.FINANCE, Role.POLICE_LIAISON])
def test_authz_3_the_other_roles_have_no_audit_list(client, case, role):
    browser = entered(client, role)
    assert [browser.get(path).status_code for path in (AUDIT, "/admin/kernel/message/")] == [403, 403]
