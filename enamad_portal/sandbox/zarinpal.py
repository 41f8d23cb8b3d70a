"""Zarinpal v4 as its documents describe it, in front of the same money."""

from http import HTTPStatus
from typing import Any

from enamad_portal.sandbox import gateway
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.calls import play
from enamad_portal.sandbox.store import Document
from enamad_portal.sandbox.web import Failed, Request, Response, as_json, redirect

_CODES = {
    "verified": 100,
    "already_verified": 101,
    "amount_differs": -50,
    "not_paid": -51,
    "wrong_merchant": -53,
    "unknown": -54,
}
_STATES = {
    "pending": "IN_BANK",
    "captured": "PAID",
    "verified": "VERIFIED",
    "failed": "FAILED",
    "returned": "REVERSED",
}
_MERCHANT_LENGTH = 36
_SMALLEST_RIAL = 1000


def call(box: Box, request: Request, operation: str) -> Response:
    asked = request.json()
    if len(str(asked.get("merchant_id", ""))) != _MERCHANT_LENGTH:
        return as_json(_error(-9), 422)
    if operation not in _OPERATIONS:
        raise Failed(404, "no_such_operation")
    response = play(box, "zarinpal", lambda: _OPERATIONS[operation](box, asked))
    wrong = response.status == HTTPStatus.OK and b'"errors": {' in response.body
    return Response(HTTPStatus.UNPROCESSABLE_ENTITY, response.body, response.content_type) if wrong else response


def start_pay(_box: Box, _request: Request, authority: str) -> Response:
    return redirect(f"/pay/{authority}")


def _request(box: Box, asked: dict[str, Any]) -> Document:
    if int(asked.get("amount", 0)) < _SMALLEST_RIAL or asked.get("currency") != "IRR":
        return _error(-9)
    wanted = {
        "amount_rial": int(asked["amount"]),
        "reference": str(asked.get("metadata", {}).get("order_id", "")),
        "callback_url": str(asked["callback_url"]),
        "description": str(asked["description"]),
        "mobile": asked.get("metadata", {}).get("mobile"),
    }
    authority = gateway.open_payment(box, wanted, str(asked["merchant_id"]))["authority"]
    return _data(100, {"authority": authority, "fee_type": "Merchant", "fee": 0})


def _verify(box: Box, asked: dict[str, Any]) -> Document:
    answer = gateway.verify(box, str(asked.get("authority")), int(asked.get("amount", 0)), str(asked["merchant_id"]))
    code = _CODES[answer["outcome"]]
    if code < 0:
        return _error(code)
    told = _data(code, {"ref_id": int(answer["ref_id"]), "card_pan": answer["card_mask"], "fee": 0})
    return told | ({gateway.DROP: True} if gateway.DROP in answer else {})


def _inquiry(box: Box, asked: dict[str, Any]) -> Document:
    payment = box.store.get("payment", str(asked.get("authority")))
    if payment is None:
        return _error(-54)
    return _data(100, {"status": _STATES[gateway.current_state(box, payment)]})


def _data(code: int, data: Document) -> Document:
    return {"data": {"code": code, "message": "Success"} | data, "errors": []}


def _error(code: int) -> Document:
    return {"data": [], "errors": {"code": code, "message": "error", "validations": []}}


_OPERATIONS = {"request.json": _request, "verify.json": _verify, "inquiry.json": _inquiry}
