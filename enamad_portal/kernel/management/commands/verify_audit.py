"""Checks the audit chain and its anchors, and names the first bad row."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enamad_portal.kernel import anchors, audit


class Command(BaseCommand):
    help = "Verify the hash chain of the audit rows."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for found in anchors.breaks():
            raise CommandError(f"audit row {found.seq}: {found.reason}")
        self.stdout.write(f"{audit.AuditEntry.objects.count()} audit rows hold")
