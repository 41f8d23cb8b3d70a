"""An open proposal as the second officer, its author and everybody else see it."""

from collections.abc import Callable
from dataclasses import dataclass

from applications.lifecycle import PROPOSAL, ProposalState
from applications.models import Badge, Payment, Proposal
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.errors import Refusal

_LABELS = {"confirm": "تأیید و ثبت", "decline": "نپذیرفتن", "withdraw": "پس گرفتن پیشنهاد"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What this reader may decide about a proposal, open when nothing stands against it."""

    name: str
    label: str
    href: str
    refusals: tuple[Refusal, ...]


def open_proposal(subject: Badge | Payment) -> Proposal | None:
    """The proposal that waits for a second officer, with its author."""
    return subject.proposals.select_related("proposed_by", "badge").filter(state=ProposalState.OPEN).first()


def decisions(proposal: Proposal, actor: Actor, href: Callable[[int, str], str]) -> list[Decision]:
    """`href` gives the address of one decision: (the proposal's pk, the decision's name)."""
    moves = PROPOSAL.open_moves(proposal, actor)
    names = [(move.transition.name, move.refusals) for move in moves]
    return [Decision(name, _LABELS[name], href(proposal.pk, name), refusals) for name, refusals in names]
