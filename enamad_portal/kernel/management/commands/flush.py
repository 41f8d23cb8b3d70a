"""Django's flush; on a test database it lifts the append-only guards, anywhere else it refuses."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as DjangoFlush
from django.db import connections

from enamad_portal.kernel import guards


class Command(DjangoFlush):
    def handle(self, *args: Any, **options: Any) -> None:
        name = str(connections[options["database"]].settings_dict["NAME"])
        if not name.rsplit("/", 1)[-1].startswith("test_"):
            raise CommandError("flush is refused: audit rows and ledgers are append-only outside test databases.")
        for model in guards.APPEND_ONLY:
            guards.lift(model._meta.db_table)
        super().handle(*args, **options)
        guards.install()
