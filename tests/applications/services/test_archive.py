"""Drafts and waiting cases that nobody touches: reminded twice, archived once."""

from datetime import timedelta

import pytest

from applications.lifecycle import APPLICATION, InvoiceState, State
from applications.models import Application
from applications.services.archive import begin_day
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.work import Job
from tests.applications import factories
from tests.applications.paying_case import paying_case, visit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def day(sandbox, run_jobs):
    """`day(case, n)`: the daily round on the nth day after the case was touched."""

    def on(case, number, times=1):
        with clock.frozen_at(factories.NOON + number * DAY):
            for _ in range(times):
                use_cases.run(begin_day)
                run_jobs()
        return state(case), list(Message.objects.order_by("created_at").values_list("template", flat=True))

    return on


def state(case):
    return Application.objects.get(pk=case.pk).state


@pytest.fixture
def draft():
    return factories.application(state=State.DRAFT, submitted_at=None, issued_at=None)


def test_a_draft_is_left_alone_before_the_first_reminder(draft, day):
    assert day(draft, 29) == (State.DRAFT, [])


def test_reminders_go_out_once_each_whatever_runs_twice(draft, day):
    assert day(draft, 30, times=2) == (State.DRAFT, ["sms_idle"])
    assert day(draft, 31) == (State.DRAFT, ["sms_idle"])
    assert day(draft, 80) == (State.DRAFT, ["sms_idle", "sms_idle"])
    assert day(draft, 81) == (State.DRAFT, ["sms_idle", "sms_idle"])


def test_the_policy_s_last_day_archives(draft, day):
    assert day(draft, 89)[0] == State.DRAFT
    assert day(draft, 90) == (State.ABANDONED, ["sms_idle", "sms_archived"])
    assert day(draft, 91) == (State.ABANDONED, ["sms_idle", "sms_archived"])


def test_after_missed_days_only_what_is_due_now_is_said(draft, day):
    assert day(draft, 200) == (State.ABANDONED, ["sms_archived"])


def test_an_act_of_the_applicant_begins_the_count_anew(draft, day):
    day(draft, 85)
    Application.objects.filter(pk=draft.pk).update(touched_at=factories.NOON + 86 * DAY)

    assert day(draft, 100)[0] == State.DRAFT
    assert day(draft, 86 + 90)[0] == State.ABANDONED


def test_the_office_s_time_is_not_the_applicant_s(day):
    """A case that came back for correction on day 85 has its own ninety days."""
    case = factories.application(state=State.CONTENT_REVIEW, issued_at=None)
    officer = Actor(frozenset({Role.REVIEWER}), user_id=case.business.owner.user_id + 100)
    with clock.frozen_at(factories.NOON + 85 * DAY):
        use_cases.run(
            lambda: APPLICATION.fire(
                Application.objects.get(pk=case.pk), "request_correction", actor=officer, note="تماس ناقص"
            )
        )

    assert day(case, 120)[0] == State.CORRECTION_REQUESTED
    assert day(case, 175)[0] == State.ABANDONED


def test_a_case_with_the_office_is_never_archived(day):
    case = factories.application(state=State.CONTENT_REVIEW, issued_at=None)

    assert day(case, 400) == (State.CONTENT_REVIEW, [])


def test_pay_6_an_archived_case_owes_nothing(day, sandbox):
    with clock.frozen_at(factories.NOON):
        case = paying_case()

    assert day(case, 90)[0] == State.ABANDONED
    assert case.invoices.get().state == InvoiceState.CANCELLED


def test_pay_5_money_under_way_puts_the_archive_off(day, sandbox, run_jobs):
    with clock.frozen_at(factories.NOON):
        case = paying_case()
        visit(case)
    sandbox.behave(payment={"status": 503})
    for minutes in (1, 16):
        with clock.frozen_at(factories.NOON + timedelta(minutes=minutes)):
            run_jobs()

    assert day(case, 90)[0] == State.PAYMENT_PENDING
    assert case.invoices.get().state == InvoiceState.NEEDS_RECONCILIATION


def test_one_job_a_day(draft, day):
    day(draft, 5, times=3)
    day(draft, 6)

    assert Job.objects.filter(kind="applications.archive").count() == 2
