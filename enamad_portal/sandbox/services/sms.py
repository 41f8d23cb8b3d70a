import secrets
from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.codes import codes_in
from enamad_portal.sandbox.store import Document
from enamad_portal.sandbox.web import Failed


def send(box: Box, asked: dict[str, Any]) -> Document:
    to, message, reference = text(asked, "to"), text(asked, "text"), text(asked, "reference")
    mark = magic.ending(to)
    if mark == magic.SMS_REFUSED:
        raise Failed(422, "number_refused")
    if mark != magic.SMS_UNDELIVERED:
        box.store.deliver("sms", to, "", message, codes_in(message), reference)
    provider_id = secrets.token_hex(8)
    state = "failed" if mark == magic.SMS_UNDELIVERED else "delivered"
    box.store.put("sms", reference, {"provider_id": provider_id, "state": state})
    return {"provider_id": provider_id}


def status(box: Box, asked: dict[str, Any]) -> Document:
    return {"state": box.document("sms", text(asked, "reference")).get("state", "unknown")}
