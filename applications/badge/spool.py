"""Append-only files of short lines: the cheapest place where an acknowledged event survives a killed process.

Each process writes files of its own, one per hour and 64 MiB, whose names are never used again, and keeps a shared
lock on the one it writes. Whoever folds a file holds a shared lock too; a file is removed under an exclusive lock, so
never while somebody may still write or count it. Locks die with their process.
"""

import contextlib
import fcntl
import logging
import os
import re
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024 * 1024
SUFFIX = ".spool"


def folder() -> Path:
    return Path(settings.CLICK_SPOOL_DIR)


class Spool:
    """The files `<name>-<machine>-<process token>-<hour>-<number>.spool` of this process."""

    def __init__(self, name: str, max_bytes: int = MAX_BYTES) -> None:
        self._name, self._max_bytes = name, max_bytes
        self._fd, self._written, self._number = -1, 0, 0
        self._place: tuple[str, object] | None = None
        self._token = secrets.token_hex(6)
        self._turn = threading.Lock()
        os.register_at_fork(after_in_child=self._begin_anew)

    def append(self, line: bytes, hour: str) -> None:
        """Adds one line (without its end) by one write. Raises OSError when it could not be written whole."""
        data = line + b"\n"
        with self._turn:
            if (hour, settings.CLICK_SPOOL_DIR) != self._place or self._written > self._max_bytes:
                self._turn_over(hour)
            written = os.write(self._fd, data)
            self._written += written
            if written != len(data):
                self._place = None  # the torn line stays the last of its file
                raise OSError("the spool took only part of a line")

    def _turn_over(self, hour: str) -> None:
        self.close()
        folder().mkdir(parents=True, exist_ok=True)
        self._number += 1
        machine = re.sub(r"[^A-Za-z0-9]+", "_", socket.gethostname())[:32]
        path = folder() / f"{self._name}-{machine}-{self._token}-{hour}-{self._number}{SUFFIX}"
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        fcntl.flock(self._fd, fcntl.LOCK_SH)
        self._place, self._written = (hour, settings.CLICK_SPOOL_DIR), 0

    def close(self) -> None:
        """Lets go of the current file; the next line opens another."""
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._place = -1, None

    def _begin_anew(self) -> None:
        """A forked child writes files of its own; it closes only its copy of the parent's."""
        self._turn = threading.Lock()
        self._token = secrets.token_hex(6)
        self.close()


@contextlib.contextmanager
def held(path: Path, *, alone: bool = False) -> Iterator[int | None]:
    """The file open for reading and kept from removal, or with `alone` from everybody; None when that cannot be had."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        yield fd if _locked(fd, alone=alone) and os.fstat(fd).st_nlink else None
    finally:
        os.close(fd)


def _locked(fd: int, *, alone: bool) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_NB | (fcntl.LOCK_EX if alone else fcntl.LOCK_SH))
    except BlockingIOError:
        return False
    return True


def files(name: str) -> list[Path]:
    """All files of one kind of line, of every process and machine that writes to this folder."""
    return sorted(folder().glob(f"{name}-*{SUFFIX}"))
