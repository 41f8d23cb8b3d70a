"""The second look: who may end a badge or put money right proposes it, and somebody else confirms it."""

from typing import Any

from django.db import models

from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.lifecycle import Guard, Lifecycle, Transition


class ProposalState(models.TextChoices):
    OPEN = "open", "در انتظار نفر دوم"
    CONFIRMED = "confirmed", "تأیید شد"
    DECLINED = "declined", "پذیرفته نشد"
    WITHDRAWN = "withdrawn", "پس گرفته شد"


P, R = ProposalState, Role
_OFFICERS = (R.SENIOR_REVIEWER, R.FINANCE)


def someone_elses_proposal(proposal: Any, actor: Actor) -> Refusal | None:
    """Nobody confirms what he proposed himself (AUTHZ-5)."""
    if proposal.proposed_by_id == actor.user_id:
        return Refusal("same_officer", "این پیشنهاد از خود شماست؛ همکار دیگری درباره آن تصمیم می‌گیرد.")
    return None


def own_proposal(proposal: Any, actor: Actor) -> Refusal | None:
    if proposal.proposed_by_id != actor.user_id:
        return Refusal("not_own_proposal", "این پیشنهاد را کسی پس می‌گیرد که آن را نوشته است.")
    return None


PROPOSAL = Lifecycle(
    name="proposal",
    states=ProposalState,
    initial=P.OPEN,
    transitions=(
        Transition("confirm", (P.OPEN,), P.CONFIRMED, _OFFICERS, "تأیید", (someone_elses_proposal,), clause="AUTHZ-5"),
        Transition(
            "decline", (P.OPEN,), P.DECLINED, _OFFICERS, "نپذیرفتن", (someone_elses_proposal,), note_needed=True
        ),
        Transition("withdraw", (P.OPEN,), P.WITHDRAWN, _OFFICERS, "پس گرفتن", (own_proposal,)),
        Transition("lapse", (P.OPEN,), P.WITHDRAWN, (R.SYSTEM,), "بی‌موضوع شدن"),
    ),
)


def proposed_by_another(move: str) -> Guard:
    """The move of a badge or a payment waits for a proposal, and is made by somebody else than its author."""

    def guard(subject: Any, actor: Actor) -> Refusal | None:
        proposal = subject.proposals.filter(move=move, state=P.OPEN).first()
        if proposal is None:
            return Refusal("not_proposed", "این کار را دو نفر انجام می‌دهند: یکی پیشنهاد می‌کند و دیگری تأیید.")
        return someone_elses_proposal(proposal, actor)

    guard.__name__ = f"{move}_proposed_by_another"
    return guard
