"""The one door to PDFs: HTML of our own templates in, a tagged PDF out, drawn by a process of its own (`paper.py`).

Where WeasyPrint's shared libraries are missing the pages stay print-ready HTML and say so. One PDF is drawn at a time
for a process; whoever waits too long is told.
"""

import ctypes
import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Semaphore

from django.conf import settings

from enamad_portal.kernel.errors import DomainError

LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz.so.0", "libharfbuzz-subset.so.0")
PRINT_CSS = "portal/css/print.css"
WAIT_S = 8.0
"""How long somebody waits for the PDF before him."""
DRAW_S = 40.0
"""A paper takes one to two seconds; a machine that needs longer than this is told as busy."""
_ROOT = Path(__file__).resolve().parents[2]
_START = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from enamad_portal.kernel.paper import main; main()"
_log = logging.getLogger(__name__)
_one_at_a_time = Semaphore(1)


class PdfUnavailable(DomainError):
    """No PDF now: the libraries are missing, or too many are asked for at once (`busy`)."""

    def __init__(self, *, busy: bool) -> None:
        super().__init__("busy" if busy else "libraries missing")
        self.busy = busy


@dataclass(frozen=True, slots=True)
class Drawn:
    """A PDF and the number of its pages."""

    content: bytes
    pages: int


@lru_cache(maxsize=1)
def available() -> bool:
    """Whether WeasyPrint's shared libraries can be opened; asks the loader alone."""
    return all(_opens(name) for name in LIBRARIES)


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def render(html: str, *, stylesheet: str = PRINT_CSS) -> Drawn:
    """The PDF/UA of one HTML text with a static stylesheet. Raises PdfUnavailable."""
    if not available():
        raise PdfUnavailable(busy=False)
    if not _one_at_a_time.acquire(timeout=WAIT_S):
        raise PdfUnavailable(busy=True)
    try:
        return _drawn(html, stylesheet)
    finally:
        _one_at_a_time.release()


def _drawn(html: str, stylesheet: str) -> Drawn:
    folders = [str(folder) for folder in (*settings.STATICFILES_DIRS, settings.STATIC_ROOT)]
    task = {"html": html, "stylesheet": stylesheet, "prefix": settings.STATIC_URL, "folders": folders}
    command = [sys.executable, "-I", "-c", _START]
    try:
        child = subprocess.run(  # noqa: S603 - own interpreter, constant arguments
            command, input=json.dumps(task).encode(), capture_output=True, timeout=DRAW_S, env={}, cwd="/", check=True
        )
    except subprocess.TimeoutExpired as late:
        raise PdfUnavailable(busy=True) from late
    except subprocess.CalledProcessError as failed:
        error = failed.stderr.strip().rpartition(b"\n")[2].partition(b":")[0].decode(errors="replace")
        _log.warning(
            "the child that draws PDFs ended with %s: %s", failed.returncode, error[:80]
        )  # no words of a paper
        raise
    head, _, content = child.stdout.partition(b"\n")
    return Drawn(content, json.loads(head)["pages"])
