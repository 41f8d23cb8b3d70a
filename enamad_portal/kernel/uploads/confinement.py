"""The parent's side: a fresh process for each decode, with its memory, seconds and output bounded (FET-10, UPL-4)."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

from enamad_portal.kernel.uploads import verdicts
from enamad_portal.kernel.uploads.limits import CHILD_OUTPUT_BYTES, CHILD_SECONDS

_ROOT = Path(__file__).resolve().parents[3]
_START = f"import sys; sys.path.insert(0, {str(_ROOT)!r}); from enamad_portal.kernel.uploads.child import main; main()"
_log = logging.getLogger(__name__)

_TOO_HEAVY = verdicts.Denied("upload_too_heavy")


def decode(task: dict[str, int | str], data: bytes) -> verdicts.Made | verdicts.Denied:
    """Do one task in a child; a crash, a limit or a time-out is the refusal `upload_too_heavy`, never an exception."""
    # Anonymous memory, not pipes: nobody waits for a child that stopped reading, and no plaintext touches a disk.
    with _memory("upload-in") as given, _memory("upload-out") as answer:
        given.write(json.dumps(task).encode() + b"\n" + data)
        given.flush()
        given.seek(0)
        if not _run(given.fileno(), answer.fileno()):
            return _TOO_HEAVY
        answer.seek(0)
        return verdicts.read(answer.read(CHILD_OUTPUT_BYTES)) or _TOO_HEAVY


def _memory(name: str) -> BinaryIO:
    return os.fdopen(os.memfd_create(name), "w+b")


def _run(stdin: int, stdout: int) -> bool:
    command = [sys.executable, "-I", "-c", _START]
    child = subprocess.Popen(  # noqa: S603 (own interpreter, constant arguments)
        command, stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL, env={}, cwd="/", start_new_session=True
    )
    try:
        code = child.wait(timeout=CHILD_SECONDS)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        child.kill()
        child.wait()
    if code != 0:
        _log.warning("upload child ended with %s", "a time-out" if code is None else code)
    return code == 0
