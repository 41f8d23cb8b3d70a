"""Removes what is past its days (PII-5); the worker does the same once a day."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from applications.services import retention


class Command(BaseCommand):
    help = "Remove personal data, files and finished work past the days of the policy; --dry-run only counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count what would go, change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["dry_run"]:
            for what, count in retention.overdue().items():
                self.stdout.write(f"{what}: {count} would go")
            return
        removed: Counter[str] = Counter()
        for what, count in retention.purge():
            removed[what] += count
            self.stdout.write(f"{what}: {removed[what]} removed")
        self.stdout.write(f"{removed.total()} removed in all")
