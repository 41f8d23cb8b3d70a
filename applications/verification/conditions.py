"""شرایط عمومی: the numbered conditions that /requirements/ publishes and that officers' reasons cite by number."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent.parent / "data" / "conditions.csv"


@dataclass(frozen=True, slots=True)
class Condition:
    """`text` may name a dated limit in braces; the page fills in the day's number."""

    number: int
    text: str
    source: str


@cache
def conditions() -> tuple[Condition, ...]:
    """In the order of their numbers, which never change: letters that were sent cite them."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = [Condition(int(row["number"]), row["text"], row["source"]) for row in csv.DictReader(file)]
    return tuple(sorted(rows, key=lambda row: row.number))
