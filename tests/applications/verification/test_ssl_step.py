"""The SSL step against real TLS of the sandbox, and what its verdict means for the stars (TLS-1…10)."""

from datetime import UTC, datetime

import pytest

from applications.models import StarRule, VerificationStep
from applications.services.grant import stars_at_issue
from applications.verification.steps import STEPS
from applications.verification.steps.secure_connection import conclude, rows
from enamad_portal.kernel.fetch.tls_findings import TlsCheck, TlsCode, TlsReport, failed, passed, unknown, warned
from enamad_portal.kernel.steps import StepState, Verdict
from tests.applications.services.test_content import open_case
from tests.applications.verification.content.test_site_content import facts


def look(domain):
    return STEPS["ssl"].look(facts(domain))


def codes(finding):
    return {row["check"]: row["code"] for row in finding.evidence["findings"]}


@pytest.mark.django_db
def test_tls_1_a_good_shop_passes(sandbox):
    finding = look("golestan.test")

    assert (finding.verdict, finding.code) == (Verdict.PASSED, "ssl_good")
    assert codes(finding) | {"revocation": ""} == dict.fromkeys(codes(finding), "fine") | {"revocation": ""}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tls", "code"),
    [
        ("off", "tls_no_https_redirect"),
        ("expired", "tls_expired"),
        ("wrong_name", "tls_name_mismatch"),
    ],
)
def test_tls_1_a_bad_certificate_fails_with_its_own_reason(sandbox, tls, code):
    sandbox.shop("badtls.test", template="golestan", tls=tls, https_redirect=True)

    finding = look("badtls.test")

    assert (finding.verdict, finding.code) == (Verdict.FAILED, code)
    assert STEPS["ssl"].words[code]


@pytest.mark.django_db
def test_tls_5_a_shop_that_stays_on_http_fails(sandbox):
    sandbox.shop("plain.test", template="golestan")

    assert look("plain.test").code == "tls_no_https_redirect"


@pytest.mark.django_db
def test_tls_6_a_missing_hsts_header_is_a_warning_only(sandbox):
    sandbox.shop("nohsts.test", template="golestan", https_redirect=True)

    finding = look("nohsts.test")

    assert (finding.verdict, finding.code, codes(finding)["hsts"]) == (
        Verdict.PASSED,
        "ssl_good_with_warnings",
        "hsts_missing",
    )


@pytest.mark.django_db
def test_tls_7_a_form_that_leaves_over_http_fails(sandbox):
    sandbox.shop("form.test", template="golestan", https_redirect=True)
    sandbox.put("form.test", "body", html='<form action="http://form.test/login"><input type="password"></form>')

    finding = look("form.test")

    assert (finding.verdict, finding.code) == (Verdict.FAILED, "tls_plain_http_element")


@pytest.mark.django_db
def test_tls_9_a_silent_site_is_unknown_and_never_a_fail(sandbox):
    sandbox.shop("mute.test", template="golestan", down=True)

    assert look("mute.test").verdict is Verdict.UNKNOWN


FINE = passed(TlsCheck.CHAIN)


@pytest.mark.parametrize(
    ("finding", "verdict", "code"),
    [
        (FINE, Verdict.PASSED, "ssl_good"),
        (warned(TlsCheck.HSTS, TlsCode.HSTS_SHORT), Verdict.PASSED, "ssl_good_with_warnings"),
        (unknown(TlsCheck.CHAIN), Verdict.UNKNOWN, "tls_not_seen"),
        (failed(TlsCheck.LEAF, TlsCode.WEAK_KEY), Verdict.FAILED, "tls_weak_key"),
    ],
)
def test_tls_9_each_report_has_one_conclusion(finding, verdict, code):
    done = conclude(TlsReport("x.test", (finding,), {}, "1"), passed(TlsCheck.FORMS))

    assert (done.verdict, done.code) == (verdict, code)
    assert [row["verdict"] for row in rows(done.evidence)] == [finding.verdict.value, "pass"]


def test_every_code_of_the_tls_check_has_words():
    assert {f"tls_{code.value}" for code in TlsCode} <= set(STEPS["ssl"].words)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "base", "stars"),
    [
        (StepState.PASSED, 1, 2),
        (StepState.FAILED, 1, 1),
        (StepState.WAIVED, 1, 1),
        (StepState.PASSED, 0, 0),
        (None, 1, 1),
    ],
)
def test_ssl_gives_the_second_star_at_issue(state, base, stars):
    row = open_case(steps=(), stars=base)
    if state:
        when = datetime(2026, 11, 21, tzinfo=UTC)
        VerificationStep.objects.create(application=row, key="ssl", state=state, verified_at=when)

    assert stars_at_issue(row) == stars


@pytest.mark.django_db
def test_under_the_ranking_rule_ssl_gives_no_star():
    row = open_case(steps=())
    VerificationStep.objects.create(
        application=row, key="ssl", state=StepState.PASSED, verified_at=datetime(2026, 11, 21, tzinfo=UTC)
    )
    StarRule.objects.create(second_star="ranking", valid_from="2020-10-07", clause="آغاز رتبه‌بندی، ۱۶ مهر ۱۳۹۹")

    assert stars_at_issue(row) == 1
