"""The desk in the browser's terms: queues, the case page, decisions, reveals; who may see and do what."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from applications.lifecycle import State
from applications.models import Application, Decision, Fee, VerificationStep
from enamad_portal.accounts.models import User
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.organisation import Organisation
from enamad_portal.kernel.steps import StepState
from tests.accounts.staff_member import member, sign_in
from tests.applications import factories
from tests.applications.factories import CANARIES, NOON
from tests.applications.review_case import on_the_desk, reviewed_requirement

pytestmark = pytest.mark.django_db
QUEUE = "/admin/applications/application/"


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def desk(client):
    """`desk(role)` is a browser signed in as that role."""

    def opened(role=Role.REVIEWER, name=""):
        member(name or role.value, role)
        sign_in(client, name or role.value)
        return client

    return opened


def address(case, act=""):
    return f"{QUEUE}case/{case.reference}/{act}"


def text_of(response):
    return response.content.decode()


def crowd(count, first=0):
    requirement = reviewed_requirement()
    return [
        on_the_desk(
            f"shop{place}.ir",
            factories.applicant(f"+98935111{place:04}", national_code=f"{place:010}"),
            requirement,
            due_at=NOON + timedelta(days=place),
        )
        for place in range(first, first + count)
    ]


def test_the_queue_costs_the_same_for_one_case_and_for_three(desk, django_assert_num_queries):
    browser = desk()
    crowd(1)
    browser.get(QUEUE)  # the footer's row is kept for a few seconds
    with django_assert_num_queries(11) as one:
        browser.get(f"{QUEUE}?tab=all")
    crowd(2, 1)
    with django_assert_num_queries(len(one)):
        page = browser.get(f"{QUEUE}?tab=all")
    assert text_of(page).count('<tr role="row"') == 4


def test_tabs_split_the_queue_and_count_it(desk):
    browser = desk()
    cases = crowd(3)
    Application.objects.filter(pk=cases[0].pk).update(assignee=User.objects.get(username="reviewer"))
    Application.objects.filter(pk=cases[1].pk).update(due_at=NOON - timedelta(days=3))
    counts = re.findall(r'<span class="count">([^<]+)</span>', text_of(browser.get(QUEUE)))
    assert counts == ["۱", "۲", "۱", "۳"]
    for tab, expected in (("mine", {0}), ("unassigned", {1, 2}), ("overdue", {1}), ("all", {0, 1, 2})):
        page = text_of(browser.get(f"{QUEUE}?tab={tab}"))
        assert {place for place, case in enumerate(cases) if case.reference in page} == expected


def test_the_queue_is_filtered_by_jalali_days_state_and_words(desk):
    browser = desk()
    case = crowd(1)[0]
    assert case.reference in text_of(browser.get(f"{QUEUE}?tab=all&since=۱۴۰۵/۰۸/۲۲&until=۱۴۰۵/۰۸/۲۲"))
    assert case.reference not in text_of(browser.get(f"{QUEUE}?tab=all&since=1405/08/23"))
    assert case.reference not in text_of(browser.get(f"{QUEUE}?tab=all&until=1405/08/21"))
    assert case.reference in text_of(browser.get(f"{QUEUE}?tab=all&words=SHOP0"))
    assert case.reference not in text_of(browser.get(f"{QUEUE}?tab=all&state=appeal"))


def test_pii_4_the_case_page_masks_until_revealed_with_a_reason(desk):
    browser = desk()
    case = on_the_desk()
    page = text_of(browser.get(address(case)))
    assert [name for name, value in CANARIES.items() if value in page] == []
    assert "001•••••19" in page
    refused = browser.post(address(case, "reveal/"), {"field": "national_code", "reason": ""})
    assert (refused.status_code, CANARIES["national_code"] in text_of(refused)) == (409, False)
    shown = browser.post(address(case, "reveal/"), {"field": "national_code", "reason": "تطبیق با کارت"})
    assert (shown.status_code, "no-store" in shown["Cache-Control"]) == (200, True)
    assert CANARIES["national_code"] in text_of(shown)
    assert [name for name, value in CANARIES.items() if value in text_of(shown)] == ["national_code"]
    assert CANARIES["national_code"] not in text_of(browser.get(address(case)))
    assert AuditEntry.objects.filter(action="revealed").count() == 1


def test_a_case_is_claimed_sent_back_and_the_next_one_opens(desk):
    browser = desk()
    first, second = crowd(2)
    browser.post(address(first, "claim/"))
    page = text_of(browser.get(address(first)))
    assert "بازگرداندن به صف" in page
    decide = address(first, "decide/request_correction/")
    looked = browser.post(decide, {"reasons": ["terms_missing"], "text": "", "look": "1"})
    assert "متقاضی این را می‌خواند" in text_of(looked)
    assert Decision.objects.count() == 0, "looking sends nothing"
    sent = browser.post(decide, {"reasons": ["terms_missing"], "text": "صفحه قوانین را کامل کنید.", "next": "1"})
    assert (sent.status_code, sent["Location"]) == (302, address(second))
    first.refresh_from_db()
    assert (first.state, Decision.objects.get().text) == (State.CORRECTION_REQUESTED, "صفحه قوانین را کامل کنید.")
    assert "بازگرداندن برای اصلاح" in text_of(browser.get(address(first)))


def test_a_decision_without_reason_or_text_names_the_cure(desk):
    browser = desk()
    case = on_the_desk()
    browser.post(address(case, "claim/"))
    answer = browser.post(address(case, "decide/request_correction/"), {"send": "1"})
    assert (answer.status_code, "دست‌کم یک دلیل" in text_of(answer)) == (400, True)


def test_a_greyed_button_says_the_refusal_and_the_request_is_refused_the_same(desk):
    browser = desk()
    case = on_the_desk(unsure=("email",))
    browser.post(address(case, "claim/"))
    sentence = "هنوز همه گام‌های راستی‌آزمایی به پایان نرسیده است."
    assert sentence in text_of(browser.get(address(case)))
    answer = browser.post(address(case, "decide/approve/"), {"send": "1"}, follow=True)
    assert sentence in text_of(answer)
    case.refresh_from_db()
    assert case.state == State.CONTENT_REVIEW


def test_an_unsure_step_is_accepted_on_the_page(desk):
    browser = desk()
    case = on_the_desk(unsure=("email",))
    browser.post(address(case, "claim/"))
    browser.post(address(case, "step/email/"), {"move": "accept", "note": "با تلفن پرسیدم"})
    assert VerificationStep.objects.get(application=case, key="email").state == StepState.PASSED


def test_the_waive_button_is_a_seniors_and_only_where_the_policy_marks_it(desk):
    browser = desk(Role.SENIOR_REVIEWER)
    case = on_the_desk(unsure=("email", "domain"))
    browser.post(address(case, "claim/"))
    page = text_of(browser.get(address(case)))
    assert page.count('value="waive"') == 1
    browser.post(address(case, "step/domain/"), {"move": "waive", "note": "دلیل"})
    assert VerificationStep.objects.get(application=case, key="domain").state == StepState.UNSURE


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.SUPPORT, Role.ADMINISTRATOR])
def test_readers_see_the_case_and_decide_nothing(desk, role):
    browser = desk(role)
    case = on_the_desk()
    assert browser.get(address(case)).status_code == 200
    assert browser.get(address(case, "decide/approve/")).status_code == 404
    browser.post(address(case, "claim/"))
    browser.post(address(case, "step/email/"), {"move": "waive", "note": "دلیل"})
    case.refresh_from_db()
    assert case.assignee_id is None


@pytest.mark.parametrize("role", sorted(Role.values))
def test_every_admin_page_answers_every_role_without_breaking(desk, role):
    if role in {Role.APPLICANT, Role.SYSTEM}:
        pytest.skip("no staff role")
    browser = desk(Role(role))
    on_the_desk()
    factories.issued_badge(
        "live-shop.ir", shop=factories.business(factories.applicant("+989350000001"), "live-shop.ir")
    )
    index = text_of(browser.get("/admin/"))
    links = {link for link in re.findall(r'href="(/admin/[^"#?]*)"', index) if "logout" not in link}
    statuses = {link: browser.get(link, follow=True).status_code for link in sorted(links)}
    assert {link: status for link, status in statuses.items() if status != 200} == {}


def test_authz_3_roles_open_what_the_table_says(desk):
    browser = desk(Role.SUPPORT)
    closed = (
        "applications_invoice",
        "applications_fee",
        "kernel_auditentry",
        "accounts_user",
        "applications_requirement",
    )
    statuses = {name: browser.get(reverse(f"admin:{name}_changelist")).status_code for name in closed}
    assert statuses == dict.fromkeys(closed, 403)


def test_a_fee_in_force_is_ended_and_followed_not_rewritten(desk):
    browser = desk(Role.ADMINISTRATOR)
    fee = Fee.objects.get(kind="micro_year_1")
    change = reverse("admin:applications_fee_change", args=[fee.pk])
    assert 'name="amount_rial"' not in text_of(browser.get(change))
    past = browser.post(change, {"amount_rial": "1", "valid_to": "۱۴۰۵/۰۸/۳۰"})
    assert (past.status_code, "فردا" in text_of(past)) == (400, True)
    assert browser.post(change, {"amount_rial": "1", "valid_to": "۱۴۰۵/۱۰/۰۱"}).status_code == 302
    fee.refresh_from_db()
    assert (fee.amount_rial, str(fee.valid_to)) == (500000, "2026-12-22")
    follower = {"kind": "micro_year_1", "amount_rial": "600000", "valid_from": "1405/10/01", "clause": "مصوبه تازه"}
    assert browser.post(reverse("admin:applications_fee_add"), follower).status_code == 302
    actions = AuditEntry.objects.filter(subject__startswith="applications.fee").values_list("action", flat=True)
    assert list(actions) == ["reference_changed", "reference_added"]


def test_a_new_row_does_not_begin_in_the_past(desk):
    browser = desk(Role.ADMINISTRATOR)
    row = {"kind": "micro_year_1", "amount_rial": "1", "valid_from": "1405/08/30", "clause": "x"}
    assert browser.post(reverse("admin:applications_fee_add"), row).status_code == 400
    assert Fee.objects.filter(amount_rial=1).count() == 0


def test_the_organisation_is_on_the_footer_once_an_administrator_has_filled_it_in(desk):
    browser = desk(Role.ADMINISTRATOR)
    change = browser.get(reverse("admin:kernel_organisation_changelist"))["Location"]
    values = {
        "name": "اتحادیه نمونه",
        "phone": "02188881234",
        "hours": "شنبه تا چهارشنبه",
        "address": "تهران، خیابان یک",
    }
    assert browser.post(change, values).status_code == 302
    assert Organisation.objects.get().name == "اتحادیه نمونه"
    assert [value for value in ("اتحادیه نمونه", "خیابان یک") if value not in text_of(browser.get("/"))] == []
