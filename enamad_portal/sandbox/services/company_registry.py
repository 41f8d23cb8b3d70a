from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.store import Document


def company(_box: Box, asked: dict[str, Any]) -> Document:
    text(asked, "director_national_code")
    mark = magic.legal_mark(text(asked, "legal_id"))
    state = magic.COMPANY.get(mark, "active")
    found = state != "not_found"
    return {
        "state": state,
        "name": "شرکت بازرگانی نمونه" if found else "",
        "is_director": found and mark != magic.NOT_DIRECTOR,
    }
