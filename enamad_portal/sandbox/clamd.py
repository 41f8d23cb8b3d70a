"""A tiny clamd on the sandbox's own port: takes INSTREAM and finds nothing but EICAR's test file."""

import struct
from io import BufferedIOBase

from enamad_portal.sandbox.box import Box

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # in two, or scanners stop at us
FIRST_BYTE = b"z"
"""No HTTP method begins with it."""
_LONGEST_COMMAND = 64
_LONGEST_STREAM = 25 * 1024 * 1024


def converse(box: Box, rfile: BufferedIOBase, wfile: BufferedIOBase) -> None:
    """One command and its answer; behaviour `status` is an error of the scanner, `drop` no answer at all."""
    command = b""
    while not command.endswith(b"\0") and len(command) < _LONGEST_COMMAND and (byte := rfile.read(1)):
        command += byte
    content = _stream(rfile) if command == b"zINSTREAM\0" else None
    fault = box.behaviours.take("malware")
    if not fault.drop:
        wfile.write((_answer(content) if not fault.status else b"Can't allocate memory ERROR") + b"\0")


def _stream(rfile: BufferedIOBase) -> bytes | None:
    """The chunks in one piece; None when there are more bytes than a real one takes."""
    content = b""
    while len(content) <= _LONGEST_STREAM:
        (length,) = struct.unpack("!L", rfile.read(4))
        if not length:
            return content
        content += rfile.read(min(length, _LONGEST_STREAM))
    return None


def _answer(content: bytes | None) -> bytes:
    if content is None:
        return b"INSTREAM size limit exceeded. ERROR"
    return b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
