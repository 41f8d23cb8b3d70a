"""Signed calls from a provider to `{BASE_URL}/providers/callbacks/<service>/`.

A callback is a hint that arrives early: the same answer can always be fetched, so a lost one costs only time.
Only the fields named here are handed on: a police refusal's reason, say, ends in this module.
"""

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, SuspiciousOperation

from enamad_portal.providers.registry import service_options
from enamad_portal.providers.signing import BadSignature, verify

if TYPE_CHECKING:
    from django.http import HttpRequest

FIELDS = {
    "police": ("police_reference", "outcome", "answered_at"),
    "telephony": ("event", "call_id", "caller", "digits", "state", "at"),
    "post": ("barcode", "state", "changed_at", "received_by"),
}


@dataclass(frozen=True, slots=True)
class Callback:
    service: str
    reference: str
    """Ours; for an incoming call the exchange's call id."""
    body: dict[str, str]
    """The fields of FIELDS[service] that were sent."""


def read_callback(request: "HttpRequest", service: str) -> Callback:
    """The proven content of a callback.

    Raises PermissionDenied for an unknown service, a wrong signature or one older than five minutes, and
    SuspiciousOperation (400) for a proven body that is not the agreed JSON.
    """
    if service not in FIELDS or request.method != "POST":
        raise PermissionDenied("no such callback")
    secret = str(service_options(service)["secret"])
    try:
        verify(secret, "POST", request.get_full_path(), request.body, request.headers, at=int(time.time()))
    except BadSignature as error:
        raise PermissionDenied(str(error)) from None
    return _read(service, request.body)


def _read(service: str, raw: bytes) -> Callback:
    try:
        body = json.loads(raw)
        reference, known = body["reference"], {key: body[key] for key in FIELDS[service] if key in body}
    except (ValueError, TypeError, KeyError):
        raise SuspiciousOperation("callback body is not the agreed JSON") from None
    if not all(isinstance(value, str) for value in (reference, *known.values())):
        raise SuspiciousOperation("callback body is not the agreed JSON")
    return Callback(service, reference, known)
