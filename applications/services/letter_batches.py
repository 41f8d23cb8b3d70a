"""Letters printed by a contractor: a file of what to print, and the file he sends back (LETTERS_BY=contractor).

Each letter is in one batch at most. A process that dies before the file is whole leaves its letters printed on paper
by nobody: a person sees the batch without a file and orders a reprint; nothing repeats itself.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from django.conf import settings

from applications.lifecycle import LETTER, LetterState
from applications.models import PostalLetter
from applications.services.cases import case
from applications.services.letters import hand_over, posted
from applications.services.postage import dispatch_job
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.errors import NotFound
from enamad_portal.kernel.spreadsheets import inert
from enamad_portal.providers.post import LetterOrder

COLUMNS = ("serial", "recipient", "postal_code", "address", "text")


def waiting() -> list[int]:
    """Letters that are paid for and not yet printed, oldest first."""
    rows = PostalLetter.objects.filter(state=LetterState.ORDERED).order_by("ordered_at", "pk")
    return list(rows.values_list("pk", flat=True))


def take_batch(batch: str, most: int) -> list[LetterOrder]:
    """An edge of its own: hands over each letter in its own transaction; the secrets are in this answer only."""
    taken = (use_cases.run(hand_over, pk, batch) for pk in waiting()[:most])
    return [order for order in taken if order is not None]


def new_batch() -> str:
    """The name of a batch is its moment."""
    return f"{clock.now():%Y%m%d-%H%M%S}"


def as_csv(orders: Iterable[LetterOrder]) -> str:
    """The contractor's file: UTF-8, one letter per row; a cell that a spreadsheet would run is made text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([inert(cell) for cell in _cells(order)] for order in orders)
    return out.getvalue()


def _cells(order: LetterOrder) -> Iterator[str]:
    yield from (order.reference, order.recipient, order.postal_code, order.address, order.text)


def take_back(lines: Iterable[str]) -> tuple[int, list[str]]:
    """An edge of its own: rows of `serial,barcode`. Returns how many were posted and the serials we do not know."""
    done, unknown = 0, []
    for row in csv.DictReader(lines):
        serial, barcode = (row.get("serial") or "").strip(), (row.get("barcode") or "").strip()
        if not barcode or not PostalLetter.objects.filter(serial=serial).exists():
            unknown.append(serial)
            continue
        use_cases.run(posted, serial, barcode)
        done += 1
    return done, unknown


def reprint(serial: str, *, actor: Actor, note: str) -> PostalLetter:
    """A person orders the letter anew under a new serial and with new codes; the earlier ones are dead."""
    row = PostalLetter.objects.filter(serial=serial).values_list("pk", "application_id").first()
    if row is None:
        raise NotFound(serial)
    letter = case(row[1]).letters.get(pk=row[0])
    fresh = f"{letter.application.reference}-postal-{letter.round}-{letter.version + 1}"
    LETTER.fire(letter, "reprint", actor=actor, note=note, serial=fresh, batch="", tracking="")
    if settings.LETTERS_BY == "post":
        use_cases.enqueue(dispatch_job(letter))
    return letter
