"""Runs in the child process: limits itself, reads one task, decodes, answers, ends.

Nothing here is imported by the portal's own processes; a decoder that is taken over finds no database, no settings,
no key and no environment.
"""

import json
import resource
import sys
import warnings

from enamad_portal.kernel.uploads import verdicts
from enamad_portal.kernel.uploads.limits import CHILD_MEMORY_BYTES, CHILD_OUTPUT_BYTES, CHILD_SECONDS, Kind


def main() -> None:
    """One task from stdin (a JSON line, then the data), one verdict to stdout."""
    _confine()
    line, _, data = sys.stdin.buffer.read().partition(b"\n")
    task = json.loads(line)
    warnings.simplefilter("error")
    try:
        verdict = _do(task, data)
    except (MemoryError, RecursionError):
        verdict = verdicts.Denied("upload_too_heavy")
    verdicts.write(verdict, sys.stdout.buffer)


def _confine() -> None:
    for limit, value in (
        (resource.RLIMIT_AS, CHILD_MEMORY_BYTES),
        (resource.RLIMIT_CPU, CHILD_SECONDS),
        (resource.RLIMIT_FSIZE, CHILD_OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(limit, (value, value))


def _do(task: dict[str, int | str], data: bytes) -> verdicts.Made | verdicts.Denied:
    # Imported per task: each decoder costs 0.2 s of start-up and is attack surface.
    match task:
        case {"draw": int(page), "width": int(width)}:
            from enamad_portal.kernel.uploads.drawing import draw_page  # noqa: PLC0415

            return draw_page(data, page, width)
        case {"clean": Kind.PDF}:
            from enamad_portal.kernel.uploads.pdf import clean_pdf  # noqa: PLC0415

            return clean_pdf(data)
        case {"clean": str(kind)}:
            from enamad_portal.kernel.uploads.pictures import clean_picture  # noqa: PLC0415

            return clean_picture(data, Kind(kind))
    raise ValueError(task)
