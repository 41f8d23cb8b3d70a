"""The landline's and the letter's pages as they look."""

import pytest

from applications.services.letters import report
from enamad_portal.kernel import use_cases
from tests.applications.address_case import letter, open_case, pay_postage, step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_landline_page_before_between_and_after_a_call(sandbox, run_jobs, looks):
    case = open_case("landline")
    looks(case, "landline", "landline-ways")
    looks(case, "landline", "landline-shown", press="کد را نشان بده، من تماس می‌گیرم")
    case = open_case("landline", domain="silent.test", landline="+982188776000", owner=case.business.owner)
    looks(case, "landline", "landline-called", press="با من تماس بگیرید")


def test_the_letters_page_from_postage_to_its_end(sandbox, run_jobs, looks):
    case = open_case("postal", postal_code="1193653777")
    looks(case, "postal", "postal-pay")
    pay_postage(case, sandbox)
    run_jobs()
    looks(case, "postal", "postal-on-the-way")
    looks(case, "postal", "postal-refused", press="تأیید نشانی")
    use_cases.run(report, letter(case).serial, "returned")
    assert step(case, "postal").code == "letter_returned"
    looks(case, "postal", "postal-returned")
