from applications.models.applicant import Applicant
from applications.models.application import Application, CommitmentAcceptance, DomainToken, VerificationStep
from applications.models.badge import Badge, ClickCount, ClickSpool
from applications.models.business import Business
from applications.models.content import ChecklistItem, ItemVerdict, SiteSnapshot, SnippetLook
from applications.models.document import ApplicationDocument
from applications.models.domain import DomainLook, DomainRecheck
from applications.models.draft import SectionDraft
from applications.models.legal_person import LegalPerson
from applications.models.letter import PostalLetter
from applications.models.money import Invoice, LedgerEntry, Payment
from applications.models.objection import Objection
from applications.models.police import PoliceAnswer, PoliceAppeal
from applications.models.proposal import Proposal
from applications.models.reference import Activity, CommitmentText, Fee, Limit, Requirement, StarRule
from applications.models.review import Decision, Reveal

__all__ = [
    "Activity",
    "Applicant",
    "Application",
    "ApplicationDocument",
    "Badge",
    "Business",
    "ChecklistItem",
    "ClickCount",
    "ClickSpool",
    "CommitmentAcceptance",
    "CommitmentText",
    "Decision",
    "DomainLook",
    "DomainRecheck",
    "DomainToken",
    "Fee",
    "Invoice",
    "ItemVerdict",
    "LedgerEntry",
    "LegalPerson",
    "Limit",
    "Objection",
    "Payment",
    "PoliceAnswer",
    "PoliceAppeal",
    "PostalLetter",
    "Proposal",
    "Requirement",
    "Reveal",
    "SectionDraft",
    "SiteSnapshot",
    "SnippetLook",
    "StarRule",
    "VerificationStep",
]
