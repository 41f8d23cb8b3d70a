"""UPL-8: a malware scanner looks at a file as it came, before anything opens it.

Without one a file is taken and says so for ever («بررسی نشد»). While one that is switched on does not answer, nothing
is taken: it must not be passed by just because it is down.
"""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from enamad_portal.kernel.errors import ProviderDown, Refusal
from enamad_portal.kernel.uploads.refusals import refusal

logger = logging.getLogger(__name__)


class Scan(StrEnum):
    """What is known of a stored file; an infected one is never stored."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"


SCAN_LABELS = ((Scan.CLEAN.value, "بدافزاری دیده نشد"), (Scan.NOT_SCANNED.value, "بررسی نشد"))


class Scanner(Protocol):
    """What a provider offers."""

    def scan(self, content: bytes) -> str | None:
        """The name of what was found, None when nothing was. Raises ProviderDown."""
        ...


_configured: list[Callable[[], Scanner | None]] = []


def register_scanner(configured: Callable[[], Scanner | None]) -> None:
    """A provider plugs in here at start; the kernel knows none."""
    _configured[:] = [configured]


def scanner() -> Scanner | None:
    """The scanner of the settings; None when there is none."""
    return _configured[0]() if _configured else None


def scan(content: bytes) -> Scan | Refusal:
    """What the scanner says of these bytes, or why they are not taken."""
    asked = scanner()
    if asked is None:
        return Scan.NOT_SCANNED
    try:
        found = asked.scan(content)
    except ProviderDown as down:
        logger.warning("upload refused unscanned: %s", down)
        return refusal("upload_scan_down")
    if found is None:
        return Scan.CLEAN
    logger.warning("upload refused: the scanner found %s", found)
    return refusal("upload_infected", found=found)
