"""Vetting by the police (اماکن): asked now, answered later; positive or negative only.

The text of a refusal's reason is never read here, so it can be neither stored nor shown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient


class PoliceOutcome(StrEnum):
    POSITIVE = "positive"
    NEGATIVE = "negative"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class PoliceAnswer:
    police_reference: str
    outcome: PoliceOutcome
    answered_at: datetime | None
    """None while pending."""


class Police(Protocol):
    def ask(self, *, national_code: str, reference: str) -> str:
        """Files the inquiry and returns the police's own reference number. Raises ProviderDown."""

    def answer(self, *, police_reference: str) -> PoliceAnswer:
        """The answer so far: covers lost callbacks. Raises ProviderDown."""


class HttpPolice:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("police", url, secret, timeout_s)

    def ask(self, *, national_code: str, reference: str) -> str:
        body = self._client.call("ask", {"national_code": national_code, "reference": reference}).body
        with fields.readable(self._client, "ask"):
            return fields.text(body, "police_reference")

    def answer(self, *, police_reference: str) -> PoliceAnswer:
        body = self._client.call("answer", {"police_reference": police_reference}).body
        with fields.readable(self._client, "answer"):
            return PoliceAnswer(
                police_reference,
                PoliceOutcome(fields.text(body, "outcome")),
                fields.maybe_instant(body, "answered_at"),
            )
