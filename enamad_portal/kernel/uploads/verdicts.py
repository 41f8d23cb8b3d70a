"""What the child process answers, and how it travels: one JSON line, then the bytes."""

import json
from dataclasses import dataclass, field
from typing import BinaryIO

from enamad_portal.kernel.uploads.refusals import MESSAGES


@dataclass(frozen=True, slots=True)
class Made:
    """The cleaned file or drawn page, and the number of pages of the document."""

    body: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class Denied:
    """A code of `refusals.MESSAGES` with the numbers its message needs."""

    code: str
    facts: dict[str, int] = field(default_factory=dict)


def write(verdict: Made | Denied, stream: BinaryIO) -> None:
    if isinstance(verdict, Made):
        head: dict[str, object] = {"pages": verdict.pages}
        body = verdict.body
    else:
        head, body = {"code": verdict.code, "facts": verdict.facts}, b""
    stream.write(json.dumps(head).encode() + b"\n" + body)


def read(raw: bytes) -> Made | Denied | None:
    """The verdict, or None for anything a sound child would not have written."""
    line, _, body = raw.partition(b"\n")
    try:
        head = json.loads(line)
        if "pages" in head:
            return Made(body, int(head["pages"])) if body else None
        facts = {str(name): int(number) for name, number in head["facts"].items()}
        MESSAGES[head["code"]].format(**facts)
        return Denied(head["code"], facts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
