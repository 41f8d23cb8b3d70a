"""The other side of each provider: one module per service, one function per operation."""

from collections.abc import Callable
from typing import Any

from enamad_portal.sandbox.box import Box
from enamad_portal.sandbox.services import (
    company_registry,
    domain_registry,
    identity,
    mail,
    payment,
    police,
    post,
    sms,
    tax,
    telephony,
)
from enamad_portal.sandbox.store import Document

Operation = Callable[[Box, dict[str, Any]], Document]

OPERATIONS: dict[tuple[str, str], tuple[Operation, bool]] = {
    ("identity", "person"): (identity.person, False),
    ("identity", "mobile"): (identity.mobile, False),
    ("company_registry", "company"): (company_registry.company, False),
    ("domain_registry", "holder"): (domain_registry.holder, False),
    ("tax", "tracking"): (tax.tracking, False),
    ("police", "ask"): (police.ask, True),
    ("police", "answer"): (police.answer, False),
    ("post", "address"): (post.address, False),
    ("post", "letters"): (post.letters, False),
    ("post", "track"): (post.track, False),
    ("telephony", "speak"): (telephony.speak, True),
    ("telephony", "state"): (telephony.state, False),
    ("telephony", "incoming"): (telephony.incoming, False),
    ("sms", "send"): (sms.send, True),
    ("sms", "status"): (sms.status, False),
    ("mail", "send"): (mail.send, True),
    ("payment", "request"): (payment.request, True),
    ("payment", "verify"): (payment.verify, False),
    ("payment", "inquire"): (payment.inquire, False),
}
"""What is done, and whether it has an effect that must happen once per reference (letters count one by one)."""
