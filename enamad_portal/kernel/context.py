"""What every page may say about the portal itself. Nothing here reads the session; the organisation's row is read
only by pages that print it, and at most every few seconds.
"""

from django.conf import settings
from django.http import HttpRequest

from enamad_portal.kernel import organisation


def portal(request: HttpRequest | None = None) -> dict[str, object]:  # noqa: ARG001 -- of a context processor
    """Return the names and addresses of the portal; `world` is "sandbox" or "real"."""
    return {
        "product_name": settings.PRODUCT_NAME_FA,
        "organisation": organisation.current,
        "world": settings.WORLD,
        "base_url": settings.BASE_URL,
    }
