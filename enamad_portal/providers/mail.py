"""E-mail: at least once, with a Message-ID made from the effect's key so that a duplicate is recognised as one."""

import smtplib
from typing import Protocol

from django.core.mail import EmailMultiAlternatives, get_connection

from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.providers.client import HttpClient


class Mail(Protocol):
    def send(self, *, to: str, subject: str, text: str, message_id: str, html: str | None = None) -> None:
        """Hands one message over; `message_id` without angle brackets. Raises ProviderDown."""


class SandboxMail:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("mail", url, secret, timeout_s)

    def send(self, *, to: str, subject: str, text: str, message_id: str, html: str | None = None) -> None:
        asked = {"to": to, "subject": subject, "text": text, "html": html, "reference": message_id}
        self._client.call("send", asked)


class SmtpMail:
    """Over Django's SMTP backend; host, credentials and sender come from the EMAIL_… settings."""

    def __init__(
        self, *, timeout_s: float, connection_backend: str = "django.core.mail.backends.smtp.EmailBackend"
    ) -> None:
        self._timeout_s = timeout_s
        self._backend = connection_backend

    def send(self, *, to: str, subject: str, text: str, message_id: str, html: str | None = None) -> None:
        connection = get_connection(self._backend, timeout=self._timeout_s)
        message = EmailMultiAlternatives(
            subject, text, to=[to], headers={"Message-ID": f"<{message_id}>"}, connection=connection
        )
        if html is not None:
            message.attach_alternative(html, "text/html")
        try:
            message.send()
        except (smtplib.SMTPException, OSError) as error:
            raise ProviderDown("mail", type(error).__name__, transient=_is_transient(error)) from None


def _is_transient(error: Exception) -> bool:
    """5xx of SMTP are final (RFC 5321 section 4.2.1); everything else may work later."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return not all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code < 500
    return not isinstance(error, smtplib.SMTPNotSupportedError)
