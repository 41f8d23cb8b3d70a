"""One person, one account; and nobody learns who has one before civil registry and Shahkar have both said yes."""

import pytest

from applications.lifecycle import State
from applications.models import Applicant, Application
from applications.services import review
from applications.services.claims import claim
from applications.services.draft import fill_section, introduce_applicant, reopened_by_person
from applications.services.submit import submit
from applications.services.verify import conclude, recheck, settle
from applications.verification.words import sentence
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import SYSTEM, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Finding, StepState, Verdict
from enamad_portal.sandbox.magic import NOT_OWN_MOBILE, national_code
from tests.applications import factories
from tests.applications.review_case import officer

pytestmark = pytest.mark.django_db
EARLIER, LATER = "+989351110001", "+989351110002"
run = use_cases.run


def submitted(mobile, domain, code=factories.CANARIES["national_code"], owner=None):
    """A micro application just submitted; nothing has been asked yet."""
    owner = owner or factories.applicant(mobile, national_code=code)
    shop = factories.business(owner, domain=domain)
    case = factories.application(
        shop, State.DRAFT, submitted_at=None, issued_at=None, done_sections=["shop", "activity", "contact", "turnover"]
    )
    run(submit, case.reference, actor=owner.user.actor())
    return case


def outcome(case, *keys):
    rows = {step.key: (step.state, step.code) for step in case.steps.all()}
    return [rows[key] for key in keys or ("identity", "mobile")]


MATCHED = [("passed", "identity_matched"), ("passed", "mobile_owned")]
HELD = [("failed", "identity_other_account"), ("passed", "mobile_owned")]


def test_auth_4_a_second_account_of_the_same_person_is_refused_with_what_to_do(sandbox, run_jobs):
    first = submitted(EARLIER, "first.test")
    run_jobs()
    second = submitted(LATER, "second.test")
    run_jobs()
    assert (outcome(first), outcome(second)) == (MATCHED, HELD)
    said = sentence("identity", "identity_other_account")
    assert [word in said for word in ("با همان شماره وارد شوید", "پشتیبانی", "۰۹")] == [True, True, False]
    holders = Applicant.objects.filter(matched_at__isnull=False).values_list("user__mobile_key", flat=True)
    assert list(holders) == [first.business.owner.user.mobile_key]


@pytest.mark.parametrize("order", [("identity", "mobile"), ("mobile", "identity")])
def test_auth_4_it_is_refused_whichever_answer_comes_last(order):
    factories.applicant(EARLIER, matched_at=factories.NOON)
    case = submitted(LATER, "second.test")
    found = {"identity": "identity_matched", "mobile": "mobile_owned"}
    seen = []
    for key in order:
        run(conclude, case.steps.get(key=key).pk, 1, Finding(Verdict.PASSED, found[key]))
        seen.append(case.steps.get(key="identity").code)
    assert outcome(case) == HELD
    assert seen == [found["identity"] if order[0] == "identity" else "", "identity_other_account"]


def test_auth_4_a_stranger_with_my_data_and_his_telephone_learns_nothing(sandbox, run_jobs):
    code = national_code(f"001234{NOT_OWN_MOBILE}")
    before = submitted(EARLIER, "before.test", code)
    run_jobs()
    factories.applicant("+989351110003", national_code=code, matched_at=factories.NOON)
    after = submitted(LATER, "after.test", code)
    run_jobs()
    assert outcome(before) == outcome(after) == [("passed", "identity_matched"), ("failed", "mobile_of_another")]
    recorded = AuditEntry.objects.filter(subject=after.steps.get(key="identity").subject_key)
    assert list(recorded.values_list("action", flat=True)) == ["start", "pass"]


def test_one_account_has_many_businesses(sandbox, run_jobs):
    first = submitted(EARLIER, "first.test")
    run_jobs()
    second = submitted("", "second.test", owner=first.business.owner)
    run_jobs()
    assert (outcome(first), outcome(second)) == (MATCHED, MATCHED)


def test_an_officer_who_accepts_the_second_account_lets_its_case_go_on(sandbox, run_jobs):
    factories.applicant(EARLIER, matched_at=factories.NOON)
    case, who = submitted(LATER, "second.test"), officer("senior", Role.SENIOR_REVIEWER)
    run_jobs()
    run(claim, case.pk, actor=who.actor())
    run(review.accept_step, case.pk, "identity", note="شماره پیشین را گم کرده است.", actor=who.actor())
    assert outcome(case) == [("passed", "identity_other_account"), ("passed", "mobile_owned")]


def test_asked_again_it_is_refused_again_until_the_earlier_account_is_released(sandbox, run_jobs):
    twin = factories.applicant(EARLIER, matched_at=factories.NOON)
    case = submitted(LATER, "second.test")
    run_jobs()
    run(recheck, case.reference, "identity", actor=case.business.owner.user.actor())
    run_jobs()
    assert outcome(case) == HELD
    Applicant.objects.filter(pk=twin.pk).update(matched_at=None)
    run(recheck, case.reference, "identity", actor=case.business.owner.user.actor())
    run_jobs()
    assert outcome(case) == MATCHED


def as_stated(owner, **changes):
    stated = {name: getattr(owner, name) for name in ("first_name", "last_name", "national_code", "birth_date")}
    return stated | changes


def test_corrected_data_are_checked_anew_and_an_answer_about_the_old_ones_means_nothing(sandbox, run_jobs):
    case = submitted(EARLIER, "first.test", national_code(f"001234{NOT_OWN_MOBILE}"))
    run_jobs()
    owner = Applicant.objects.get(pk=case.business.owner_id)
    stale, mine = case.steps.get(key="identity"), as_stated(owner, national_code=national_code("001234567"))
    assert reopened_by_person(owner, mine) == ["identity"]
    run(introduce_applicant, owner.user.actor(), **mine)
    assert outcome(case) == [("running", ""), ("running", "")]
    run(conclude, stale.pk, stale.round, Finding(Verdict.PASSED, "identity_matched"))
    assert outcome(case) == [("running", ""), ("running", "")]
    run_jobs()
    assert outcome(case) == MATCHED
    with pytest.raises(Refused, match="identity_matched"):
        run(introduce_applicant, owner.user.actor(), **as_stated(owner))


def test_the_same_data_again_reopen_nothing(sandbox, run_jobs):
    case = submitted(EARLIER, "first.test", national_code(f"001234{NOT_OWN_MOBILE}"))
    run_jobs()
    owner = Applicant.objects.get(pk=case.business.owner_id)
    before = outcome(case)
    run(introduce_applicant, owner.user.actor(), **as_stated(owner))
    assert outcome(case) == before


def test_a_draft_that_a_new_domain_has_made_reopens_what_is_changed_in_it(sandbox):
    """Otherwise a line proved for one number would pass for another (issue 2: change of an answer)."""
    case = submitted(EARLIER, "first.test")
    actor = case.business.owner.user.actor()
    shop = {"name_fa": "گلستان", "name_latin": "Golestan", "domain": "other.test"}
    run(fill_section, case.reference, "shop", shop, actor=actor)
    email = case.steps.get(key="email")
    run(STEP_LIFECYCLE.fire, email, "prompt", actor=SYSTEM)
    run(lambda: settle(Application.objects.get(pk=case.pk), email, Finding(Verdict.PASSED, "email_returned")))
    assert Application.objects.get(pk=case.pk).state == State.DRAFT
    contact = {"email": "new@other.test", "province": "23", "city": "تهران", "answering_hours": "۹ تا ۱۷"}
    run(fill_section, case.reference, "contact", contact, actor=actor)
    assert case.steps.get(key="email").state == StepState.NOT_STARTED
