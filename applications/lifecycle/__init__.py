"""Every life in this app, one file each: states, moves, who may, what must hold (drawn in docs/lifecycles/)."""

from .application import APPLICATION, CLOSED, State, not_own_file
from .badge import BADGE, LIVE, PUBLIC_CODE, BadgeState, state_on
from .check_item import CHECK_ITEM, ItemState
from .document import DOCUMENT, DocumentState
from .domain_recheck import RECHECK, RECHECK_OPEN, RecheckState
from .money import INVOICE, PAYMENT, InvoiceState, PaymentState
from .postal_letter import LETTER, LetterState
from .proposal import PROPOSAL, ProposalState

__all__ = [
    "APPLICATION",
    "BADGE",
    "CHECK_ITEM",
    "CLOSED",
    "DOCUMENT",
    "INVOICE",
    "LETTER",
    "LIVE",
    "PAYMENT",
    "PROPOSAL",
    "PUBLIC_CODE",
    "RECHECK",
    "RECHECK_OPEN",
    "BadgeState",
    "DocumentState",
    "InvoiceState",
    "ItemState",
    "LetterState",
    "PaymentState",
    "ProposalState",
    "RecheckState",
    "State",
    "not_own_file",
    "state_on",
]
