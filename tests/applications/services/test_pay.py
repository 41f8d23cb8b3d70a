"""Payments in bad weather, against the sandbox's gateway over real HTTP (PAY-1…7)."""

from contextlib import suppress
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.lifecycle import InvoiceState, PaymentState, State
from applications.models import Application, Badge, Invoice, LedgerEntry, Payment
from applications.selectors.finance import UNDECIDED, waiting_rows
from applications.services.pay import (
    GATEWAY_KEEPS_MONEY,
    LAST_LOOK,
    ONE_ASKS,
    claim,
    payment_of,
    verify_now,
)
from applications.services.reconcile import ask_gateway_again, propose_return, set_unpaid
from applications.services.submit import withdraw
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import ProviderDown, Refused
from tests.applications.finance_officers import written_off
from tests.applications.paying_case import payer, paying_case, visit

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
DOWN = {"status": 503}
FINANCE = Actor(frozenset({Role.FINANCE}), user_id=999)
"""One officer, for what one may do alone."""


@pytest.fixture
def case(sandbox):
    return paying_case()


def invoice(case):
    return case.invoices.get().state


def ledger(case):
    rows = LedgerEntry.objects.filter(payment__invoice__application=case).order_by("pk")
    return list(rows.values_list("kind", "amount_rial"))


def state(case):
    return Application.objects.get(pk=case.pk).state


def payments(case):
    return list(Payment.objects.filter(invoice__application=case).order_by("pk").values_list("state", flat=True))


def later(at, run_jobs, *, minutes):
    """Runs the workers each minute of the coming time."""
    start = clock.now()
    for passed in range(1, minutes + 1):
        at(start + passed * MINUTE)
        run_jobs()


def returned(case, client, authority, status="OK", method="get"):
    path = reverse("applications:fee_return", args=[case.reference])
    return getattr(client, method)(path, {"Authority": authority, "Status": status})


@pytest.mark.parametrize("method", ["get", "post"])
def test_pay_2_coming_back_by_get_or_post_without_a_session_settles(case, sandbox, client, method):
    _, authority = visit(case)
    sandbox.press(authority)

    answer = returned(case, client, authority, method=method)

    assert (answer.status_code, state(case), invoice(case)) == (302, State.ISSUED, InvoiceState.PAID)
    assert ledger(case) == [("captured", 500_000)]


def test_pay_2_a_forged_ok_opens_the_invoice_again(case, sandbox, client):
    _, authority = visit(case)
    sandbox.press(authority, "forged_ok")

    returned(case, client, authority)

    assert (state(case), invoice(case), ledger(case)) == (State.PAYMENT_PENDING, InvoiceState.OPEN, [])


def test_pay_2_money_taken_after_a_forged_ok_is_still_seen(case, sandbox, client):
    payment, authority = visit(case)
    assert verify_now(payment) == InvoiceState.OPEN
    sandbox.press(authority)

    returned(case, client, authority)

    assert (state(case), payments(case)) == (State.ISSUED, [PaymentState.VERIFIED])


def test_pay_2_status_nok_proves_nothing(case, sandbox, client):
    _, authority = visit(case)
    sandbox.press(authority, "nok_but_captured")

    returned(case, client, authority, status="NOK")

    assert (invoice(case), ledger(case)) == (InvoiceState.PAID, [("captured", 500_000)])


def test_pay_2_a_tampered_authority_finds_nothing_and_the_job_settles(case, sandbox, client, at, run_jobs):
    _, authority = visit(case)
    sandbox.press(authority, "tampered")

    assert returned(case, client, authority[::-1]).status_code == 404

    later(at, run_jobs, minutes=1)
    assert (state(case), invoice(case)) == (State.ISSUED, InvoiceState.PAID)


def test_pay_1_the_authority_of_another_case_pays_nothing_here(case, sandbox, client):
    other = paying_case()
    _, authority = visit(other)
    sandbox.press(authority)

    assert returned(case, client, authority).status_code == 404
    assert (payment_of(case.reference, authority), invoice(case)) == (None, InvoiceState.OPEN)


def test_pay_1_a_cheaper_invoice_of_the_same_case_does_not_pay_the_fee(case, sandbox, client):
    postage = Invoice.objects.create(
        application=case, kind="post_letter", amount_rial=1_000, created_at=clock.now(), state=InvoiceState.OPEN
    )
    _, authority = visit(case)
    cheap, dear = Payment.objects.get(authority=authority), case.invoices.get(kind="micro_year_1")
    Payment.objects.filter(pk=cheap.pk).update(invoice=postage)
    sandbox.press(authority, "pay")

    verify_now(cheap.pk)

    assert (Invoice.objects.get(pk=dear.pk).state, state(case)) == (InvoiceState.OPEN, State.PAYMENT_PENDING)
    assert Invoice.objects.get(pk=postage.pk).state == InvoiceState.NEEDS_RECONCILIATION


def test_pay_3_one_receipt_for_two_invoices_pays_the_first_only(case, sandbox):
    other = paying_case()
    first, authority = visit(case)
    sandbox.press(authority)
    verify_now(first)
    second, authority = visit(other)
    sandbox.press(authority, "same_ref")

    verify_now(second)

    assert (invoice(case), invoice(other)) == (InvoiceState.PAID, InvoiceState.NEEDS_RECONCILIATION)
    assert (state(other), ledger(other)) == (State.PAYMENT_PENDING, [("receipt_reused", 500_000)])


def test_pay_4_already_verified_counts_for_the_row_that_owns_the_authority(case, sandbox):
    payment, authority = visit(case)
    sandbox.press(authority, "already_first")

    assert verify_now(payment) == InvoiceState.PAID
    assert ledger(case) == [("captured", 500_000)]


def test_pay_4_ten_ways_back_settle_once(case, sandbox):
    payment, authority = visit(case)
    sandbox.press(authority)

    assert [verify_now(payment) for _ in range(10)] == [InvoiceState.PAID] * 10
    assert (ledger(case), Badge.objects.filter(application=case).count()) == ([("captured", 500_000)], 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_pay_4_ten_ways_back_at_once_settle_once(sandbox):
    case = paying_case()
    payment, authority = visit(case)
    sandbox.press(authority)
    said, broken = [], []

    def come_back():
        try:
            said.append(verify_now(payment))
        except Exception as error:  # noqa: BLE001 - whatever breaks is the finding
            broken.append(error)
        finally:
            connection.close()

    threads = [Thread(target=come_back) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (broken, set(said) <= {InvoiceState.PAID, InvoiceState.VERIFYING}) == ([], True)
    assert (invoice(case), ledger(case)) == (InvoiceState.PAID, [("captured", 500_000)])
    assert Badge.objects.filter(application=case).count() == 1


def test_pay_5_without_a_way_back_the_job_settles_within_a_minute(case, sandbox, at, run_jobs):
    _, authority = visit(case)
    sandbox.press(authority, "callback_never")

    later(at, run_jobs, minutes=1)

    assert (state(case), ledger(case)) == (State.ISSUED, [("captured", 500_000)])


def test_pay_5_an_answer_lost_after_capture_is_asked_for_again(case, sandbox, at, run_jobs):
    payment, authority = visit(case)
    sandbox.press(authority, "verify_timeout")

    assert verify_now(payment) == InvoiceState.VERIFYING
    later(at, run_jobs, minutes=1)

    assert (state(case), ledger(case)) == (State.ISSUED, [("captured", 500_000)])


def test_pay_5_a_question_that_died_with_its_process_is_asked_again(case, sandbox, at):
    payment, authority = visit(case)
    sandbox.press(authority)
    assert use_cases.run(claim, payment) is True
    assert (verify_now(payment), payments(case)) == (InvoiceState.VERIFYING, [PaymentState.ASKED])

    at(clock.now() + ONE_ASKS)

    assert (verify_now(payment), state(case)) == (InvoiceState.PAID, State.ISSUED)


def test_pay_5_a_silent_gateway_goes_to_finance_and_settles_when_it_is_back(case, sandbox, at, run_jobs):
    _, authority = visit(case)
    sandbox.press(authority, "callback_never")
    sandbox.behave(payment=DOWN)

    later(at, run_jobs, minutes=16)
    assert (invoice(case), payments(case)) == (InvoiceState.NEEDS_RECONCILIATION, [PaymentState.STARTED])

    sandbox.behave_well()
    later(at, run_jobs, minutes=61)
    assert (state(case), ledger(case)) == (State.ISSUED, [("captured", 500_000)])


def test_pay_5_a_gateway_silent_for_a_day_is_asked_again_by_finance(case, sandbox, at, run_jobs):
    payment, authority = visit(case)
    sandbox.press(authority, "callback_never")
    sandbox.behave(payment=DOWN)
    later(at, run_jobs, minutes=16)
    at(clock.now() + LAST_LOOK)
    run_jobs()
    sandbox.behave_well()

    use_cases.run(ask_gateway_again, payment, note="درگاه برگشته است", actor=FINANCE)
    run_jobs()

    assert (state(case), ledger(case)) == (State.ISSUED, [("captured", 500_000)])


def test_pay_5_coming_back_twenty_minutes_late_settles(case, sandbox, client, at):
    _, authority = visit(case)
    sandbox.press(authority)
    at(clock.now() + GATEWAY_KEEPS_MONEY + 5 * MINUTE)

    returned(case, client, authority)

    assert (state(case), invoice(case)) == (State.ISSUED, InvoiceState.PAID)


def test_pay_5_an_unpaid_visit_ends_as_not_paid(case, sandbox, at, run_jobs):
    visit(case)

    later(at, run_jobs, minutes=31)

    assert (payments(case), invoice(case)) == ([PaymentState.NOT_PAID], InvoiceState.OPEN)


def test_pay_6_another_amount_waits_for_finance(case, sandbox):
    payment, authority = visit(case)
    sandbox.press(authority, "amount_differs")

    assert verify_now(payment) == InvoiceState.NEEDS_RECONCILIATION
    assert (state(case), ledger(case)) == (State.PAYMENT_PENDING, [("amount_differs", None)])


def test_pay_6_finance_returns_the_money_and_the_fee_can_be_paid(case, sandbox):
    payment, authority = visit(case)
    sandbox.press(authority, "amount_differs")
    verify_now(payment)

    written_off(payment)
    again, authority = visit(case)
    sandbox.press(authority)

    assert (verify_now(again), state(case)) == (InvoiceState.PAID, State.ISSUED)
    assert ledger(case) == [("amount_differs", None), ("returned", None), ("captured", 500_000)]


def test_pay_6_only_finance_resolves(case, sandbox):
    payment, authority = visit(case)
    sandbox.press(authority, "amount_differs")
    verify_now(payment)

    with pytest.raises(Refused, match="role_missing"):
        use_cases.run(propose_return, payment, text="…", actor=Actor(frozenset({Role.REVIEWER}), user_id=1))


def test_pay_6_paid_after_withdrawal_is_seen_but_not_taken(case, sandbox, at, run_jobs):
    _, authority = visit(case)
    use_cases.run(withdraw, case.reference, actor=payer(case))
    sandbox.press(authority, "callback_never")

    later(at, run_jobs, minutes=1)

    assert (state(case), payments(case)) == (State.WITHDRAWN, [PaymentState.PUZZLE])
    assert ledger(case) == [("surplus", 500_000)]
    assert Invoice.objects.get(application=case).state != InvoiceState.PAID


def test_pay_6_two_visits_both_paid_take_one_and_show_the_other(case, sandbox, at, run_jobs):
    first, one = visit(case)
    second, two = visit(case)
    sandbox.press(one)
    sandbox.press(two)

    assert (verify_now(second), verify_now(first)) == (InvoiceState.PAID, InvoiceState.PAID)
    assert payments(case) == [PaymentState.PUZZLE, PaymentState.VERIFIED]
    assert ledger(case) == [("captured", 500_000), ("surplus", 500_000)]


def test_a_second_visit_first_asks_about_the_one_before(case, sandbox):
    _, authority = visit(case)
    sandbox.press(authority, "callback_never")

    with pytest.raises(Refused, match="nothing_to_pay"):
        visit(case)
    assert (state(case), len(payments(case))) == (State.ISSUED, 1)


def test_a_gateway_that_is_down_leaves_the_invoice_open(case, sandbox):
    sandbox.behave(payment=DOWN)

    with pytest.raises(ProviderDown):
        visit(case)
    assert (invoice(case), payments(case)) == (InvoiceState.OPEN, [])


def test_dcv_11_a_fee_paid_on_an_old_domain_proof_is_kept_until_the_domain_is_proved_again(case, sandbox):
    payment, authority = visit(case)
    case.steps.filter(key="domain").update(expires_at=clock.now())
    sandbox.press(authority)

    assert verify_now(payment) == InvoiceState.PAID
    assert (state(case), ledger(case)) == (State.PAYMENT_PENDING, [("captured", 500_000)])
    assert case.steps.get(key="domain").state == "waiting"


EVENTS = st.lists(
    st.one_of(
        st.just(("start",)),
        st.tuples(
            st.just("press"),
            st.integers(0, 2),
            st.sampled_from(
                (
                    *("pay", "cancel", "callback_never", "verify_timeout", "already_first", "amount_differs"),
                    *("nok_but_captured", "forged_ok", "tampered", "same_ref", "callback_post"),
                )
            ),
        ),
        st.tuples(st.just("come_back"), st.integers(0, 2)),
        st.tuples(st.just("minutes"), st.sampled_from((1, 3, 16))),
        st.just(("down",)),
        st.just(("up",)),
        st.just(("withdraw",)),
        st.just(("finance",)),
    ),
    max_size=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_pay_any_weather_paid_means_one_receipt_and_no_money_is_lost(sandbox, run_jobs, events):
    sandbox.behave_well()
    weather = Weather(sandbox, run_jobs)
    for name, *details in events:
        with clock.frozen_at(weather.now):
            getattr(weather, name)(*details)
            holds(weather.case)
    weather.clear_up()
    holds(weather.case)
    gateway = sandbox.json("GET", "/payments.json")
    held = {one["authority"] for one in gateway if one["state"] in {"captured", "verified"}}
    for payment in Payment.objects.filter(invoice__application=weather.case, authority__in=held):
        assert payment.ledger.count() >= 1


class Weather:
    """What may happen to one case, event by event."""

    def __init__(self, sandbox, run_jobs):
        self.sandbox, self.run_jobs = sandbox, run_jobs
        self.case, self.visits, self.now = paying_case(), [], clock.now()

    def start(self):
        attempt(lambda: self.visits.append(visit(self.case)))

    def press(self, number, action):
        for _, authority in self.visits[number : number + 1]:
            self.sandbox.press(authority, action)

    def come_back(self, number):
        for payment, _ in self.visits[number : number + 1]:
            verify_now(payment)

    def minutes(self, passed):
        self.now += passed * MINUTE
        with clock.frozen_at(self.now):
            self.run_jobs()

    def down(self):
        self.sandbox.behave(payment=DOWN)

    def up(self):
        self.sandbox.behave_well()

    def withdraw(self):
        attempt(lambda: use_cases.run(withdraw, self.case.reference, actor=payer(self.case)))

    def finance(self):
        for puzzle in Payment.objects.filter(invoice__application=self.case, state=PaymentState.PUZZLE):
            written_off(puzzle.pk)
        for silent in waiting_rows().filter(invoice__application=self.case, state__in=UNDECIDED):
            use_cases.run(set_unpaid, silent.pk, note="در صورت‌حساب بانک نیست", actor=FINANCE)

    def clear_up(self):
        self.up()
        for passed in (1, 16, 20, 65):
            self.minutes(passed)


def attempt(act):
    with suppress(Refused, ProviderDown):
        act()


def holds(case):
    for owed in Invoice.objects.filter(application=case):
        receipts = owed.payments.filter(state=PaymentState.VERIFIED, ref_id__isnull=False)
        exact = LedgerEntry.objects.filter(payment__in=receipts, kind="captured", amount_rial=owed.amount_rial)
        assert (owed.state == InvoiceState.PAID, receipts.count()) == (exact.count() == 1, exact.count())
    refs = list(Payment.objects.exclude(ref_id=None).values_list("gateway", "ref_id"))
    assert len(refs) == len(set(refs))
    assert (state(case) == State.ISSUED) == Invoice.objects.filter(application=case, state=InvoiceState.PAID).exists()
    puzzles = Payment.objects.filter(invoice__application=case, state=PaymentState.PUZZLE, ledger=None)
    assert not puzzles.exists()
