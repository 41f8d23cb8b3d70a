"""What is typed into a section is kept unchecked, for its owner alone, and goes when the section is saved."""

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.lifecycle import State
from applications.models import Application, SectionDraft
from applications.services.draft import open_business
from applications.services.section_drafts import MOST_CHARACTERS
from applications.services.submit import withdraw
from enamad_portal.kernel import use_cases
from tests.applications import factories
from tests.applications.web.test_section_forms import GOOD, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(client):
    owner = factories.applicant()
    client.force_login(owner.user)
    return use_cases.run(open_business, owner.user.actor(), person_type="natural", mode="normal")


def keep(client, case, section="contact", **typed):
    return client.post(reverse("applications:keep", args=[case.reference, section]), typed)


def shown(client, case, section="contact"):
    form = client.get(f"/panel/{case.reference}/form/{section}/").context["form"]
    return {name: form[name].value() for name in form.fields}


def test_half_an_answer_is_kept_without_a_word_about_it(client, case, at):
    at(factories.NOON)
    answer = keep(client, case, email="mina@", province="07", city="شیر", answering_hours="")

    assert (answer.status_code, "پیش‌نویس ذخیره شد، ساعت ۱۲:۰۰" in answer.content.decode()) == (200, True)
    assert shown(client, case) == {"email": "mina@", "province": "07", "city": "شیر", "answering_hours": ""}
    assert "field-error" not in client.get(f"/panel/{case.reference}/form/contact/").content.decode()
    assert case.business.email == ""


def test_the_newest_words_stand_and_another_device_reads_them(client, case):
    keep(client, case, email="a@b.ir")
    keep(client, case, email="mina@golestan.ir")
    assert SectionDraft.objects.count() == 1
    device = Client()
    device.force_login(case.business.owner.user)
    assert shown(device, case)["email"] == "mina@golestan.ir"


def test_pii_2_a_draft_is_sealed_at_rest(client, case):
    keep(client, case, "place", address="خیابان قناری، پلاک ۴۲", postal_code="8183746511", landline="02188776655")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_sectiondraft")
        row = str([bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchone()])
    assert [word for word in ("قناری", "8183746511", "02188776655") if word in row or str(word.encode()) in row] == []


def test_the_password_of_the_shop_is_never_kept(client, case):
    keep(client, case, "shop_account", needs_account="yes", user_name="tester", password="p@ss")
    page = client.get(f"/panel/{case.reference}/form/shop_account/").content.decode()
    assert SectionDraft.objects.get().typed == {"needs_account": "yes", "user_name": "tester"}
    assert ('hx-params="not password"' in page, 'data-secret="password"' in page) == (True, True)


def test_a_section_with_a_file_has_nothing_to_keep(client, case):
    assert "hx-post" not in client.get(f"/panel/{case.reference}/form/logo/").content.decode()


def test_saving_ends_the_draft(client, case):
    keep(client, case, email="mina@")
    assert fill(client, case.reference, "contact").status_code == 302
    assert SectionDraft.objects.count() == 0
    assert shown(client, case)["email"] == GOOD["contact"]["email"]


def test_words_that_are_saved_already_are_no_draft(client, case):
    fill(client, case.reference, "contact")
    keep(client, case, **GOOD["contact"] | {"city": "شیراز"})
    assert SectionDraft.objects.count() == 1
    keep(client, case, **GOOD["contact"])
    assert SectionDraft.objects.count() == 0


def test_the_owner_goes_back_to_what_is_saved(client, case):
    fill(client, case.reference, "contact")
    keep(client, case, email="mina@")
    answer = client.post(reverse("applications:drop", args=[case.reference, "contact"]))
    assert (answer.status_code, shown(client, case)["email"]) == (302, GOOD["contact"]["email"])


def test_the_case_and_the_check_of_answers_tell_of_a_draft(client, case):
    fill(client, case.reference, "contact")
    keep(client, case, email="mina@")
    tasks = client.get(f"/panel/{case.reference}/").context["page"].sections
    assert [task.status for task in tasks if task.label == "راه‌های تماس"] == ["doing"]
    assert "هنوز ذخیره نشده" in client.get(f"/panel/{case.reference}/check/").content.decode()


def test_a_closed_case_keeps_nothing_and_forgets_what_it_kept(client, case):
    keep(client, case, email="mina@")
    use_cases.run(withdraw, case.reference, actor=case.business.owner.user.actor())
    answer = keep(client, case, email="mina@")
    assert (SectionDraft.objects.count(), answer.status_code) == (0, 409)
    assert "این پرونده بسته است" in answer.content.decode()
    assert "hx-post" not in client.get(f"/panel/{case.reference}/form/contact/").content.decode()


def test_keeping_puts_off_the_archive(client, case):
    Application.objects.update(touched_at=factories.NOON)
    keep(client, case, email="mina@")
    assert Application.objects.get().touched_at > factories.NOON
    assert Application.objects.get().state == State.DRAFT


@pytest.mark.parametrize(
    "typed", ["\0", "\ud800".encode("utf-8", "surrogatepass"), "\u202eيك" * 50, "<b>'\"&", "9" * 9000]
)
def test_any_text_is_kept_as_it_was_typed(client, case, typed):
    assert keep(client, case, email=typed).status_code == 200
    assert client.get(f"/panel/{case.reference}/form/contact/").status_code == 200


def test_a_flood_is_refused_with_its_measure(client, case):
    answer = keep(client, case, email="a" * (MOST_CHARACTERS + 1))
    assert (answer.status_code, "۲۰٬۰۰۰ نویسه" in answer.content.decode()) == (409, True)


def test_authz_1_a_foreign_draft_is_neither_written_nor_read_nor_dropped(client, case):
    keep(client, case, email="mina@")
    client.force_login(factories.applicant("+989121110000", national_code="0499370899").user)
    assert keep(client, case, email="thief@").status_code == 404
    assert client.post(reverse("applications:drop", args=[case.reference, "contact"])).status_code == 404
    assert client.get(f"/panel/{case.reference}/form/contact/").status_code == 404
    assert SectionDraft.objects.get().typed["email"] == "mina@"


def test_a_section_that_the_case_does_not_have_is_not_found(client, case):
    assert (keep(client, case, "turnover").status_code, keep(client, case, "nothing").status_code) == (404, 404)


def test_cities_follow_the_province(client, case):
    cities = client.get("/panel/cities/", {"province": "07"}).content.decode()
    assert (cities.index("شیراز") < cities.index("مرودشت"), "تبریز" in cities) == (True, False)
    assert client.get("/panel/cities/").content.decode().strip() == ""
    wrong = client.get("/panel/cities/", {"province": "99\0"})
    assert (wrong.status_code, "استان" in wrong.content.decode()) == (400, True)
