"""Markdown tables as the README quotes them."""

from collections.abc import Sequence


def markdown(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], *notes: str) -> str:
    """A heading, a table whose figures stand right of its first column, and the lines under it."""
    lines = [f"### {title}", "", _row(head), _row(["---", *["---:"] * (len(head) - 1)]), *map(_row, rows), ""]
    return "\n".join([*lines, *(f"{note}  " for note in notes), ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
