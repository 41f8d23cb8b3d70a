"""The checklist of one case, as the officer judges it and as the applicant reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.lifecycle import ItemState, State
from applications.models import Application, ItemVerdict, SnippetLook
from applications.models.choices import ChecklistGroup, MachineLevel, MachineSays
from applications.services.content import OTHER
from applications.verification.content.observations import REASONS, sentence
from applications.verification.content.snippet import WORDS as SNIPPET_WORDS
from applications.verification.words import next_time
from applications.verification.words import sentence as step_sentence
from enamad_portal.kernel import clock
from enamad_portal.kernel.steps import Verdict

TONES = {ItemState.PENDING: "info", ItemState.OK: "ok", ItemState.NOT_OK: "danger"}
_MACHINE = {
    MachineLevel.NONE: "این بند را فقط شخص می‌بیند.",
    MachineLevel.EVIDENCE: "ماشین شواهد می‌آورد و نظر نمی‌دهد.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing the machine saw; `good` is None where a person must weigh it."""

    text: str
    good: bool | None
    url: str
    sha256: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """An item with its evidence and verdict; `reasons` are (code, cure) pairs to refuse it with.

    `suggested` holds the reasons that the evidence speaks for; they are ticked before the officer looks.
    """

    key: str
    number: int
    title: str
    group: str
    machine: str
    seen: list[Seen]
    seen_at: datetime | None
    state: str
    state_label: str
    tone: str
    said: list[str]
    judged_by: str
    judged_at: datetime | None
    reasons: list[tuple[str, str]]
    suggested: frozenset[str]
    is_clean: bool = False
    """Open, and all that the machine saw speaks for it: accepted with the others in one press."""
    may_undo: bool = False

    @property
    def waiting(self) -> bool:
        return self.state == ItemState.PENDING

    @property
    def refused(self) -> bool:
        return self.state == ItemState.NOT_OK


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items in order; `by_group` for a page with headings."""

    rows: list[ChecklistRow]
    may_judge: bool = False
    act: str = ""
    """Where the officer's forms are sent; empty: nothing to judge."""

    @property
    def by_group(self) -> list[tuple[str, list[ChecklistRow]]]:
        labels = [str(label) for label in ChecklistGroup.labels]
        return [(label, rows) for label in labels if (rows := [row for row in self.rows if row.group == label])]

    @property
    def clean(self) -> list[ChecklistRow]:
        return [row for row in self.rows if row.is_clean]

    @property
    def refused(self) -> list[ChecklistRow]:
        return [row for row in self.rows if row.refused]

    @property
    def waiting(self) -> list[ChecklistRow]:
        return [row for row in self.rows if row.waiting]


def checklist(application: Application, *, act: str = "") -> Checklist:
    """The items with evidence and verdicts, in one query; empty before the first look."""
    rows = application.checklist.select_related("item", "judged_by").order_by("item__number")
    return Checklist([_row(row) for row in rows], may_judge=bool(act), act=act)


def _row(row: ItemVerdict) -> ChecklistRow:
    return ChecklistRow(
        key=row.item.key,
        number=row.item.number,
        title=row.item.title,
        group=str(ChecklistGroup(row.item.group).label),
        machine=f"نظر ماشین: {MachineSays(row.says).label}."
        if row.says
        else _MACHINE.get(MachineLevel(row.item.machine), ""),
        seen=[_seen(stored) for stored in row.evidence],
        seen_at=row.seen_at,
        state=row.state,
        state_label=str(ItemState(row.state).label),
        tone=TONES[ItemState(row.state)],
        said=row.said,
        judged_by=str(row.judged_by or ""),
        judged_at=row.judged_at,
        reasons=[*row.item.cures().items(), (OTHER, "دلیل دیگر، که در یادداشت می‌نویسم.")],
        suggested=frozenset(REASONS[stored["code"]] for stored in row.evidence if stored["code"] in REASONS),
        is_clean=row.is_clean,
        may_undo=row.state != ItemState.PENDING and row.application.state != State.CORRECTION_REQUESTED,
    )


def _seen(stored: Mapping[str, Any]) -> Seen:
    return Seen(sentence(stored), stored["good"], stored["url"], stored["sha256"], stored["excerpt"])


@dataclass(frozen=True, slots=True)
class SnippetState:
    """What the last look at the badge's home page found; `running` while one is under way."""

    running: bool
    tone: str = ""
    title: str = ""
    said: str = ""
    saw: tuple[str, ...] = ()
    looked_at: datetime | None = None


_HEADS = {
    Verdict.PASSED: ("ok", "نماد درست نصب شده است"),
    Verdict.FAILED: ("turn", "نماد هنوز درست نصب نشده است"),
}


def snippet_state(badge_id: int) -> SnippetState:
    looks = SnippetLook.objects.filter(badge_id=badge_id)
    running = looks.filter(looked_at=None, due_at__lte=clock.now()).exists()
    last = looks.exclude(looked_at=None).first()
    if last is None:
        return SnippetState(running)
    said = SNIPPET_WORDS.get(last.code) or step_sentence("snippet", last.code)
    said = " ".join(part for part in (said, next_time(last.evidence)) if part)
    tone, title = _HEADS.get(Verdict(last.verdict), ("info", "در این نوبت سایت را ندیدیم"))
    return SnippetState(running, tone, title, said, tuple(last.evidence.get("saw", ())), last.looked_at)
