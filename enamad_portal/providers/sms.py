"""Text messages: at most once automatically; an unclear one is asked about by our reference, never resent blindly."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient


class SmsState(StrEnum):
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The provider has no message of this reference: it was never sent."""


@dataclass(frozen=True, slots=True)
class Accepted:
    provider_id: str


class Sms(Protocol):
    def send(self, *, to: str, text: str, reference: str) -> Accepted:
        """Hands one message over; a repeated reference is not sent twice. Raises ProviderDown."""

    def status(self, *, reference: str) -> SmsState:
        """What became of the message of this reference. Raises ProviderDown."""


class HttpSms:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("sms", url, secret, timeout_s)

    def send(self, *, to: str, text: str, reference: str) -> Accepted:
        body = self._client.call("send", {"to": to, "text": text, "reference": reference}).body
        with fields.readable(self._client, "send"):
            return Accepted(fields.text(body, "provider_id"))

    def status(self, *, reference: str) -> SmsState:
        body = self._client.call("status", {"reference": reference}).body
        with fields.readable(self._client, "status"):
            return SmsState(fields.text(body, "state"))
