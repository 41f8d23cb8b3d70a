"""How trouble of a provider reaches the portal: transient or permanent, and never with personal data in it."""

import contextlib
import socket
import threading
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.providers import registry
from enamad_portal.providers.client import HttpClient
from enamad_portal.providers.identity import HttpIdentity
from enamad_portal.providers.post import LetterOrder
from enamad_portal.providers.sms import SmsState
from enamad_portal.sandbox.magic import GOOD_LEGAL_ID, GOOD_NATIONAL_CODE

PERSON = {
    "national_code": GOOD_NATIONAL_CODE,
    "birth_date": date(1985, 3, 21),
    "first_name": "مریم",
    "last_name": "احمدی",
    "reference": "r",
}
LETTER = LetterOrder("r", "مریم احمدی", "1193653593", "تهران", "کد: 1234")
CALLS = {
    "identity": lambda: registry.identity().person(**PERSON),
    "company_registry": lambda: registry.company_registry().company(
        legal_id=GOOD_LEGAL_ID, director_national_code=GOOD_NATIONAL_CODE, reference="r"
    ),
    "domain_registry": lambda: registry.domain_registry().holder(domain="a.test", holder_id="1", reference="r"),
    "post": lambda: registry.post().order_letters([LETTER], reference="r"),
    "telephony": lambda: registry.telephony().incoming_calls(since=datetime.now(UTC)),
    "police": lambda: registry.police().ask(national_code=GOOD_NATIONAL_CODE, reference="r"),
    "tax": lambda: registry.tax().tracking_code(taxpayer_id="1", domain="a.test", reference="r"),
    "payment": lambda: registry.payment().inquire(authority="A" * 20),
    "sms": lambda: registry.sms().send(to="09121110003", text="سلام", reference="r"),
    "mail": lambda: registry.mail().send(to="a@a.test", subject="س", text="م", message_id="r"),
}


def test_every_service_of_the_registry_is_tried_here():
    assert set(CALLS) == set(registry.SANDBOX_BACKENDS)


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize(
    ("fault", "transient"),
    [
        ({"status": 500}, True),
        ({"status": 503}, True),
        ({"status": 429}, True),
        ({"status": 400}, False),
        ({"status": 403}, False),
        ({"status": 302}, False),
        ({"bad_json": True}, True),
        ({"drop": True}, True),
    ],
)
def test_trouble_is_transient_or_permanent(world, service, fault, transient):
    world.behave(**{service: fault})
    with pytest.raises(ProviderDown) as caught:
        CALLS[service]()
    assert (caught.value.provider, caught.value.transient) == (service, transient)


@pytest.mark.parametrize("service", CALLS)
def test_a_wrong_signature_is_refused_for_good(world, settings, service):
    settings.PROVIDER_SECRET = "55" * 32
    with pytest.raises(ProviderDown) as caught:
        CALLS[service]()
    assert not caught.value.transient


def test_a_slow_provider_is_given_up(world, settings):
    settings.PROVIDER_TIMEOUT_S = 0.2
    world.behave(identity={"delay_s": 0.6})
    with pytest.raises(ProviderDown) as caught:
        registry.identity().person(**PERSON)
    assert caught.value.transient


def test_a_delay_within_the_time_is_no_error(world):
    world.behave(identity={"delay_s": 0.2})
    assert registry.identity().person(**PERSON) == "matched"


def test_rel_8_an_unclear_send_is_answered_by_its_reference(world):
    world.behave(sms={"drop": True, "times": 1})
    with pytest.raises(ProviderDown):
        registry.sms().send(to="09121110002", text="سلام", reference="dropped-1")
    assert registry.sms().status(reference="dropped-1") == SmsState.DELIVERED
    assert len(world.inbox("sms", "09121110002")) == 1


def test_nobody_listens(world, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SANDBOX_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ProviderDown) as caught:
            registry.identity().person(**PERSON)
    assert caught.value.transient


def test_pii_1_an_error_carries_no_personal_data(world, caplog):
    world.behave(identity={"status": 500})
    with pytest.raises(ProviderDown) as caught:
        registry.identity().person(**PERSON)
    said = f"{caught.value} {caught.value.__cause__} {caplog.text}"
    assert [value for value in (GOOD_NATIONAL_CODE, "مریم", "احمدی", "1985") if value in said] == []


@contextlib.contextmanager
def provider_that_says(raw, *, pieces=1, pause=None):
    """A provider with an answer that the sandbox would never give."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw) * pieces))
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(pieces):
                    self.wfile.write(raw)
                    self.wfile.flush()
                    if pause is not None:
                        pause.wait(0.1)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b'"matched"', b"{}", b'{"outcome": 5}', b'{"outcome": "perhaps"}', b'{"outcome": null}', b"\xff"],
)
def test_an_answer_of_the_wrong_shape_is_transient_trouble(raw):
    with provider_that_says(raw) as url, pytest.raises(ProviderDown) as caught:
        HttpIdentity(url=url, secret="s", timeout_s=2).person(**PERSON)
    assert caught.value.transient


@pytest.mark.parametrize("raw", [b'{"owned": "yes"}', b'{"owned": 1}'])
def test_a_flag_must_be_a_flag(raw):
    with provider_that_says(raw) as url, pytest.raises(ProviderDown):
        HttpIdentity(url=url, secret="s", timeout_s=2).owns_mobile(national_code="1", mobile="2", reference="r")


def test_an_answer_that_drips_is_given_up_in_time():
    stop = threading.Event()
    with provider_that_says(b" " * 10, pieces=100, pause=stop) as url:
        with pytest.raises(ProviderDown) as caught:
            HttpClient("x", url, "s", 0.3).call("any", {})
        stop.set()
    assert caught.value.transient


def test_an_answer_without_end_is_given_up():
    with provider_that_says(b" " * 65536, pieces=40) as url, pytest.raises(ProviderDown):
        HttpClient("x", url, "s", 5).call("any", {})
