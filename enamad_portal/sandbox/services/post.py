import secrets
from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import objects, text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.codes import codes_in
from enamad_portal.sandbox.events import handles
from enamad_portal.sandbox.store import Document, stamp
from enamad_portal.sandbox.web import Failed

_CITIES = {"1": ("تهران", "تهران"), "3": ("البرز", "کرج"), "7": ("فارس", "شیراز"), "8": ("اصفهان", "اصفهان")}
_FIELDS = ("reference", "recipient", "postal_code", "address", "text")
_TOLD = ("reference", "barcode", "state", "changed_at", "received_by")
_FATE = {magic.LETTER_RETURNED: "returned", magic.LETTER_LOST: "lost"}


def address(_box: Box, asked: dict[str, Any]) -> Document:
    code = text(asked, "postal_code")
    if magic.ending(code) == magic.POSTAL_UNKNOWN:
        return {"found": False}
    province, city = _CITIES.get(code[0], ("خراسان رضوی", "مشهد"))
    return {"found": True, "province": province, "city": city, "text": f"خیابان آزادی، کوچه گلستان، پلاک {code[-2:]}"}


def letters(box: Box, asked: dict[str, Any]) -> Document:
    """Each letter once by its own reference, whatever batch it comes in."""
    return {"letters": [_order(box, letter) for letter in objects(asked, "letters")]}


def _order(box: Box, letter: dict[str, Any]) -> Document:
    ordered = {name: text(letter, name) for name in _FIELDS}
    reference = ordered["reference"]
    box.store.count("post", reference, requests=1)
    known = box.store.get("letter", reference)
    if known is None or not box.behaviours.of("post").deduplicate:
        known = _accept(box, ordered)
    elif known["text"] != ordered["text"]:
        raise Failed(409, "reference_used_for_another_request")
    return {"reference": reference, "barcode": known["barcode"]}


def _accept(box: Box, ordered: Document) -> Document:
    barcode = "".join(str(secrets.randbelow(10)) for _ in range(24))
    letter = ordered | {"barcode": barcode, "state": "accepted", "changed_at": stamp()}
    box.store.put("letter", ordered["reference"], letter)
    box.store.count("post", ordered["reference"], effects=1)
    mark = magic.ending(ordered["postal_code"])
    if mark != magic.LETTER_WAITS:
        fate = {"reference": ordered["reference"], "state": _FATE.get(mark, "delivered")}
        box.events.after(box.behaviours.of("post").answer_after_s, "letter", fate)
    return letter


def track(box: Box, asked: dict[str, Any]) -> Document:
    letter = box.document("letter", text(asked, "reference"))
    return {"state": letter.get("state", "unknown")} | {
        name: letter.get(name) for name in ("barcode", "changed_at", "received_by")
    }


@handles("letter")
def move(box: Box, data: Document) -> None:
    """The letter arrives, comes back or vanishes; only a delivered one lies in the inbox."""
    letter = box.store.get("letter", data["reference"])
    if letter is None or letter["state"] == data["state"]:
        return
    letter |= {"state": data["state"], "changed_at": stamp()}
    box.store.put("letter", letter["reference"], letter)
    if letter["state"] == "delivered":
        letter["received_by"] = data.get("received_by") or "applicant"
        box.store.put("letter", letter["reference"], letter)
        subject = f"{letter['recipient']} — {letter['address']}"
        codes = codes_in(letter["text"])
        box.store.deliver("letter", letter["postal_code"], subject, letter["text"], codes, letter["reference"])
    if letter["state"] != "lost":
        box.callback("post", {name: letter[name] for name in _TOLD if name in letter})
