"""Publishes what is due; with --run, runs it here (no Celery needed)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from enamad_portal.kernel import clock, work, worker


class Command(BaseCommand):
    help = "Wake the queues that have due jobs; --run drains them in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="run the due jobs here instead of waking workers")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not options["run"]:
            self.stdout.write(f"woken: {', '.join(sorted(work.sweep())) or 'nothing is due'}")
            return
        ended = 0
        while queues := set(work.due(clock.now()).values_list("queue", flat=True).distinct()):
            ended += sum(worker.drain(queue) for queue in queues)
            self.stdout.write(f"{ended} jobs run")
