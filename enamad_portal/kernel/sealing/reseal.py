"""Moves stored values to the newest key, so that an old key can leave the ring (PII-2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from enamad_portal.kernel.sealing.fields import SealedField
from enamad_portal.kernel.sealing.ring import SealBroken, SealedBytes, key_ring, seal, unseal


@dataclass
class Resealed:
    """Counts of one pass over a table or other place.

    The old key may go when a pass over every place finds `changed == raced == 0` and no `broken`.
    """

    rows: int = 0
    changed: int = 0
    raced: int = 0
    broken: list[Any] = field(default_factory=list)


Progress = Callable[[Resealed], None]
ELSEWHERE: dict[str, Callable[[Progress], Resealed]] = {}
"""Places that hold sealed bytes outside sealed columns, each with its pass; who owns one adds it at start."""


def sealed_models() -> list[type[models.Model]]:
    """Every model with a sealed column."""
    return [
        model
        for model in apps.get_models()
        if any(isinstance(column, SealedField) for column in model._meta.local_concrete_fields)
    ]


def reseal(model: type[models.Model], *, batch: int = 500, progress: Progress = lambda _: None) -> Resealed:
    """Re-encrypt every sealed column of `model` that is not under the newest key.

    Works beside writers: a row is replaced only while it still holds the bytes that were read, otherwise it counts as
    `raced`. Rows that do not open are named by pk in `broken` and left alone. `progress` is called after each batch.
    """
    done = Resealed()
    columns = [column for column in model._meta.local_concrete_fields if isinstance(column, SealedField)]
    for rows in _batches(model, columns, batch):
        for pk, seal_id, *held in rows:
            _reseal_row(model, pk, seal_id, dict(zip(columns, held, strict=True)), done)
        progress(done)
    return done


def _batches(
    model: type[models.Model], columns: list[SealedField[Any, Any]], size: int
) -> Iterator[list[tuple[Any, ...]]]:
    names = [column.attname for column in columns]
    ordered = model._base_manager.order_by("pk")
    rows = list(ordered.values_list("pk", "seal_id", *names)[:size])
    while rows:
        yield rows
        rows = list(ordered.filter(pk__gt=rows[-1][0]).values_list("pk", "seal_id", *names)[:size])


def _reseal_row(
    model: type[models.Model],
    pk: Any,
    seal_id: UUID,
    held: dict[SealedField[Any, Any], SealedBytes | None],
    done: Resealed,
) -> None:
    done.rows += 1
    newest = key_ring().newest
    stale = {column: old for column, old in held.items() if old is not None and old.key_id != newest}
    if not stale:
        return
    try:
        fresh = {column.attname: _renewed(column, old, seal_id) for column, old in stale.items()}
    except SealBroken:
        done.broken.append(pk)
        return
    as_read = {column.attname: old for column, old in stale.items()}
    if model._base_manager.filter(pk=pk, seal_id=seal_id, **as_read).update(**fresh):
        done.changed += 1
    else:
        done.raced += 1


def _renewed(column: SealedField[Any, Any], old: SealedBytes, seal_id: UUID) -> SealedBytes:
    aad = column.place_of(seal_id)
    return seal(unseal(old, aad=aad), aad=aad)
