"""Moves the sandbox's clock for every process at once."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from enamad_portal.kernel import clock
from enamad_portal.kernel.calendar import jalali


class Command(BaseCommand):
    help = "Set the sandbox clock: --to 1406-01-15T09:00 (Jalali, Tehran)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, help="Jalali date and time, for example 1406-01-15T09:00")

    def handle(self, *_args: Any, **options: Any) -> None:
        day, _, time = options["to"].partition("T")
        try:
            at = datetime.strptime(time or "00:00", "%H:%M").time()  # noqa: DTZ007
            clock.move_to(datetime.combine(jalali.parse(day), at, tzinfo=clock.TEHRAN))
        except ValueError as error:
            raise CommandError(f"--to takes a Jalali date and time like 1406-01-15T09:00 ({error}).") from error
        self.stdout.write(f"the sandbox clock shows {clock.now().astimezone(clock.TEHRAN):%Y-%m-%d %H:%M} (Gregorian)")
