"""Letters on the desk: the panel of the case, the paper, the Post by hand, and the register that hides what it must."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.lifecycle import State
from applications.models import Reveal
from applications.services import claims, formal_letters, review
from enamad_portal.kernel import letter_delivery, pdf, use_cases
from enamad_portal.kernel.actors import SYSTEM, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from tests.accounts.staff_member import member, sign_in
from tests.applications import factories
from tests.applications.factories import NOON
from tests.applications.review_case import officer, on_the_desk

pytestmark = pytest.mark.django_db
BASE = "/admin/applications/application/case"
REGISTER = "/admin/kernel/formalletter/"
needs_pango = pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def case():
    """A case sent back for correction, with its letter."""
    found, who = on_the_desk(), officer("first")
    use_cases.run(claims.claim, found.pk, actor=who.actor())
    use_cases.run(review.request_correction, found.pk, reasons=["terms_missing"], text="کامل کنید.", actor=who.actor())
    return found


@pytest.fixture
def suspended():
    shop = factories.business(factories.applicant("+989127770001", national_code="0012345679"), domain="suspended.test")
    found = factories.application(shop, State.POLICE_REFUSED, issued_at=None)
    use_cases.run(formal_letters.of_suspension, found, actor=SYSTEM)
    return found


def entered(client, role):
    member(role.value, role)
    sign_in(client, role.value)
    return client


def letter(case):
    return formal_letters.letters_of(case)[0]


def text(answer):
    return answer.content.decode()


def test_the_case_page_tells_how_a_letter_went_out(client, case):
    page = text(entered(client, Role.REVIEWER).get(f"{BASE}/{case.reference}/"))

    for said in ("بازگرداندن برای اصلاح", "۱۴۰۵/۰۰۰۰۱", "پنل: هنوز خوانده نشده", "پیامک: در صف", "هنوز ابلاغ نشده است"):
        assert said in page


def test_pii_4_the_paper_on_the_desk_masks_the_name(client, case):
    page = text(entered(client, Role.REVIEWER).get(f"{BASE}/{case.reference}/letter/{letter(case).pk}/"))

    assert ("م••• ن•••، کسب‌وکار «گلستان»" in page, "نگارنده" in page, "کامل کنید." in page) == (True, False, True)


@needs_pango
def test_pii_4_the_pdf_is_handed_out_against_a_reason(client, case, run_jobs):
    run_jobs()
    browser, address = entered(client, Role.REVIEWER), f"{BASE}/{case.reference}/letter/{letter(case).pk}/pdf/"
    assert (browser.get(address).status_code, browser.post(address, {"reason": ""}).status_code) == (405, 409)
    answer = browser.post(address, {"reason": "چاپ برای پست"})

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert [(row.field, row.reason) for row in Reveal.objects.all()] == [("name", "چاپ برای پست")]


@needs_pango
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE])
def test_roles_that_see_no_names_get_no_pdf(client, case, run_jobs, role):
    run_jobs()
    browser, address = entered(client, role), f"{BASE}/{case.reference}/letter/{letter(case).pk}/"

    assert "دریافت PDF" not in text(browser.get(address))
    assert browser.post(f"{address}pdf/", {"reason": "کنجکاوی"}).status_code == 409
    assert Reveal.objects.count() == 0


def test_the_post_by_hand_is_noted_on_the_panel(client, case, at):
    browser, act = entered(client, Role.SUPPORT), f"{BASE}/{case.reference}/panel/formal-letters/"
    browser.post(act, {"letter": letter(case).pk, "act": "posted", "tracking": "RR123"})
    at(NOON + factories.timedelta(days=3))
    sign_in(client, Role.SUPPORT.value, drift=1)
    page = text(browser.get(f"{BASE}/{case.reference}/"))
    assert ("RR۱۲۳" in page, "پست تحویل داد" in page) == (True, True)
    browser.post(act, {"letter": letter(case).pk, "act": "arrived", "day": "فردا"})
    assert letter_delivery.served(letter(case)) is None
    browser.post(act, {"letter": letter(case).pk, "act": "arrived", "day": "۱۴۰۵/۰۹/۰۲"})

    assert jalali.iso(letter_delivery.served(letter(case)).served_at) == "1405-09-02"


def test_authz_3_the_panel_and_the_paper_of_a_suspension_are_the_liaisons(client, suspended):
    address = f"{BASE}/{suspended.reference}/letter/{letter(suspended).pk}/"
    browser = entered(client, Role.SENIOR_REVIEWER)
    assert (
        "نامه‌های رسمی" in text(browser.get(f"{BASE}/{suspended.reference}/")),
        browser.get(address).status_code,
    ) == (
        False,
        404,
    )
    assert browser.post(f"{address}pdf/", {"reason": "کنجکاوی"}).status_code == 404
    browser.logout()
    browser = entered(client, Role.POLICE_LIAISON)

    assert "نامه‌های رسمی" in text(browser.get(f"{BASE}/{suspended.reference}/"))
    assert browser.get(address).status_code == 200


def test_the_register_shows_every_number_and_masks_what_a_role_may_not_know(client, case, suspended):
    page = text(entered(client, Role.AUDITOR).get(REGISTER))

    assert ("۱۴۰۵/۰۰۰۰۱" in page, "۱۴۰۵/۰۰۰۰۲" in page, "محرمانه" in page) == (True, True, True)
    assert ("تعلیق پرونده" in page, suspended.reference in page, case.reference in page) == (False, False, True)


@pytest.mark.parametrize(("role", "found"), [(Role.AUDITOR, False), (Role.POLICE_LIAISON, True)])
def test_authz_3_no_search_finds_a_hidden_letter_by_its_case(client, suspended, role, found):
    browser = entered(client, role)

    for words in (suspended.reference, suspended.reference.upper()):
        assert ("۱۴۰۵/۰۰۰۰۱" in text(browser.get(REGISTER, {"q": words}))) is found
    assert "۱۴۰۵/۰۰۰۰۱" in text(browser.get(REGISTER, {"q": "۱۴۰۵/۱"}))


def test_authz_3_the_page_of_a_hidden_row_tells_its_number_alone(client, suspended):
    page = text(entered(client, Role.AUDITOR).get(f"{REGISTER}{letter(suspended).pk}/change/"))

    assert "۱۴۰۵/۰۰۰۰۱" in page
    assert [word for word in ("تعلیق", suspended.reference, "پیامک") if word in page] == []


def test_authz_3_the_chain_s_rows_of_a_hidden_letter_are_hidden_too(client, suspended):
    row = AuditEntry.objects.get(action="letter_issued")
    page = f"/admin/kernel/auditentry/{row.pk}/change/"
    assert entered(client, Role.AUDITOR).get(page).status_code == 302, "as a row that is not there"
    assert row.subject not in text(client.get("/admin/kernel/auditentry/"))


def test_the_register_is_only_read(client, case):
    browser = entered(client, Role.ADMINISTRATOR)

    assert browser.get(f"{REGISTER}add/").status_code == 403
    assert browser.post(f"{REGISTER}{letter(case).pk}/delete/").status_code == 403
    assert "deletelink" not in text(browser.get(f"{REGISTER}{letter(case).pk}/change/"))


def test_the_register_asks_as_much_for_three_letters_as_for_one(client, case, django_assert_num_queries):
    browser = entered(client, Role.AUDITOR)
    browser.get(REGISTER)
    with CaptureQueriesContext(connection) as one:
        browser.get(REGISTER)
    for place in range(2):
        shop = factories.business(case.business.owner, domain=f"more{place}.ir")
        more = factories.application(shop, State.POLICE_REFUSED, issued_at=None)
        use_cases.run(formal_letters.of_suspension, more, actor=SYSTEM)
    with django_assert_num_queries(len(one)):
        browser.get(REGISTER)


def test_the_officer_sees_the_letter_before_he_sends_it(client):
    case = on_the_desk()
    browser = entered(client, Role.REVIEWER)
    browser.post(f"{BASE}/{case.reference}/claim/")
    page = text(
        browser.post(
            f"{BASE}/{case.reference}/decide/request_correction/",
            {"reasons": ["terms_missing"], "text": "قوانین را بنویسید.", "look": "1"},
        )
    )

    for said in ("موضوع: بازگرداندن درخواست نماد", "قوانین را بنویسید.", "ماده‌های ۳۳، ۳۴ و ۳۷", "چه باید کرد"):
        assert said in page
