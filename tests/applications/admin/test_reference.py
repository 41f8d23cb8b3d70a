"""Reference data in the admin: versions with a first day, nothing past rewritten, every change on the chain."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications import policy
from applications.lifecycle import State
from applications.models import ChecklistItem, CommitmentText, Fee, Limit, Requirement
from applications.services.commit import accept_commitment, text_hash
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from tests.accounts.staff_member import member, sign_in
from tests.applications import factories
from tests.applications.factories import NOON

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
"""۳۰ آبان ۱۴۰۵."""
LATER = date(2026, 12, 22)
"""۱ دی ۱۴۰۵."""


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def browser(client):
    member("admin", Role.ADMINISTRATOR)
    sign_in(client, "admin")
    return client


def page(row_or_model, what, *args):
    return reverse(f"admin:{row_or_model._meta.app_label}_{row_or_model._meta.model_name}_{what}", args=args)


def change(row):
    return page(row, "change", row.pk)


def text_of(response):
    return response.content.decode()


def errors_of(response):
    return " ".join(re.findall(r'<ul class="errorlist"[^>]*>(.*?)</ul>', text_of(response), re.DOTALL))


def actions():
    rows = AuditEntry.objects.filter(action__startswith="reference").order_by("seq")
    return list(rows.values_list("subject", "action"))


def fee(kind="micro_year_1"):
    return Fee.objects.get(kind=kind, valid_to=None)


def new_fee(browser, first_day, amount=600_000, follows=None, **more):
    values = {"kind": "micro_year_1", "amount_rial": amount, "valid_from": first_day, "clause": "مصوبه تازه"} | more
    return browser.post(page(Fee, "add") + (f"?follows={follows.pk}" if follows else ""), values)


def test_two_fees_never_hold_on_one_day(browser):
    answer = new_fee(browser, "1405/10/01")
    assert (answer.status_code, Fee.objects.filter(amount_rial=600_000).exists()) == (400, False)
    assert "در این بازه ردیف دیگری از همین قاعده هست" in errors_of(answer)
    assert "جانشین" in errors_of(answer)


def test_a_row_before_a_later_one_must_end_where_that_begins(browser):
    new_fee(browser, "1406/01/01", follows=fee())
    answer = new_fee(browser, "1405/10/01", follows=Fee.objects.get(valid_to=date(2027, 3, 21)))
    assert "پایان این ردیف را ۱ فروردین ۱۴۰۶ یا پیش از آن بگذارید" in errors_of(answer)


def test_a_successor_ends_the_row_it_follows_on_its_own_first_day(browser):
    old = fee()
    assert f"?follows={old.pk}" in text_of(browser.get(change(old)))
    form = text_of(browser.get(page(Fee, "add") + f"?follows={old.pk}"))
    assert 'value="500000"' in form
    assert new_fee(browser, "1405/10/01", follows=old).status_code == 302
    old.refresh_from_db()
    new = Fee.objects.get(amount_rial=600_000)
    assert (old.valid_to, new.valid_from, new.valid_to) == (LATER, LATER, None)
    assert policy.fee("micro_year_1", LATER - timedelta(days=1)) == old
    assert policy.fee("micro_year_1", LATER) == new
    keys = (f"applications.fee:{new.pk}", f"applications.fee:{old.pk}")
    assert set(actions()) == {(keys[0], "reference_added"), (keys[1], "reference_ended")}


def test_a_row_that_follows_another_rule_ends_nothing(browser):
    old = fee()
    answer = new_fee(browser, "1405/10/01", follows=old, kind="normal")
    assert "در این بازه" in errors_of(answer)
    assert new_fee(browser, "1405/10/01", follows=old, kind="a_new_kind").status_code == 302
    old.refresh_from_db()
    assert old.valid_to is None


@pytest.mark.parametrize("day", ["1405/08/30", "1405/08/29", "1400/01/01"])
def test_nothing_begins_today_or_earlier(browser, day):
    assert "از فردا یا روزی پس از آن" in errors_of(new_fee(browser, day, kind="a_new_kind"))


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-12-22", "میلادی است"),
        ("1405/13/01", "ماه باید بین ۱ و ۱۲ باشد"),
        ("فردا", "سال، ماه و روز"),
        ("", "تاریخ را وارد کنید"),
    ],
)
def test_a_day_that_is_none_is_told_with_its_cure(browser, day, told):
    assert told in errors_of(new_fee(browser, day, kind="a_new_kind"))


def test_of_a_row_in_force_only_the_end_may_be_set_and_a_hole_is_told(browser):
    old = fee()
    assert re.findall(r'name="(kind|amount_rial|valid_from|valid_to|clause)"', text_of(browser.get(change(old)))) == [
        "valid_to"
    ]
    answer = browser.post(
        change(old), {"valid_to": "1405/10/01", "amount_rial": "1", "valid_from": "1400/01/02"}, follow=True
    )
    assert "از ۱ دی ۱۴۰۵ هیچ ردیفی از این قاعده در اجرا نیست" in text_of(answer)
    old.refresh_from_db()
    assert (old.amount_rial, old.valid_to) == (500_000, LATER)


def test_an_ended_row_is_only_read(browser):
    over = Limit.objects.get(key="micro_turnover_rial_per_month", valid_to__isnull=False)
    text = text_of(browser.get(change(over)))
    assert ("پایان‌یافته" in text, 'name="valid_to"' in text, "follows=" in text) == (True, False, False)
    before = Limit.objects.values().get(pk=over.pk)
    browser.post(change(over), {"valid_to": "1410/01/01", "value": "1", "public": "on"})
    assert Limit.objects.values().get(pk=over.pk) == before


def test_the_page_of_any_version_shows_which_one_holds_today(browser):
    over = Limit.objects.get(key="micro_turnover_rial_per_month", valid_to__isnull=False)
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text_of(browser.get(change(over))), re.DOTALL)
    assert [re.search(r'chip tone-\w+">([^<]+)', row)[1] for row in rows] == ["پایان‌یافته", "در اجرا"]


def test_the_list_is_filtered_by_what_holds_today(browser):
    new_fee(browser, "1405/10/01", follows=fee())
    rows = {
        standing: text_of(browser.get(page(Fee, "changelist") + f"?standing={standing}")).count('class="field-title"')
        for standing in ("now", "ahead", "ended")
    }
    assert rows == {"now": 4, "ahead": 1, "ended": 0}


def test_a_row_whose_day_has_not_come_may_be_changed_and_taken_back(browser):
    old = fee()
    new_fee(browser, "1405/10/01", follows=old)
    new = Fee.objects.get(amount_rial=600_000)
    values = {"kind": "micro_year_1", "amount_rial": "650000", "valid_from": "1405/10/01", "clause": "x"}
    assert browser.post(change(new), values).status_code == 302
    assert browser.post(page(Fee, "delete", new.pk), {"post": "yes"}).status_code == 302
    old.refresh_from_db()
    assert (Fee.objects.filter(pk=new.pk).exists(), old.valid_to) == (False, None)
    assert [action for _, action in actions()][-2:] == ["reference_withdrawn", "reference_resumed"]


def test_a_row_that_has_begun_is_not_taken_back(browser):
    assert browser.post(page(Fee, "delete", fee().pk), {"post": "yes"}).status_code == 403


def test_an_auditor_reads_and_changes_nothing(client):
    member("auditor", Role.AUDITOR)
    sign_in(client, "auditor")
    old = fee()
    text = text_of(client.get(change(old)))
    assert ("۵۰۰٬۰۰۰ ریال" in text, "follows=" in text, 'name="valid_to"' in text) == (True, False, False)
    assert client.post(change(old), {"valid_to": "1405/10/01"}).status_code == 403
    assert new_fee(client, "1405/10/01", follows=old).status_code == 403
    assert actions() == []


def test_a_shipped_row_reaches_a_database_where_staff_left_one_open(settings):
    Fee.objects.filter(kind="normal").delete()
    staff_row = Fee.objects.create(kind="normal", amount_rial=9, valid_from=date(1990, 1, 1), clause="کارکنان")
    call_command("seed_reference", verbosity=0)
    shipped = Fee.objects.exclude(pk=staff_row.pk).get(kind="normal")
    staff_row.refresh_from_db()
    assert (staff_row.valid_to, policy.fee("normal", TODAY)) == (shipped.valid_from, shipped)


# Requirements


def requirement_values(**more):
    row = Requirement.objects.get(person_type="natural", mode="micro", activity=None, premises="")
    return {
        "person_type": "natural",
        "mode": "micro",
        "premises": "workshop",
        "sections": row.sections,
        "steps": row.steps,
        "documents": "",
        "fee_kind": "micro_year_1",
        "stars": "0",
        "validity_limit": "validity_months_0_star",
        "valid_from": "1405/10/01",
        "clause": "آزمون",
    } | more


def test_a_row_of_the_requirements_is_added_with_boxes_and_lines(browser):
    steps = ["email", "documents", "fee", "commitment", "domain", "identity", "mobile"]
    documents = "national_card | کارت ملی | دو روی کارت\nactivity_permit | مجوز | اگر لازم است | اختیاری"
    values = requirement_values(steps=steps, documents=documents, waivable=["email"])
    answer = browser.post(page(Requirement, "add"), values)
    assert answer.status_code == 302, errors_of(answer)
    row = Requirement.objects.get(premises="workshop")
    assert row.steps == ["identity", "mobile", "domain", "email", "documents", "commitment", "fee"]
    assert row.waivable == ["email"]
    assert row.documents == [
        {"key": "national_card", "title": "کارت ملی", "help": "دو روی کارت"},
        {"key": "activity_permit", "title": "مجوز", "help": "اگر لازم است", "optional": True},
    ]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"stars": "1"}, "نماد ستاره‌دار بی این گام‌ها صادر نمی‌شود"),
        ({"waivable": ["ssl"]}, "این گام‌ها در گام‌های راستی‌آزمایی نیست: گواهی SSL"),
        ({"optional_steps": ["content"]}, "این گام‌ها در گام‌های راستی‌آزمایی نیست"),
        ({"documents": "national_card | کارت ملی | دو رو"}, "گام مدارک و فهرست مدارک با هم می‌آیند"),
        ({"documents": "national_card"}, "هر سطر باید به شکل"),
        ({"documents": "کارت | کارت ملی | شرح"}, "کلید با حرف کوچک لاتین آغاز می‌شود"),
        ({"documents": "a_card | x | y\na_card | x | y"}, "این کلیدها دو بار آمده است: a_card"),
        ({"documents": "a_card | x | y | شاید"}, "بخش پایانی سطر"),
        ({"steps": ["fee", "mystery"]}, "یکی از گزینه‌های همین فهرست"),
        ({"steps": ["fee", "email"]}, "«پست الکترونیکی» به این گام‌ها نیاز دارد: دسترسی فنی به دامنه"),
        ({"fee_kind": "a_fee_nobody_set"}, "تعرفه باید یکی از گزینه‌های همین فهرست باشد"),
        ({"validity_limit": "min_age"}, "مدت اعتبار نماد باید یکی از گزینه‌های همین فهرست باشد"),
    ],
)
def test_a_row_that_no_case_could_finish_is_refused(browser, values, told):
    answer = browser.post(page(Requirement, "add"), requirement_values(**values))
    assert (answer.status_code, told in errors_of(answer)) == (400, True), errors_of(answer)


def test_what_can_never_be_waived_has_no_box(browser):
    text = text_of(browser.get(page(Requirement, "add")))
    offered = set(re.findall(r'name="waivable" value="(\w+)"', text))
    assert offered & {"identity", "domain", "landline", "postal", "police", "commitment", "fee"} == set()
    assert {"email", "ssl"} <= offered


def test_a_row_in_force_is_read_in_persian_words(browser):
    row = Requirement.objects.get(person_type="legal", mode="normal", activity=None)
    text = text_of(browser.get(change(row)))
    assert [
        word for word in ("تأیید نشانی با نامه", "اساسنامه", "نماد ستاره‌دار", "شخص حقوقی") if word not in text
    ] == []
    assert '["' not in text


# Checklist and commitment


def test_a_checklist_item_of_lawfulness_is_never_a_machines_to_judge(browser):
    item = ChecklistItem.objects.get(key="decency")
    values = {
        "key": "decency",
        "number": "3",
        "group": "lawfulness",
        "title": item.title,
        "machine": "verdict",
        "reasons": "indecent | آن را بردارید.",
        "valid_from": "1405/10/01",
        "clause": "آزمون",
    }
    answer = browser.post(page(ChecklistItem, "add") + f"?follows={item.pk}", values)
    assert (answer.status_code, "هرگز با ماشین نیست" in errors_of(answer)) == (400, True)
    values["machine"] = "evidence"
    assert browser.post(page(ChecklistItem, "add") + f"?follows={item.pk}", values).status_code == 302
    assert policy.checklist(None, LATER)[2].machine == "evidence"


def accepted_text():
    shop = factories.business()
    requirement = Requirement.objects.get(person_type="natural", mode="micro", premises="", activity=None)
    case = factories.application(shop, State.COMMITMENT, requirement=requirement, issued_at=None)
    for key in requirement.steps:
        if key not in {"commitment", "fee"}:
            factories.passed_step(case, key)
    case.steps.create(key="commitment", state="waiting")
    case.steps.create(key="fee")
    text = policy.commitment("natural", TODAY)
    use_cases.run(accept_commitment, case.reference, text_hash(text), actor=shop.owner.user.actor())
    text.refresh_from_db()
    return text


def test_a_commitment_that_was_accepted_is_worded_anew_by_nobody(browser):
    text = accepted_text()
    assert text.first_accepted_at == NOON
    for columns in ({"clauses": ["x"]}, {"label": "x"}, {"person_type": "legal"}, {"first_accepted_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CommitmentText.objects.filter(pk=text.pk).update(**columns)
    assert CommitmentText.objects.filter(pk=text.pk).update(valid_to=LATER) == 1


def test_the_page_of_a_commitment_shows_its_hash_and_how_often_it_was_accepted(browser):
    text = accepted_text()
    shown = text_of(browser.get(change(text)))
    assert (text_hash(text) in shown, 'name="clauses"' in shown) == (True, False)
    assert re.search(r"پذیرش‌ها.*?۱", shown, re.DOTALL)
    assert f"<li>{text.clauses[0]}</li>" in shown


def test_a_new_version_of_the_commitment_follows_the_old_one(browser):
    text = policy.commitment("natural", TODAY)
    values = {"person_type": "natural", "label": "۱۴۰۵-۱", "clauses": "بند یک\n\nبند دو ", "clause": "بازنگری"}
    answer = browser.post(page(text, "add") + f"?follows={text.pk}", values | {"valid_from": "1405/10/01"})
    assert answer.status_code == 302, errors_of(answer)
    assert policy.commitment("natural", TODAY) == text
    assert policy.commitment("natural", LATER).clauses == ["بند یک", "بند دو"]


def test_holidays_are_typed_in_jalali_and_recorded(browser):
    add = reverse("admin:kernel_holiday_add")
    assert "data-jalali-date" in text_of(browser.get(add))
    values = {
        "date": "1405/10/05",
        "name_fa": "آلودگی هوا",
        "kind": "province",
        "province": "23",
        "source": "استانداری",
    }
    assert browser.post(add, values).status_code == 302
    refused = browser.post(add, values)
    assert "همان ردیف را ویرایش کنید" in text_of(refused)
    assert browser.post(add, values | {"province": ""}).status_code == 400
    assert actions()[0][1] == "reference_added"
