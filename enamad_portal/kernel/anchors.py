"""Signed heads of the audit chain, kept outside the database (AUD-3).

Whoever rules the database can compute the whole tail of the chain anew. A head that was signed and carried away
before cannot be made to fit: an anchor is one small JSON file a day, named after its last row.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from enamad_portal.kernel import audit, clock, use_cases, work
from enamad_portal.kernel.audit import AuditEntry, AuditHead, Break
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.kernel.worker import nothing_left


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain at one moment: number and hash of its last row, and when it was signed (ISO 8601, UTC)."""

    seq: int
    hash: str
    at: str

    @property
    def text(self) -> bytes:
        return json.dumps({"seq": self.seq, "hash": self.hash, "at": self.at}, sort_keys=True).encode()


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.AUDIT_ANCHOR_KEY))


def drop() -> Path | None:
    """Signs the head of now and writes it; `None` while there is no row yet. The same head is written once."""
    head = AuditHead.objects.filter(pk=1).first()
    if head is None or not head.seq:
        return None
    folder: Path = settings.AUDIT_ANCHOR_DIR
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"audit-{head.seq:012d}.json"
    if path.exists():
        return path
    anchor = Anchor(head.seq, head.hash, clock.now().isoformat(timespec="seconds"))
    fields = {"seq": anchor.seq, "hash": anchor.hash, "at": anchor.at, "signature": _key().sign(anchor.text).hex()}
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(fields), encoding="ascii")
    draft.replace(path)
    return path


def first_break() -> Break | None:
    """The first anchor that is forged, or that the chain of today no longer goes through."""
    for path in sorted(settings.AUDIT_ANCHOR_DIR.glob("audit-*.json")):
        anchor = _read(path)
        if anchor is None:
            return Break(int(path.stem.rpartition("-")[2]), f"the anchor {path.name} does not bear our signature")
        if AuditEntry.objects.filter(seq=anchor.seq, hash=anchor.hash).count() != 1:
            return Break(anchor.seq, f"the chain was rewritten: {path.name} knew another row")
    return None


def _read(path: Path) -> Anchor | None:
    try:
        fields = json.loads(path.read_text(encoding="ascii"))
        anchor = Anchor(fields["seq"], fields["hash"], fields["at"])
        _key().public_key().verify(bytes.fromhex(fields["signature"]), anchor.text)
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return None
    return anchor


def breaks() -> Iterator[Break]:
    """All that `verify_audit` looks at: the chain in itself, then its anchors."""
    for look in (audit.first_break, first_break):
        if found := look():
            yield found


def ask_for_today() -> None:
    """One job a day; asked again, it is the same job."""
    day = clock.today().isoformat()
    use_cases.enqueue(NewJob("kernel.anchor_audit", "kernel.audit", f"anchor:{day}"))


def _verify_and_drop(_job: Job) -> Ending:
    """A broken chain is not signed; the job fails loudly, is parked, and `readyz` and the admin show it."""
    for found in breaks():
        raise RuntimeError(f"audit row {found.seq}: {found.reason}")
    drop()
    return nothing_left


ANCHOR_JOB = work.Kind("kernel.anchor_audit", _verify_and_drop, budget_s=60)
