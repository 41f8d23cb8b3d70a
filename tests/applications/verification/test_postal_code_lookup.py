"""The Post's answer against what the applicant wrote."""

from datetime import date

import pytest

from applications.verification.facts import CaseFacts
from applications.verification.steps.postal_code_lookup import PostalCodeLookup
from applications.verification.words import sentence
from enamad_portal.kernel.steps import Verdict

FACTS = {
    "postal_code": "1193653594",
    "province": "23",
    "city": "تهران",
    "address": "خیابان آزادی، کوچه گلستان، پلاک ۹۴",
}


def found(**changes):
    fixed = ("r-1", "shop.test", "مینا", "رستمی", "0012345679", date(1986, 8, 3), "", "", "گلستان", "natural")
    return PostalCodeLookup().ask(CaseFacts(*fixed, **FACTS | changes), "r-1-postal_code-1")


def test_the_same_place_passes_and_the_street_of_the_post_is_not_kept(sandbox):
    finding = found()
    assert (finding.verdict, finding.code) == (Verdict.PASSED, "postal_code_matched")
    assert set(finding.evidence) == {"post_province", "post_city", "words_of_post", "words_found"}
    assert "آزادی" not in str(finding.evidence)


@pytest.mark.parametrize("spelling", ["تهران", " تهران ", "تهــران"])
def test_spelling_of_the_keyboard_does_not_matter(sandbox, spelling):
    assert found(city=spelling, address="خيابان آزادي كوچه گلستان پلاك 94").verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"province": "07"}, "postal_code_province_differs"),
        ({"city": "ری"}, "postal_code_city_differs"),
        ({"address": "خیابان ولیعصر، کوچه بهار، پلاک ۱۲"}, "postal_code_address_differs"),
        ({"address": "خیابان، کوچه، پلاک"}, "postal_code_address_differs"),
    ],
)
def test_a_difference_goes_to_an_officer_and_never_fails_the_applicant(sandbox, changes, code):
    finding = found(**changes)
    assert (finding.verdict, finding.code) == (Verdict.UNSURE, code)
    assert "کارشناس" in sentence("postal_code", code)


def test_an_unknown_code_fails_with_the_cure(sandbox):
    finding = found(postal_code="1193653999")
    assert (finding.verdict, finding.code) == (Verdict.FAILED, "postal_code_unknown")
    assert "قبض" in sentence("postal_code", finding.code)
