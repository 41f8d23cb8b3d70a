"""Stored documents: sealed on disk under a random name, read by an authorised view only (UPL-6, UPL-7).

The order of an upload: `uploads.inspect()` (seconds, no transaction), `lay_down()` (a file nobody refers to yet),
`keep()` inside the use case (the row). When the use case fails, `discard()` takes the file away again.
"""

import contextlib
import os
import secrets
import uuid
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Sum
from django.http import HttpResponse

from enamad_portal.kernel import clock, crypto, uploads
from enamad_portal.kernel.errors import Refusal, Refused

PORTAL = 0
"""Owner of the papers that the portal draws itself; no quota counts them."""
PICTURE_WIDTH = 1200
"""Pixels of a page picture: an A4 page stays readable on a staff screen."""


class Document(crypto.Sealed):
    """One cleaned file. The row names it and holds its hashes; the bytes lie sealed under `stored_name`."""

    owner_id = models.PositiveBigIntegerField("حساب دارنده", db_index=True)
    subject = models.CharField("پرونده", max_length=80, db_index=True)
    kind = models.CharField("نوع سند", max_length=40)
    file_kind = models.CharField("قالب", max_length=4, choices=[(kind.value, kind.value) for kind in uploads.Kind])
    name = crypto.SealedTextField("نام پرونده")
    stored_name = models.CharField(max_length=32, unique=True, editable=False)
    original_sha256 = models.CharField("چکیده اصل", max_length=64)
    stored_sha256 = models.CharField("چکیده نسخه پاک‌شده", max_length=64)
    pages = models.PositiveSmallIntegerField("صفحه‌ها")
    size = models.PositiveIntegerField("بایت")
    scan = models.CharField(
        "بدافزار", max_length=11, choices=uploads.SCAN_LABELS, default=uploads.Scan.NOT_SCANNED.value
    )
    uploaded_at = models.DateTimeField("بارگذاری")
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name="جایگزین"
    )

    class Meta:
        verbose_name = "سند"
        verbose_name_plural = "سندها"

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_picture(self) -> bool:
        return self.file_kind != uploads.Kind.PDF


@dataclass(frozen=True, slots=True)
class LaidDown:
    """A sealed file on disk that no row refers to yet."""

    seal_id: uuid.UUID
    stored_name: str
    file: uploads.Accepted
    stored_sha256: str


def lay_down(file: uploads.Accepted) -> LaidDown:
    """Seals the cleaned bytes and writes them under a random name; the disk has them when this returns."""
    laid = LaidDown(uuid.uuid4(), secrets.token_hex(16), file, sha256(file.clean_bytes).hexdigest())
    write_whole(path_of(laid.stored_name), crypto.seal_file(file.clean_bytes, seal_id=laid.seal_id))
    return laid


def discard(laid: LaidDown) -> None:
    """Takes away a file whose use case failed."""
    path_of(laid.stored_name).unlink(missing_ok=True)


def keep(laid: LaidDown, *, owner_id: int, subject: str, kind: str) -> Document:
    """The row of a laid-down file. Raises Refused when the owner already keeps too much (UPL-2)."""
    size = len(laid.file.clean_bytes)
    if refusal := no_room(owner_id, size):
        raise Refused(refusal)
    document = Document(
        seal_id=laid.seal_id,
        owner_id=owner_id,
        subject=subject,
        kind=kind,
        file_kind=laid.file.kind.value,
        stored_name=laid.stored_name,
        original_sha256=laid.file.original_sha256,
        stored_sha256=laid.stored_sha256,
        pages=laid.file.pages,
        size=size,
        scan=laid.file.scan.value,
        uploaded_at=clock.now(),
    )
    document.name = laid.file.safe_name
    document.save()
    return document


def no_room(owner_id: int, new_bytes: int) -> Refusal | None:
    """Why one more file does not fit beside everything the owner keeps, replaced files included."""
    if owner_id == PORTAL:
        return None
    held = Document.objects.filter(owner_id=owner_id).aggregate(files=Count("pk"), total=Sum("size"))
    return uploads.quota_refusal(
        files=held["files"],
        stored_bytes=held["total"] or 0,
        new_bytes=new_bytes,
        max_files=uploads.MAX_FILES_PER_USER,
        max_bytes=uploads.MAX_BYTES_PER_USER,
    )


def erase(document: Document) -> None:
    """Removes row and files, the files only when the transaction stands."""
    stored = path_of(document.stored_name)
    document.delete()
    transaction.on_commit(partial(_unlink_all, stored))


def read(document: Document) -> bytes:
    """The cleaned bytes. Raises SealBroken when the file was changed, swapped or lost its key."""
    content = crypto.unseal_file(path_of(document.stored_name).read_bytes(), seal_id=document.seal_id)
    if sha256(content).hexdigest() != document.stored_sha256:
        raise crypto.SealBroken(f"Document {document.pk} is not the file that was stored.")
    return content


def page_picture(document: Document, page: int, width: int = PICTURE_WIDTH) -> bytes | Refusal:
    """The page (from 1) as a picture: staff never open the file itself (UPL-5).

    Drawn once in the confined child process; kept beside the file, sealed to this page of this document.
    """
    if document.is_picture:
        return read(document) if page == 1 else Refusal("upload_no_such_page", "این سند یک صفحه دارد.")
    kept, place = path_of(f"{document.stored_name}.{page}x{width}"), _picture_place(document, page, width)
    with contextlib.suppress(FileNotFoundError, crypto.SealBroken):
        return crypto.unseal(kept.read_bytes(), aad=place)
    drawn = uploads.render_page(read(document), page, width)
    if not isinstance(drawn, Refusal):
        write_whole(kept, crypto.seal(drawn, aad=place))
    return drawn


def download(document: Document) -> HttpResponse:
    """The file as an attachment; the calling view has asked whether this person may have it."""
    return served(read(document), uploads.Kind(document.file_kind).content_type, document.name)


def picture_response(document: Document, page: int, width: int = PICTURE_WIDTH) -> HttpResponse | Refusal:
    """A page picture for an `<img>`, under the same headers as the file."""
    picture = page_picture(document, page, width)
    if isinstance(picture, Refusal):
        return picture
    kind = uploads.Kind(document.file_kind) if document.is_picture else uploads.Kind.PNG
    return served(picture, kind.content_type, f"{document.kind}-{page}.{kind.value}")


def served(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Bytes that somebody else made, in headers that let no browser run, guess or keep them (UPL-7)."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


def path_of(stored_name: str) -> Path:
    """Two letters of the random name spread the files over 256 folders."""
    return Path(settings.MEDIA_ROOT) / stored_name[:2] / stored_name


def _unlink_all(stored: Path) -> None:
    for path in stored.parent.glob(f"{stored.name}*"):
        path.unlink(missing_ok=True)


def _picture_place(document: Document, page: int, width: int) -> bytes:
    return crypto.place("file", f"page-{page}-{width}", document.seal_id)


def write_whole(path: Path, content: bytes) -> None:
    """Whole or not at all, readable by this account only, on the disk before the row can refer to it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
