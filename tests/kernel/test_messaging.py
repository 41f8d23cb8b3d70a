import pytest
from django.template import engines

from enamad_portal.kernel import codes, messaging, use_cases
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
    code = codes.issue("p", "s:1", channel="sms", destination="+989121111111", life=codes.DESTINATION_CAPS[0].window)
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
