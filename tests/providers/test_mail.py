"""SmtpMail against a mail server on loopback."""

import contextlib
import socket
import socketserver
import threading
from email import message_from_bytes, policy

import pytest

from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.providers.mail import SmtpMail


@contextlib.contextmanager
def mail_server(recipient_answer=b"250 ok", greeting=b"220 test"):
    """Speaks enough SMTP for one message; yields its port and the list of what it took."""
    taken = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.say(greeting)
            for line in self.rfile:
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.say(b"354 go")
                    taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.say(b"250 taken")
                elif verb == b"QUIT":
                    return self.say(b"221 bye")
                else:
                    self.say(recipient_answer if verb == b"RCPT" else b"250 ok")
            return None

        def say(self, line):
            self.wfile.write(line + b"\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1], taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(**more):
    backend = "django.core.mail.backends.smtp.EmailBackend"  # pytest-django swaps the default for one in memory
    SmtpMail(timeout_s=2, connection_backend=backend).send(
        to="info@golestan.test", subject="تایید ایمیل", text="کد: 739204", message_id="effect-7@portal", **more
    )


@pytest.fixture(autouse=True)
def mail_settings(settings):
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_USE_TLS = False
    settings.DEFAULT_FROM_EMAIL = "portal@portal.test"


def test_rel_8_the_message_carries_the_effect_key_as_its_id(settings):
    with mail_server() as (port, taken):
        settings.EMAIL_PORT = port
        send(html="<p>کد: 739204</p>")
    message = message_from_bytes(taken[0], policy=policy.default)
    assert (message["Message-ID"], message["To"]) == ("<effect-7@portal>", "info@golestan.test")
    assert message["Subject"] == "تایید ایمیل"
    kinds = [part.get_content_type() for part in message.iter_parts()]
    assert kinds == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("answers", "transient"),
    [
        ({"recipient_answer": b"550 no such mailbox"}, False),
        ({"recipient_answer": b"451 try later"}, True),
        ({"greeting": b"554 go away"}, False),
        ({"greeting": b"421 busy"}, True),
    ],
)
def test_a_refusal_of_the_mail_server_is_final_when_it_says_5xx(settings, answers, transient):
    with mail_server(**answers) as (port, taken):
        settings.EMAIL_PORT = port
        with pytest.raises(ProviderDown) as caught:
            send()
    assert (caught.value.transient, taken) == (transient, [])
    assert "golestan" not in str(caught.value)


def test_no_mail_server_is_transient(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
        with pytest.raises(ProviderDown) as caught:
            send()
    assert caught.value.transient
