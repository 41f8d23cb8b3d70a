"""The payment gateway: what happens to the money, behind the signed API, Zarinpal's API and the page in the browser."""

import secrets
import time
from typing import Any
from urllib.parse import urlencode

from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.store import Document
from enamad_portal.sandbox.web import Failed

DROP = "__drop__"
"""An answer with this key is saved but never sent: the connection closes instead."""

ACTIONS = {
    "pay": "پرداخت",
    "cancel": "انصراف",
    "captured_then_dead": "برداشت پول، سپس از کار افتادن درگاه (بدون بازگشت)",
    "callback_never": "برداشت پول بدون بازگشت به سامانه",
    "verify_timeout": "برداشت پول؛ نخستین پرسش تایید بی‌پاسخ می‌ماند",
    "already_first": "برداشت پول؛ نخستین تایید «پیش‌تر تایید شده» (۱۰۱) است",
    "amount_differs": "برداشت یک ریال کمتر",
    "nok_but_captured": "برداشت پول ولی بازگشت با NOK",
    "forged_ok": "بازگشت با OK بدون برداشت پول",
    "tampered": "برداشت پول ولی بازگشت با شناسه دیگری",
    "same_ref": "برداشت پول با شماره پیگیری یک پرداخت پیشین",
    "callback_post": "برداشت پول و بازگشت با POST",
}
_NOT_CAPTURED = frozenset({"cancel", "forged_ok"})
_NOT_RETURNING = frozenset({"captured_then_dead", "callback_never"})
_NOK = frozenset({"cancel", "nok_but_captured"})


def open_payment(box: Box, asked: dict[str, Any], merchant: str) -> Document:
    authority = "A" + secrets.token_hex(17) + "0"
    payment = dict(asked) | {"authority": authority, "merchant": merchant, "state": "pending", "captured_rial": 0}
    box.store.put("payment", authority, payment)
    return payment


def find(box: Box, authority: str) -> Document:
    payment = box.store.get("payment", authority)
    if payment is None:
        raise Failed(404, "no_such_payment")
    return payment


def act(box: Box, authority: str, action: str) -> Document:
    """What the payer's press leads to; a finished payment stays as it is."""
    if action not in ACTIONS:
        raise Failed(422, "no_such_action")
    if action == "pay":
        action = box.behaviours.of("payment").action or "pay"
    with box.store.transaction():
        payment = find(box, authority)
        if payment["state"] == "pending":
            payment |= {"action": action} | (_failed() if action in _NOT_CAPTURED else _captured(box, payment, action))
            box.store.put("payment", authority, payment)
    return payment


def _failed() -> Document:
    return {"state": "failed"}


def _captured(box: Box, payment: Document, action: str) -> Document:
    box.store.count("payment.captured", payment["reference"], requests=1, effects=1)
    earlier = [one["ref_id"] for one in box.store.all("payment") if "ref_id" in one]
    fresh = str(100_000_000 + secrets.randbelow(900_000_000))
    dead_s = box.behaviours.of("payment").dead_s if action == "captured_then_dead" else 0
    return {
        "state": "captured",
        "captured_rial": payment["amount_rial"] - (action == "amount_differs"),
        "captured_at": time.time(),
        "dead_until": time.time() + dead_s,
        "ref_id": earlier[-1] if action == "same_ref" and earlier else fresh,
        "card_mask": "603799******1402",
    }


def return_url(payment: Document) -> str | None:
    """Where the browser goes after the press; None when the gateway forgets to send it back."""
    action = payment.get("action", "")
    return None if action in _NOT_RETURNING else late_url(payment)


def late_url(payment: Document) -> str:
    """Where the browser would go, at whatever time."""
    action = payment.get("action", "")
    authority = payment["authority"][::-1] if action == "tampered" else payment["authority"]
    status = "NOK" if action in _NOK else "OK"
    joint = "&" if "?" in payment["callback_url"] else "?"
    return str(payment["callback_url"]) + joint + urlencode({"Authority": authority, "Status": status})


def verify(box: Box, authority: str, amount_rial: int, merchant: str) -> Document:
    """Confirms captured money once; `outcome` as in the signed API."""
    payment = box.store.get("payment", authority)
    if payment is None:
        return {"outcome": "unknown"}
    if payment["merchant"] != merchant:
        return {"outcome": "wrong_merchant"}
    state = current_state(box, payment)
    if state not in {"captured", "verified"}:
        return {"outcome": "not_paid"}
    if payment["captured_rial"] != amount_rial:
        return {"outcome": "amount_differs"}
    return _confirm(box, payment)


def _confirm(box: Box, payment: Document) -> Document:
    first = payment["state"] == "captured"
    if first:
        payment["state"] = "verified"
        box.store.put("payment", payment["authority"], payment)
    box.store.count("payment.verified", payment["reference"], requests=1, effects=int(first))
    already = not first or payment["action"] == "already_first"
    answer = {"outcome": "already_verified" if already else "verified"}
    answer |= {name: payment[name] for name in ("ref_id", "card_mask")}
    return answer | ({DROP: True} if first and payment["action"] == "verify_timeout" else {})


def current_state(box: Box, payment: Document) -> str:
    """Raises Failed(503) while the gateway is dead; captured money that waited too long has gone back."""
    if payment.get("dead_until", 0) > time.time():
        raise Failed(503, "gateway_is_dead")
    limit = box.behaviours.of("payment").return_after_s
    if payment["state"] == "captured" and payment["captured_at"] + limit < time.time():
        payment["state"] = "returned"
        box.store.put("payment", payment["authority"], payment)
    return str(payment["state"])
