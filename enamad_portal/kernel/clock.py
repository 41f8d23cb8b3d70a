"""The only reader of the clock. Time is passed on as a parameter; SQL never calls now()."""

import time
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterator

TEHRAN = ZoneInfo("Asia/Tehran")
_READ_EVERY_S = 0.5
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


class ClockOffset(models.Model):
    """The sandbox's clock is real time plus this: one row, so web, worker, beat and browser share it."""

    seconds = models.BigIntegerField(default=0)

    class Meta:
        app_label = "kernel"


class _Offset:
    """Reads the row at most twice a second."""

    def __init__(self) -> None:
        self.value, self.read_at = timedelta(), float("-inf")

    def now(self) -> timedelta:
        if time.monotonic() - self.read_at > _READ_EVERY_S:
            seconds = ClockOffset.objects.values_list("seconds", flat=True).filter(pk=1).first()
            self.value, self.read_at = timedelta(seconds=seconds or 0), time.monotonic()
        return self.value


_offset = _Offset()


def now() -> datetime:
    """The present instant, aware, in UTC; in the sandbox world moved by the one offset row."""
    if frozen := _frozen.get():
        return frozen
    real = datetime.now(UTC)
    return real + _offset.now() if settings.CLOCK_MOVABLE else real


def machine_time() -> datetime:
    """The machine's own clock, which no sandbox moves: for bodies outside that count real time."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Tehran: the day that fees, limits and holidays are looked up for."""
    return now().astimezone(TEHRAN).date()


def midnight(day: date) -> datetime:
    """The instant at which a calendar day begins in Tehran."""
    return datetime.combine(day, datetime.min.time(), tzinfo=TEHRAN)


def move_to(instant: datetime) -> None:
    """Moves the sandbox's clock for every process; refused in the real world."""
    if not settings.CLOCK_MOVABLE:
        raise RuntimeError("The clock moves in the sandbox world only.")
    seconds = round((instant - datetime.now(UTC)).total_seconds())
    ClockOffset.objects.update_or_create(pk=1, defaults={"seconds": seconds})
    _offset.read_at = float("-inf")


@contextmanager
def frozen_at(instant: datetime) -> "Iterator[None]":
    """Tests stand at one instant."""
    token = _frozen.set(instant)
    try:
        yield
    finally:
        _frozen.reset(token)
