"""Reason codes of officers' decisions, with the sentence the applicant reads and the condition it rests on."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent.parent / "data" / "review_reasons.csv"


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    moves: tuple[str, ...]
    label: str
    text: str
    clause: str

    @property
    def sentence(self) -> str:
        """What becomes part of the letter; refusals cite the numbered condition."""
        return f"{self.text} ({self.clause})"


@cache
def all_reasons() -> dict[str, Reason]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    reasons = (
        Reason(row["code"], tuple(row["moves"].split()), row["label"], row["text"], row["clause"]) for row in rows
    )
    return {reason.code: reason for reason in reasons}


def reasons_for(move: str) -> list[Reason]:
    return [reason for reason in all_reasons().values() if move in reason.moves]


def composed(codes: list[str]) -> str:
    """The letter's first draft: one line per reason; the officer edits it before it is sent."""
    known = all_reasons()
    return "\n".join(f"- {known[code].sentence}" for code in codes if code in known)
