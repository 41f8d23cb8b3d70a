"""The Post: address of a postal code, confirmation letters in batches, and where each letter is.

A letter is sent at most once per round: a repeated `reference` answers with the first barcode, a reprint is a new one.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient


@dataclass(frozen=True, slots=True)
class Address:
    postal_code: str
    province: str
    city: str
    text: str
    """Street and number as the Post writes them."""


@dataclass(frozen=True, slots=True)
class LetterOrder:
    reference: str
    recipient: str
    postal_code: str
    address: str
    text: str
    """What is printed, codes included."""


@dataclass(frozen=True, slots=True)
class OrderedLetter:
    reference: str
    barcode: str


class LetterState(StrEnum):
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    RETURNED = "returned"
    LOST = "lost"
    UNKNOWN = "unknown"
    """The Post has no letter of this reference."""


@dataclass(frozen=True, slots=True)
class Tracking:
    reference: str
    state: LetterState
    barcode: str | None
    changed_at: datetime | None
    received_by: str | None = None
    """Of a delivered letter: `applicant`, `first_degree_relative` or another word; None when not reported."""


class Post(Protocol):
    def address(self, *, postal_code: str, reference: str) -> Address | None:
        """The address of a postal code, None when the Post does not know it. Raises ProviderDown."""

    def order_letters(self, letters: Sequence[LetterOrder], *, reference: str) -> tuple[OrderedLetter, ...]:
        """Orders a batch; each letter is idempotent by its own reference. Raises ProviderDown."""

    def track(self, *, reference: str) -> Tracking:
        """Where the letter of this reference is. Raises ProviderDown."""


class HttpPost:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("post", url, secret, timeout_s)

    def address(self, *, postal_code: str, reference: str) -> Address | None:
        body = self._client.call("address", {"postal_code": postal_code, "reference": reference}).body
        with fields.readable(self._client, "address"):
            if not fields.flag(body, "found"):
                return None
            return Address(
                postal_code, fields.text(body, "province"), fields.text(body, "city"), fields.text(body, "text")
            )

    def order_letters(self, letters: Sequence[LetterOrder], *, reference: str) -> tuple[OrderedLetter, ...]:
        asked = {"letters": [asdict(letter) for letter in letters], "reference": reference}
        body = self._client.call("letters", asked).body
        with fields.readable(self._client, "letters"):
            barcodes = {
                fields.text(one, "reference"): fields.text(one, "barcode") for one in fields.objects(body, "letters")
            }
            return tuple(OrderedLetter(letter.reference, barcodes[letter.reference]) for letter in letters)

    def track(self, *, reference: str) -> Tracking:
        body = self._client.call("track", {"reference": reference}).body
        with fields.readable(self._client, "track"):
            return Tracking(
                reference,
                LetterState(fields.text(body, "state")),
                fields.maybe_text(body, "barcode"),
                fields.maybe_instant(body, "changed_at"),
                fields.maybe_text(body, "received_by"),
            )
