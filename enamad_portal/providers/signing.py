"""HMAC-SHA256 over method, path, timestamp and body: the same in both directions, ours to a provider and back.

A signature holds for five minutes either way; a replay inside that window is harmless because every request carries
a reference that names its effect.
"""

import hashlib
import hmac
from collections.abc import Mapping

TIMESTAMP_HEADER = "X-Portal-Timestamp"
SIGNATURE_HEADER = "X-Portal-Signature"
WINDOW_S = 300
_VERSION = "v1="


class BadSignature(Exception):
    """The message was not signed with our secret, or not within the window."""


def sign(secret: str, method: str, path: str, body: bytes, *, at: int) -> dict[str, str]:
    """The two headers that prove the message; `path` includes the query, `at` is Unix time in seconds (real time)."""
    return {TIMESTAMP_HEADER: str(at), SIGNATURE_HEADER: _VERSION + _digest(secret, method, path, str(at), body)}


def verify(secret: str, method: str, path: str, body: bytes, headers: Mapping[str, str], *, at: int) -> None:
    """Raises BadSignature unless the headers prove this very message and are at most five minutes old or ahead."""
    stamp, given = headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")
    expected = _VERSION + _digest(secret, method, path, stamp, body)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise BadSignature("signature does not match")
    if not (stamp.isascii() and stamp.isdigit()) or abs(int(stamp) - at) > WINDOW_S:
        raise BadSignature("timestamp is outside the window")


def _digest(secret: str, method: str, path: str, stamp: str, body: bytes) -> str:
    message = b"\n".join([method.upper().encode(), path.encode(), stamp.encode(), hashlib.sha256(body).digest()])
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
