"""Django's migrate, then the guards: a rebuilt SQLite table has lost its triggers."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from enamad_portal.kernel import guards


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return  # stopped half-way on purpose: tables and code do not match, the next full migrate installs
        count = guards.install()
        if options["verbosity"]:
            self.stdout.write(f"  {count} database guards installed")
