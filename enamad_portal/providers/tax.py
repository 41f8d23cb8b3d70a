"""Tax administration: the tracking code (کد رهگیری مالیاتی) that is shown when a badge is granted."""

from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient


class Tax(Protocol):
    def tracking_code(self, *, taxpayer_id: str, domain: str, reference: str) -> str | None:
        """The code of this taxpayer (national code or legal id) and domain; None without a tax file."""


class HttpTax:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("tax", url, secret, timeout_s)

    def tracking_code(self, *, taxpayer_id: str, domain: str, reference: str) -> str | None:
        asked = {"taxpayer_id": taxpayer_id, "domain": domain, "reference": reference}
        body = self._client.call("tracking", asked).body
        with fields.readable(self._client, "tracking"):
            return fields.maybe_text(body, "code")
