"""Upkeep of the files behind documents: those nobody refers to, those that are lost, and a new key for all of them."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from enamad_portal.kernel import clock, crypto
from enamad_portal.kernel.documents import Document, path_of, write_whole

ORPHAN_AFTER = timedelta(days=1)
"""A laid-down file waits seconds for its row; one that waited a day lost its use case."""
_BATCH = 200
_LONGEST_KEY_ID = 16


def orphans(now: datetime) -> list[Path]:
    """Files of the store that no row refers to and that are older than a day: lost uploads, pictures, torn writes.

    `now` is the machine's time, as the times of files are.
    """
    return [
        path
        for folder in sorted(Path(settings.MEDIA_ROOT).glob("??"))
        for path in _unknown(folder)
        if _is_older(path, now - ORPHAN_AFTER)
    ]


def _unknown(folder: Path) -> list[Path]:
    """One of the 256 folders at a time, so that a large store never fills the memory."""
    rows = Document.objects.filter(stored_name__startswith=folder.name).values_list("stored_name", flat=True)
    known, files = set(rows), sorted(folder.iterdir())
    return [path for path in files if path.name.partition(".")[0] not in known or path.suffix == ".part"]


def _is_older(path: Path, than: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < than
    except FileNotFoundError:
        return False


def sweep() -> int:
    """Removes the orphans; the number of files removed."""
    found = orphans(clock.machine_time())
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def lost() -> list[int]:
    """Ids of documents whose file is not in the store: nothing but a backup brings it back."""
    rows = Document.objects.order_by("pk").values_list("pk", "stored_name")
    return [pk for pk, stored_name in rows.iterator() if not path_of(stored_name).exists()]


def reseal(progress: crypto.Progress) -> crypto.Resealed:
    """Every file under the newest key (PII-2). A file is replaced whole, so readers meet the old bytes or the new.

    A file that is lost or does not open counts as broken, by the id of its document.
    """
    done, last = crypto.Resealed(), 0
    while rows := list(Document.objects.filter(pk__gt=last).order_by("pk").values_list(*_NAMED)[:_BATCH]):
        for pk, seal_id, stored_name in rows:
            _reseal_one(pk, seal_id, stored_name, done)
        last = rows[-1][0]
        progress(done)
    return done


_NAMED = ("pk", "seal_id", "stored_name")


def _reseal_one(pk: int, seal_id: UUID, stored_name: str, done: crypto.Resealed) -> None:
    path, newest = path_of(stored_name), crypto.key_ring().newest
    done.rows += 1
    for picture in _pictures(path):
        with contextlib.suppress(FileNotFoundError):
            if _key_id(picture) != newest:  # drawn again when somebody looks
                picture.unlink()
    try:
        if _key_id(path) == newest:
            return
        write_whole(path, crypto.seal_file(crypto.unseal_file(path.read_bytes(), seal_id=seal_id), seal_id=seal_id))
    except (FileNotFoundError, crypto.SealBroken):
        if Document.objects.filter(pk=pk).exists():
            done.broken.append(pk)
        return
    done.changed += 1
    if not Document.objects.filter(pk=pk).exists():  # erased meanwhile
        path.unlink(missing_ok=True)


def _pictures(path: Path) -> Iterator[Path]:
    return path.parent.glob(f"{path.name}.*x*")


def _key_id(path: Path) -> str:
    with path.open("rb") as file:
        return crypto.SealedBytes(file.read(_LONGEST_KEY_ID + 1)).key_id
