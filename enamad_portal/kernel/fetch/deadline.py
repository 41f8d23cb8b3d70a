"""One absolute deadline for a whole fetch, and the minimum rate of a body (FET-1).

A timeout per read is no deadline: a server that sends one byte a second keeps such a reader for ever.
"""

import socket
import time
from collections.abc import Callable

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.trouble import FetchTrouble

Monotonic = Callable[[], float]


class Deadline:
    """A moment of the monotonic clock; waits are armed with what is left of it."""

    def __init__(self, seconds: float, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._at = monotonic() + seconds

    def left(self) -> float:
        """Seconds that remain, never negative."""
        return max(0.0, self._at - self._monotonic())

    def within(self, seconds: float) -> "Deadline":
        """The earlier of this deadline and `seconds` from now."""
        return Deadline(min(seconds, self.left()), self._monotonic)

    def need(self) -> float:
        """Seconds that remain; FetchTrouble(UNREACHABLE) when none do."""
        left = self.left()
        if left <= 0:
            raise FetchTrouble(FailureCode.UNREACHABLE, "deadline passed")
        return left

    def arm(self, sock: socket.socket, at_most_s: float | None = None) -> None:
        """Give the next operation of `sock` what is left; to be called before every one of them."""
        left = self.need()
        sock.settimeout(left if at_most_s is None else max(0.001, min(left, at_most_s)))


class MinimumRate:
    """Counts from the first byte: `bytes_per_s` must be held once `grace_s` are over."""

    def __init__(self, bytes_per_s: int, grace_s: float, monotonic: Monotonic = time.monotonic) -> None:
        self._bytes_per_s = bytes_per_s
        self._grace_s = grace_s
        self._monotonic = monotonic
        self._started: float | None = None
        self._bytes = 0

    def add(self, count: int) -> None:
        if self._started is None:
            self._started = self._monotonic()
        self._bytes += count

    @property
    def received(self) -> int:
        return self._bytes

    def patience(self) -> float | None:
        """Seconds until the rate would be broken without a further byte; None before the first byte."""
        if self._started is None:
            return None
        return self._started + self._grace_s + self._bytes / self._bytes_per_s - self._monotonic()

    def hold(self) -> None:
        """FetchTrouble(TOO_SLOW) once the rate is broken."""
        patience = self.patience()
        if patience is not None and patience <= 0:
            raise FetchTrouble(FailureCode.TOO_SLOW, f"{self._bytes} bytes fall below the minimum rate")
