"""Zarinpal v4, JSON: https://www.zarinpal.com/docs/paymentGateway/ (request, verify, inquiry)."""

from typing import Any

from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient
from enamad_portal.providers.payment import Mismatch, NotPaid, PaymentState, Started, Verified

_PAID = 100
_PAID_BEFORE = 101
_NOT_PAID = frozenset({-51, -55})
_MISMATCH = frozenset({-50, -53})
_UNKNOWN_AUTHORITY = -54
_WORTH_ASKING_AGAIN = frozenset({-12, -52})
_ERRORS = frozenset({400, 401, 403, 404, 405, 422})
_STATES = {
    "IN_BANK": PaymentState.PENDING,
    "PAID": PaymentState.CAPTURED,
    "VERIFIED": PaymentState.VERIFIED,
    "FAILED": PaymentState.FAILED,
    "REVERSED": PaymentState.RETURNED,
}


class ZarinpalGateway:
    """`url` is the root of the gateway (https://payment.zarinpal.com), `merchant_id` its 36-character key."""

    name = "zarinpal"

    def __init__(self, *, url: str, merchant_id: str, timeout_s: float) -> None:
        self._root = url.rstrip("/")
        self._client = HttpClient("zarinpal", f"{self._root}/pg/v4/payment", None, timeout_s)
        self._merchant_id = merchant_id

    def request(
        self, *, amount_rial: int, reference: str, callback_url: str, description: str, mobile: str | None = None
    ) -> Started:
        asked = {
            "amount": amount_rial,
            "currency": "IRR",
            "callback_url": callback_url,
            "description": description,
            "metadata": {"order_id": reference} | ({"mobile": mobile} if mobile else {}),
        }
        code, data = self._call("request.json", asked)
        if code != _PAID:
            raise self._refused("request", code)
        with fields.readable(self._client, "request"):
            authority = fields.text(data, "authority")
            return Started(authority, f"{self._root}/pg/StartPay/{authority}")

    def verify(self, *, authority: str, amount_rial: int) -> Verified | NotPaid | Mismatch:
        code, data = self._call("verify.json", {"authority": authority, "amount": amount_rial})
        if code in _NOT_PAID:
            return NotPaid(str(code))
        if code in _MISMATCH:
            return Mismatch(str(code))
        if code not in {_PAID, _PAID_BEFORE}:
            raise self._refused("verify", code)
        with fields.readable(self._client, "verify"):
            return Verified(str(fields.number(data, "ref_id")), fields.text(data, "card_pan"), code == _PAID_BEFORE)

    def inquire(self, *, authority: str) -> PaymentState:
        code, data = self._call("inquiry.json", {"authority": authority})
        if code == _UNKNOWN_AUTHORITY:
            return PaymentState.UNKNOWN
        if code != _PAID:
            raise self._refused("inquiry", code)
        return _STATES.get(str(data.get("status")), PaymentState.UNKNOWN)

    def _call(self, operation: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Code and data; errors come as `errors: {code}` with a 4xx, and unused halves as empty lists."""
        body = self._client.call(operation, {"merchant_id": self._merchant_id} | asked, accept=_ERRORS).body
        data, errors = body.get("data") or {}, body.get("errors") or {}
        with fields.readable(self._client, operation):
            return int((errors or data)["code"]), data if isinstance(data, dict) else {}

    def _refused(self, operation: str, code: int) -> ProviderDown:
        return ProviderDown("zarinpal", f"{operation}: code {code}", transient=code in _WORTH_ASKING_AGAIN)
