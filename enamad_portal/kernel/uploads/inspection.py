"""The checks of an uploaded file: extension, first bytes, scanner and a real decode must agree (UPL-1..6, UPL-8)."""

from dataclasses import dataclass, field
from hashlib import sha256

from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.uploads.confinement import decode
from enamad_portal.kernel.uploads.limits import BY_EXTENSION, MIB, Kind, kind_by_magic
from enamad_portal.kernel.uploads.names import extension, safe_name
from enamad_portal.kernel.uploads.refusals import megabytes, refusal
from enamad_portal.kernel.uploads.scanning import Scan, scan
from enamad_portal.kernel.uploads.verdicts import Denied


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that may be stored: `clean_bytes`, never the original, whose hash is kept as evidence."""

    kind: Kind
    clean_bytes: bytes = field(repr=False)
    original_sha256: str
    pages: int
    safe_name: str
    scan: Scan = Scan.NOT_SCANNED


def inspect(name: str, data: bytes) -> Accepted | Refusal:
    """Judge one uploaded file; takes up to ten seconds and never raises on account of the file."""
    shown = safe_name(name)
    kind = BY_EXTENSION.get(extension(shown))
    refused = _refused_unopened(shown, kind, data)
    if refused is not None or kind is None:
        return refused or refusal("upload_no_extension")
    scanned = scan(data)
    if isinstance(scanned, Refusal):
        return scanned
    verdict = decode({"clean": kind.value}, data)
    if isinstance(verdict, Denied):
        return refusal(verdict.code, **verdict.facts)
    return Accepted(kind, verdict.body, sha256(data).hexdigest(), verdict.pages, shown, scanned)


def render_page(pdf: bytes, page: int, width: int) -> bytes | Refusal:
    """PNG of one page (from 1) of a stored PDF, `width` pixels wide, drawn in a child process."""
    verdict = decode({"draw": page, "width": width}, pdf)
    return refusal(verdict.code, **verdict.facts) if isinstance(verdict, Denied) else verdict.body


def quota_refusal(*, files: int, stored_bytes: int, new_bytes: int, max_files: int, max_bytes: int) -> Refusal | None:
    """Why one more file of `new_bytes` does not fit beside what the person already keeps (UPL-2)."""
    if files >= max_files:
        return refusal("upload_too_many_files", limit=max_files)
    if stored_bytes + new_bytes > max_bytes:
        return refusal("upload_quota", limit=max_bytes // MIB, size=megabytes(stored_bytes + new_bytes))
    return None


def _refused_unopened(shown: str, kind: Kind | None, data: bytes) -> Refusal | None:
    suffix = extension(shown)
    if not suffix:
        return refusal("upload_no_extension")
    if kind is None:
        return refusal("upload_kind", extension=suffix[:10])
    if not data:
        return refusal("upload_empty")
    if len(data) > kind.max_bytes:
        return refusal("upload_too_large", limit=kind.max_bytes // MIB, size=megabytes(len(data)))
    if kind_by_magic(data) is not kind:
        return refusal("upload_content_differs", extension=suffix)
    return None
