from typing import Any

from enamad_portal.sandbox import gateway
from enamad_portal.sandbox.asked import number, text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.store import Document
from enamad_portal.sandbox.web import Failed

_MERCHANT = "portal"
_SMALLEST_RIAL = 1000


def request(box: Box, asked: dict[str, Any]) -> Document:
    amount_rial = number(asked, "amount_rial")
    if amount_rial < _SMALLEST_RIAL:
        raise Failed(422, "amount_too_small")
    texts = {name: text(asked, name) for name in ("reference", "callback_url", "description")}
    wanted = {"amount_rial": amount_rial, "mobile": asked.get("mobile")} | texts
    authority = gateway.open_payment(box, wanted, _MERCHANT)["authority"]
    return {"authority": authority, "redirect_url": f"{box.url}/pay/{authority}"}


def verify(box: Box, asked: dict[str, Any]) -> Document:
    answer = gateway.verify(box, text(asked, "authority"), number(asked, "amount_rial"), _MERCHANT)
    return {"outcome": "not_paid"} if answer["outcome"] == "unknown" else answer


def inquire(box: Box, asked: dict[str, Any]) -> Document:
    payment = box.store.get("payment", text(asked, "authority"))
    return {"state": "unknown" if payment is None else gateway.current_state(box, payment)}
