"""Open terms follow the calendar: a holiday announced or withdrawn moves them, and the case tells so (REL-10)."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.urls import reverse

from applications.lifecycle import APPLICATION, State
from applications.models import Application, Limit
from applications.selectors.case import case_page
from applications.selectors.desk_timeline import timeline
from applications.services import claims, formal_letters, review
from applications.services.objection import object_to_refusal
from enamad_portal.accounts.models import User
from enamad_portal.kernel import letter_delivery, use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.holiday_table import Holiday, WeekPattern
from enamad_portal.kernel.work import Job
from tests.accounts.staff_member import member, sign_in
from tests.applications import factories

pytestmark = pytest.mark.django_db
DUE = date(2026, 11, 29)
"""Seven working days after Saturday ۳۰ آبان ۱۴۰۵ with Friday off: Sunday ۸ آذر."""
TUESDAY = "1405/09/03"


@pytest.fixture
def browser(client, at):
    at(factories.NOON)
    member("admin", Role.ADMINISTRATOR)
    sign_in(client, "admin")
    return client


def officer(name):
    return Actor(frozenset({Role.REVIEWER}), user_id=User.objects.create(username=name, is_staff=True).pk)


def decide(case, move, actor):
    use_cases.run(claims.claim, case.pk, actor=actor)
    use_cases.run(review.DECISIONS[move], case.pk, text="سایت مجوز صنف ندارد.", actor=actor)


@pytest.fixture
def case(browser):
    """A refusal was proposed at noon of Saturday: another officer has seven working days."""
    row = factories.application(state=State.CONTENT_REVIEW, issued_at=None)
    decide(row, "propose_refusal", officer("first"))
    return row


def due_day(case):
    return jalali.tehran_day(Application.objects.get(pk=case.pk).due_at)


def announce(browser, day=TUESDAY, **more):
    values = {"date": day, "name_fa": "آلودگی هوا", "kind": "ad_hoc", "source": "هیئت دولت"} | more
    response = browser.post(reverse("admin:kernel_holiday_add"), values)
    assert response.status_code == 302, response.context["errors"]
    return Holiday.objects.latest("pk")


def change(browser, row, **more):
    values = {"date": jalali.iso(row.date), "name_fa": row.name_fa}
    values |= {"kind": row.kind, "province": row.province, "source": row.source} | more
    response = browser.post(reverse("admin:kernel_holiday_change", args=[row.pk]), values)
    assert response.status_code == 302, response.context["errors"]


def moves(case):
    rows = AuditEntry.objects.filter(subject=case.subject_key, action="deadline_moved").order_by("seq")
    return [row.note for row in rows]


def test_the_start_is_as_the_calendar_says(case):
    assert due_day(case) == DUE


def test_rel_10_a_holiday_that_is_announced_moves_the_term_and_is_told(case, browser, run_jobs):
    announce(browser)
    run_jobs()
    assert due_day(case) == date(2026, 11, 30)
    told = "مهلت بررسی کارشناس از ۸ آذر ۱۴۰۵ به ۹ آذر ۱۴۰۵ رسید، چون تقویم تعطیلات تغییر کرد."
    assert moves(case) == [told]
    owner = case.business.owner.user.actor()
    assert told in [event["title"] for event in case_page(case.reference, owner).events]
    assert ("مهلت از نو شمرده شد", told) in [(row["title"], row["note"]) for row in timeline(case, officer("second"))]


def test_rel_10_a_holiday_that_is_withdrawn_moves_it_back(case, browser, run_jobs):
    row = announce(browser)
    run_jobs()
    change(browser, row, withdrawn="on")
    run_jobs()
    assert due_day(case) == DUE
    assert len(moves(case)) == 2
    assert Holiday.objects.get(pk=row.pk).withdrawn


def test_rel_10_a_holiday_that_is_moved_past_the_term_gives_the_day_back(case, browser, run_jobs):
    row = announce(browser)
    run_jobs()
    change(browser, row, date="1405/09/20")
    run_jobs()
    assert due_day(case) == DUE


@pytest.mark.parametrize(
    "holiday",
    [
        {"day": "1405/09/20"},  # after the term
        {"day": "1405/09/06"},  # a Friday
        {"day": "1405/08/30"},  # the start, which does not count
        {"kind": "province", "province": "04"},  # another province
    ],
)
def test_rel_10_a_holiday_that_does_not_touch_the_term_leaves_no_trace(case, browser, run_jobs, holiday):
    announce(browser, **holiday)
    run_jobs()
    assert (due_day(case), moves(case)) == (DUE, [])
    assert not Job.objects.filter(kind="applications.deadline").exists()


def test_rel_10_a_closure_of_the_shops_own_province_counts(case, browser, run_jobs):
    announce(browser, kind="province", province=case.business.province)
    run_jobs()
    assert due_day(case) == date(2026, 11, 30)


def test_rel_10_a_new_week_pattern_moves_open_terms(case, browser, run_jobs):
    values = {"valid_from": "1405/09/01", "off_days": "thu,fri", "source": "قانون"}
    assert browser.post(reverse("admin:kernel_weekpattern_add"), values).status_code == 302
    assert WeekPattern.objects.filter(off_days="thu,fri").exists()
    run_jobs()
    assert due_day(case) == date(2026, 11, 30)


def test_rel_10_a_term_keeps_the_number_of_the_day_it_began(case, browser, run_jobs, at):
    Limit.objects.filter(key="review_working_days").update(valid_to=date(2026, 11, 23))
    row = Limit.objects.get(key="review_working_days")
    Limit.objects.create(
        key=row.key, value=20, unit=row.unit, meaning=row.meaning, clause="…", valid_from=date(2026, 11, 23)
    )
    at(datetime(2026, 11, 23, 9, tzinfo=UTC))
    member("later", Role.ADMINISTRATOR)
    sign_in(browser, "later")
    announce(browser)
    run_jobs()
    assert due_day(case) == date(2026, 11, 30)


def test_rel_10_a_name_that_is_mended_recounts_and_changes_nothing(case, browser, run_jobs):
    row = announce(browser)
    run_jobs()
    change(browser, row, name_fa="آلودگی هوای تهران")
    run_jobs()
    assert len(moves(case)) == 1


def test_rel_10_a_case_that_left_the_desk_is_left_alone(case, browser, run_jobs):
    row = Application.objects.get(pk=case.pk)
    use_cases.run(lambda: APPLICATION.fire(row, "withdraw", actor=row.business.owner.user.actor()))
    announce(browser)
    run_jobs()
    assert (due_day(case), moves(case)) == (DUE, [])


@pytest.fixture
def rejected(case):
    """Refused, and the letter opened at once: fifteen days from Saturday end on Sunday ۱۵ آذر."""
    decide(case, "confirm_refusal", officer("second"))
    open_letter(case)
    return Application.objects.get(pk=case.pk)


def open_letter(case):
    owner = case.business.owner.user.actor()
    use_cases.run(formal_letters.open_letter, case.reference, letter_of(case).pk, actor=owner)


def letter_of(case):
    return formal_letters.latest(case, formal_letters.REFUSAL)


def last_day(case):
    return letter_delivery.deadline(letter_of(case)).last_day


def told_of_letter(case):
    rows = AuditEntry.objects.filter(subject=letter_of(case).subject_key, action="deadline_moved").order_by("seq")
    return [row.note for row in rows]


def test_rel_10_the_last_day_to_object_rolls_over_a_holiday_and_is_told(rejected, browser, run_jobs, at):
    assert last_day(rejected) == date(2026, 12, 6)
    row = announce(browser, day="1405/09/15")
    run_jobs()
    assert last_day(rejected) == date(2026, 12, 7)
    told = "مهلت اعتراض از ۱۵ آذر ۱۴۰۵ به ۱۶ آذر ۱۴۰۵ رسید، چون تقویم تعطیلات تغییر کرد."
    assert told_of_letter(rejected) == [told]
    owner = rejected.business.owner.user.actor()
    assert told in [event["title"] for event in case_page(rejected.reference, owner).events]
    assert told in [event["note"] for event in timeline(rejected, officer("third"))]

    change(browser, row, withdrawn="on")
    run_jobs()
    assert (last_day(rejected), len(told_of_letter(rejected))) == (date(2026, 12, 6), 2)


def test_rel_10_a_letter_that_nobody_was_served_with_has_no_term_to_move(case, browser, run_jobs):
    decide(case, "confirm_refusal", officer("second"))
    announce(browser, day="1405/09/15")
    run_jobs()
    assert told_of_letter(case) == []


def test_rel_10_a_term_to_object_that_was_used_is_not_told_of(rejected, browser, run_jobs):
    owner = rejected.business.owner.user.actor()
    use_cases.run(object_to_refusal, rejected.reference, "مجوز صنف در پانویس همه صفحه‌ها آمده است.", actor=owner)
    announce(browser, day="1405/09/15")
    run_jobs()
    assert told_of_letter(rejected) == []


def test_rel_10_a_term_that_is_long_over_is_not_told_of(rejected, browser, run_jobs, at):
    at(datetime(2027, 1, 20, 9, tzinfo=UTC))
    member("later", Role.ADMINISTRATOR)
    sign_in(browser, "later")
    announce(browser, day="1405/09/15")
    run_jobs()
    assert told_of_letter(rejected) == []


def test_an_objection_starts_the_officers_time_anew(rejected, browser, run_jobs):
    owner = rejected.business.owner.user.actor()
    use_cases.run(object_to_refusal, rejected.reference, "مجوز صنف در پانویس همه صفحه‌ها آمده است.", actor=owner)
    assert due_day(rejected) == DUE
    announce(browser)
    run_jobs()
    assert due_day(rejected) == date(2026, 11, 30)


def test_rel_10_holidays_that_come_with_a_release_are_followed_too(case, run_jobs):
    Job.objects.all().delete()
    call_command("seed_reference", verbosity=0)
    assert not Job.objects.exists()
    Holiday.objects.order_by("-date").first().delete()
    call_command("seed_reference", verbosity=0)
    assert Job.objects.get().kind == "applications.recount"
