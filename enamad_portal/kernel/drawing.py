"""Draws a lifecycle for people: a Mermaid diagram and the matrix of who may do what in which state."""

from collections.abc import Iterator

from enamad_portal.kernel.guards import subjects
from enamad_portal.kernel.lifecycle import Lifecycle, Transition


def lifecycles() -> dict[str, Lifecycle]:
    """Every lifecycle of the portal by its name."""
    return {model.lifecycle.name: model.lifecycle for model in subjects()}


def page(lifecycle: Lifecycle) -> str:
    """The whole page docs/lifecycles/{name}.md."""
    return "\n".join([*_head(lifecycle), *_diagram(lifecycle), *_moves(lifecycle), *_matrix(lifecycle), ""])


def _head(lifecycle: Lifecycle) -> Iterator[str]:
    yield f"# {lifecycle.name}"
    yield ""
    yield "Written by `manage.py draw_lifecycles` from the table in the code; CI is red when it is stale."
    yield ""


def _diagram(lifecycle: Lifecycle) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {lifecycle.initial}"
    for row in lifecycle.transitions:
        for source in row.source:
            yield f"    {source} --> {row.target}: {row.name}"
    yield "```"
    yield ""


def _moves(lifecycle: Lifecycle) -> Iterator[str]:
    yield "| move | Persian | from | to | by | guards | note | clause |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in lifecycle.transitions:
        guards = ", ".join(guard.__name__ for guard in row.guards)  # type: ignore[attr-defined]
        cells = (
            row.name,
            row.label,
            " ".join(row.source),
            row.target,
            " ".join(row.by),
            guards,
            "needed" if row.note_needed else "",
            row.clause,
        )
        yield "| " + " | ".join(cells) + " |"
    yield ""


def _matrix(lifecycle: Lifecycle) -> Iterator[str]:
    """Role × state: the moves open to that role, guards aside."""
    roles = sorted({role for row in lifecycle.transitions for role in row.by})
    yield "| state | " + " | ".join(roles) + " |"
    yield "|---" * (len(roles) + 1) + "|"
    for state in lifecycle.states:
        cells = [" ".join(_names(lifecycle.transitions, state, role)) for role in roles]
        yield f"| {state.value} ({state.label}) | " + " | ".join(cells) + " |"


def _names(rows: tuple[Transition, ...], state: str, role: str) -> list[str]:
    return [row.name for row in rows if state in row.source and role in row.by]
