"""Who is asking: the address of a visitor, as far as it can be known."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Whoever connected to us; behind our own nginx the address that it vouches for (it overwrites the header)."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return str(forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))


def source_of(request: HttpRequest) -> str:
    """Whom to count asking for codes; nobody where all people of the sandbox world sit at one machine."""
    return "" if settings.VISITORS_SHARE_AN_ADDRESS else address_of(request)
