"""Puts everything sealed under the newest key of FIELD_KEYS, so that an older key may leave the ring."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model

from enamad_portal.kernel import crypto, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.crypto import Progress, Resealed
from enamad_portal.kernel.lifecycle import record

PASSES = 3
"""A row that a writer changed between our read and our write is taken up by the next pass."""


def places() -> Iterator[tuple[str, Callable[[Progress], Resealed]]]:
    """Everything that holds sealed bytes: the models with sealed columns, then what lies elsewhere."""
    for model in crypto.sealed_models():
        yield model._meta.label, _columns_of(model)
    yield from crypto.ELSEWHERE.items()


def _columns_of(model: type[Model]) -> Callable[[Progress], Resealed]:
    return lambda progress: crypto.reseal(model, progress=progress)


class Command(BaseCommand):
    help = "Reseal all sealed columns, files and second factors with the newest key; may be stopped and run again."

    def handle(self, *_args: Any, **_options: Any) -> None:
        newest, changed, left = crypto.key_ring().newest, 0, 0
        self.stdout.write(f"newest key: {newest}")
        for name, go in places():
            done = self._place(name, go)
            changed += done.changed
            left += len(done.broken) + done.raced
        if changed:
            use_cases.run(
                record, "kernel.field_keys", "keys_rotated", actor=SYSTEM, key=newest, changed=changed, left=left
            )
        if left:
            raise CommandError(
                f"{left} value(s) are not under {newest}: keep the older keys, mend the above, run again"
            )
        self.stdout.write(f"everything is under {newest}; {changed} renewed now")

    def _place(self, name: str, go: Callable[[Progress], Resealed]) -> Resealed:
        changed = 0
        for _ in range(PASSES):
            done = go(partial(self._tell, name))
            changed += done.changed
            if not done.raced:
                break
        done.changed = changed
        self.stdout.write(f"{name}: {done.rows} looked at, {changed} renewed")
        if done.broken:
            self.stderr.write(f"{name}: does not open, left alone: {', '.join(map(str, done.broken[:20]))}")
        return done

    def _tell(self, name: str, done: Resealed) -> None:
        """A line for each batch of a large table, so that a long run is seen to go on."""
        if done.rows and done.rows % 5000 == 0:
            self.stdout.write(f"{name}: {done.rows} looked at so far")
