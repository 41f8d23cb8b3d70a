"""Registry of .ir names (ایرنیک): is the domain registered to this holder.

Holders may hide their data, so `HIDDEN` is an honest answer that a person settles with other evidence, never a refusal.
"""

from enum import StrEnum
from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient


class HolderOutcome(StrEnum):
    MATCHED = "matched"
    DIFFERS = "differs"
    HIDDEN = "hidden"
    UNREGISTERED = "unregistered"


class DomainRegistry(Protocol):
    def holder(self, *, domain: str, holder_id: str, reference: str) -> HolderOutcome:
        """Whether `domain` (A-label) is registered to this national code or legal id. Raises ProviderDown."""


class HttpDomainRegistry:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("domain_registry", url, secret, timeout_s)

    def holder(self, *, domain: str, holder_id: str, reference: str) -> HolderOutcome:
        asked = {"domain": domain, "holder_id": holder_id, "reference": reference}
        body = self._client.call("holder", asked).body
        with fields.readable(self._client, "holder"):
            return HolderOutcome(fields.text(body, "outcome"))
