"""What the sandbox sends to the portal, and what `read_callback` lets through."""

import json
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import RequestFactory

from enamad_portal.providers import registry
from enamad_portal.providers.callbacks import Callback, read_callback
from enamad_portal.providers.post import LetterOrder
from enamad_portal.providers.signing import sign
from enamad_portal.sandbox.magic import national_code


@pytest.fixture
def portal(world):
    """Stands where the portal's callback views will: keeps each request as Django would see it."""
    arrived = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
            arrived.put(RequestFactory().post(self.path, body, content_type="application/json", **headers))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    world.behave(portal_url=f"http://127.0.0.1:{server.server_port}")
    yield arrived
    world.behave(portal_url="http://127.0.0.1:9")
    server.shutdown()
    thread.join()
    server.server_close()


def next_callback(portal, service, reference):
    """The next one of this reference; others belong to earlier tests."""
    while True:
        request = portal.get(timeout=20)
        if request.path == f"/providers/callbacks/{service}/":
            found = read_callback(request, service)
            if found.reference == reference:
                return found


@pytest.mark.parametrize(("mark", "outcome"), [("567", "positive"), ("501", "negative")])
def test_the_police_answer_arrives_without_its_reason(portal, mark, outcome):
    police_reference = registry.police().ask(national_code=national_code("001234" + mark), reference=f"cb-{mark}")
    found = next_callback(portal, "police", f"cb-{mark}")
    assert set(found.body) == {"police_reference", "outcome", "answered_at"}
    assert (found.body["police_reference"], found.body["outcome"]) == (police_reference, outcome)


@pytest.mark.parametrize(("postal_code", "state"), [("1193653594", "delivered"), ("1193654888", "returned")])
def test_a_letter_reports_where_it_ended(portal, postal_code, state):
    order = LetterOrder(f"cb-{state}", "مریم احمدی", postal_code, "تهران", "کد: 1234")
    (ordered,) = registry.post().order_letters([order], reference="cb-batch")
    found = next_callback(portal, "post", f"cb-{state}")
    assert (found.body["barcode"], found.body["state"]) == (ordered.barcode, state)


def test_an_incoming_call_brings_caller_and_digits(world, portal):
    call = world.call_the_portal("02188776655", "482913")
    found = next_callback(portal, "telephony", call["call_id"])
    wanted = ("incoming_call", "02188776655", "482913")
    assert (found.body["event"], found.body["caller"], found.body["digits"]) == wanted


def test_a_call_out_reports_its_end(portal):
    registry.telephony().speak_code(landline="02188776655", code="1234", reference="cb-call")
    found = next_callback(portal, "telephony", "cb-call")
    assert (found.body["event"], found.body["state"]) == ("call_finished", "answered")


def test_a_lost_callback_never_arrives_and_the_answer_can_be_fetched(world, portal, until):
    world.behave(police={"lost_callbacks": True})
    police = registry.police()
    police_reference = police.ask(national_code=national_code("001234567"), reference="cb-lost")
    results = lambda: [one["result"] for one in world.callbacks() if one["body"]["reference"] == "cb-lost"]  # noqa: E731
    assert until(results, ["lost"]) == ["lost"]
    assert police.answer(police_reference=police_reference).outcome == "positive"
    assert portal.empty()


def test_a_portal_that_is_down_is_tried_again(world, portal, until):
    here = world.json("GET", "/behaviour")["portal_url"]
    world.behave(portal_url="http://127.0.0.1:9")
    call = world.call_the_portal("02188776655", "1")
    tried = lambda: [one["attempt"] for one in world.callbacks() if one["body"]["reference"] == call["call_id"]]  # noqa: E731
    assert until(tried, [1]) == [1]
    world.behave(portal_url=here)
    assert next_callback(portal, "telephony", call["call_id"]).body["digits"] == "1"


PATH = "/providers/callbacks/police/"
BODY = {"reference": "r1", "police_reference": "P1", "outcome": "negative", "answered_at": "2026-01-01T00:00:00+00:00"}


def signed(body, settings, *, path=PATH, secret=None, at=None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = sign(secret or settings.PROVIDER_SECRET, "POST", path, raw, at=at or int(time.time()))
    return RequestFactory().post(PATH, raw, content_type="application/json", headers=headers)


@pytest.fixture(autouse=True)
def sandbox_world(settings):
    settings.WORLD, settings.PROVIDERS = "sandbox", {}


def test_only_the_agreed_fields_are_handed_on(settings):
    found = read_callback(signed(BODY | {"reason": "سابقه", "extra": {}}, settings), "police")
    assert found == Callback("police", "r1", {name: BODY[name] for name in BODY if name != "reference"})


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "another"},
        {"path": "/providers/callbacks/post/"},
        {"at": 1_700_000_000},
        {"at": 4_000_000_000},
    ],
)
def test_a_callback_that_is_not_proven_is_denied(settings, change):
    with pytest.raises(PermissionDenied):
        read_callback(signed(BODY, settings, **change), "police")


def test_a_callback_without_signature_or_of_no_service_is_denied(settings):
    bare = RequestFactory().post(PATH, json.dumps(BODY), content_type="application/json")
    for request, service in ((bare, "police"), (signed(BODY, settings), "sms"), (RequestFactory().get(PATH), "police")):
        with pytest.raises(PermissionDenied):
            read_callback(request, service)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"reference": 1}', b'{"reference": "r", "outcome": {}}', b"\xff"]
)
def test_a_proven_callback_of_the_wrong_shape_is_suspicious(settings, body):
    with pytest.raises(SuspiciousOperation):
        read_callback(signed(body, settings), "police")
