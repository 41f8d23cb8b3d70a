"""The applicant's pages about his site: checklist, SSL, snippet; nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string

from applications.lifecycle import ItemState, State
from applications.models import Application, ItemVerdict, SnippetLook, VerificationStep
from applications.selectors.checklist import checklist
from applications.services.site_evidence import items_of
from enamad_portal.accounts.models import User, mobile_index
from enamad_portal.kernel import work
from enamad_portal.kernel.steps import StepState, Verdict
from tests.applications import factories
from tests.applications.services.test_content import open_case

pytestmark = pytest.mark.django_db
WHEN = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
SEEN = {
    "code": "price_by_call",
    "good": False,
    "url": "https://golestan.test/p",
    "sha256": "ab" * 32,
    "excerpt": "قیمت: تماس بگیرید",
}


@pytest.fixture
def refused(client):
    """A case whose price item was refused; its owner is signed in."""
    row = open_case(steps=())
    officer = User.objects.create(mobile="+989351119999", mobile_key=mobile_index("+989351119999"))
    for item in items_of(row):
        bad = item.key == "prices"
        ItemVerdict.objects.create(
            application=row,
            item=item,
            basis="x" * 64,
            state=ItemState.NOT_OK if bad else ItemState.OK,
            reasons=["price_by_call"] if bad else [],
            evidence=[SEEN] if bad else [],
            says="not_ok" if bad else "",
            seen_at=WHEN,
            judged_by=officer,
            judged_at=WHEN,
        )
    VerificationStep.objects.create(
        application=row,
        key="content",
        state=StepState.FAILED,
        verdict=Verdict.FAILED,
        code="content_refused",
        evidence={"refused": ["prices"]},
        received_at=WHEN,
    )
    client.force_login(row.business.owner.user)
    return row


def test_the_applicant_reads_what_was_seen_the_verdict_and_the_cure(client, refused):
    page = client.get(f"/panel/{refused.reference}/content/").content.decode()

    assert "«تماس بگیرید» به جای قیمت آمده است؛ قیمت را بنویسید یا کالا را ناموجود کنید." in page
    assert "قیمت: تماس بگیرید" in page
    assert "دوباره بررسی کنید" in page
    assert page.count("<details>") == 17


def test_asking_again_starts_one_look(client, refused):
    response = client.post(f"/panel/{refused.reference}/content/")

    assert (response.status_code, response.url) == (302, f"/panel/{refused.reference}/content/")
    assert refused.steps.get(key="content").state == StepState.RUNNING
    assert work.Job.objects.filter(kind="applications.fetch").count() == 1
    assert set(refused.checklist.filter(item__key="prices").values_list("state", flat=True)) == {ItemState.PENDING}
    assert client.post(f"/panel/{refused.reference}/content/").status_code == 409


def test_authz_1_a_foreign_case_is_not_found(client, refused):
    client.force_login(factories.applicant(mobile="+989350000000", national_code="0012345679").user)

    for path in ("content", "ssl", "badge/check"):
        assert client.post(f"/panel/{refused.reference}/{path}/").status_code == 404


def test_the_ssl_page_says_that_a_fail_does_not_block_the_badge(client, refused):
    findings = [{"check": "chain", "verdict": "fail", "code": "expired", "evidence": {}}]
    VerificationStep.objects.create(
        application=refused,
        key="ssl",
        state=StepState.FAILED,
        verdict=Verdict.FAILED,
        code="tls_expired",
        evidence={"findings": findings},
    )
    page = client.get(f"/panel/{refused.reference}/ssl/").content.decode()
    case_page = client.get(f"/panel/{refused.reference}/").content.decode()

    assert "اعتبار گواهی SSL پایان یافته است" in page
    assert "مانع صدور نماد نیست" in page
    assert "بی این هم نماد صادر می‌شود" in case_page


def test_an_optional_step_alone_is_not_the_applicants_turn(client, refused):
    refused.steps.filter(key="content").delete()
    VerificationStep.objects.create(application=refused, key="ssl", state=StepState.FAILED, code="tls_expired")

    assert "نوبت شماست" not in client.get(f"/panel/{refused.reference}/").content.decode()


def test_the_badge_page_shows_the_finding_of_the_last_look(client):
    badge = factories.issued_badge()
    SnippetLook.objects.create(
        badge=badge,
        asked_at=WHEN,
        due_at=WHEN,
        looked_at=WHEN + timedelta(minutes=1),
        verdict=Verdict.FAILED,
        code="noreferrer",
        evidence={"saw": ['<a rel="noreferrer">']},
    )
    client.force_login(badge.business.owner.user)
    page = client.get(f"/panel/{badge.application.reference}/badge/").content.decode()

    assert "noreferrer و no-referrer را از کد نماد بردارید." in page
    assert "&lt;a rel=&quot;noreferrer&quot;&gt;" in page

    assert client.post(f"/panel/{badge.application.reference}/badge/check/").status_code == 302
    assert client.post(f"/panel/{badge.application.reference}/badge/check/").status_code == 409


def test_the_checklist_costs_one_query(refused, django_assert_num_queries):
    row = Application.objects.get(pk=refused.pk)
    with django_assert_num_queries(1):
        rows = checklist(row).rows

    assert [one.number for one in rows] == list(range(1, 18))
    assert State(row.state) == State.IN_VERIFICATION


def test_the_officers_fragment_shows_evidence_and_forms(refused, rf):
    html = render_to_string(
        "admin/applications/_checklist.html", {"data": checklist(refused, act="/act/"), "csrf_token": "t" * 32}
    )
    read_only = render_to_string("admin/applications/_checklist.html", {"data": checklist(refused)})

    refusals, taken_back, acceptances = 17, 17, 1
    forms = refusals + taken_back + acceptances
    assert (html.count('name="item"'), html.count('action="/act/"')) == (forms, forms)
    assert "<form" not in read_only
    assert "abababababab" in read_only
