"""Who is asking: the address of a visitor, as far as it can be known, and the request or job that acts now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Whoever connected to us; behind our own nginx the address that it vouches for (it overwrites the header)."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.SECURE_PROXY_SSL_HEADER else ""
    return str(forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))


def source_of(request: HttpRequest) -> str:
    """Whom to count asking for codes; nobody where all people of the sandbox world sit at one machine."""
    return "" if settings.VISITORS_SHARE_AN_ADDRESS else address_of(request)


@dataclass(frozen=True, slots=True)
class Visit:
    """What ties audit rows together: one request, or one attempt of a durable job (which has no address)."""

    request_id: str = ""
    address: str = ""


_visit: ContextVar[Visit] = ContextVar("visit", default=Visit())  # noqa: B039 - frozen


def visit() -> Visit:
    """The visit that is going on; an empty one in commands."""
    return _visit.get()


@contextmanager
def during(visit: Visit) -> Iterator[None]:
    token = _visit.set(visit)
    try:
        yield
    finally:
        _visit.reset(token)
