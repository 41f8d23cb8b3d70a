"""How often one site is asked (FET-13 as settled): 40 requests at once per registrable domain, then 6 a minute.

Whole numbers only (thousandths of a request, milliseconds), so that a store can compare-and-swap on equality.
Who is refused waits until a whole look fits again: waking for each single request would never end one.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, ip_network
from threading import Lock
from typing import Protocol

from enamad_portal.kernel.fetch.addresses import Address
from enamad_portal.kernel.fetch.trouble import AskedTooOften

_TRIES = 20
_MILLI = 1000
_MS_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`capacity` requests at once, `per_minute` grow back."""

    capacity: int
    per_minute: int


PER_DOMAIN = Rate(capacity=40, per_minute=6)
PER_ADDRESS = Rate(capacity=120, per_minute=60)
WHOLE_LOOK = 20
"""Requests of the longest look (SSL with its pages), with room to spare."""
CHECK_EVERY = timedelta(seconds=10)
"""The button "check now": once in this time for each check, by the times in the rows."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Thousandths of a request that may still be made, as of `at_ms` (milliseconds of the epoch)."""

    milli: int
    at_ms: int


def take(before: Bucket | None, rate: Rate, now_ms: int) -> tuple[Bucket, int]:
    """The bucket after one request and 0, or the refilled bucket and the milliseconds until a whole look fits.

    No bucket is a full one.
    """
    now = _refilled(before or Bucket(rate.capacity * _MILLI, now_ms), rate, now_ms)
    if now.milli >= _MILLI:
        return Bucket(now.milli - _MILLI, now.at_ms), 0
    lacking = min(WHOLE_LOOK, rate.capacity) * _MILLI - now.milli
    return now, -(-lacking * _MS_PER_MINUTE // (rate.per_minute * _MILLI))


def _refilled(bucket: Bucket, rate: Rate, now_ms: int) -> Bucket:
    """Keeps `at_ms` at the last whole thousandth, so that many quick looks lose nothing."""
    if now_ms < bucket.at_ms:  # the clock was set back
        return Bucket(bucket.milli, now_ms)
    grown = (now_ms - bucket.at_ms) * rate.per_minute * _MILLI // _MS_PER_MINUTE
    milli = bucket.milli + grown
    if milli >= rate.capacity * _MILLI:
        return Bucket(rate.capacity * _MILLI, now_ms)
    return Bucket(milli, bucket.at_ms + grown * _MS_PER_MINUTE // (rate.per_minute * _MILLI))


class BucketStore(Protocol):
    """Where buckets live; a store shared by processes makes `swap` one conditional UPDATE (or INSERT)."""

    def load(self, key: str) -> Bucket | None: ...

    def swap(self, key: str, before: Bucket | None, after: Bucket) -> bool:
        """Write `after` if the stored bucket still equals `before` (None: there is none); whether it was written."""
        ...


class MemoryBuckets:
    """One process only: development and tests."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}
        self._lock = Lock()

    def load(self, key: str) -> Bucket | None:
        return self._buckets.get(key)

    def swap(self, key: str, before: Bucket | None, after: Bucket) -> bool:
        with self._lock:
            if self._buckets.get(key) != before:
                return False
            self._buckets[key] = after
            return True


class Politeness:
    """Asks the store before each request. `now_ms` gives milliseconds of the epoch."""

    def __init__(self, store: BucketStore, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._now_ms = now_ms

    def wait_s(self, key: str, rate: Rate) -> float:
        """0.0 when one request of `key` was granted and counted, else the seconds until a whole look would be."""
        for _ in range(_TRIES):
            before = self._store.load(key)
            after, wait_ms = take(before, rate, self._now_ms())
            if wait_ms:
                return wait_ms / 1000
            if self._store.swap(key, before, after):
                return 0.0
        return 1.0  # so much competition for one site that waiting is the polite answer

    def ask_domain(self, registrable: str) -> None:
        """AskedTooOften when nothing is left for the domain."""
        self._ask(f"domain:{registrable}", PER_DOMAIN)

    def ask_address(self, address: Address) -> None:
        """AskedTooOften when nothing is left for the address; one customer holds a whole IPv6 /56."""
        network = (
            str(address) if isinstance(address, IPv4Address) else str(ip_network((int(address), 56), strict=False))
        )
        self._ask(f"address:{network}", PER_ADDRESS)

    def _ask(self, key: str, rate: Rate) -> None:
        if wait := self.wait_s(key, rate):
            # up to half as long again: two looks that were refused together must not meet again
            raise AskedTooOften(key, wait * random.uniform(1, 1.5))  # noqa: S311 - nobody gains by guessing it
