"""The verification steps, one file each, in the order people read them."""

from applications.verification.facts import CaseFacts
from applications.verification.steps.commitment import Commitment
from applications.verification.steps.company_registry import CompanyRegistered
from applications.verification.steps.documents import Documents
from applications.verification.steps.domain_control import DomainControl
from applications.verification.steps.email_code import EmailCode
from applications.verification.steps.fee import FeePaid
from applications.verification.steps.landline_callback import LandlineCallback
from applications.verification.steps.mobile_ownership import MobileOwnership
from applications.verification.steps.person_identity import PersonIdentity
from applications.verification.steps.police_vetting import PoliceVetting
from applications.verification.steps.postal_code_lookup import PostalCodeLookup
from applications.verification.steps.postal_letter import PostalLetterCodes
from applications.verification.steps.secure_connection import SecureConnection
from applications.verification.steps.site_content import SiteContent
from applications.verification.steps.snippet_installed import SnippetInstalled
from enamad_portal.kernel.steps import Step, registry

LISTED: tuple[Step[CaseFacts], ...] = (
    PersonIdentity(),
    MobileOwnership(),
    CompanyRegistered(),
    DomainControl(),
    EmailCode(),
    LandlineCallback(),
    PostalCodeLookup(),
    PostalLetterCodes(),
    Documents(),
    SiteContent(),
    SecureConnection(),
    Commitment(),
    PoliceVetting(),
    FeePaid(),
    SnippetInstalled(),
)
STEPS = registry(LISTED)
