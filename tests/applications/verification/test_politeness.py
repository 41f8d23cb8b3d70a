"""A look that may not ask the site now comes later: nothing failed, nothing was tried, and the applicant reads when."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.models import SnippetLook, VerificationStep
from applications.selectors.case import case_page
from applications.selectors.checklist import snippet_state
from applications.services.snippet import check_snippet
from applications.services.verify import recheck
from applications.verification.facts import DomainProof
from applications.verification.steps import STEPS
from applications.verification.steps.domain_control import DomainControl
from enamad_portal.kernel import clock, use_cases, work
from enamad_portal.kernel.fetch.bucket_table import FetchBucket
from enamad_portal.kernel.fetch.politeness import PER_DOMAIN, WHOLE_LOOK
from enamad_portal.kernel.fetch.trouble import AskedTooOften
from enamad_portal.kernel.steps import StepState, Verdict
from tests.applications import factories
from tests.applications.services.test_content import open_case
from tests.applications.verification.content.test_site_content import facts

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def empty_bucket(domain):
    FetchBucket.objects.update_or_create(
        key=f"domain:{domain}", defaults={"milli": 0, "at_ms": round(clock.now().timestamp() * 1000)}
    )


@pytest.fixture
def asked(sandbox, at):
    """A case whose owner has asked for another look at its SSL, while nothing may be asked of the site."""
    at(NOW)
    application = open_case(steps=())
    sandbox.shop(application.domain, template="golestan", https_redirect=True, hsts=True)
    VerificationStep.objects.create(
        application=application, key="ssl", state=StepState.FAILED, verdict=Verdict.FAILED, code="tls_expired"
    )
    empty_bucket(application.domain)
    use_cases.run(recheck, application.reference, "ssl", actor=application.business.owner.user.actor())
    return application


def test_fet_13_a_refused_look_runs_again_later_and_counts_no_try(asked, run_jobs, at):
    run_jobs()
    step, job = asked.steps.get(key="ssl"), work.Job.objects.get(kind="applications.fetch")
    assert (step.state, step.code, step.tries) == (StepState.RUNNING, "fetch_busy", 0)
    assert (job.status, job.failures) == (work.JobStatus.DUE, 0)
    assert timedelta(seconds=200) <= job.run_at - NOW <= timedelta(seconds=300)
    assert step.evidence == {"again_at": job.run_at.isoformat()}

    at(job.run_at)
    run_jobs()
    assert asked.steps.get(key="ssl").code == "ssl_good"


def test_fet_13_the_applicant_reads_when_the_look_comes(asked, run_jobs, client):
    run_jobs()
    work.Job.objects.filter(kind="applications.fetch").update(run_at=NOW + timedelta(minutes=4))
    VerificationStep.objects.filter(key="ssl").update(evidence={"again_at": (NOW + timedelta(minutes=4)).isoformat()})
    owner = asked.business.owner.user
    hints = {task.label: task.hint for task in case_page(asked.reference, owner.actor()).steps}
    assert hints[STEPS["ssl"].title].endswith("نوبت بعدی: ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۴.")
    client.force_login(owner)
    page = client.get(f"/panel/{asked.reference}/ssl/").content.decode()
    assert "بررسی در نوبت است" in page
    assert "نوبت بعدی: ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰۴." in page


def test_fet_13_a_snippet_look_is_put_off_too(sandbox, at, run_jobs):
    at(NOW)
    badge = factories.issued_badge(domain="golestan.test")
    empty_bucket("golestan.test")
    use_cases.run(check_snippet, badge.application.reference, actor=badge.application.business.owner.user.actor())
    run_jobs()
    row = SnippetLook.objects.get()
    assert (row.verdict, row.code, row.tries) == (Verdict.UNKNOWN, "fetch_busy", 0)
    assert "نوبت بعدی: ۳۰ آبان ۱۴۰۵، ساعت ۱۲:۰" in snippet_state(badge.pk).said


@pytest.mark.parametrize("key", ["ssl", "content", "snippet"])
def test_fet_13_a_whole_look_fits_in_what_is_waited_for(sandbox, key):
    STEPS[key].look(facts("golestan.test", badge_id="a" * 26))
    spent = PER_DOMAIN.capacity - FetchBucket.objects.get(key="domain:golestan.test").milli / 1000
    assert 0 < spent <= WHOLE_LOOK


def test_dcv_4_a_file_never_passes_without_its_negative_control(sandbox, at):
    """One request is left: the file is seen, the control is not."""
    sandbox.shop("polite.test", tls="valid")
    sandbox.put("polite.test", "file", path="/.well-known/enamad-challenge/abc.txt", text="the-token")
    FetchBucket.objects.create(key="domain:polite.test", milli=1_000, at_ms=round(NOW.timestamp() * 1000))
    at(NOW)
    with pytest.raises(AskedTooOften):
        DomainControl().look(facts("polite.test", proof=DomainProof("file", "the-token", "abc")))
