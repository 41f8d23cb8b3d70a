from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.store import Document


def holder(_box: Box, asked: dict[str, Any]) -> Document:
    text(asked, "holder_id")
    domain = text(asked, "domain")
    marks = [outcome for mark, outcome in magic.HOLDER.items() if mark in domain]
    return {"outcome": marks[0] if marks else "matched"}
