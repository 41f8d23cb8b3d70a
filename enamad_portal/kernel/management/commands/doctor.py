"""What is missing on this machine, each with the one command that mends it."""

import ctypes
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 35, 0)  # RETURNING
SPARE_DISK = 500 * 1024**2  # bytes: documents, write-ahead log and licences of some weeks
PANGO_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `cure` is one command or act; `needed` tells whether the portal stops without it."""

    what: str
    seen: str
    ok: bool
    cure: str = ""
    needed: bool = True

    def line(self) -> str:
        mark = "ok" if self.ok else ("MISSING" if self.needed else "absent")
        return f"{mark:<8} {self.what}: {self.seen}" + ("" if self.ok else f"\n         → {self.cure}")


def python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", version, sys.version_info >= OLDEST_PYTHON, "apt-get install python3 (3.11 or newer)")


def sqlite() -> Finding:
    return Finding(
        "SQLite library",
        sqlite3.sqlite_version,
        sqlite3.sqlite_version_info >= OLDEST_SQLITE,
        "use a Python built with SQLite 3.35 or newer, or set DATABASE_URL",
        needed=connection.vendor == "sqlite",
    )


def absent_libraries(names: tuple[str, ...] = PANGO_LIBRARIES) -> list[str]:
    """Those of the shared libraries that cannot be opened; asks the loader alone (importing WeasyPrint costs 0.9 s)."""
    return [name for name in names if not _opens(name)]


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def pango() -> Finding:
    absent = absent_libraries()
    return Finding(
        "PDF engine (Pango)",
        f"without {', '.join(absent)}; licences are shown as pages for printing, PDF jobs wait" if absent else "there",
        not absent,
        "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        needed=False,
    )


def time_zone() -> Finding:
    """Iran left summer time in 2022 (REL-10): older data moves every deadline of a summer by an hour."""
    try:
        offset = datetime(2023, 7, 1, tzinfo=ZoneInfo("Asia/Tehran")).utcoffset()
    except ZoneInfoNotFoundError:
        return Finding("time zone data", "Asia/Tehran is unknown", ok=False, cure="sudo apt-get install tzdata")
    right = offset == timedelta(hours=3, minutes=30)
    return Finding(
        "time zone data",
        "Asia/Tehran without summer time" if right else "older than 2022g: it still knows summer time in Iran",
        right,
        "sudo apt-get install --only-upgrade tzdata",
    )


def folder() -> Finding:
    path = Path(settings.VAR_DIR)
    nearest = next(parent for parent in (path, *path.parents) if parent.exists())
    writable = os.access(nearest, os.W_OK | os.X_OK)
    return Finding("data folder", str(path), writable, f"sudo chown -R {os.geteuid()} {nearest}")


def disk() -> Finding:
    path = Path(settings.VAR_DIR)
    nearest = next(parent for parent in (path, *path.parents) if parent.exists())
    spare = shutil.disk_usage(nearest).free
    return Finding(
        "free disk",
        f"{spare // 1024**2} MiB",
        spare >= SPARE_DISK,
        f"free {SPARE_DISK // 1024**2} MiB on the disk of {nearest}, or move PORTAL_VAR",
    )


def database() -> Finding:
    what = f"database ({connection.vendor})"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Finding(what, _first_line(error), ok=False, cure="start the server named by DATABASE_URL, or unset it")
    return Finding(what, "answers", ok=True)


def text_order() -> Finding:
    """Trigrams of Persian text are empty when PostgreSQL was initialised with the plain C locale."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
        locale = cursor.fetchone()[0]
    return Finding("locale of the database", locale, locale not in {"C", "POSIX"}, "initdb -E UTF8 --locale=C.UTF-8")


def stored_files() -> Finding:
    """A document without its file cannot be made good by anything but a backup."""
    from enamad_portal.kernel import stored_files  # noqa: PLC0415 - its model needs the apps, which doctor does not

    try:
        lost = stored_files.lost()
    except DatabaseError:
        return Finding("stored documents", "not looked at: the tables are missing", ok=True)
    return Finding(
        "stored documents",
        f"{len(lost)} without their file: {', '.join(map(str, lost[:10]))}" if lost else "each has its file",
        not lost,
        f"restore {settings.MEDIA_ROOT} from the last backup, then run doctor again",
    )


def malware_scanner() -> Finding:
    """Asked with an empty file; a scanner that is on and does not answer holds up every upload (UPL-8)."""
    from enamad_portal.kernel import uploads  # noqa: PLC0415 - as above
    from enamad_portal.kernel.errors import ProviderDown  # noqa: PLC0415 - as above

    what = "malware scanner"
    scanner = uploads.scanner()
    if scanner is None:
        cure = "set MALWARE_SCANNER to tcp://host:port or unix:///path of clamd"
        return Finding(what, "off; uploads are recorded as not scanned", ok=False, cure=cure, needed=False)
    try:
        scanner.scan(b"")
    except ProviderDown as down:
        cure = "start clamd where MALWARE_SCANNER says, or empty it"
        return Finding(
            what, str(down), ok=False, cure=cure, needed=settings.WORLD == "real"
        )  # else `make run` brings it
    return Finding(what, "answers", ok=True)


def broker() -> Finding:
    if not settings.REDIS_URL:
        queue = Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_in", settings.VAR_DIR)))
        state = "will be made" if not queue.exists() else "writable" if os.access(queue, os.W_OK) else "not writable"
        return Finding("broker (files)", state, state != "not writable", f"sudo chown -R {os.geteuid()} {queue}")
    from redis import Redis, RedisError  # noqa: PLC0415 - the embedded portal runs without it

    try:
        Redis.from_url(settings.REDIS_URL, socket_timeout=3).ping()
    except RedisError as error:
        return Finding("broker (Redis)", _first_line(error), ok=False, cure="start the server named by REDIS_URL")
    return Finding("broker (Redis)", "answers", ok=True)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def findings() -> Iterator[Finding]:
    """Everything looked at, the cheapest first."""
    yield from (python(), sqlite(), time_zone(), folder(), disk(), broker())
    reached = database()
    yield reached
    if reached.ok and connection.vendor == "postgresql":
        yield text_order()
    if reached.ok:
        yield stored_files()
    yield malware_scanner()
    yield pango()


class Command(BaseCommand):
    help = "say what is missing on this machine, each with the one command that mends it"
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        missing = 0
        for finding in findings():
            self.stdout.write(finding.line())
            missing += finding.needed and not finding.ok
        if missing:
            raise CommandError(f"{missing} needed thing(s) missing; the lines above say how to mend each")
