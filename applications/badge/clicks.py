"""Counting a click without losing it and without knowing who clicked (architecture 8): one appended line."""

import logging
import re

from applications.badge.spool import Spool
from enamad_portal.kernel import clock

logger = logging.getLogger(__name__)

NAME = "clicks"
LINE = re.compile(rb"([a-z2-7]{26}) ([0-9]{8})-[0-9]{2}$", re.MULTILINE)
"""Public id and Tehran day of a line `id day-hour`; anchored at its end: a torn line before it does no harm."""
_spool = Spool(NAME)


def record_click(public_id: str) -> None:
    """One click now, as the verification page answers 200. Never raises: a full disk must not hide the page."""
    hour = clock.now().astimezone(clock.TEHRAN).strftime("%Y%m%d-%H")
    try:
        _spool.append(f"{public_id} {hour}".encode("ascii"), hour)
    except OSError as error:
        logger.error("a click was not recorded: %s", error)  # noqa: TRY400  one line, no traceback per click
