"""The badge on a foreign page is possible misuse: badge, host and hour are noted, never the visitor (BDG-7, BDG-12)."""

import logging
import threading
from datetime import datetime

from applications.badge.referer import host_of
from applications.badge.spool import Spool
from enamad_portal.kernel import clock

logger = logging.getLogger(__name__)

NAME = "misuse"
MAX_LINES_PER_HOUR = 50_000
"""Of one process: anybody can send any Referer, and the disk is worth more than the tail of a flood."""
MAX_HOST = 253


class _Ration:
    """How many lines of the current hour are left."""

    def __init__(self) -> None:
        self._hour, self._used, self._turn = "", 0, threading.Lock()

    def take(self, hour: str) -> bool:
        with self._turn:
            self._used = self._used + 1 if hour == self._hour else 1
            self._hour = hour
            return self._used <= MAX_LINES_PER_HOUR


_spool, _ration = Spool(NAME), _Ration()


def record(public_id: str, referer: str, now: datetime) -> None:
    """Notes the foreign host, when the header names a plain one. Never raises."""
    host = host_of(referer)
    if host is None or not host.isascii() or len(host) > MAX_HOST:
        return
    hour = now.astimezone(clock.TEHRAN).strftime("%Y%m%d-%H")
    if not _ration.take(hour):
        return
    try:
        _spool.append(f"{public_id} {host} {hour}".encode("ascii"), hour)
    except OSError as error:
        logger.error("a possible misuse was not noted: %s", error)  # noqa: TRY400
