from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.events import handles
from enamad_portal.sandbox.store import Document, stamp
from enamad_portal.sandbox.web import Failed

_REASON = "سابقه کیفری (این متن نباید در سامانه بماند)"


def ask(box: Box, asked: dict[str, Any]) -> Document:
    reference, mark = text(asked, "reference"), magic.national_mark(text(asked, "national_code"))
    police_reference = f"P{len(box.store.all('police')) + 100001}"
    file = {"reference": reference, "police_reference": police_reference, "outcome": "pending", "mark": mark}
    box.store.put("police", police_reference, file)
    if mark != magic.POLICE_WAITS:
        outcome = "negative" if mark == magic.POLICE_NEGATIVE else "positive"
        after = box.behaviours.of("police").answer_after_s
        box.events.after(after, "police", {"police_reference": police_reference, "outcome": outcome})
    return {"police_reference": police_reference}


def answer(box: Box, asked: dict[str, Any]) -> Document:
    file = box.store.get("police", text(asked, "police_reference"))
    if file is None:
        raise Failed(404, "no_such_file")
    return {"outcome": file["outcome"], "answered_at": file.get("answered_at"), **_reason(file["outcome"])}


@handles("police")
def decide(box: Box, data: Document) -> None:
    """The police make up their mind; the reason goes along to prove that the portal drops it."""
    file = box.store.get("police", data["police_reference"])
    if file is None or file["outcome"] != "pending":
        return
    file |= {"outcome": data["outcome"], "answered_at": stamp()}
    box.store.put("police", file["police_reference"], file)
    if file["mark"] != magic.POLICE_SILENT:
        told = {name: file[name] for name in ("reference", "police_reference", "outcome", "answered_at")}
        box.callback("police", told | _reason(file["outcome"]))


def _reason(outcome: str) -> Document:
    return {"reason": _REASON} if outcome == "negative" else {}
