"""What the sandbox remembers, in one SQLite file, so that a restart forgets nothing."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (kind TEXT, key TEXT, data TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS inbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
    text TEXT NOT NULL, codes TEXT NOT NULL, at TEXT NOT NULL, reference TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS inbox_by_recipient ON inbox (channel, recipient);
CREATE TABLE IF NOT EXISTS effects (
    service TEXT, reference TEXT, requests INTEGER NOT NULL DEFAULT 0, count INTEGER NOT NULL DEFAULT 0, at TEXT,
    PRIMARY KEY (service, reference));
CREATE TABLE IF NOT EXISTS answers (call TEXT, reference TEXT, asked TEXT, answer TEXT, PRIMARY KEY (call, reference));
CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY AUTOINCREMENT, due REAL, kind TEXT, data TEXT);
"""


def stamp() -> str:
    """The present instant, ISO 8601 with offset, real time: the world outside does not move with the portal's clock."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Store:
    """One connection behind one lock: the sandbox is small, and its answers and effects must agree."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + _TABLES)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; joins the one already open in this thread."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if self._depth == 1:
                    self._db.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._db.execute("COMMIT")
            finally:
                self._depth -= 1

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    # Documents: payments, letters, calls, police files, shops, behaviours

    def get(self, kind: str, key: str) -> Document | None:
        rows = self._rows("SELECT data FROM documents WHERE kind=? AND key=?", kind, key)
        return json.loads(rows[0][0]) if rows else None

    def put(self, kind: str, key: str, data: Document) -> None:
        text = json.dumps(data, ensure_ascii=False)
        self._rows(
            "INSERT INTO documents (kind, key, data) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data=excluded.data",
            *(kind, key, text),
        )

    def remove(self, kind: str, key: str) -> None:
        self._rows("DELETE FROM documents WHERE kind=? AND key=?", kind, key)

    def keys(self, kind: str) -> list[str]:
        return [row[0] for row in self._rows("SELECT key FROM documents WHERE kind=?", kind)]

    def all(self, kind: str) -> list[Document]:
        """Oldest first."""
        rows = self._rows("SELECT data FROM documents WHERE kind=? ORDER BY rowid", kind)
        return [json.loads(row[0]) for row in rows]

    # Inbox

    def deliver(self, channel: str, to: str, subject: str, text: str, codes: list[str], reference: str) -> None:
        self._rows(
            "INSERT INTO inbox (channel, recipient, subject, text, codes, at, reference) VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(channel, to, subject, text, json.dumps(codes), stamp(), reference),
        )

    def inbox(self, channel: str = "", to: str = "", limit: int = 200) -> list[Document]:
        """Newest first, in the shape users rely on."""
        rows = self._rows(
            "SELECT id, channel, recipient, subject, text, codes, at FROM inbox"
            " WHERE (?='' OR channel=?) AND (?='' OR recipient=?) ORDER BY id DESC LIMIT ?",
            *(channel, channel, to, to, limit),
        )
        names = ("id", "channel", "to", "subject", "text", "codes", "at")
        return [dict(zip(names, row, strict=True)) | {"codes": json.loads(row[5])} for row in rows]

    # Effects: what really happened, under whose reference, and how often it was asked for

    def count(self, service: str, reference: str, *, requests: int = 0, effects: int = 0) -> None:
        self._rows(
            "INSERT INTO effects (service, reference, requests, count, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET requests=requests+excluded.requests, count=count+excluded.count",
            *(service, reference, requests, effects, stamp()),
        )

    def effects(self) -> list[Document]:
        rows = self._rows("SELECT service, reference, requests, count, at FROM effects ORDER BY rowid")
        return [dict(zip(("service", "reference", "requests", "count", "at"), row, strict=True)) for row in rows]

    # Answers given before, by reference

    def answered(self, call: str, reference: str) -> tuple[str, Document] | None:
        """What was asked (as canonical JSON) and answered under this reference."""
        rows = self._rows("SELECT asked, answer FROM answers WHERE call=? AND reference=?", call, reference)
        return (rows[0][0], json.loads(rows[0][1])) if rows else None

    def remember_answer(self, call: str, reference: str, asked: str, answer: Document) -> None:
        text = json.dumps(answer, ensure_ascii=False)
        self._rows("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", call, reference, asked, text)

    # Events that are due later

    def add_event(self, after_s: float, kind: str, data: Document) -> None:
        text = json.dumps(data, ensure_ascii=False)
        self._rows("INSERT INTO events (due, kind, data) VALUES (?, ?, ?)", time.time() + after_s, kind, text)

    def next_event(self) -> tuple[int, float, str, Document] | None:
        rows = self._rows("SELECT id, due, kind, data FROM events ORDER BY due, id LIMIT 1")
        return (rows[0][0], rows[0][1], rows[0][2], json.loads(rows[0][3])) if rows else None

    def drop_event(self, event_id: int) -> None:
        self._rows("DELETE FROM events WHERE id=?", event_id)
