"""`manage.py export_badges FOLDER`: what nginx needs to answer the logo alone (applications/badge/export.py)."""

import hashlib
import shlex
import subprocess
import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Max

from applications.badge import export
from applications.badge.table import RELOAD_S, TRUSTED_S
from applications.lifecycle import PUBLIC_CODE, state_on
from applications.models import Badge
from enamad_portal.kernel import clock


class Command(BaseCommand):
    help = "Write the badges as nginx maps, atomically; with --every go on and tell nginx when something changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="gets badges.conf (http block) and badges.location (server block)"
        )
        parser.add_argument("--misuse-log", default="", metavar="FILE", help="where nginx notes foreign pages")
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on until stopped, with this pause")
        parser.add_argument("--reload", default="", metavar="COMMAND", help="run after each change: nginx -s reload")

    def handle(self, *_args: Any, **options: Any) -> None:
        seen, newest, written_at, whole_at = "", None, float("-inf"), float("-inf")
        while True:
            read_at = clock.machine_time().timestamp()  # nginx compares it with its own clock, which no sandbox moves
            change = Badge.objects.aggregate(newest=Max("changed_at"))["newest"]
            if change != newest or read_at - whole_at >= RELOAD_S:
                newest, whole_at, rows = change, read_at, list(_rows(clock.now()))
                digest = hashlib.sha256(repr(rows).encode()).hexdigest()
                if digest != seen or read_at - written_at > TRUSTED_S / 2:
                    self._write(rows, read_at, options)
                    seen, written_at = digest, read_at
            if options["every"] is None:
                return
            time.sleep(options["every"])

    def _write(self, rows: list[export.Row], read_at: float, options: dict[str, Any]) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        subdomains, log = settings.BADGE_COVERS_SUBDOMAINS, options["misuse_log"]
        lines = export.maps(rows, read_at, subdomains=subdomains, misuse_format=bool(log))
        export.write(folder / export.MAPS, lines)
        export.write(folder / export.LOCATION, export.location(log))
        if options["verbosity"]:
            self.stdout.write(f"{len(rows)} badges written to {folder}")
        if options["reload"]:
            subprocess.run(shlex.split(options["reload"]), check=True, timeout=60)  # noqa: S603  the operator's own


def _rows(now: datetime) -> "list[export.Row]":
    """All badges in a stable order, from one read."""
    rows = Badge.objects.order_by("pk").values_list("public_id", "version", "state", "stars", "valid_to", "domain")
    return [
        export.Row(public_id, version, PUBLIC_CODE[state_on(state, valid_to, now)], stars, domain)
        for public_id, version, state, stars, valid_to, domain in rows
    ]
