from applications.models.applicant import Applicant
from applications.models.application import Application, CommitmentAcceptance, DomainToken, VerificationStep
from applications.models.badge import Badge, ClickCount, ClickSpool
from applications.models.business import Business
from applications.models.money import Invoice, LedgerEntry, Payment
from applications.models.reference import Activity, CommitmentText, Fee, Limit, Requirement

__all__ = [
    "Activity",
    "Applicant",
    "Application",
    "Badge",
    "Business",
    "ClickCount",
    "ClickSpool",
    "CommitmentAcceptance",
    "CommitmentText",
    "DomainToken",
    "Fee",
    "Invoice",
    "LedgerEntry",
    "Limit",
    "Payment",
    "Requirement",
    "VerificationStep",
]
