"""Telephone exchange: speaks a code to a landline, and reports who called us and what they keyed in.

A call proves control of a number, never a place: cloud landlines are sold openly (domain notes on the landline check).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient


class CallState(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNKNOWN = "unknown"
    """The exchange has no call of this reference."""


@dataclass(frozen=True, slots=True)
class PlacedCall:
    call_id: str


@dataclass(frozen=True, slots=True)
class IncomingCall:
    call_id: str
    caller: str
    """Caller id as the network gave it, `0` + area code + number."""
    digits: str
    """What the caller keyed in."""
    at: datetime


class Telephony(Protocol):
    def speak_code(self, *, landline: str, code: str, reference: str) -> PlacedCall:
        """Calls the landline and reads the code out, digit by digit. Raises ProviderDown."""

    def call_state(self, *, reference: str) -> CallState:
        """How the call of this reference ended. Raises ProviderDown."""

    def incoming_calls(self, *, since: datetime) -> tuple[IncomingCall, ...]:
        """Calls to our number from `since` (aware, real time) on, oldest first: covers lost callbacks."""


class HttpTelephony:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("telephony", url, secret, timeout_s)

    def speak_code(self, *, landline: str, code: str, reference: str) -> PlacedCall:
        body = self._client.call("speak", {"landline": landline, "code": code, "reference": reference}).body
        with fields.readable(self._client, "speak"):
            return PlacedCall(fields.text(body, "call_id"))

    def call_state(self, *, reference: str) -> CallState:
        body = self._client.call("state", {"reference": reference}).body
        with fields.readable(self._client, "state"):
            return CallState(fields.text(body, "state"))

    def incoming_calls(self, *, since: datetime) -> tuple[IncomingCall, ...]:
        body = self._client.call("incoming", {"since": since.isoformat()}).body
        with fields.readable(self._client, "incoming"):
            return tuple(
                IncomingCall(
                    fields.text(one, "call_id"),
                    fields.text(one, "caller"),
                    fields.text(one, "digits"),
                    fields.instant(one, "at"),
                )
                for one in fields.objects(body, "calls")
            )
