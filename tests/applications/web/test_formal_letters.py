"""The applicant's pages of his letters: by client, and in Chromium at both widths in light and dark."""

import pytest
from django.urls import reverse

from applications.lifecycle import State
from applications.models import VerificationStep
from applications.services import formal_letters
from enamad_portal.kernel import letter_delivery, organisation, pdf, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.organisation import Organisation
from tests.applications import factories
from tests.applications.services.test_objection import decide, officer

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")


@pytest.fixture
def case():
    """A refused case with its letter."""
    found = factories.application(factories.business(domain="no.test"), State.CONTENT_REVIEW, issued_at=None)
    decide(found, "propose_refusal", officer("a"))
    decide(found, "confirm_refusal", officer("b"))
    return found


@pytest.fixture
def browser(client, case):
    client.force_login(case.business.owner.user)
    return client


def letter(case, kind=formal_letters.REFUSAL):
    return formal_letters.latest(case, kind)


def address(name, case, *more):
    return reverse(f"applications:{name}", args=[case.reference, *more])


def served(case):
    return letter_delivery.served(letter(case)) is not None


def test_the_case_page_lists_the_letters_and_serves_none(case, browser):
    page = browser.get(address("case", case)).content.decode()

    assert [word in page for word in ("نامه‌ها", "رد درخواست", "۱۴۰۵/۰۰۰۰۱", "خوانده‌نشده")] == [True] * 4
    assert not served(case)


def test_the_page_of_the_letter_serves_it_and_counts_the_term(case, browser):
    page_of = address("formal_letter", case, letter(case).pk)
    assert (browser.head(page_of).status_code, served(case)) == (200, False)
    page = browser.get(page_of).content.decode()

    assert [word in page for word in ("سایت مجوز صنف ندارد.", "مهلت پاسخ", "PDF در حال آماده شدن است")] == [True] * 3
    assert served(case)
    assert "خوانده‌نشده" not in browser.get(address("case", case)).content.decode()


def test_who_reads_the_words_on_the_page_of_the_objection_is_served_there(case, browser):
    page = browser.get(address("objection", case)).content.decode()

    assert [word in page for word in ("سایت مجوز صنف ندارد.", "مهلت اعتراض", "ثبت اعتراض")] == [True] * 3
    assert served(case)


@needs_pango
def test_the_stored_paper_is_downloaded_as_soon_as_it_is_drawn(case, browser, run_jobs):
    paper = address("formal_letter_pdf", case, letter(case).pk)
    assert browser.get(paper)["Location"] == address("formal_letter", case, letter(case).pk)
    run_jobs()
    answer = browser.get(paper)

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert "letter-1405-00001.pdf" in answer["Content-Disposition"]
    assert served(case)


def test_authz_1_a_stranger_finds_no_letter(case, client):
    stranger = factories.applicant(mobile="+989121110000", national_code="0012345679")
    own = factories.application(factories.business(stranger, domain="own.ir"))
    client.force_login(stranger.user)

    for name in ("formal_letter", "formal_letter_pdf"):
        for reference_of in (case, own):
            assert client.get(address(name, reference_of, letter(case).pk)).status_code == 404
    assert not served(case)


def test_authz_3_the_suspended_applicant_reads_the_letter_with_the_way_to_appeal(client):
    suspended = suspended_case()
    client.force_login(suspended.business.owner.user)
    page = client.get(address("police", suspended)).content.decode()

    assert [word in page for word in ("تا ۳۰ روز پس از ابلاغ", "مهلت فرجام‌خواهی", "ثبت فرجام‌خواهی")] == [True] * 3
    assert "منفی" not in page


def test_a_late_appellant_is_told_so_in_place_of_the_form(client, at):
    suspended = suspended_case()
    client.force_login(suspended.business.owner.user)
    client.get(address("police", suspended))
    deadline = letter_delivery.deadline(letter(suspended, formal_letters.POLICE_SUSPENSION))
    at(deadline.instant + factories.timedelta(minutes=1))
    client.force_login(suspended.business.owner.user)
    page = client.get(address("police", suspended)).content.decode()

    assert ("فرجام‌خواهی دیگر باز نیست" in page, "ثبت فرجام‌خواهی" in page) == (True, False)


def suspended_case():
    shop = factories.business(factories.applicant(mobile="+989127770001"), domain="suspended.test")
    found = factories.application(shop, State.POLICE_REFUSED, issued_at=None)
    VerificationStep.objects.create(application=found, key="police", state="failed", code="police_negative")
    use_cases.run(formal_letters.of_suspension, found, actor=SYSTEM)
    return found


def test_the_organisation_stands_in_letterhead_and_footer(case, browser):
    names = {"name": "مرکز نمونه", "phone": "02142000420", "email": "info@markaz.ir", "signatory_name": "نوشین راهبر"}
    Organisation.objects.update_or_create(pk=1, defaults=names)
    organisation.forget()
    try:
        later = suspended_case()
        browser.force_login(later.business.owner.user)
        found = letter(later, formal_letters.POLICE_SUSPENSION)
        page = browser.get(address("formal_letter", later, found.pk)).content.decode()
    finally:
        organisation.forget()

    sheet, footer = page.split('<footer class="site-footer">')
    for said in ("مرکز نمونه", "۰۲۱۴۲۰۰۰۴۲۰", "info@markaz.ir"):
        assert (said in sheet, said in footer) == (True, True)
    assert "نوشین راهبر" in sheet


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_these_pages_fit_and_axe_finds_nothing(case, looks, run_jobs):
    looks(case, "case", "letters-case")
    looks(case, "formal_letter", "letter-preparing", letter(case).pk)
    if pdf.available():
        run_jobs()
        looks(case, "formal_letter", "letter-drawn", letter(case).pk)
    looks(case, "objection", "letters-objection")
    looks(suspended_case(), "police", "letters-police")
