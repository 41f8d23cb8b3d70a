"""Run by the supervisor before it restarts the only worker: the dead worker's leases are worth nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from enamad_portal.kernel import work


class Command(BaseCommand):
    help = "Free the leases of a dead worker (embedded default: there is exactly one worker)."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{work.free_leases()} leases freed")
