from datetime import UTC, datetime, timedelta

import pytest
from django.template import engines

from applications.models import Limit
from enamad_portal.kernel import codes, messaging, use_cases
from enamad_portal.kernel.calendar.jalali import TEHRAN
from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.kernel.messaging import Channel, Draft, Fate, Message
from enamad_portal.kernel.work import Job, JobStatus

pytestmark = pytest.mark.django_db


class Box:
    """A carrier that keeps what it was given; `trouble` is raised after or before taking it."""

    def __init__(self):
        self.taken, self.trouble, self.takes_before_trouble = [], None, False

    def deliver(self, *, to, title, body, reference):
        if self.trouble and not self.takes_before_trouble:
            raise self.trouble
        self.taken.append((to, title, body, reference))
        if self.trouble:
            raise self.trouble
        return f"id-{len(self.taken)}"

    def knows(self, reference):
        return "known" if any(taken[3] == reference for taken in self.taken) else None


@pytest.fixture
def box(monkeypatch):
    carrier = Box()
    for channel in (Channel.SMS, Channel.EMAIL):
        monkeypatch.setitem(messaging._carriers, channel, lambda: carrier)
    return carrier


def send(channel=Channel.SMS, **more):
    template = "sign_in_code" if channel == Channel.SMS else "email_code"
    return use_cases.run(
        messaging.send,
        Draft(channel, "+989121111111", template, {"domain": "a.ir", "reference": "r"}),
        subject="s:1",
        **more,
    )


def fate(message):
    return Message.objects.get(pk=message.pk).fate


def later(at):
    """Back-off is over."""
    at(Job.objects.get().run_at)


def test_a_message_leaves_through_a_job_and_its_fate_is_stored(box, run_jobs):
    message = send()
    assert fate(message) == Fate.QUEUED

    run_jobs()

    assert (fate(message), len(box.taken)) == (Fate.SENT, 1)


def test_code_the_secret_is_made_at_sending_and_never_stored(box, run_jobs):
    code = codes.issue("p", "s:1", channel="sms", destination="+989121111111", life=codes.CAPS[0].window)
    message = send(code=code)
    run_jobs()
    [(_, _, body, _)] = box.taken
    secret = "".join(character for character in body if character.isdigit() and character.isascii())[:6]

    assert "{code}" in Message.objects.get(pk=message.pk).body
    assert use_cases.run(codes.judge, "p", "s:1", secret) == codes.Judgement.ACCEPTED


def test_an_sms_that_was_taken_before_the_time_out_is_not_sent_again(box, run_jobs, at):
    box.trouble, box.takes_before_trouble = ProviderDown("sms", "time-out"), True
    message = send()
    run_jobs()
    box.trouble = None
    later(at)
    run_jobs()

    assert (fate(message), len(box.taken)) == (Fate.SENT, 1)


def test_an_sms_that_the_carrier_never_saw_is_sent_once_more(box, run_jobs, at):
    box.trouble = ProviderDown("sms", "time-out")
    message = send()
    run_jobs()
    box.trouble = None
    later(at)
    run_jobs()

    assert (fate(message), len(box.taken)) == (Fate.SENT, 1)


def test_a_refused_number_fails_and_is_not_tried_again(box, run_jobs):
    box.trouble = ProviderDown("sms", "no such number", transient=False)
    message = send()
    run_jobs()

    assert (fate(message), Job.objects.get().status) == (Fate.FAILED, JobStatus.DONE)


def test_an_email_has_a_title_and_may_be_repeated(box, run_jobs, at):
    box.trouble, box.takes_before_trouble = ProviderDown("mail", "time-out"), True
    message = send(Channel.EMAIL)
    run_jobs()
    box.trouble = None
    later(at)
    run_jobs()

    assert (fate(message), len({taken[3] for taken in box.taken}), len(box.taken)) == (Fate.SENT, 1, 2)
    assert box.taken[0][1] == "کد تأیید ایمیل برای a.ir"


def test_pii_1_number_and_text_are_sealed(box):
    message = send()

    stored = str(Message.objects.filter(pk=message.pk).values().get())

    assert "9121111111" not in stored
    assert "کد ورود" not in stored


def test_every_message_template_renders():
    folder = engines["django"].engine.dirs[0] / "messages"
    assert {path.suffix for path in folder.iterdir()} == {".txt"}


NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture
def two_sms_a_day(at):
    at(NOON)
    Limit.objects.filter(key="sms_per_day").update(value=2)


def new_code(number="+989121111111", **more):
    return codes.issue("p", f"s:{number}", channel="sms", destination=number, life=timedelta(minutes=10), **more)


def test_code_1_a_full_day_is_told_before_a_code_is_made(box, run_jobs, two_sms_a_day, at):
    assert messaging.refusal_of_code(Channel.SMS, "+989121111111", "") is None
    send(), send()
    run_jobs()
    refusal = messaging.refusal_of_code(Channel.SMS, "+989121111111", "")
    assert (refusal.code, "فردا" in refusal.message) == ("sms_day_full", True)
    assert messaging.refusal_of_code(Channel.CALL, "+982188776655", "") is None
    at(NOON + timedelta(hours=12))
    assert messaging.refusal_of_code(Channel.SMS, "+989121111111", "") is None


def test_code_1_a_message_over_the_days_cap_leaves_the_next_morning(box, run_jobs, two_sms_a_day, at):
    messages = [send() for _ in range(3)]
    run_jobs()
    assert [fate(message) for message in messages] == [Fate.SENT, Fate.SENT, Fate.QUEUED]
    [job] = Job.objects.filter(status=JobStatus.DUE)
    assert job.run_at == datetime(2026, 11, 22, 8, 0, tzinfo=TEHRAN)
    at(job.run_at)
    run_jobs()
    assert (fate(messages[2]), len(box.taken)) == (Fate.SENT, 3)


def test_code_1_a_code_over_the_days_cap_is_not_sent_late(box, run_jobs, two_sms_a_day):
    messages = [send(), send(), send(code=new_code())]
    run_jobs()
    assert [fate(message) for message in messages] == [Fate.SENT, Fate.SENT, Fate.FAILED]
    assert not Job.objects.exclude(status=JobStatus.DONE).exists()


def test_code_1_e_mails_do_not_count_in_the_days_cap(box, run_jobs, two_sms_a_day):
    messages = [send(Channel.EMAIL) for _ in range(4)]
    run_jobs()
    assert {fate(message) for message in messages} == {Fate.SENT}


def test_code_1_of_codes_asked_for_in_parallel_no_more_than_allowed_leave(box, run_jobs, at):
    """Each request saw room, because none had committed: what leaves is counted again."""
    at(NOON)
    messages = [send(code=new_code()) for _ in range(5)]
    run_jobs()
    assert sorted(fate(message) for message in messages) == [Fate.FAILED] * 2 + [Fate.SENT] * 3


def test_code_1_one_visitor_asks_for_ten_codes_an_hour(at):
    at(NOON)
    for tail in range(10):
        new_code(f"+98912000000{tail}", source="192.0.2.7")
    refusal = messaging.refusal_of_code(Channel.SMS, "+989129999999", "192.0.2.7")
    assert refusal.message == "از اینترنت شما درخواست‌های زیادی رسیده است؛ ۶۱ دقیقه دیگر دوباره درخواست کنید."
    assert messaging.refusal_of_code(Channel.SMS, "+989129999999", "192.0.2.8") is None


def test_code_1_the_caps_are_dated_rows(at):
    at(NOON)
    Limit.objects.filter(key="code_sends_10_minutes").update(value=1)
    new_code()
    assert messaging.refusal_of_code(Channel.SMS, "+989121111111", "").code == "too_many_codes"
