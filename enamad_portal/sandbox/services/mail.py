from typing import Any

from enamad_portal.sandbox import magic
from enamad_portal.sandbox.asked import text
from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.codes import codes_in
from enamad_portal.sandbox.store import Document
from enamad_portal.sandbox.web import Failed


def send(box: Box, asked: dict[str, Any]) -> Document:
    to, subject, message = text(asked, "to"), text(asked, "subject"), text(asked, "text")
    if to.startswith(magic.MAIL_REFUSED):
        raise Failed(422, "mailbox_refused")
    box.store.deliver("email", to, subject, message, codes_in(message), text(asked, "reference"))
    return {"accepted": True}
