"""The one state engine: a lifecycle is a table of data, and `fire()` is the only way a state changes.

The same table is read by the engine, by the diagrams and matrices in docs/lifecycles/, by the admin's buttons, by the
API's open moves, by the database guards (kernel/guards.py) and by the property tests.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from django.db import models

from enamad_portal.kernel import audit, use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Conflict, Refusal, Refused


class Subject(models.Model):
    """A row with a life: its state moves by `fire()` only, each move raises `version` by one."""

    lifecycle: ClassVar["Lifecycle"]
    state: Any
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def subject_key(self) -> str:
        """How jobs and audit rows name this row."""
        return f"{self._meta.label_lower}:{self.pk}"


class Guard(Protocol):
    """A claim that must hold; answers why not. Asked with the locked subject, writes nothing."""

    def __call__(self, subject: Any, actor: Actor, /) -> Refusal | None: ...


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: a named move, who may make it, and what must hold."""

    name: str
    source: tuple[str, ...]
    target: str
    by: tuple[Role, ...]
    label: str
    """Persian infinitive on the button («تأیید پرونده»)."""
    guards: tuple[Guard, ...] = ()
    note_needed: bool = False
    clause: str = ""
    """The law, document or ADR this row rests on."""


@dataclass(frozen=True, slots=True)
class Move:
    """A transition as offered to an actor: open when `refusals` is empty."""

    transition: Transition
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class Lifecycle:
    """All moves of one kind of row."""

    name: str
    states: type[models.TextChoices]
    initial: str
    transitions: tuple[Transition, ...]
    _by_name: dict[tuple[str, str], Transition] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.transitions:
            for source in row.source:
                if (row.name, source) in self._by_name:
                    raise ValueError(f"{self.name}: {row.name} stands twice for {source}")
                self._by_name[row.name, source] = row

    def row(self, name: str, state: str) -> Transition | None:
        return self._by_name.get((name, state))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every legal (from, to) pair, for the database trigger."""
        return iter(sorted({(str(source), str(row.target)) for row in self.transitions for source in row.source}))

    def refusals(self, subject: Subject, name: str, *, actor: Actor, note: str = "") -> tuple[Refusal, ...]:
        """Why this move is not open now; empty when it is."""
        row = self.row(name, subject.state)
        if row is None:
            return (self._out_of_state(subject, name),)
        if not actor.has(*row.by):
            return (Refusal("role_missing", "این کار در اختیار نقش شما نیست."),)
        found = [refusal for guard in row.guards if (refusal := guard(subject, actor))]
        if row.note_needed and not note.strip():
            found.append(Refusal("note_missing", "دلیل این کار را بنویسید؛ بدون یادداشت ثبت نمی‌شود."))
        return tuple(found)

    def _out_of_state(self, subject: Subject, name: str) -> Refusal:
        known = next((row.label for row in self.transitions if row.name == name), name)
        state = self.states(subject.state).label
        return Refusal("not_in_this_state", f"«{known}» در وضعیت «{state}» ممکن نیست.", {"state": subject.state})

    def open_moves(self, subject: Subject, actor: Actor) -> list[Move]:
        """The moves of this state that the actor's role could make, each with what still stands against it."""
        rows = [row for row in self.transitions if subject.state in row.source and actor.has(*row.by)]
        return [Move(row, self.refusals(subject, row.name, actor=actor, note="…")) for row in rows]

    def fire(
        self,
        subject: Subject,
        name: str,
        *,
        actor: Actor,
        note: str = "",
        facts: dict[str, Any] | None = None,
        **sets: Any,
    ) -> None:
        """Makes the move or raises `Refused` / `Conflict`; `sets` are columns written in the same statement."""
        use_case = use_cases.current()
        if refusals := self.refusals(subject, name, actor=actor, note=note):
            raise Refused(*refusals)
        row, before, seen = self._by_name[name, subject.state], subject.state, subject.version
        rows: models.QuerySet[Any] = type(subject)._base_manager.all()
        same = rows.filter(pk=subject.pk, state=before, version=seen)
        if not same.update(state=row.target, version=seen + 1, **sets):
            raise Conflict(f"{subject.subject_key} is no longer {before} at version {seen}")
        subject.state, subject.version = row.target, seen + 1
        for column, value in sets.items():
            setattr(subject, column, value)
        use_case.entries.append(
            audit.Entry(
                subject=subject.subject_key,
                action=name,
                actor=actor.name,
                roles=" ".join(sorted(actor.roles)),
                before=before,
                after=row.target,
                note=note,
                facts=facts or {},
            )
        )


def record(subject: str, action: str, *, actor: Actor, note: str = "", **facts: Any) -> None:
    """An audit entry for what is not a move: a code tried, a field revealed, a setting changed (AUD-1)."""
    use_cases.current().entries.append(
        audit.Entry(
            subject=subject,
            action=action,
            actor=actor.name,
            roles=" ".join(sorted(actor.roles)),
            note=note,
            facts=facts,
        )
    )


def locked(model: type[Any], pk: int) -> Any:
    """Lock, then look, then move: the row, locked on PostgreSQL (SQLite's transaction already holds the file)."""
    return model._base_manager.select_for_update(of=("self",)).get(pk=pk)


Verb = Callable[..., Any]
