from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.store import Document


def person(_box: Box, asked: dict[str, Any]) -> Document:
    for name in ("birth_date", "first_name", "last_name"):
        text(asked, name)
    return {"outcome": magic.PERSON.get(magic.national_mark(text(asked, "national_code")), "matched")}


def mobile(_box: Box, asked: dict[str, Any]) -> Document:
    text(asked, "mobile")
    return {"owned": magic.national_mark(text(asked, "national_code")) != magic.NOT_OWN_MOBILE}
