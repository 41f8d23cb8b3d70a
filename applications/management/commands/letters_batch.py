"""The contractor who prints and posts our letters: his file out, his tracking numbers in, and a reprint by a person."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from applications.services import letter_batches
from enamad_portal.accounts.models import User
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.errors import NotFound, Refused


class Command(BaseCommand):
    help = "Write the next batch of letters for the contractor; --posted reads his tracking numbers back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--most", type=int, default=500, help="letters in one file")
        parser.add_argument("--posted", type=Path, help="a CSV file with the columns serial and barcode")
        parser.add_argument("--reprint", metavar="SERIAL", help="order one letter anew; needs --by and --note")
        parser.add_argument("--by", default="", help="user name of the person who orders the reprint")
        parser.add_argument("--note", default="", help="why it is printed again")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["posted"]:
            self._take_back(options["posted"])
        elif options["reprint"]:
            self._reprint(options["reprint"], options["by"], options["note"])
        else:
            self._write(options["most"])

    def _write(self, most: int) -> None:
        batch = letter_batches.new_batch()
        folder = Path(settings.VAR_DIR) / "letters"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{batch}.csv"
        if not letter_batches.waiting():
            self.stdout.write("no letter waits to be printed")
            return
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # taken before any letter is
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            orders = letter_batches.take_batch(batch, most)
            file.write(letter_batches.as_csv(orders))
            file.flush()
            os.fsync(file.fileno())
        self.stdout.write(f"{len(orders)} letters in {path}")

    def _take_back(self, path: Path) -> None:
        with path.open(encoding="utf-8-sig", newline="") as file:
            done, unknown = letter_batches.take_back(file)
        self.stdout.write(f"{done} letters posted")
        if unknown:
            raise CommandError(f"without barcode or not ours: {', '.join(unknown)}")

    def _reprint(self, serial: str, username: str, note: str) -> None:
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError("--by must name an active member of staff: a reprint needs a person.")
        try:
            letter = use_cases.run(letter_batches.reprint, serial, actor=person.actor(), note=note)
        except NotFound:
            raise CommandError(f"there is no letter {serial}") from None
        except Refused as refused:
            raise CommandError("؛ ".join(one.message for one in refused.refusals)) from None
        self.stdout.write(f"{serial} is printed again as {letter.serial}")
