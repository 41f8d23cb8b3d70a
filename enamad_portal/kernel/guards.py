"""Database triggers generated from the lifecycle tables: the last defence against a wrong write.

They are not migrations (Django's table rebuild on SQLite drops triggers silently); the kernel's `migrate` command
installs them after every migrate, idempotently. PostgreSQL raises check_violation, SQLite aborts: both reach Python as
IntegrityError.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection

from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.lifecycle import Subject
from enamad_portal.kernel.sealing.fields import SealedField

APPEND_ONLY: list[type[Any]] = [AuditEntry]
"""Tables whose rows are never changed or deleted; apps add their ledgers.

Sealed columns alone may be written again, because a change of keys seals them anew; such a row holds what they say by
a digest among the columns that stand.
"""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Columns that keep their value for good once `since` is set; `since` itself is set once."""

    model: type[Any]
    since: str
    columns: tuple[str, ...]

    @property
    def broken(self) -> str:
        """SQL over OLD and NEW of one UPDATE; the columns are NOT NULL."""
        changed = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in self.columns)
        return f"OLD.{self.since} IS NOT NULL AND (NEW.{self.since} IS NULL OR {changed})"


FROZEN: list[Frozen] = []
"""What people have relied on; apps add their tables."""


@dataclass(frozen=True, slots=True)
class Trigger:
    name: str
    table: str
    event: str
    condition: str
    message: str


def subjects() -> list[type[Subject]]:
    """Every concrete model with a lifecycle."""
    return sorted(
        (model for model in apps.get_models() if issubclass(model, Subject)), key=lambda model: model._meta.db_table
    )


def triggers() -> Iterator[Trigger]:
    """All triggers that must be installed, in a stable order."""
    for model in subjects():
        table = model._meta.db_table
        pairs = " OR ".join(f"(OLD.state = '{a}' AND NEW.state = '{b}')" for a, b in model.lifecycle.pairs())
        moved = "(NEW.state <> OLD.state)"
        wrong = f"({moved} AND (NOT ({pairs}) OR NEW.version <> OLD.version + 1)) OR NEW.version < OLD.version"
        yield Trigger(
            f"guard_{table}_state", table, "UPDATE", wrong, f"{table}: this change of state is not in the table"
        )
    for frozen in FROZEN:
        table = frozen.model._meta.db_table
        yield Trigger(f"guard_{table}_frozen", table, "UPDATE", frozen.broken, f"{table}: people rely on this row")
    for model in APPEND_ONLY:
        table = model._meta.db_table
        for event, condition in (("UPDATE", _open_columns_change(model)), ("DELETE", "")):
            yield Trigger(f"guard_{table}_{event.lower()}", table, event, condition, f"{table} is append-only")


def _open_columns_change(model: type[Any]) -> str:
    """SQL over OLD and NEW of one UPDATE; empty, which is any UPDATE, where nothing is sealed."""
    columns = model._meta.local_concrete_fields
    open_columns = [column.column for column in columns if not isinstance(column, SealedField)]
    if len(open_columns) == len(columns):
        return ""
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    return " OR ".join(f'(NEW."{name}" {differs} OLD."{name}")' for name in open_columns)


def install() -> int:
    """Replaces every trigger of ours by what the tables say now."""
    wanted = list(triggers())
    with connection.cursor() as cursor:
        for statement in _drop_all(cursor):
            cursor.execute(statement)
        for trigger in wanted:
            for statement in _create(trigger):
                cursor.execute(statement)
    return len(wanted)


def lift(table: str) -> None:
    """Drops the triggers of one table; only `flush` on a test database asks for it."""
    with connection.cursor() as cursor:
        for trigger in triggers():
            if trigger.table == table:
                cursor.execute(_drop(trigger.name, trigger.table))


def installed() -> dict[str, str]:
    """Name and SQL text of the triggers that are in the database."""
    query = (
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'guard\\_%'"
        if connection.vendor == "postgresql"
        else "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return dict(cursor.fetchall())


def _drop_all(cursor: Any) -> list[str]:
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgname LIKE 'guard\\_%'"
        )
        return [_drop(name, table) for name, table in cursor.fetchall()]
    return [_drop(name, "") for name in installed()]


def _drop(name: str, table: str) -> str:
    return f'DROP TRIGGER IF EXISTS "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else "")


def _create(trigger: Trigger) -> list[str]:
    if connection.vendor == "postgresql":
        body = f"BEGIN RAISE EXCEPTION '{trigger.message}' USING ERRCODE = 'check_violation'; END"
        when = f"WHEN ({trigger.condition})" if trigger.condition else ""
        return [
            f'CREATE OR REPLACE FUNCTION "{trigger.name}"() RETURNS trigger LANGUAGE plpgsql AS $${body}$$',
            f'CREATE TRIGGER "{trigger.name}" BEFORE {trigger.event} ON "{trigger.table}"'
            f' FOR EACH ROW {when} EXECUTE FUNCTION "{trigger.name}"()',
        ]
    when = f"WHEN {trigger.condition}" if trigger.condition else ""
    return [
        f'CREATE TRIGGER "{trigger.name}" BEFORE {trigger.event} ON "{trigger.table}" FOR EACH ROW {when}'
        f" BEGIN SELECT RAISE(ABORT, '{trigger.message}'); END"
    ]
