"""All badges in memory, so that the logo needs neither Django nor the database (BDG-13).

A thread of each process reads what changed once a second over its own connection. One short text per badge: about 20 MB
for 100,000. The clock of a row's `changed_at` may be another machine's and its transaction may commit late, so each
look reaches back a minute, and every minute everything is read again.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from django.db import DatabaseError, connection

from applications.lifecycle import LIVE, PUBLIC_CODE, BadgeState
from applications.models import Badge
from enamad_portal.kernel import clock

logger = logging.getLogger(__name__)

POLL_S = 1.0
RELOAD_S = 60.0
REACH_BACK = timedelta(minutes=1)
TRUSTED_S = 300.0
"""After this long without a successful read no state is shown (BDG-5)."""
NEVER = "-"
"""Instead of the last second of a badge that has ended already."""
_EXPIRED = str(PUBLIC_CODE[BadgeState.EXPIRED])
FIRST_LOAD_S = 10.0
"""How long the first visitor waits for the first load before the picture is neutral."""


class Face(NamedTuple):
    """What the logo needs to know of one badge. `code` is the public status code, `domain` an A-label name."""

    version: int
    code: int
    stars: int
    domain: str


class Table:
    """The faces of all badges by public id, and whether they are fresh enough to be shown."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._faces: dict[str, str] = {}
        self._monotonic = monotonic
        self._read_at = self._reloaded_at = float("-inf")
        self._looked: datetime | None = None
        self._looked_s = 0.0
        self._process = 0
        self._starting = threading.Lock()
        self._first_look, self._stopping = threading.Event(), threading.Event()
        self._reader: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._faces)

    def face(self, public_id: str) -> Face | None:
        packed = self._faces.get(public_id)
        if packed is None:
            return None
        version, code, stars, ends, domain = packed.split(" ")
        if ends != NEVER and int(ends) <= self._now_s():
            code = _EXPIRED
        return Face(int(version), int(code), int(stars), domain)

    @property
    def is_fresh(self) -> bool:
        """The database was read within the last five minutes."""
        return self._monotonic() - self._read_at < TRUSTED_S

    def now(self) -> datetime:
        """The portal's time without asking the database, which the movable clock would."""
        assert self._looked is not None
        return self._looked + timedelta(seconds=self._monotonic() - self._read_at)

    def _now_s(self) -> float:
        """The same in seconds since 1970; a hot path."""
        return self._looked_s + self._monotonic() - self._read_at

    def refresh(self) -> None:
        """Reads what changed, or everything when that is due. Raises DatabaseError; the table then stays as it was."""
        started, now = self._monotonic(), clock.now()
        everything = self._looked is None or started - self._reloaded_at >= RELOAD_S
        rows = Badge.objects.order_by().values_list("public_id", "version", "state", "stars", "valid_to", "domain")
        if not everything:
            assert self._looked is not None
            rows = rows.filter(changed_at__gte=min(self._looked, now) - REACH_BACK)
        self._take(rows.iterator(chunk_size=500))
        self._looked, self._looked_s, self._read_at = now, now.timestamp(), started
        if everything:
            self._reloaded_at = started

    def _take(self, rows: Iterable[tuple[str, int, str, int, datetime, str]]) -> None:
        for public_id, version, state, stars, valid_to, domain in rows:
            ends = str(ceil(valid_to.timestamp())) if state in LIVE else NEVER
            packed = f"{version} {PUBLIC_CODE[BadgeState(state)]} {stars} {ends} {domain}"
            if self._faces.get(public_id) != packed:
                self._faces[public_id] = packed

    def ensure_started(self) -> None:
        """Starts the reading thread of this process on its first request; a fork starts its own."""
        if self._process != os.getpid():
            self._start()
        if not self._first_look.is_set():
            self._first_look.wait(FIRST_LOAD_S)

    def _start(self) -> None:
        with self._starting:
            if self._process == os.getpid():
                return
            self._reader = threading.Thread(target=self._keep_reading, name="badge-table", daemon=True)
            self._reader.start()
            self._process = os.getpid()

    def stop(self) -> None:
        """Ends the reading thread and waits for it; the next request starts another."""
        if self._reader is not None and self._process == os.getpid():
            self._stopping.set()
            self._reader.join()
        self._process = 0
        self.begin_anew()

    def begin_anew(self) -> None:
        """A forked child has no reading thread and must not wait for locks of its parent's threads."""
        self._starting = threading.Lock()
        self._first_look, self._stopping = threading.Event(), threading.Event()

    def _keep_reading(self) -> None:
        stopping, looked = self._stopping, self._first_look
        while True:
            self.look()
            looked.set()
            if stopping.wait(POLL_S):
                return _drop_connection()

    def look(self) -> bool:
        """One turn of the thread: whatever goes wrong is logged and the next turn tries again on a new connection."""
        try:
            self.refresh()
        except Exception as error:  # noqa: BLE001  the thread must outlive every trouble of the database
            logger.warning("badges not read: %s", type(error).__name__)
            _drop_connection()
            return False
        return True


def _drop_connection() -> None:
    try:
        connection.close()
    except DatabaseError:
        connection.connection = None


table = Table()
"""The one of this process."""
os.register_at_fork(after_in_child=table.begin_anew)
