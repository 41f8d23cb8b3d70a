"""Register of legal persons (سامانه شناسه ملی اشخاص حقوقی): is the company alive, may this person speak for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from enamad_portal.providers import fields
from enamad_portal.providers.client import HttpClient


class CompanyState(StrEnum):
    ACTIVE = "active"
    DISSOLVED = "dissolved"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Company:
    legal_id: str
    state: CompanyState
    name: str
    """Registered name; empty when not found."""
    is_director: bool
    """The person asked about is the managing director or on the board."""


class CompanyRegistry(Protocol):
    def company(self, *, legal_id: str, director_national_code: str, reference: str) -> Company:
        """State of the company and whether the person is one of its directors. Raises ProviderDown."""


class HttpCompanyRegistry:
    def __init__(self, *, url: str, secret: str, timeout_s: float) -> None:
        self._client = HttpClient("company_registry", url, secret, timeout_s)

    def company(self, *, legal_id: str, director_national_code: str, reference: str) -> Company:
        asked = {"legal_id": legal_id, "director_national_code": director_national_code, "reference": reference}
        body = self._client.call("company", asked).body
        with fields.readable(self._client, "company"):
            return Company(
                legal_id,
                CompanyState(fields.text(body, "state")),
                fields.text(body, "name"),
                fields.flag(body, "is_director"),
            )
