"""Civil registry (ثبت احوال) and mobile ownership (شاهکار): both answer yes or no, never with the person's data."""

from datetime import date
from enum import StrEnum
from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient


class PersonOutcome(StrEnum):
    MATCHED = "matched"
    NOT_FOUND = "not_found"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    NAME_DIFFERS = "name_differs"
    DECEASED = "deceased"


class Identity(Protocol):
    def person(
        self, *, national_code: str, birth_date: date, first_name: str, last_name: str, reference: str
    ) -> PersonOutcome:
        """Whether the registry knows this person under exactly these data. Raises ProviderDown."""

    def owns_mobile(self, *, national_code: str, mobile: str, reference: str) -> bool:
        """Whether the SIM is registered in the person's own name (Shahkar). Raises ProviderDown."""


class HttpIdentity:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("identity", url, secret, timeout_s)

    def person(
        self, *, national_code: str, birth_date: date, first_name: str, last_name: str, reference: str
    ) -> PersonOutcome:
        asked = {
            "national_code": national_code,
            "birth_date": birth_date.isoformat(),
            "first_name": first_name,
            "last_name": last_name,
            "reference": reference,
        }
        body = self._client.call("person", asked).body
        with fields.readable(self._client, "person"):
            return PersonOutcome(fields.text(body, "outcome"))

    def owns_mobile(self, *, national_code: str, mobile: str, reference: str) -> bool:
        asked = {"national_code": national_code, "mobile": mobile, "reference": reference}
        body = self._client.call("mobile", asked).body
        with fields.readable(self._client, "mobile"):
            return fields.flag(body, "owned")
