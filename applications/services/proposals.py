"""The second look: a proposal is written by one officer and decided by another (AUTHZ-5).

`badge.py` and `reconcile.py` say what a confirmed proposal does; lock order is application, badge or payment, proposal.
"""

from collections.abc import Sequence

from applications.lifecycle import PROPOSAL, ProposalState
from applications.models import Badge, Payment, Proposal
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.lifecycle import Lifecycle, record

NOT_PROPOSED = "not_proposed"
"""Stands against a move that two must make, as long as nobody has proposed it."""


def propose(
    subject: Badge | Payment, move: str, *, text: str, actor: Actor, reasons: Sequence[str] = (), ref_id: str = ""
) -> Proposal:
    """Writes down what the actor would do if he were two. Raises Refused for whatever else stands against the move."""
    table: Lifecycle = subject.lifecycle
    found = [one for one in table.refusals(subject, move, actor=actor, note=text) if one.code != NOT_PROPOSED]
    if subject.proposals.filter(state=ProposalState.OPEN).exists():
        found = [Refusal("already_proposed", "پیشنهاد دیگری در انتظار نفر دوم است؛ نخست درباره آن تصمیم بگیرید.")]
    if found:
        raise Refused(*found)
    record(subject.subject_key, f"propose_{move}", actor=actor, note=text, reasons=list(reasons))
    return Proposal.objects.create(
        badge=subject if isinstance(subject, Badge) else None,
        payment=subject if isinstance(subject, Payment) else None,
        move=move,
        reasons=list(reasons),
        text=text,
        ref_id=ref_id,
        proposed_by_id=actor.account,
        proposed_at=clock.now(),
    )


def proposal(pk: int) -> Proposal:
    """One proposal, locked. Raises NotFound."""
    found = Proposal.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotFound(str(pk))
    return found


def confirmed(found: Proposal, *, actor: Actor) -> None:
    """The second officer agrees; called after the move itself, whose guard asks for an open proposal."""
    PROPOSAL.fire(found, "confirm", actor=actor, decided_by_id=actor.account, decided_at=clock.now())


def decline(pk: int, *, note: str, actor: Actor) -> Proposal:
    """The second officer sees it otherwise; nothing changes but the proposal."""
    found = proposal(pk)
    PROPOSAL.fire(found, "decline", actor=actor, note=note, decided_by_id=actor.account, decided_at=clock.now())
    record(_subject_key(found), f"decline_{found.move}", actor=actor, note=note)
    return found


def withdraw(pk: int, *, note: str = "", actor: Actor) -> Proposal:
    """Its author thought better of it."""
    found = proposal(pk)
    PROPOSAL.fire(found, "withdraw", actor=actor, note=note)
    record(_subject_key(found), f"withdraw_{found.move}", actor=actor, note=note)
    return found


def lapse(subject: Badge | Payment) -> None:
    """What was proposed has no object any more: the badge ended, the money question answered itself."""
    for found in subject.proposals.select_for_update(of=("self",)).filter(state=ProposalState.OPEN):
        PROPOSAL.fire(found, "lapse", actor=SYSTEM)


def _subject_key(found: Proposal) -> str:
    subject = found.badge or found.payment
    assert subject is not None
    return subject.subject_key
