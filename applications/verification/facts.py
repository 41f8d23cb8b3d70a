"""What a step may know of a case: frozen, in memory only, gathered once per look."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from applications.models import Application, Business


@dataclass(frozen=True, slots=True)
class DomainProof:
    """What must be seen on the site for one method; the token itself is derived for this look and never stored."""

    method: str
    token: str
    challenge_id: str


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """The legal person and the capacity in which the applicant speaks for it."""

    legal_id: str
    registered_name: str
    director_national_code: str
    capacity: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    reference: str
    domain: str
    first_name: str
    last_name: str
    national_code: str
    birth_date: date
    mobile: str
    email: str
    shop_name: str
    person_type: str
    person_key: str = ""
    """Blind index of the person; what is asked about him keeps it as evidence of whom it was asked about."""
    landline: str = ""
    postal_code: str = ""
    address: str = ""
    province: str = ""
    city: str = ""
    company: CompanyFacts | None = None
    proof: DomainProof | None = None
    badge_id: str = ""
    """The public id of the issued badge, for the looks that come after issue."""


def facts_of(application: "Application", proof: DomainProof | None = None, *, badge_id: str = "") -> CaseFacts:
    """Opens the sealed fields of one case."""
    business = application.business
    owner = business.owner
    return CaseFacts(
        reference=application.reference,
        domain=application.domain,
        first_name=owner.first_name,
        last_name=owner.last_name,
        national_code=owner.national_code,
        birth_date=owner.birth_date,
        mobile=owner.user.mobile or "",
        email=business.email,
        shop_name=business.name_fa,
        person_type=business.person_type,
        person_key=owner.person_key,
        landline=business.landline,
        postal_code=business.postal_code,
        address=business.address,
        province=business.province,
        city=business.city,
        company=_company_of(business),
        proof=proof,
        badge_id=badge_id,
    )


def _company_of(business: "Business") -> CompanyFacts | None:
    legal = getattr(business, "legal_person", None)
    if legal is None:
        return None
    return CompanyFacts(legal.legal_id, legal.registered_name, legal.director_national_code, legal.capacity)
