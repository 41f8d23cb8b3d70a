"""`manage.py fold_clicks`: counts the clicks of this machine's spool once, or every few seconds with --every."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from applications.services import clicks
from enamad_portal.kernel import clock


class Command(BaseCommand):
    help = "Fold the recorded clicks of this machine into the daily counters."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on until stopped, with this pause")

    def handle(self, *_args: Any, every: float | None = None, verbosity: int = 1, **_options: Any) -> None:
        while True:
            counted = clicks.fold(clock.now())
            if verbosity and (counted or every is None):
                self.stdout.write(f"{counted} clicks counted")
            if every is None:
                return
            time.sleep(every)
