"""What an officer sees of one case: whose turn it is, panels to judge, facts, checks, timeline, and the open moves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from applications.lifecycle import APPLICATION, State
from applications.models import Application, Decision, VerificationStep
from applications.selectors import desk, police
from applications.selectors.desk_facts import Fact, facts_of_case
from applications.selectors.desk_timeline import timeline
from applications.selectors.desk_waits import Wait, waits
from applications.services import claims, review
from applications.services.faults import faults_of
from applications.services.reveals import SEERS
from applications.verification.reasons import reasons_for
from applications.verification.steps import STEPS
from applications.verification.words import AGAIN_AT, said
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.errors import NotFound, Refusal
from enamad_portal.kernel.fetch.hosts import readable
from enamad_portal.kernel.steps import STEP_LIFECYCLE, StepState

STEP_TONES: dict[str, str] = {
    StepState.PASSED: "ok",
    StepState.WAIVED: "ok",
    StepState.FAILED: "danger",
    StepState.UNSURE: "turn",
    StepState.RUNNING: "info",
    StepState.ASKED: "info",
}
JUDGED_IN_A_PANEL = frozenset({"documents", "content", "police"})
"""Their verdict follows from verdicts on parts, or has its own form."""
STEP_MOVES = {"accept": "تأیید", "decline": "عدم تأیید", "waive": "معاف کردن"}


@dataclass(frozen=True, slots=True)
class Move:
    """A button of the transition bar; `refusals` grey it."""

    name: str
    label: str
    key: str
    danger: bool
    refusals: tuple[Refusal, ...]
    why: str = ""
    """Name of the move beside which these refusals stand; moves that are refused alike share the line."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One check with what was found and what the officer may do about it."""

    key: str
    title: str
    state: str
    tone: str
    said: str
    at: datetime | None
    looked_for: str
    saw: list[str]
    evidence: list[tuple[str, str]]
    moves: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page that another selector feeds and another template shows."""

    template: str
    data: Any
    side: str = "start"


@dataclass(frozen=True, slots=True)
class DeskCase:
    application: Application
    domain: str
    state: str
    tone: str
    holder: str
    is_mine: bool
    may_reveal: bool
    waits: list[Wait]
    facts: list[Fact]
    steps: list[StepLine]
    panels: list[Panel]
    events: list[dict[str, Any]]
    moves: list[Move]
    claim_refusals: list[Refusal]
    is_liaison: bool
    waits_for_desk: bool
    """The case waits for a decision of this actor's roles."""
    may_take_next: bool
    previous: str = ""
    next: str = ""
    decisions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reasons(self) -> list[dict[str, str]]:
        """Why buttons are grey: one line for all that the same thing stands against."""
        lines: dict[str, list[Move]] = {}
        for move in self.moves:
            if move.refusals:
                lines.setdefault(move.why, []).append(move)
        return [
            {
                "anchor": why,
                "label": "، ".join(move.label for move in moves),
                "text": " ".join(refusal.message for refusal in moves[0].refusals),
            }
            for why, moves in lines.items()
        ]


PanelMaker = Callable[[Application, Actor, str], Panel | None]
PANELS: list[PanelMaker] = []
"""Parts of the page, in order; each is told what was just revealed and answers None where it has nothing to show."""

_KEYS = {
    "approve": "A",
    "request_correction": "E",
    "propose_refusal": "R",
    "confirm_refusal": "R",
    "decline_refusal": "D",
    "uphold_objection": "A",
    "dismiss_objection": "R",
}
_DANGER = frozenset({"propose_refusal", "confirm_refusal", "dismiss_objection"})


def desk_application(reference: str) -> Application:
    """Read only, with all that the page shows. Raises NotFound."""
    rows = Application.objects.select_related(
        "business__owner__user", "business__activity", "requirement", "assignee", "badge"
    )
    application = rows.prefetch_related("steps").filter(reference=reference).first()
    if application is None or application.state == State.DRAFT:
        raise NotFound(reference)
    return application


def desk_case(reference: str, actor: Actor, *, tab: str = "all", shown: str = "") -> DeskCase:
    """The whole page; `shown` is the field that has just been revealed."""
    application = desk_application(reference)
    before, after = desk.neighbours(application, tab, actor)
    domain = application.domain or application.business.domain
    return DeskCase(
        application=application,
        domain=readable(domain),
        state=desk.state_label(application, actor),
        tone=desk.state_tone(application, actor),
        holder=desk.holder_shown(application, actor),
        is_mine=application.assignee_id == actor.user_id,
        may_reveal=actor.has(*SEERS),
        waits=waits(application, actor),
        facts=facts_of_case(application, shown),
        steps=[_step_line(application, step, actor) for step in _ordered(application)],
        panels=[panel for make in PANELS if (panel := make(application, actor, shown))],
        events=timeline(application, actor),
        moves=moves_of(application, actor),
        claim_refusals=claims.claim_refusals(application, actor),
        may_take_next=actor.has(*claims.CLAIMANTS),
        is_liaison=police.sees(actor, application),
        waits_for_desk=application.state in claims.desk_states(actor),
        previous=before,
        next=after,
        decisions=decisions_of(application),
    )


def moves_of(application: Application, actor: Actor) -> list[Move]:
    """The decisions of this state that the actor's role could make, each with what still stands against it."""
    rows = [
        row for name in review.DECISIONS if (row := APPLICATION.row(name, application.state)) and actor.has(*row.by)
    ]
    first: dict[tuple[str, ...], str] = {}
    moves = []
    for row in rows:
        found = review.refusals(application, row.name, actor=actor)
        why = first.setdefault(_told(found), row.name)
        moves.append(Move(row.name, row.label, _KEYS.get(row.name, ""), row.name in _DANGER, found, why))
    return moves


def _told(refusals: tuple[Refusal, ...]) -> tuple[str, ...]:
    return tuple(refusal.message for refusal in refusals)


def decisions_of(application: Application) -> list[dict[str, Any]]:
    """Earlier decisions with the words that were sent, newest first; also for the applicant's page."""
    known = {row.name: row.label for row in APPLICATION.transitions}
    return [
        {"label": known.get(row.move, row.move), "at": row.at, "text": row.text, "by": str(row.officer)}
        for row in application.decisions.select_related("officer").order_by("-pk")
    ]


def decision_page(reference: str, move: str, actor: Actor) -> dict[str, Any]:
    """What the page of one decision needs. Raises NotFound for a move this case or role does not have."""
    application = desk_application(reference)
    found = next((row for row in moves_of(application, actor) if row.name == move), None)
    if found is None:
        raise NotFound(move)
    transition = APPLICATION.row(move, application.state)
    assert transition is not None
    faults = faults_of(application) if move == "request_correction" else []
    earlier = _proposal(application) if move in _SECOND_OFFICERS else None
    return {
        "application": application,
        "move": found,
        "faults": faults,
        "proposal": earlier,
        "draft": {
            "reasons": earlier.reasons if earlier and move == "confirm_refusal" else [],
            "text": earlier.text if earlier and move == "confirm_refusal" else _LEAD if faults else "",
        },
        "reasons": reasons_for(move),
        "text_needed": transition.note_needed,
        "told": move not in {"propose_refusal", "decline_refusal", "approve"},
    }


_LEAD = "آنچه در این نامه یک‌به‌یک آمده است را اصلاح کنید."
_SECOND_OFFICERS = frozenset({"confirm_refusal", "decline_refusal"})


def _proposal(application: Application) -> Decision | None:
    """What the first officer proposed: the second one judges these words, and may let them stand."""
    return application.decisions.select_related("officer").filter(move="propose_refusal").order_by("-pk").first()


def _ordered(application: Application) -> list[VerificationStep]:
    order = {key: place for place, key in enumerate(application.requirement.steps)}
    return sorted(application.steps.all(), key=lambda step: order.get(step.key, len(order)))


def _step_line(application: Application, step: VerificationStep, actor: Actor) -> StepLine:
    secret = step.key == "police"  # told by its own panel, to one role (AUTHZ-3)
    evidence = step.evidence if isinstance(step.evidence, dict) and not secret else {}
    moves = [
        (name, label)
        for name, label in STEP_MOVES.items()
        if step.key not in JUDGED_IN_A_PANEL or name == "waive"
        if STEP_LIFECYCLE.row(name, step.state) and not review.step_refusals(application, step, name, actor=actor)
    ]
    return StepLine(
        key=step.key,
        title=STEPS[step.key].title,
        state="در انتظار متقاضی" if step.state == StepState.WAITING else police.shown_step(application, step, actor),
        tone="quiet" if secret else STEP_TONES.get(step.state, "quiet"),
        said="" if secret else said(step),
        at=None if secret else step.verified_at or step.received_at,
        looked_for=str(evidence.get("looked_for", "")),
        saw=[str(line) for line in evidence.get("saw", [])],
        evidence=[(name, str(value)) for name, value in evidence.items() if _is_plain(name, value)],
        moves=moves,
    )


_NOT_LISTED = frozenset({"looked_for", "saw", "fetch", "person", AGAIN_AT})
"""Evidence that stands elsewhere on the page or says nothing to people."""


def _is_plain(name: str, value: object) -> bool:
    return name not in _NOT_LISTED and isinstance(value, str | int | bool) and value != ""
