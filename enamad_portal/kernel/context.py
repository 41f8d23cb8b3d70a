"""What every page may say about the portal itself. Nothing here reads the database or the session."""

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001 -- the signature of a context processor
    """Return the names and addresses of the portal; `world` is "sandbox" or "real"."""
    return {
        "product_name": settings.PRODUCT_NAME_FA,
        "organisation_name": getattr(settings, "ORGANISATION_NAME_FA", ""),
        "support_phone": getattr(settings, "SUPPORT_PHONE", ""),
        "support_hours": getattr(settings, "SUPPORT_HOURS_FA", ""),
        "world": settings.WORLD,
        "base_url": settings.BASE_URL,
    }
