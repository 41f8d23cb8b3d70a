"""Folding the clicks of the spool into daily counters: each whole line exactly once, whatever is killed when.

The counters and the position in the file move in one transaction, the position by compare-and-swap, so a crash or a
second folder changes nothing. Badges are counted in the order of their keys: two folders cannot wait for each other.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from django.db import connection

from applications import policy
from applications.badge import clicks, misuse, spool
from applications.models.badge import Badge, ClickCount, ClickSpool
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.calendar.jalali import tehran_day

logger = logging.getLogger(__name__)

BATCH_BYTES = 1024 * 1024
"""Of one transaction: some 26,000 clicks."""
TORN_FOR = timedelta(days=1)
"""A last line without its end is given up this long after its writer is gone: it was never acknowledged."""
_ROWS = 300  # three parameters each: below SQLite's 999
T = TypeVar("T")


def fold(now: datetime) -> int:
    """Counts all new clicks of this folder and removes files that are finished; the number of clicks counted."""
    counted = 0
    for path in spool.files(clicks.NAME):
        try:
            counted += _fold_file(path)
            _remove_finished(path, now)
        except OSError as error:
            logger.error("%s not folded: %s", path.name, error)  # noqa: TRY400  one sick file stops no other
    _forget_misuse(now)
    return counted


def _fold_file(path: Path) -> int:
    counted = 0
    with spool.held(path) as fd:
        while fd is not None and _position(path.name) < os.fstat(fd).st_size:
            batch = use_cases.run(_fold_batch, path.name, fd)
            if batch is None:
                break
            counted += batch
    return counted


def _position(file: str) -> int:
    return ClickSpool.objects.filter(file=file).values_list("position", flat=True).first() or 0


def _fold_batch(file: str, fd: int) -> int | None:
    """One transaction: the whole lines behind the position; None when there is none."""
    row, _ = ClickSpool.objects.get_or_create(file=file)
    data = os.pread(fd, BATCH_BYTES, row.position)
    whole = data.rfind(b"\n") + 1
    if not whole:
        return None
    same = ClickSpool.objects.filter(pk=row.pk, position=row.position)
    if not same.update(position=row.position + whole):
        return 0  # another folder was faster
    return _count(Counter(clicks.LINE.findall(data[:whole])))


def _count(seen: "Counter[tuple[bytes, bytes]]") -> int:
    ids = _known_badges({public_id.decode("ascii") for public_id, _ in seen})
    rows: Counter[tuple[int, date]] = Counter()
    for (public_id, digits), number in seen.items():
        badge, day = ids.get(public_id.decode("ascii")), _day(digits)
        if badge is not None and day is not None:
            rows[badge, day] += number
    for some in _parts(sorted(rows.items()), _ROWS):
        _add(some)
    return rows.total()


def _known_badges(public_ids: set[str]) -> dict[str, int]:
    """Keys of the badges that exist; a line about any other id is ignored."""
    known: dict[str, int] = {}
    for some in _parts(sorted(public_ids), _ROWS):
        known.update(Badge.objects.filter(public_id__in=some).values_list("public_id", "pk"))
    return known


def _day(digits: bytes) -> date | None:
    try:
        return datetime.strptime(digits.decode("ascii"), "%Y%m%d").date()  # noqa: DTZ007  a day, not an instant
    except ValueError:
        return None


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _add(rows: Sequence[tuple[tuple[int, date], int]]) -> None:
    """Adds to the counters; Django's bulk upsert can replace a value but not add to it."""
    name, table = connection.ops.quote_name, connection.ops.quote_name(ClickCount._meta.db_table)
    badge, day, number = name("badge_id"), name("day"), name("clicks")
    values = ", ".join(["(%s, %s, %s)"] * len(rows))
    statement = (
        f"INSERT INTO {table} ({badge}, {day}, {number}) VALUES {values} "  # noqa: S608  names of our own columns
        f"ON CONFLICT ({badge}, {day}) DO UPDATE SET {number} = {table}.{number} + excluded.{number}"
    )
    with connection.cursor() as cursor:
        given = [(pk, connection.ops.adapt_datefield_value(on), count) for (pk, on), count in rows]
        cursor.execute(statement, [value for row in given for value in row])


def _remove_finished(path: Path, now: datetime) -> None:
    """Removes a file that nobody writes and whose every whole line is counted; then its position, in this order."""
    with spool.held(path, alone=True) as fd:
        if fd is None:
            return
        state, position = os.fstat(fd), _position(path.name)
        untouched = now - datetime.fromtimestamp(state.st_mtime, UTC)
        rest = os.pread(fd, BATCH_BYTES, position)
        if rest and (b"\n" in rest or untouched < TORN_FOR):
            return
        path.unlink()
        ClickSpool.objects.filter(file=path.name).delete()


def _forget_misuse(now: datetime) -> None:
    """Notes of foreign pages are kept for the days of the policy."""
    for path in spool.files(misuse.NAME):
        with spool.held(path, alone=True) as fd:
            if fd is not None and now - datetime.fromtimestamp(os.fstat(fd).st_mtime, UTC) > _misuse_kept(now):
                path.unlink()


def _misuse_kept(now: datetime) -> timedelta:
    return timedelta(days=policy.limit("keep_misuse_days", tehran_day(now)))
