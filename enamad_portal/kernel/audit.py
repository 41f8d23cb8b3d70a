"""Append-only, hash-chained record of every move (AUD-1…3).

The address of a visitor stands in it as a keyed hash: two rows can be told to come from one place, the place cannot.

Each row's hash covers the row before it, so an edit, a deletion or an insertion breaks the chain at a known place.
Database triggers refuse UPDATE and DELETE; `verify_audit` finds what a database superuser did all the same.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import F

from enamad_portal.kernel import clock, crypto, visitors

GENESIS = "0" * 64


class AuditEntry(models.Model):
    """One move: who did what to which subject, when, from which state to which, and why."""

    seq = models.BigIntegerField("ردیف", primary_key=True)
    at = models.DateTimeField("زمان")
    actor = models.CharField("کننده", max_length=40)
    roles = models.CharField("نقش‌ها", max_length=200, blank=True)
    request_id = models.CharField("شناسه درخواست", max_length=40, blank=True)
    visitor = models.CharField("چکیده نشانی اینترنتی", max_length=64, blank=True)
    subject = models.CharField("موضوع", max_length=80)
    action = models.CharField("کنش", max_length=60)
    before = models.CharField("پیش از", max_length=40, blank=True)
    after = models.CharField("پس از", max_length=40, blank=True)
    note = models.TextField("یادداشت", blank=True)
    facts = models.JSONField("جزئیات", default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        app_label = "kernel"
        ordering = ["seq"]
        verbose_name = "رد ممیزی"
        verbose_name_plural = "ردهای ممیزی"
        indexes = [models.Index(fields=["subject", "seq"])]


class AuditHead(models.Model):
    """The end of the chain: one row, locked last in every use case."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        app_label = "kernel"


@dataclass(frozen=True, slots=True)
class Entry:
    """An audit row before it has its place in the chain. No personal data: ids, codes and keyed hashes only."""

    subject: str
    action: str
    actor: str
    roles: str = ""
    before: str = ""
    after: str = ""
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Break:
    """The first row where the chain does not hold."""

    seq: int
    reason: str


def write(entries: list[Entry]) -> None:
    """Appends to the chain inside the open transaction; the UPDATE of the head is the serialising lock."""
    if not entries:
        return
    if not AuditHead.objects.filter(pk=1).update(seq=F("seq") + len(entries)):
        AuditHead.objects.get_or_create(pk=1)
        AuditHead.objects.filter(pk=1).update(seq=F("seq") + len(entries))
    head = AuditHead.objects.get(pk=1)
    at, previous, visit = clock.now(), head.hash, visitors.visit()
    whence = {
        "request_id": visit.request_id,
        "visitor": crypto.blind_index("audit-visitor", visit.address) if visit.address else "",
    }
    rows = []
    for seq, entry in enumerate(entries, start=head.seq - len(entries) + 1):
        row = _row(seq, at, entry, whence, previous)
        rows.append(row)
        previous = row.hash
    AuditEntry.objects.bulk_create(rows)
    AuditHead.objects.filter(pk=1).update(hash=previous)


def _row(seq: int, at: datetime, entry: Entry, whence: dict[str, str], previous: str) -> AuditEntry:
    row = AuditEntry(
        seq=seq,
        at=at,
        previous_hash=previous,
        **whence,
        **{name: getattr(entry, name) for name in Entry.__dataclass_fields__},
    )
    row.hash = digest(row)
    return row


def digest(row: AuditEntry) -> str:
    """SHA-256 over the previous hash and the canonical JSON of the row."""
    facts = {
        "seq": row.seq,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "request_id": row.request_id,
        **{name: getattr(row, name) for name in Entry.__dataclass_fields__},
    }
    if row.visitor:  # rows from before this column keep their hash
        facts["visitor"] = row.visitor
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((row.previous_hash + text).encode()).hexdigest()


def first_break(rows: Iterable[AuditEntry] | None = None) -> Break | None:
    """Walks the whole chain; `None` when every row and the head hold."""
    previous, seq = GENESIS, 0
    for row in AuditEntry.objects.order_by("seq").iterator() if rows is None else rows:
        seq += 1
        if row.seq != seq:
            return Break(seq, "a row is missing before this one or was inserted")
        if row.previous_hash != previous:
            return Break(seq, "the row does not follow the one before it")
        if digest(row) != row.hash:
            return Break(seq, "the row was changed")
        previous = row.hash
    head = AuditHead.objects.filter(pk=1).first()
    if (head.seq, head.hash) != (seq, previous) if head else seq:
        return Break(seq + 1, "the end of the chain does not match its head")
    return None


def history(subject: str) -> Iterator[AuditEntry]:
    """All that happened to one subject, oldest first."""
    return AuditEntry.objects.filter(subject=subject).order_by("seq").iterator()
