"""Writes docs/lifecycles/ from the tables; --check fails when a page is stale."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from enamad_portal.kernel import drawing


class Command(BaseCommand):
    help = "Draw every lifecycle as a diagram and a role matrix."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is stale")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "docs" / "lifecycles"
        wanted = {f"{name}.md": drawing.page(lifecycle) for name, lifecycle in drawing.lifecycles().items()}
        found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
        stale = sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))
        if options["check"]:
            if stale:
                raise CommandError(f"stale: {', '.join(stale)}; run manage.py draw_lifecycles")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name in stale:
            if name in wanted:
                (folder / name).write_text(wanted[name], encoding="utf-8")
            else:
                (folder / name).unlink()
        self.stdout.write(f"{len(wanted)} lifecycles drawn, {len(stale)} changed")
