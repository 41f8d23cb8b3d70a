"""The pages of the landline and of the letter, as the applicant meets them."""

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from applications.lifecycle import InvoiceState
from applications.models import Invoice
from applications.services.letters import report
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.codes import copied_right
from enamad_portal.kernel.steps import StepState
from tests.applications.address_case import codes_of, letter, letters_to, open_case, pay_postage, step, until

pytestmark = pytest.mark.django_db


class Applicant:
    def __init__(self, case):
        self.case, self.client = case, Client()
        self.client.force_login(case.business.owner.user)

    def path(self, name):
        return reverse(f"applications:{name}", args=[self.case.reference])

    def opens(self, name):
        return self._read(self.client.get(self.path(name)))

    def sends(self, name, **answers):
        return self._read(self.client.post(self.path(name), answers))

    def _read(self, answer):
        self.status, self.location = answer.status_code, answer.headers.get("Location", "")
        return html.fromstring(answer.content or "<html></html>")


@pytest.fixture
def caller(sandbox):
    return Applicant(open_case("landline"))


@pytest.fixture
def writer(sandbox, run_jobs):
    applicant = Applicant(open_case("postal"))
    run_jobs()
    return applicant


@pytest.fixture
def receiver(writer, sandbox, run_jobs):
    pay_postage(writer.case, sandbox)
    run_jobs()
    assert until(lambda: len(letters_to(writer.case, sandbox)), 1) == 1
    return writer


def words(page):
    return " ".join(page.xpath("//main")[0].text_content().split())


# Landline


def test_the_landline_page_offers_both_ways_and_promises_no_more_than_a_number(caller):
    page = caller.opens("landline")
    assert caller.status == 200
    assert {"ما تماس می‌گیریم", "شما تماس می‌گیرید"} <= {one.text_content() for one in page.xpath("//h2")}
    assert "محل کسب‌وکار با نامه پستی تأیید می‌شود" in words(page)
    assert "021 8877 6655" in words(page).replace("\xa0", " ")


def test_asking_for_a_call_leads_to_the_box_for_its_code(caller, run_jobs):
    assert caller.opens("landline").xpath("//input[@name='code']") == []
    caller.sends("landline_call")
    assert (caller.status, caller.location) == (302, caller.path("landline"))
    assert len(caller.opens("landline").xpath("//input[@name='code']")) == 1


def test_the_shown_code_stands_in_one_answer_only(caller):
    page = caller.sends("landline_show")
    shown = page.xpath("//code/text()")[0]
    assert (caller.status, len(shown), shown.isdigit()) == (200, 6, True)
    assert "021 4200 0420" in words(page).replace("\xa0", " ")
    assert shown not in words(caller.opens("landline"))


def test_too_many_calls_are_refused_with_the_minutes(caller):
    for _ in range(3):
        caller.sends("landline_call")
    assert "دقیقه دیگر" in words(caller.sends("landline_call"))
    assert caller.status == 409
    caller.sends("landline_show")
    assert caller.status == 409


def test_a_wrong_spoken_code_says_so_beside_its_box(caller, run_jobs):
    caller.sends("landline_call")
    run_jobs()
    page = caller.sends("landline", code="۰۰۰۰۰۰")
    assert caller.status in {400, 302}
    assert caller.status == 302 or "کد درست نیست" in words(page)


def test_without_a_number_of_ours_only_we_call(caller, settings):
    settings.PORTAL_LANDLINE = ""
    assert [one.text_content() for one in caller.opens("landline").xpath("//main//h2")] == ["ما تماس می‌گیریم"]


# Letter


def test_the_page_names_address_and_price_before_paying(writer):
    page = words(writer.opens("postal"))
    assert "خیابان آزادی، کوچه گلستان، پلاک ۹۴" in page
    assert "۱۷٬۰۰۰ تومان" in page


def test_paying_leads_to_the_bank_and_back_to_the_letter(writer, sandbox):
    writer.sends("postal_pay")
    assert (writer.status, writer.location.startswith(f"{sandbox.url}/pay/")) == (302, True)
    authority = writer.location.rsplit("/", 1)[-1]
    back = sandbox.press(authority)["return_url"].split("?", 1)[1]
    answer = writer.client.get(f"{writer.path('postal_return')}?{back}")
    assert (answer.status_code, answer.headers["Location"]) == (302, writer.path("postal"))
    assert Invoice.objects.get(application=writer.case).state == InvoiceState.PAID
    assert "سفارش داده شد" in words(writer.opens("postal"))


def test_one_code_is_taken_and_the_other_asked_for(receiver, sandbox):
    first, second = codes_of(receiver.case, sandbox)
    receiver.sends("postal", code_1=second)
    assert (receiver.status, receiver.location) == (302, receiver.path("postal"))
    page = receiver.opens("postal")
    assert page.xpath("//input[starts-with(@name, 'code_')]/@name") == ["code_1"]
    receiver.sends("postal", code_1=first.lower())
    assert (receiver.status, receiver.location) == (302, receiver.path("case"))
    assert step(receiver.case, "postal").state == StepState.PASSED


def other_code(code):
    """A well-formed code that is not this one."""
    bare = code.replace("-", "")
    body = bare[:7] + ("0" if bare[7] != "0" else "1")
    return next(body + check for check in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if copied_right(body + check))


def test_a_wrong_code_is_told_beside_its_box_and_the_right_one_kept(receiver, sandbox):
    first, second = codes_of(receiver.case, sandbox)
    page = receiver.sends("postal", code_1=other_code(first), code_2=second)
    assert receiver.status == 400
    assert "از آن این نامه نیست" in words(page)
    assert letter(receiver.case).tries == 1


@pytest.mark.parametrize("slip", ["", "123", "K7QM-2R9T-U", "ک" * 9, "۱۲۳۴-۵۶۷۸-۹", "A" * 300])
def test_a_slip_of_the_pen_costs_no_try(receiver, slip):
    receiver.sends("postal", code_1=slip)
    assert (receiver.status, letter(receiver.case).tries) == (400, 0)


def test_a_returned_letter_says_what_to_do_and_asks_for_a_new_one(receiver):
    use_cases.run(report, letter(receiver.case).serial, "returned")
    page = words(receiver.opens("postal"))
    assert "برگشت خورد" in page
    assert "نامه تازه می‌خواهم" in page
    receiver.sends("postal_again")
    assert "هزینه پست" in words(receiver.opens("postal"))


def test_a_lost_letter_is_offered_again_for_nothing(receiver):
    use_cases.run(report, letter(receiver.case).serial, "lost")
    assert "(رایگان)" in words(receiver.opens("postal"))
    receiver.sends("postal_again")
    assert step(receiver.case, "postal").state == StepState.ASKED


def test_authz_1_the_pages_of_another_are_not_found(receiver, sandbox):
    stranger = Applicant(open_case("landline", domain="stranger.test", mobile="+989121110000"))
    stranger.case = receiver.case
    for name in ("postal", "landline"):
        stranger.opens(name)
        assert stranger.status == 404
    for name in ("postal_pay", "postal_again", "landline_call", "landline_show"):
        stranger.sends(name)
        assert stranger.status == 404


def test_a_letter_on_its_way_has_its_page_in_the_case(receiver):
    links = receiver.opens("case").xpath("//a/@href")
    assert receiver.path("postal") in links


def test_a_challenge_is_not_asked_again_through_the_page_of_failed_checks(receiver):
    use_cases.run(report, letter(receiver.case).serial, "returned")
    answer = receiver.client.post(reverse("applications:step", args=[receiver.case.reference, "postal"]))
    assert (answer.status_code, step(receiver.case, "postal").state) == (302, StepState.FAILED)
