import secrets
from datetime import datetime
from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.events import handles
from enamad_portal.sandbox.store import Document, stamp
from enamad_portal.sandbox.web import Failed


def speak(box: Box, asked: dict[str, Any]) -> Document:
    landline, code, reference = text(asked, "landline"), text(asked, "code"), text(asked, "reference")
    call_id = secrets.token_hex(8)
    call = {"reference": reference, "call_id": call_id, "landline": landline, "code": code, "state": "ringing"}
    box.store.put("call", reference, call)
    box.events.after(box.behaviours.of("telephony").answer_after_s, "call", {"reference": reference})
    return {"call_id": call_id}


def state(box: Box, asked: dict[str, Any]) -> Document:
    return {"state": box.document("call", text(asked, "reference")).get("state", "unknown")}


@handles("call")
def ring(box: Box, data: Document) -> None:
    """Somebody picks up and hears the code, or nobody does."""
    call = box.store.get("call", data["reference"])
    if call is None or call["state"] != "ringing":
        return
    call |= {"state": magic.CALL.get(magic.ending(call["landline"]), "answered"), "at": stamp()}
    box.store.put("call", call["reference"], call)
    if call["state"] == "answered":
        spoken = f"کد شما: {' '.join(call['code'])}"
        box.store.deliver("call", call["landline"], "تماس سامانه", spoken, [call["code"]], call["reference"])
    told = {name: call[name] for name in ("reference", "call_id", "state", "at")}
    box.callback("telephony", told | {"event": "call_finished"})


def incoming(box: Box, asked: dict[str, Any]) -> Document:
    try:
        since = datetime.fromisoformat(text(asked, "since"))
    except ValueError:
        raise Failed(422, "since_is_not_an_instant") from None
    calls = [call for call in box.store.all("incoming") if datetime.fromisoformat(call["at"]) >= since]
    return {"calls": calls}


def call_the_portal(box: Box, caller: str, digits: str) -> Document:
    """A shop owner calls the portal's number from a landline and keys in the code."""
    call = {"call_id": secrets.token_hex(8), "caller": caller, "digits": digits, "at": stamp()}
    with box.store.transaction():
        box.store.put("incoming", call["call_id"], call)
        box.callback("telephony", call | {"event": "incoming_call", "reference": call["call_id"]})
    return call
