"""What applicants are told at each turn; the word notice (اخطار) is kept for formal letters."""

from typing import Any

from django.conf import settings

from applications.models import Application
from enamad_portal.kernel import messaging
from enamad_portal.kernel.messaging import Channel, Draft, Message
from enamad_portal.kernel.steps import CLOSED


def tell(application: Application, template: str, **context: Any) -> list[Message]:
    """A short SMS, and an e-mail once the address is proved; returns what was written."""
    owner, business = application.business.owner, application.business
    words = {
        "reference": application.reference,
        "domain": application.domain,
        "shop": business.name_fa,
        "url": f"{settings.BASE_URL}/panel/{application.reference}/",
        "base_url": settings.BASE_URL,
        **context,
    }
    drafts = []
    if owner.user.mobile:
        drafts.append(Draft(Channel.SMS, owner.user.mobile, f"sms_{template}", words))
    if business.email and application.steps.filter(key="email", state__in=CLOSED).exists():
        drafts.append(Draft(Channel.EMAIL, business.email, f"mail_{template}", words))
    return [messaging.send(draft, subject=application.subject_key) for draft in drafts]
