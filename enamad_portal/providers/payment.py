"""Redirect gateways behind one Protocol.

PAY-1: amount and reference come from our row. PAY-2: what the browser brings back only wakes `verify`. PAY-4: `already`
is success only for the row that owns this authority. PAY-6: `Mismatch` is money that moved wrongly: a ledger entry and
a task for staff, never a plain failure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient

_AUTHORITY = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass(frozen=True, slots=True)
class Started:
    authority: str
    """The gateway's name of this payment; unique per gateway (PAY-3)."""
    redirect_url: str


@dataclass(frozen=True, slots=True)
class Verified:
    ref_id: str
    """The receipt; unique per gateway (PAY-3)."""
    card_mask: str
    already: bool
    """The gateway had confirmed it before (Zarinpal 101)."""


@dataclass(frozen=True, slots=True)
class NotPaid:
    code: str
    """The gateway's own code, for staff."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The money is not what our row says: other amount, or another merchant's authority."""

    code: str


class PaymentState(StrEnum):
    PENDING = "pending"
    CAPTURED = "captured"
    """Taken from the card, not verified yet: the gateway returns it after 10 to 15 minutes (PAY-5)."""
    VERIFIED = "verified"
    FAILED = "failed"
    RETURNED = "returned"
    UNKNOWN = "unknown"


class Gateway(Protocol):
    @property
    def name(self) -> str:
        """Stable key of the gateway, the first half of UNIQUE(gateway, authority)."""

    def request(
        self, *, amount_rial: int, reference: str, callback_url: str, description: str, mobile: str | None = None
    ) -> Started:
        """Opens a payment. Raises ProviderDown."""

    def verify(self, *, authority: str, amount_rial: int) -> Verified | NotPaid | Mismatch:
        """Asks for and confirms the money; safe to repeat. Raises ProviderDown: then nothing is known."""

    def inquire(self, *, authority: str) -> PaymentState:
        """Looks without confirming; never a proof of payment. Raises ProviderDown."""


def returned_authority(query: Mapping[str, str]) -> str | None:
    """The authority that the browser brings back if it looks like one; the status beside it proves nothing."""
    given = query.get("Authority") or query.get("authority") or ""
    return given if _AUTHORITY.fullmatch(given) else None


class HttpGateway:
    """The sandbox's gateway, and the shape of a signed one."""

    def __init__(self, *, url: str, secret: str, timeout_s: float, name: str = "sandbox") -> None:
        self._client = HttpClient("payment", url, secret, timeout_s)
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def request(
        self, *, amount_rial: int, reference: str, callback_url: str, description: str, mobile: str | None = None
    ) -> Started:
        asked = {
            "amount_rial": amount_rial,
            "reference": reference,
            "callback_url": callback_url,
            "description": description,
            "mobile": mobile,
        }
        body = self._client.call("request", asked).body
        with fields.readable(self._client, "request"):
            return Started(fields.text(body, "authority"), fields.text(body, "redirect_url"))

    def verify(self, *, authority: str, amount_rial: int) -> Verified | NotPaid | Mismatch:
        body = self._client.call("verify", {"authority": authority, "amount_rial": amount_rial}).body
        with fields.readable(self._client, "verify"):
            outcome = fields.text(body, "outcome")
            if outcome == "not_paid":
                return NotPaid(outcome)
            if outcome in {"amount_differs", "wrong_merchant"}:
                return Mismatch(outcome)
            if outcome not in {"verified", "already_verified"}:
                raise ValueError(outcome)
            already = outcome == "already_verified"
            return Verified(fields.text(body, "ref_id"), fields.text(body, "card_mask"), already)

    def inquire(self, *, authority: str) -> PaymentState:
        body = self._client.call("inquire", {"authority": authority}).body
        with fields.readable(self._client, "inquire"):
            return PaymentState(fields.text(body, "state"))
