"""The portal's door for providers: proven before it is read, and taken twice as well as once."""

import json
import time

import pytest

from applications.lifecycle import LetterState
from applications.services.landline import show_code
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.messaging import Channel, Draft, Fate, Message, send
from enamad_portal.kernel.steps import StepState
from enamad_portal.kernel.work import Job, JobStatus, NewJob
from enamad_portal.providers.signing import sign
from tests.applications.address_case import DIALLED, applicant_of, letter, open_case, pay_postage, step, until

pytestmark = pytest.mark.django_db
AT = "2026-11-21T08:30:00+00:00"


@pytest.fixture
def report(client, settings):
    """`report("post", reference=…, state=…)` as the provider sends it; answers the status."""

    def post(service, secret=None, signed_at=None, **body):
        path, raw = f"/providers/callbacks/{service}/", json.dumps(body).encode()
        headers = sign(secret or settings.PROVIDER_SECRET, "POST", path, raw, at=signed_at or int(time.time()))
        return client.post(path, raw, content_type="application/json", headers=headers).status_code

    return post


@pytest.fixture
def posted(sandbox, run_jobs):
    """A letter on its way that nobody moves but the test."""
    case = open_case("postal", postal_code="1193653777")
    pay_postage(case, sandbox)
    run_jobs()
    return case


def call(code, **changes):
    return {
        "reference": "c-1", "event": "incoming_call", "call_id": "c-1", "caller": DIALLED, "digits": code, "at": AT,
    } | changes  # fmt: skip


# The door


@pytest.mark.parametrize("change", [{"secret": "00" * 32}, {"signed_at": 1_700_000_000}, {"signed_at": 4_000_000_000}])
def test_an_unproven_report_changes_nothing(posted, report, change):
    assert report("post", reference=letter(posted).serial, state="delivered", **change) == 403
    assert letter(posted).state == LetterState.POSTED


def test_a_signature_of_another_service_is_none(client, posted, settings):
    raw = json.dumps({"reference": letter(posted).serial, "state": "returned"}).encode()
    headers = sign(settings.PROVIDER_SECRET, "POST", "/providers/callbacks/police/", raw, at=int(time.time()))
    answer = client.post("/providers/callbacks/post/", raw, content_type="application/json", headers=headers)
    assert (answer.status_code, letter(posted).state) == (403, LetterState.POSTED)


def test_the_door_takes_posts_of_known_services_only(client, report):
    assert client.get("/providers/callbacks/post/").status_code == 405
    assert report("sms", reference="r") == 403


@pytest.mark.parametrize("body", [{}, {"reference": 1}, {"reference": "r", "state": ["delivered"]}])
def test_a_proven_report_of_the_wrong_shape_is_refused(report, body):
    assert report("post", **body) == 400


@pytest.mark.parametrize("service", ["post", "telephony", "police"])
@pytest.mark.parametrize("reference", ["", "alien", "9" * 400, "\u202e", "' or 1=1 --"])
def test_a_report_of_nothing_of_ours_is_taken_and_means_nothing(report, service, reference):
    more = {"police_reference": reference, "event": "call_finished", "state": "delivered", "outcome": "positive"}
    assert report(service, reference=reference, **more) == 204


def test_a_browsers_session_and_token_are_not_asked_for(posted, settings):
    from django.test import Client  # noqa: PLC0415 - one strict client

    path = "/providers/callbacks/post/"
    raw = json.dumps({"reference": letter(posted).serial, "state": "returned"}).encode()
    headers = sign(settings.PROVIDER_SECRET, "POST", path, raw, at=int(time.time()))
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path, raw, content_type="application/json", headers=headers).status_code == 204


# The Post


def test_a_delivered_letter_is_reported_with_its_receiver_and_twice_is_once(posted, report):
    body = {"reference": letter(posted).serial, "barcode": letter(posted).tracking, "state": "delivered"}
    for _ in range(2):
        assert report("post", received_by="first_degree_relative", changed_at=AT, **body) == 204
    assert (letter(posted).state, letter(posted).received_by) == (LetterState.DELIVERED, "first_degree_relative")
    assert Message.objects.filter(template="sms_letter_delivered").count() == 1


def test_the_posts_own_words_move_the_letter(live_server, sandbox, run_jobs):
    sandbox.behave(portal_url=live_server.url)
    case = open_case("postal", postal_code="1193653888")
    pay_postage(case, sandbox)
    run_jobs()
    assert until(lambda: letter(case).state, LetterState.RETURNED) == LetterState.RETURNED
    assert until(lambda: step(case, "postal").code, "letter_returned") == "letter_returned"


# Telephony


def test_an_incoming_call_from_the_own_line_passes_the_step(sandbox, report):
    case = open_case("landline")
    code = use_cases.run(show_code, case.reference, actor=applicant_of(case))
    assert report("telephony", **call(code, caller="02188770000")) == 204
    assert step(case, "landline").state == StepState.WAITING
    for _ in range(2):
        assert report("telephony", **call(code)) == 204
    assert step(case, "landline").state == StepState.PASSED


def test_the_end_of_our_call_reaches_its_message(sandbox, report):
    case = open_case("landline")
    draft = Draft(Channel.CALL, "+982188776655", "call_code")
    message = use_cases.run(send, draft, subject=case.subject_key)
    assert report("telephony", reference=str(message.pk), event="call_finished", state="no_answer", at=AT) == 204
    message.refresh_from_db()
    assert (message.fate, message.obstacle) == (Fate.FAILED, "no_answer")


# The police


def test_the_polices_hint_only_makes_us_ask_now(sandbox, report):
    case = open_case("landline")
    asked = case.steps.create(key="police", state=StepState.ASKED, reference="P-77")
    later = clock.now().replace(year=2027)
    look = NewJob("applications.look", asked.subject_key, "police:later", later, {"step": asked.pk})
    use_cases.run(lambda: use_cases.enqueue(look))
    assert report("police", reference="x", police_reference="P-77", outcome="positive", answered_at=AT) == 204
    job = Job.objects.get(key="police:later")
    assert (job.run_at <= clock.now(), job.status) == (True, JobStatus.DUE)
    asked.refresh_from_db()
    assert asked.state == StepState.ASKED
