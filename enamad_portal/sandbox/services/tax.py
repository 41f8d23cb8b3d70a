import hashlib
from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.store import Document


def tracking(_box: Box, asked: dict[str, Any]) -> Document:
    """The same code for the same taxpayer and domain."""
    taxpayer, domain = text(asked, "taxpayer_id"), text(asked, "domain")
    if magic.national_mark(taxpayer) == magic.NO_TAX_FILE:
        return {"code": None}
    digest = hashlib.sha256(f"{taxpayer}|{domain}".encode()).hexdigest()
    return {"code": str(int(digest, 16))[:10]}
