"""What finance does with money that gateway and rows tell differently; two officers take it or write it off."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from applications.lifecycle import InvoiceState, PaymentState, ProposalState, State
from applications.models import Application, LedgerEntry, Payment, Proposal
from applications.services import proposals, reconcile
from applications.services.pay import LAST_LOOK, verify_now
from enamad_portal.accounts.models import RoleGrant, User
from enamad_portal.kernel import audit, clock, use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.errors import Conflict, NotFound, Refused
from tests.applications.finance_officers import officer, settled, written_off
from tests.applications.paying_case import paying_case, visit

pytestmark = pytest.mark.django_db
DOWN = {"status": 503}
run = use_cases.run


@pytest.fixture
def case(sandbox):
    return paying_case()


@pytest.fixture
def silent(case, sandbox, at, run_jobs):
    """A visit whose gateway answered nothing for a day; finance has been told."""
    payment, authority = visit(case)
    sandbox.press(authority, "callback_never")
    sandbox.behave(payment=DOWN)
    for hours in (0.3, 2, 25):
        at(clock.now() + timedelta(hours=hours))
        run_jobs()
    assert Payment.objects.get(pk=payment).invoice.state == InvoiceState.NEEDS_RECONCILIATION
    return payment


@pytest.fixture
def paid_elsewhere(sandbox):
    """Another case's payment with its receipt."""
    payment, authority = visit(paying_case())
    sandbox.press(authority)
    verify_now(payment)
    return payment


@pytest.fixture
def reused(case, sandbox, paid_elsewhere):
    """A visit whose receipt number is known from another case."""
    payment, authority = visit(case)
    sandbox.press(authority, "same_ref")
    verify_now(payment)
    return payment


def ledger(payment):
    return list(LedgerEntry.objects.filter(payment=payment).order_by("pk").values_list("kind", "amount_rial"))


def standing(case, payment):
    row = Payment.objects.select_related("invoice").get(pk=payment)
    return Application.objects.get(pk=case.pk).state, row.invoice.state, row.state


def code_of(refused):
    return [one.code for one in refused.value.refusals]


def test_pay_5_silent_money_that_the_bank_shows_is_settled_by_two_officers(case, silent):
    payment = settled(silent)
    assert standing(case, silent) == (State.ISSUED, InvoiceState.PAID, PaymentState.VERIFIED)
    assert (payment.ref_id, ledger(silent)) == ("777001", [("settled", 500_000)])
    actions = [entry.action for entry in audit.history(payment.subject_key)]
    assert actions[-2:] == ["propose_settle", "settle"]
    assert {entry.actor for entry in audit.history(payment.subject_key)} >= {
        officer("first").name,
        officer("second").name,
    }


def test_authz_5_nobody_settles_what_he_proposed_himself(silent, case):
    proposal = run(reconcile.propose_settlement, silent, ref_id="777001", text="هست", actor=officer("first"))
    with pytest.raises(Refused) as refused:
        run(reconcile.confirm, proposal.pk, actor=officer("first"))
    assert code_of(refused) == ["same_officer"]
    assert standing(case, silent)[1:] == (InvoiceState.NEEDS_RECONCILIATION, PaymentState.STARTED)


def test_authz_5_the_database_refuses_one_officer_for_both(silent):
    proposal = run(reconcile.propose_settlement, silent, ref_id="777001", text="هست", actor=officer("first"))
    one = officer("first").user_id
    with pytest.raises(DatabaseError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            state=ProposalState.CONFIRMED, version=1, decided_by=one, decided_at=clock.now()
        )


def test_nothing_is_settled_or_written_off_without_a_proposal(silent, case):
    payment = Payment.objects.get(pk=silent)
    for move in ("settle", "resolve"):
        with pytest.raises(Refused):
            run(payment.lifecycle.fire, payment, move, actor=officer("second"), note="چون")
    with pytest.raises(Refused) as refused:
        run(payment.invoice.lifecycle.fire, payment.invoice, "settle", actor=officer("second"), paid_at=clock.now())
    assert code_of(refused) == ["no_receipt"]


@pytest.mark.parametrize("ref_id", ["", "۱۲", "=1+1", "a b c d", "x" * 81])
def test_a_receipt_number_that_is_none_is_refused(silent, ref_id):
    with pytest.raises(Refused) as refused:
        run(reconcile.propose_settlement, silent, ref_id=ref_id, text="هست", actor=officer("first"))
    assert code_of(refused) == ["receipt_shape"]


def test_a_receipt_number_in_persian_digits_is_stored_in_latin_ones(silent):
    assert settled(silent, ref_id=" ۷۷۷۰۰۲ ").ref_id == "777002"


def test_pay_3_a_receipt_that_paid_something_already_settles_nothing_more(paid_elsewhere, silent):
    known = Payment.objects.get(pk=paid_elsewhere).ref_id
    with pytest.raises(Refused) as refused:
        run(reconcile.propose_settlement, silent, ref_id=known, text="هست", actor=officer("first"))
    assert code_of(refused) == ["receipt_known"]


def test_pay_3_money_under_a_reused_number_is_settled_under_its_true_one_and_counted_once(case, reused):
    settled(reused, ref_id="888001")
    assert standing(case, reused) == (State.ISSUED, InvoiceState.PAID, PaymentState.VERIFIED)
    assert ledger(reused) == [("receipt_reused", 500_000), ("settled", 0)]


def test_pay_6_another_amount_is_never_settled(case, sandbox):
    payment, authority = visit(case)
    sandbox.press(authority, "amount_differs")
    verify_now(payment)
    with pytest.raises(Refused) as refused:
        run(reconcile.propose_settlement, payment, ref_id="777001", text="هست", actor=officer("first"))
    assert code_of(refused) == ["amount_differs"]
    written_off(payment)
    assert standing(case, payment)[1:] == (InvoiceState.OPEN, PaymentState.RESOLVED)


def test_pay_6_one_officer_declares_a_silent_payment_unpaid_and_the_fee_can_be_paid(case, silent, sandbox):
    run(reconcile.set_unpaid, silent, note="در صورت‌حساب بانک نیست", actor=officer("first"))
    assert standing(case, silent) == (State.PAYMENT_PENDING, InvoiceState.OPEN, PaymentState.NOT_PAID)
    sandbox.behave_well()
    again, authority = visit(case)
    sandbox.press(authority)
    assert (verify_now(again), ledger(silent)) == (InvoiceState.PAID, [])


def test_pay_6_money_that_appears_after_it_was_declared_unpaid_is_seen(case, silent, sandbox, run_jobs):
    run(reconcile.set_unpaid, silent, note="در صورت‌حساب بانک نیست", actor=officer("first"))
    sandbox.behave_well()
    run(reconcile.ask_gateway_again, silent, actor=officer("first"))
    run_jobs()
    assert standing(case, silent)[1:] == (InvoiceState.PAID, PaymentState.VERIFIED)


def test_pay_5_while_the_gateway_may_still_answer_nobody_answers_for_it(case, sandbox):
    payment, _ = visit(case)
    with pytest.raises(Refused) as refused:
        run(reconcile.set_unpaid, payment, note="شاید", actor=officer("first"))
    assert code_of(refused) == ["still_asked"]


def test_an_answer_of_the_gateway_takes_an_open_proposal_off_the_desk(case, silent, sandbox, run_jobs):
    proposal = run(reconcile.propose_settlement, silent, ref_id="777001", text="هست", actor=officer("first"))
    sandbox.behave_well()
    run(reconcile.ask_gateway_again, silent, actor=officer("second"))
    run_jobs()
    proposal.refresh_from_db()
    assert (proposal.state, standing(case, silent)[2]) == (ProposalState.WITHDRAWN, PaymentState.VERIFIED)
    with pytest.raises(Refused):
        run(reconcile.confirm, proposal.pk, actor=officer("second"))


def test_a_declined_or_withdrawn_proposal_makes_room_for_another(silent):
    verb = reconcile.propose_settlement
    first = run(verb, silent, ref_id="777001", text="هست", actor=officer("first"))
    with pytest.raises(Refused) as refused:
        run(verb, silent, ref_id="777001", text="هست", actor=officer("second"))
    assert code_of(refused) == ["already_proposed"]
    with pytest.raises(Refused):
        run(proposals.decline, first.pk, note="", actor=officer("second"))
    run(proposals.decline, first.pk, note="شماره دیگری است", actor=officer("second"))
    second = run(verb, silent, ref_id="777003", text="هست", actor=officer("first"))
    with pytest.raises(Refused):
        run(proposals.withdraw, second.pk, actor=officer("second"))
    run(proposals.withdraw, second.pk, actor=officer("first"))
    assert Payment.objects.get(pk=silent).state == PaymentState.STARTED


def test_finance_learns_that_the_gateway_is_silent_still(silent, run_jobs):
    run(reconcile.ask_gateway_again, silent, actor=officer("first"))
    run_jobs()
    payment = Payment.objects.get(pk=silent)
    last = list(audit.history(payment.subject_key))[-1]
    assert (last.action, last.facts) == ("gateway_said", {"state": "silent"})


def test_a_puzzle_is_looked_at_and_never_confirmed_by_asking(case, reused, run_jobs):
    run(reconcile.ask_gateway_again, reused, actor=officer("first"))
    run_jobs()
    payment = Payment.objects.get(pk=reused)
    last = list(audit.history(payment.subject_key))[-1]
    assert (last.action, last.facts, payment.state) == ("gateway_said", {"state": "verified"}, PaymentState.PUZZLE)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.FINANCE, Role.SYSTEM, Role.APPLICANT}])
def test_only_finance_asks_settles_and_writes_off(silent, role):
    actor = User.objects.create_staff("other", "a long enough one", role).actor()
    for verb, words in (
        (reconcile.ask_gateway_again, {}),
        (reconcile.set_unpaid, {"note": "x"}),
        (reconcile.propose_settlement, {"ref_id": "777001", "text": "x"}),
        (reconcile.propose_return, {"text": "x"}),
    ):
        with pytest.raises(Refused, match=r"role_missing|not_in_this_state"):
            run(verb, silent, actor=actor, **words)


def test_authz_5_an_officer_does_not_put_his_own_money_right(case, silent):
    owner = case.business.owner.user
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    RoleGrant.objects.create(user=owner, role=Role.FINANCE)
    with pytest.raises(Refused) as refused:
        run(reconcile.set_unpaid, silent, note="x", actor=User.objects.get(pk=owner.pk).actor())
    assert code_of(refused) == ["own_case"]


def test_what_is_answered_is_not_asked_again_and_what_is_unknown_is_not_found(case, silent):
    settled(silent)
    with pytest.raises(Refused) as refused:
        run(reconcile.ask_gateway_again, silent, actor=officer("first"))
    assert code_of(refused) == ["answered"]
    for verb in (reconcile.confirm, proposals.withdraw):
        with pytest.raises(NotFound):
            run(verb, 10**9, actor=officer("first"))
    with pytest.raises(NotFound):
        run(reconcile.propose_return, 10**9, text="x", actor=officer("first"))


def test_two_second_officers_at_once_confirm_once(silent):
    proposal = run(reconcile.propose_settlement, silent, ref_id="777001", text="هست", actor=officer("first"))
    run(reconcile.confirm, proposal.pk, actor=officer("second"))
    with pytest.raises((Refused, Conflict)):
        run(reconcile.confirm, proposal.pk, actor=officer("third"))
    assert ledger(silent) == [("settled", 500_000)]


def test_last_look_is_over_before_finance_is_needed():
    assert timedelta(hours=25) > LAST_LOOK
