"""The landline both ways: we call and speak, or the applicant calls and keys in (CODE-1, CODE-2, CODE-4)."""

from datetime import timedelta
from functools import partial

import pytest

from applications.services.landline import call_ended, listen, show_code, take_call
from applications.services.verify import answer_code, resend_code
from enamad_portal.kernel import clock, codes, use_cases
from enamad_portal.kernel.codes import Code, Judgement
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.messaging import Channel, Fate, Message
from enamad_portal.kernel.steps import StepState
from enamad_portal.kernel.work import Job
from enamad_portal.providers.telephony import IncomingCall
from tests.applications.address_case import DIALLED, LINE, applicant_of, is_waiting, open_case, step, until

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(sandbox):
    return open_case("landline")


def ask_for_a_call(case):
    use_cases.run(resend_code, case.reference, "landline", actor=applicant_of(case))


def heard(case, sandbox, run_jobs):
    """Asks for a call, picks up, and writes the code down."""
    before = len(sandbox.inbox("call", DIALLED))
    ask_for_a_call(case)
    run_jobs()
    assert until(lambda: len(sandbox.inbox("call", DIALLED)), before + 1) == before + 1
    return sandbox.code("call", DIALLED)


def shown(case):
    return use_cases.run(show_code, case.reference, actor=applicant_of(case))


def call(digits, caller=DIALLED, call_id="c-1"):
    return use_cases.run(take_call, IncomingCall(call_id, caller, digits, clock.now()))


def answer(case, guess):
    return use_cases.run(answer_code, case.reference, "landline", guess, actor=applicant_of(case))


def wrong(code):
    return "".join(str((int(digit) + 1) % 10) for digit in code)


# We call


def test_nobody_is_called_before_he_asks(case, sandbox, run_jobs):
    run_jobs()
    assert is_waiting(case, "landline")
    assert Code.objects.filter(subject=case.subject_key).count() == 0


def test_the_spoken_code_passes_and_proves_a_number_not_a_place(case, sandbox, run_jobs):
    assert answer(case, heard(case, sandbox, run_jobs)) is Judgement.ACCEPTED
    passed = step(case, "landline")
    assert (passed.state, passed.code) == (StepState.PASSED, "landline_returned")
    assert passed.evidence == {"proves": "number_control", "number": "021••••6655"}


def test_code_1_five_wrong_answers_kill_the_code(case, sandbox, run_jobs):
    right = heard(case, sandbox, run_jobs)
    assert [answer(case, wrong(right)) for _ in range(5)] == [Judgement.WRONG] * 5
    assert answer(case, right) is Judgement.SPENT
    assert is_waiting(case, "landline")


def test_the_code_lives_ten_minutes(case, sandbox, run_jobs, at):
    right = heard(case, sandbox, run_jobs)
    at(clock.now() + timedelta(minutes=10, seconds=1))
    assert answer(case, right) is Judgement.EXPIRED


def test_the_fourth_call_within_ten_minutes_is_refused(case):
    for _ in range(3):
        ask_for_a_call(case)
    with pytest.raises(Refused) as refused:
        ask_for_a_call(case)
    assert [one.code for one in refused.value.refusals] == ["too_many_codes"]


def test_code_1_calls_asked_for_from_one_address_are_counted_together(case):
    actor = applicant_of(case)
    for tail in range(10):
        codes.issue("p", f"s:{tail}", channel="sms", destination=f"{tail}", life=timedelta(1), source="192.0.2.7")
    for verb in (partial(resend_code, case.reference, "landline"), partial(show_code, case.reference)):
        with pytest.raises(Refused, match="too_many_codes"):
            use_cases.run(verb, actor=actor, source="192.0.2.7")
        use_cases.run(verb, actor=actor, source="192.0.2.8")


@pytest.mark.parametrize(("state", "fate"), [("answered", Fate.DELIVERED), ("busy", Fate.FAILED)])
def test_the_exchange_says_how_the_call_ended(case, run_jobs, state, fate):
    ask_for_a_call(case)
    run_jobs()
    message = Message.objects.get(channel=Channel.CALL)
    use_cases.run(call_ended, str(message.pk), state)
    message.refresh_from_db()
    assert message.fate == fate


@pytest.mark.parametrize("reference", ["", "x", "0" * 36, "' or 1=1"])
def test_the_end_of_a_foreign_call_is_nothing(db, reference):
    assert use_cases.run(call_ended, reference, "answered") is None


# The applicant calls


def test_the_right_digits_from_the_own_line_pass(case):
    assert call(shown(case)) is True
    passed = step(case, "landline")
    assert passed.state == StepState.PASSED
    assert passed.evidence == {
        "proves": "number_control", "number": "021••••6655", "way": "called_us", "calls": ["c-1"],
    }  # fmt: skip


@pytest.mark.parametrize("caller", ["02188776656", "", "anonymous", "09121230987", "+12025550100"])
def test_the_right_digits_from_another_line_do_not_pass(case, caller):
    code = shown(case)
    assert call(code, caller=caller) is False
    assert is_waiting(case, "landline")
    assert call(code, call_id="c-2") is True


@pytest.mark.parametrize("caller", ["+982188776655", "00982188776655", "02188776655", "2188776655"])
def test_a_caller_id_counts_in_any_spelling_of_the_network(case, caller):
    assert call(shown(case), caller=caller) is True


def test_code_1_wrong_digits_are_counted_once_per_call(case):
    code = shown(case)
    for _ in range(3):
        call(wrong(code), call_id="same")
    assert Code.objects.get(purpose="step-landline-in").attempts == 1
    for number in range(4):
        call(wrong(code), call_id=f"other-{number}")
    assert call(code, call_id="last") is False
    assert is_waiting(case, "landline")


def test_code_4_a_changed_number_kills_the_shown_code(case):
    code = shown(case)
    shop = case.business
    shop.landline = "+982177776666"
    shop.save()
    assert call(code) is False
    assert call(code, caller="02177776666", call_id="c-2") is False
    assert is_waiting(case, "landline")


def test_code_2_a_shown_code_serves_once(case):
    code = shown(case)
    assert [call(code), call(code, call_id="c-2")] == [True, False]


def test_code_3_a_new_code_voids_the_one_before(case):
    old, new = shown(case), shown(case)
    assert call(old) is (old == new)
    assert call(new, call_id="c-2") is (old != new)


def test_two_shops_on_one_line_each_have_their_own_code(sandbox):
    first = open_case("landline", domain="one-shop.test")
    second = open_case("landline", domain="two-shop.test", owner=first.business.owner)
    codes = {first: shown(first), second: shown(second)}
    assert call(codes[second]) is True
    assert (step(first, "landline").state, step(second, "landline").state) == (StepState.WAITING, StepState.PASSED)


def test_a_lost_callback_is_made_good_by_asking_the_exchange(case, sandbox, at, run_jobs):
    code = shown(case)
    sandbox.call_the_portal(LINE.replace("+98", "0"), code)
    at(clock.now() + timedelta(minutes=1))
    run_jobs()
    assert step(case, "landline").state == StepState.PASSED


def test_listening_ends_with_the_code(case, sandbox, at):
    shown(case)
    job = Job.objects.get(kind="applications.incoming_calls")
    at(clock.now() + timedelta(minutes=11))
    assert use_cases.run(listen(job)) is None
