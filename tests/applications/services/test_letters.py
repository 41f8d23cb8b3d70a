"""The letter from postage to both codes: paid first, handed over once, followed, judged (REL-8, CODE-1…4)."""

import re
from datetime import timedelta

import pytest

from applications.lifecycle import InvoiceState, LetterState, State
from applications.models import Invoice, PostalLetter
from applications.services import letter_batches
from applications.services.draft import fill_section
from applications.services.letters import ask_again, dispatch, enter_codes, hand_over, report, watch
from applications.services.pay import bill
from applications.services.submit import withdraw
from enamad_portal.accounts.models import User
from enamad_portal.kernel import clock, use_cases, worker
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.codes import Code, Judgement
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.steps import StepState
from enamad_portal.kernel.work import Job, JobStatus
from tests.applications.address_case import (
    applicant_of,
    codes_of,
    go_on,
    letter,
    letters_to,
    open_case,
    pay_postage,
    step,
    until,
)

pytestmark = pytest.mark.django_db
A, W, S = Judgement.ACCEPTED, Judgement.WRONG, Judgement.SPENT
WRONG = "0000000011"[:9]


@pytest.fixture
def case(sandbox, run_jobs):
    """The postal code is known to the Post; the postage waits to be paid."""
    case = open_case("postal_code", "postal")
    run_jobs()
    return case


@pytest.fixture
def sent(case, sandbox, run_jobs):
    """The letter lies in the applicant's letter box; nobody has told us yet."""
    pay_postage(case, sandbox)
    run_jobs()
    assert until(lambda: len(letters_to(case, sandbox)), 1)
    return case


def enter(case, *guesses):
    return use_cases.run(enter_codes, case.reference, guesses, actor=applicant_of(case))


def told(case):
    return [
        name for name in Message.objects.order_by("created_at").values_list("template", flat=True) if "letter" in name
    ]


# Postage


def test_no_letter_is_ordered_before_its_postage_is_paid(case):
    assert step(case, "postal").state == StepState.WAITING
    assert PostalLetter.objects.count() == 0
    invoice = Invoice.objects.get(application=case)
    assert (invoice.kind, invoice.amount_rial, invoice.state) == ("post_letter", 170_000, InvoiceState.OPEN)


def test_the_letter_waits_for_the_postal_code_but_not_for_an_officer(sandbox, run_jobs):
    unknown = open_case(
        "postal_code", "postal", postal_code="1193653999", domain="unknown.test", mobile="+989121230001"
    )
    owner = unknown.business.owner
    differs = open_case("postal_code", "postal", city="ری", domain="differs.test", owner=owner)
    run_jobs()
    assert step(unknown, "postal").state == StepState.NOT_STARTED
    assert (step(differs, "postal_code").state, step(differs, "postal").state) == (StepState.UNSURE, StepState.WAITING)


def test_paid_postage_orders_the_letter_and_the_applicant_need_not_act(case, sandbox):
    assert pay_postage(case, sandbox) == InvoiceState.PAID
    assert (letter(case).state, letter(case).round) == (LetterState.ORDERED, 1)
    assert (step(case, "postal").state, step(case, "postal").code) == (StepState.ASKED, "letter_on_the_way")
    with pytest.raises(Refused) as refused:
        use_cases.run(bill, case.reference, actor=applicant_of(case), step="postal")
    assert [one.code for one in refused.value.refusals] == ["nothing_to_pay"]


def test_the_badge_fee_is_no_postage_and_the_other_way_round(case):
    with pytest.raises(Refused) as refused:
        use_cases.run(bill, case.reference, actor=applicant_of(case))
    assert [one.code for one in refused.value.refusals] == ["nothing_to_pay"]
    assert use_cases.run(bill, case.reference, actor=applicant_of(case), step="postal").amount_rial == 170_000


# Handing over


def test_rel_8_a_letter_is_ordered_once_however_often_the_job_runs(case, sandbox, run_jobs):
    pay_postage(case, sandbox)
    run_jobs()
    job = Job.objects.get(kind="applications.letter")
    use_cases.run(dispatch(job))
    assert sandbox.effects("post")[letter(case).serial] == 1
    assert letter(case).state == LetterState.POSTED


def test_rel_8_an_answer_that_got_lost_is_asked_for_and_not_ordered_again(case, sandbox, run_jobs, at):
    pay_postage(case, sandbox)
    sandbox.behave(post={"drop": True, "times": 1})
    run_jobs()
    assert letter(case).state == LetterState.PRINTED
    secret = letter(case).code_1.secret_hash
    at(clock.now() + timedelta(minutes=5))
    run_jobs()
    assert (letter(case).state, letter(case).code_1.secret_hash) == (LetterState.POSTED, secret)
    assert sandbox.effects("post")[letter(case).serial] == 1


def test_rel_8_a_post_that_never_saw_the_letter_gets_it_again(case, sandbox, run_jobs, at):
    pay_postage(case, sandbox)
    sandbox.behave(post={"status": 503, "times": 1})
    run_jobs()
    at(clock.now() + timedelta(minutes=5))
    run_jobs()
    assert until(lambda: len(letters_to(case, sandbox)), 1)
    assert sandbox.effects("post")[letter(case).serial] == 1
    assert enter(case, *codes_of(case, sandbox)) == (A, A)


def test_a_withdrawn_case_prints_no_letter(case, sandbox, run_jobs):
    pay_postage(case, sandbox)
    use_cases.run(withdraw, case.reference, actor=applicant_of(case))
    run_jobs()
    assert letter(case).state == LetterState.CANCELLED
    assert letter(case).serial not in sandbox.effects("post")


def test_the_two_codes_stand_in_the_letter_only(sent, sandbox):
    codes = codes_of(sent, sandbox)
    assert len(codes) == 2
    kept = " ".join(str(row) for row in Code.objects.values_list("secret_hash", "destination"))
    kept += " ".join(message.body for message in Message.objects.all())
    assert [code for code in codes if code in kept or code.replace("-", "") in kept] == []


# Codes


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_both_codes_pass_in_any_order_with_the_way_of_the_letter_as_evidence(sent, sandbox, order):
    codes = codes_of(sent, sandbox)
    serial = letter(sent).serial
    use_cases.run(report, serial, "delivered", received_by="first_degree_relative")
    assert [enter(sent, codes[place]) for place in order] == [(A,), (A,)]
    passed = step(sent, "postal")
    assert (passed.state, passed.code) == (StepState.PASSED, "postal_returned")
    wanted = {"serial": serial, "tracking": letter(sent).tracking, "received_by": "first_degree_relative"}
    assert {name: passed.evidence[name] for name in wanted} == wanted
    assert all(passed.evidence[name] for name in ("posted_at", "ended_at", "codes_returned_at"))


def test_both_codes_at_once_pass_before_the_post_has_reported(sent, sandbox):
    assert enter(sent, *reversed(codes_of(sent, sandbox))) == (A, A)
    assert step(sent, "postal").state == StepState.PASSED
    use_cases.run(report, letter(sent).serial, "delivered", received_by="applicant")
    assert step(sent, "postal").evidence["received_by"] == "applicant"


def test_one_code_twice_is_not_two(sent, sandbox):
    first, _ = codes_of(sent, sandbox)
    assert enter(sent, first, first) == (A, W)
    assert enter(sent, first) == (W,)
    assert step(sent, "postal").state == StepState.ASKED


@pytest.mark.parametrize("spell", [str.lower, "-".join, lambda code: f" {code} "])
def test_codes_are_taken_as_people_copy_them(sent, sandbox, spell):
    assert enter(sent, *[spell(code) for code in codes_of(sent, sandbox)]) == (A, A)


def test_code_1_five_tries_for_each_letter_then_a_new_one(sent, sandbox):
    right = codes_of(sent, sandbox)
    assert [enter(sent, WRONG, WRONG) for _ in range(5)] == [(W, W)] * 5
    assert (step(sent, "postal").state, step(sent, "postal").code) == (StepState.FAILED, "letter_spent")
    assert enter(sent, *right) == (S, S)
    assert step(sent, "postal").state == StepState.FAILED


def test_the_fifth_try_still_counts(sent, sandbox):
    for _ in range(4):
        enter(sent, WRONG)
    assert enter(sent, *codes_of(sent, sandbox)) == (A, A)


def test_the_codes_end_after_thirty_days(sent, sandbox, at, run_jobs):
    codes = codes_of(sent, sandbox)
    use_cases.run(report, letter(sent).serial, "delivered", received_by="applicant")
    start = clock.now()
    at(start + timedelta(days=29, hours=23))
    run_jobs()
    assert step(sent, "postal").state == StepState.WAITING
    at(start + timedelta(days=30, minutes=1))
    assert enter(sent, codes[0]) == (Judgement.EXPIRED,)
    run_jobs()
    assert (step(sent, "postal").state, step(sent, "postal").code) == (StepState.FAILED, "letter_expired")


def test_a_letter_handed_to_somebody_else_goes_to_an_officer(sent, sandbox):
    use_cases.run(report, letter(sent).serial, "delivered", received_by="neighbour")
    assert enter(sent, *codes_of(sent, sandbox)) == (A, A)
    assert (step(sent, "postal").state, step(sent, "postal").code) == (StepState.UNSURE, "letter_to_other")


# On its way


def test_a_delivered_letter_asks_the_applicant_for_its_codes_once(sent):
    serial = letter(sent).serial
    for _ in range(2):
        assert use_cases.run(report, serial, "delivered", received_by="applicant") is True
    assert (step(sent, "postal").state, step(sent, "postal").code) == (StepState.WAITING, "letter_delivered")
    assert told(sent).count("sms_letter_delivered") == 1
    sent.refresh_from_db()
    assert sent.state == State.AWAITING_APPLICANT


@pytest.mark.parametrize(("mark", "end"), [("888", "returned"), ("666", "lost")])
def test_a_letter_that_does_not_arrive_is_found_by_asking(sandbox, run_jobs, at, mark, end):
    case = open_case("postal", postal_code=f"1193653{mark}")
    pay_postage(case, sandbox)
    run_jobs()
    start = clock.now()
    assert letter(case).state == LetterState.POSTED

    def followed():
        at(start + timedelta(hours=6, minutes=1))
        Job.objects.filter(kind="applications.letter_watch").update(run_at=clock.now())
        run_jobs()
        return letter(case).state

    assert until(followed, end) == end
    assert (step(case, "postal").state, step(case, "postal").code) == (StepState.FAILED, f"letter_{end}")
    assert told(case)[-1] == f"sms_letter_{end}"


def test_a_letter_nobody_hears_of_counts_as_lost_after_the_policys_days(sandbox, run_jobs, at):
    case = open_case("postal", postal_code="1193653777")
    pay_postage(case, sandbox)
    run_jobs()
    start = clock.now()
    at(start + timedelta(days=20))
    run_jobs()
    assert letter(case).state == LetterState.POSTED
    at(start + timedelta(days=21, hours=1))
    run_jobs()
    assert letter(case).state == LetterState.LOST


def test_a_report_of_another_barcode_moves_nothing(sent):
    use_cases.run(report, letter(sent).serial, "returned", barcode="000000000000000000000000")
    assert letter(sent).state == LetterState.POSTED


@pytest.mark.parametrize("state", ["accepted", "unknown", "burnt", ""])
def test_other_words_of_the_post_move_nothing(sent, state):
    use_cases.run(report, letter(sent).serial, state)
    assert letter(sent).state == LetterState.POSTED


# Again


def failed(case, end):
    use_cases.run(report, letter(case).serial, end)
    use_cases.run(ask_again, case.reference, actor=applicant_of(case))
    return step(case, "postal")


def test_after_a_returned_letter_the_next_one_is_paid_anew(sent, sandbox):
    again = failed(sent, "returned")
    assert (again.state, again.round, letter(sent).round) == (StepState.WAITING, 2, 1)
    kinds = Invoice.objects.filter(application=sent).order_by("round").values_list("round", "state")
    assert list(kinds) == [(1, InvoiceState.PAID), (2, InvoiceState.OPEN)]
    pay_postage(sent, sandbox)
    assert (letter(sent).round, letter(sent).invoice.round) == (2, 2)


def test_after_a_lost_letter_the_next_one_is_free(sent, sandbox, run_jobs):
    again = failed(sent, "lost")
    assert (again.state, letter(sent).round, letter(sent).invoice.round) == (StepState.ASKED, 2, 1)
    run_jobs()
    assert sandbox.effects("post")[letter(sent).serial] == 1


def test_codes_of_an_earlier_letter_are_dead(sent, sandbox, run_jobs):
    old = codes_of(sent, sandbox)
    failed(sent, "lost")
    run_jobs()
    assert enter(sent, *old) == (W, W)


def test_a_new_letter_is_refused_while_one_is_on_its_way(sent):
    with pytest.raises(Refused) as refused:
        use_cases.run(ask_again, sent.reference, actor=applicant_of(sent))
    assert [one.code for one in refused.value.refusals] == ["letter_under_way"]


def test_the_fifth_letter_of_a_case_needs_a_person(sent, run_jobs):
    for _ in range(3):
        failed(sent, "lost")
        run_jobs()
    with pytest.raises(Refused) as refused:
        failed(sent, "lost")
    assert [one.code for one in refused.value.refusals] == ["too_many_letters"]


def test_code_4_a_changed_address_voids_the_letter_and_is_paid_anew(sent, sandbox, run_jobs):
    old = codes_of(sent, sandbox)
    answers = {"address": "خیابان آزادی، کوچه گلستان، پلاک ۹۴، طبقه ۲"}
    use_cases.run(fill_section, sent.reference, "place", answers, actor=applicant_of(sent))
    run_jobs()
    assert letter(sent).state == LetterState.CANCELLED
    assert (step(sent, "postal").state, step(sent, "postal").round) == (StepState.WAITING, 2)
    assert enter(sent, *old) == (S, S)
    assert Invoice.objects.filter(application=sent, state=InvoiceState.OPEN).count() == 1


def test_an_address_changed_before_printing_keeps_the_paid_postage(case, sandbox, run_jobs, settings):
    settings.LETTERS_BY = "contractor"
    pay_postage(case, sandbox)
    answers = {"address": "خیابان آزادی، کوچه گلستان، پلاک ۹۴، طبقه ۲"}
    use_cases.run(fill_section, case.reference, "place", answers, actor=applicant_of(case))
    run_jobs()
    assert list(PostalLetter.objects.order_by("round").values_list("round", "state")) == [
        (1, LetterState.CANCELLED),
        (2, LetterState.ORDERED),
    ]
    assert Invoice.objects.filter(application=case).count() == 1


# The contractor


@pytest.fixture
def waiting(case, sandbox, settings, run_jobs):
    settings.LETTERS_BY = "contractor"
    pay_postage(case, sandbox)
    run_jobs()
    return case


def test_rel_8_a_letter_is_in_one_batch_only(waiting):
    (order,) = letter_batches.take_batch("b-1", 10)
    assert letter_batches.take_batch("b-2", 10) == []
    assert use_cases.run(hand_over, letter(waiting).pk, "b-3") is None
    assert (order.reference, letter(waiting).state, letter(waiting).batch) == (
        letter(waiting).serial, LetterState.PRINTED, "b-1",
    )  # fmt: skip


def test_the_contractor_prints_and_reports_back(waiting):
    (order,) = letter_batches.take_batch("b-1", 10)
    done, unknown = letter_batches.take_back(["serial,barcode\n", f"{order.reference},11112222\n", "alien-1,9\n"])
    assert (done, unknown) == (1, ["alien-1"])
    assert (letter(waiting).state, letter(waiting).tracking) == (LetterState.POSTED, "11112222")
    codes = re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", order.text)
    assert enter(waiting, *codes) == (A, A)


def test_a_cell_that_a_spreadsheet_would_run_is_made_text(waiting):
    (order,) = letter_batches.take_batch("b-1", 10)
    hostile = type(order)(order.reference, "=cmd()", order.postal_code, "@now", order.text)
    assert "'=cmd()" in letter_batches.as_csv([hostile])
    assert "'@now" in letter_batches.as_csv([hostile])


def test_rel_8_a_reprint_needs_a_person_with_a_reason(waiting):
    (order,) = letter_batches.take_batch("b-1", 10)
    reviewer = User.objects.create_staff("rev", "x" * 16, Role.REVIEWER).actor()
    support = User.objects.create_staff("sup", "x" * 16, Role.SUPPORT).actor()
    for actor, note in ((reviewer, "گم شد"), (support, " ")):
        with pytest.raises(Refused):
            use_cases.run(letter_batches.reprint, order.reference, actor=actor, note=note)
    use_cases.run(letter_batches.reprint, order.reference, actor=support, note="پرونده دسته نوشته نشد")
    (again,) = letter_batches.take_batch("b-2", 10)
    assert again.reference != order.reference
    dead, live = (re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", one.text) for one in (order, again))
    assert (enter(waiting, *dead), enter(waiting, *live)) == ((W, W), (A, A))


def test_an_unpaid_postage_is_billed_once_whatever_the_rounds(case, sandbox, run_jobs):
    answers = {"postal_code": "1193653999"}
    use_cases.run(fill_section, case.reference, "place", answers, actor=applicant_of(case))
    run_jobs()
    assert step(case, "postal").state == StepState.NOT_STARTED
    invoice = Invoice.objects.get(application=case)
    assert invoice.state == InvoiceState.OPEN
    go_on(case)
    assert Invoice.objects.filter(application=case).count() == 1


def test_a_job_of_a_letter_that_ended_does_nothing(sent, sandbox):
    use_cases.run(report, letter(sent).serial, "returned")
    job = Job.objects.get(kind="applications.letter_watch")
    assert use_cases.run(watch(job)) is None
    Job.objects.filter(pk=job.pk).update(run_at=clock.now())
    worker.drain("verification")
    assert Job.objects.get(pk=job.pk).status == JobStatus.DONE
