"""The register of companies through the sandbox: alive, of this name, and spoken for by these people."""

import pytest

from applications.verification.facts import CaseFacts, CompanyFacts
from applications.verification.steps.company_registry import CompanyRegistered
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.steps import Verdict
from enamad_portal.sandbox.magic import GOOD_LEGAL_ID, legal_id

NAME = "شرکت بازرگانی نمونه"
APPLICANT, DIRECTOR = "0013542419", "0499370899"


def finding(capacity="managing_director", director=APPLICANT, name=NAME, company=GOOD_LEGAL_ID):
    facts = CaseFacts(
        reference="c0mpany",
        domain="golestan.test",
        first_name="مینا",
        last_name="رستمی",
        national_code=APPLICANT,
        birth_date=jalali.to_gregorian(1365, 5, 12),
        mobile="+989121234567",
        email="mina@golestan.test",
        shop_name="گلستان",
        person_type="legal",
        company=CompanyFacts(company, name, director, capacity),
    )
    return CompanyRegistered().ask(facts, "c0mpany-company-1")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({}, "company_registered"),
        ({"name": "بازرگانی  نمونه"}, "company_registered"),
        ({"name": "شركت بازرگاني نمونه"}, "company_registered"),
        ({"name": "شرکت بازرگانی دیگر"}, "company_name_differs"),
        ({"company": legal_id("1038028401")}, "company_not_found"),
        ({"company": legal_id("1038028402")}, "company_dissolved"),
        ({"company": legal_id("1038028403")}, "company_director_differs"),
        ({"director": DIRECTOR}, "company_applicant_no_director"),
        ({"director": DIRECTOR, "capacity": "board_member"}, "company_registered"),
        ({"director": DIRECTOR, "capacity": "attorney"}, "company_registered"),
    ],
)
def test_what_the_register_says_and_what_it_means(sandbox, answers, code):
    found = finding(**answers)
    assert found.code == code
    assert found.verdict is (Verdict.PASSED if code == "company_registered" else Verdict.FAILED)
    assert CompanyRegistered.words[code]


def test_pii_1_evidence_names_no_person(sandbox):
    shown = str(finding().evidence)
    assert (APPLICANT in shown, "رستمی" in shown, GOOD_LEGAL_ID in shown) == (False, False, True)
