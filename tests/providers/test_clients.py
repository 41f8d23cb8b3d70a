"""Every provider client against the sandbox over HTTP."""

from datetime import UTC, date, datetime, timedelta

import pytest

from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.providers import registry
from enamad_portal.providers.company_registry import Company, CompanyState
from enamad_portal.providers.domain_registry import HolderOutcome
from enamad_portal.providers.identity import PersonOutcome
from enamad_portal.providers.police import PoliceOutcome
from enamad_portal.providers.post import Address, LetterOrder, LetterState
from enamad_portal.providers.sms import SmsState
from enamad_portal.providers.telephony import CallState
from enamad_portal.sandbox.magic import legal_id, national_code

GOOD = national_code("001234567")


pytestmark = pytest.mark.usefixtures("world")


def marked(mark):
    return national_code("001234" + mark)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (GOOD, PersonOutcome.MATCHED),
        (marked("401"), PersonOutcome.NOT_FOUND),
        (marked("402"), PersonOutcome.NAME_DIFFERS),
        (marked("403"), PersonOutcome.DECEASED),
        (marked("404"), PersonOutcome.BIRTH_DATE_DIFFERS),
    ],
)
def test_identity_answers_with_an_outcome_only(code, outcome):
    found = registry.identity().person(
        national_code=code, birth_date=date(1985, 3, 21), first_name="مریم", last_name="احمدی", reference="i-1"
    )
    assert found == outcome


@pytest.mark.parametrize(("code", "owned"), [(GOOD, True), (marked("405"), False)])
def test_shahkar_says_whether_the_mobile_is_their_own(code, owned):
    answer = registry.identity().owns_mobile(national_code=code, mobile="09121234567", reference="m-1")
    assert answer is owned


@pytest.mark.parametrize(
    ("mark", "state", "name", "is_director"),
    [
        ("479", CompanyState.ACTIVE, "شرکت بازرگانی نمونه", True),
        ("401", CompanyState.NOT_FOUND, "", False),
        ("402", CompanyState.DISSOLVED, "شرکت بازرگانی نمونه", True),
        ("403", CompanyState.ACTIVE, "شرکت بازرگانی نمونه", False),
    ],
)
def test_company_registry_names_the_state_and_the_director(mark, state, name, is_director):
    asked = legal_id("1038028" + mark)
    found = registry.company_registry().company(legal_id=asked, director_national_code=GOOD, reference="c-1")
    assert found == Company(asked, state, name, is_director)


@pytest.mark.parametrize(
    ("domain", "outcome"),
    [
        ("golestan.test", HolderOutcome.MATCHED),
        ("hidden.test", HolderOutcome.HIDDEN),
        ("differs.test", HolderOutcome.DIFFERS),
    ],
)
def test_domain_registry_compares_the_holder(domain, outcome):
    assert registry.domain_registry().holder(domain=domain, holder_id=GOOD, reference="d-1") == outcome


def test_tax_gives_one_code_per_taxpayer_and_domain():
    tax = registry.tax()
    codes = [tax.tracking_code(taxpayer_id=GOOD, domain="golestan.test", reference=str(n)) for n in range(2)]
    assert codes[0] == codes[1]
    assert codes[0].isdigit()
    assert tax.tracking_code(taxpayer_id=marked("406"), domain="golestan.test", reference="t-2") is None


def test_sms_reaches_the_inbox_with_its_code(world):
    registry.sms().send(to="09121110010", text="کد ورود شما: ۴۸۲۱۳۷\nبه کسی ندهید.", reference="sms-1")
    message = world.inbox("sms", "09121110010")[0]
    assert set(message) == {"id", "channel", "to", "subject", "text", "codes", "at"}
    assert message["codes"] == ["482137"]
    assert registry.sms().status(reference="sms-1") == SmsState.DELIVERED


def test_rel_8_sms_of_one_reference_is_sent_once(world):
    sent = [registry.sms().send(to="09121110011", text="سلام", reference="sms-2") for _ in range(3)]
    assert sent == [sent[0]] * 3
    assert len(world.inbox("sms", "09121110011")) == 1
    assert world.effects("sms")["sms-2"] == 1


def test_rel_8_without_deduplication_each_send_counts(world):
    world.behave(sms={"deduplicate": False})
    for _ in range(2):
        registry.sms().send(to="09121110012", text="سلام", reference="sms-3")
    assert world.effects("sms")["sms-3"] == 2


def test_a_reference_cannot_name_two_messages():
    registry.sms().send(to="09121110013", text="یک", reference="sms-4")
    with pytest.raises(ProviderDown) as caught:
        registry.sms().send(to="09121110013", text="دو", reference="sms-4")
    assert not caught.value.transient


def test_sms_that_is_not_delivered_or_never_sent():
    registry.sms().send(to="09121234000", text="سلام", reference="sms-5")
    assert registry.sms().status(reference="sms-5") == SmsState.FAILED
    assert registry.sms().status(reference="never") == SmsState.UNKNOWN


def test_mail_reaches_the_inbox(world):
    registry.mail().send(to="info@golestan.test", subject="تایید ایمیل", text="کد: 739204", message_id="e1@portal")
    message = world.inbox("email", "info@golestan.test")[0]
    assert (message["subject"], message["codes"]) == ("تایید ایمیل", ["739204"])


def test_mailbox_that_refuses_is_a_permanent_error():
    with pytest.raises(ProviderDown) as caught:
        registry.mail().send(to="bounce@golestan.test", subject="س", text="م", message_id="e2@portal")
    assert not caught.value.transient


def test_post_knows_addresses():
    post = registry.post()
    expected = Address("1193653591", "تهران", "تهران", "خیابان آزادی، کوچه گلستان، پلاک 91")
    assert post.address(postal_code="1193653591", reference="a-1") == expected
    assert post.address(postal_code="1193653999", reference="a-2") is None


def letter(reference, postal_code, text="کدها: 1234 و 5678"):
    return LetterOrder(reference, "مریم احمدی", postal_code, "تهران، خیابان آزادی", text)


def test_letters_are_delivered_returned_or_lost(world, until):
    post = registry.post()
    orders = [letter("l-1", "1193653591"), letter("l-2", "1193653888"), letter("l-3", "1193653666")]
    ordered = post.order_letters(orders, reference="batch-1")
    assert [one.reference for one in ordered] == ["l-1", "l-2", "l-3"]
    wanted = [LetterState.DELIVERED, LetterState.RETURNED, LetterState.LOST]
    assert until(lambda: [post.track(reference=one.reference).state for one in ordered], wanted) == wanted
    assert [one["codes"] for one in world.inbox("letter", "1193653591")] == [["1234", "5678"]]
    assert world.inbox("letter", "1193653888") == []


def test_rel_8_a_letter_is_printed_once_whatever_its_batch(world):
    post = registry.post()
    first = post.order_letters([letter("l-4", "1193653777")], reference="batch-2")
    again = post.order_letters([letter("l-4", "1193653777"), letter("l-5", "1193653777")], reference="batch-3")
    assert again[0] == first[0]
    assert world.effects("post")["l-4"] == 1
    world.move_letter("l-4", "returned")
    assert post.track(reference="l-4").state == LetterState.RETURNED
    assert post.track(reference="l-5").state == LetterState.ACCEPTED
    assert post.track(reference="none").state == LetterState.UNKNOWN


def test_telephony_speaks_the_code_to_the_landline(world, until):
    telephony = registry.telephony()
    telephony.speak_code(landline="02188776655", code="5823", reference="t-1")
    assert until(lambda: telephony.call_state(reference="t-1"), CallState.ANSWERED) == CallState.ANSWERED
    assert world.code("call", "02188776655") == "5823"


@pytest.mark.parametrize(("landline", "state"), [("02188776000", CallState.NO_ANSWER), ("02188776001", CallState.BUSY)])
def test_telephony_reports_a_call_that_nobody_took(world, until, landline, state):
    telephony = registry.telephony()
    telephony.speak_code(landline=landline, code="5823", reference=f"t-{landline}")
    assert until(lambda: telephony.call_state(reference=f"t-{landline}"), state) == state
    assert world.inbox("call", landline) == []


def test_incoming_calls_can_be_fetched(world):
    call = world.call_the_portal("07136354455", "991122")
    telephony = registry.telephony()
    found = telephony.incoming_calls(since=datetime.now(UTC) - timedelta(minutes=1))[-1]
    assert (found.call_id, found.caller, found.digits) == (call["call_id"], "07136354455", "991122")
    assert telephony.incoming_calls(since=datetime.now(UTC) + timedelta(minutes=1)) == ()


@pytest.mark.parametrize(
    ("mark", "outcome"),
    [("567", PoliceOutcome.POSITIVE), ("501", PoliceOutcome.NEGATIVE), ("502", PoliceOutcome.POSITIVE)],
)
def test_police_answer_later_and_without_a_reason(until, mark, outcome):
    police = registry.police()
    police_reference = police.ask(national_code=marked(mark), reference=f"p-{mark}")
    assert police.answer(police_reference=police_reference).outcome == PoliceOutcome.PENDING
    assert until(lambda: police.answer(police_reference=police_reference).outcome, outcome) == outcome
    answer = police.answer(police_reference=police_reference)
    assert answer.answered_at is not None
    assert not hasattr(answer, "reason")


def test_police_that_wait_for_a_person(world):
    police = registry.police()
    police_reference = police.ask(national_code=marked("503"), reference="p-503")
    world.decide_police(police_reference, "negative")
    assert police.answer(police_reference=police_reference).outcome == PoliceOutcome.NEGATIVE
