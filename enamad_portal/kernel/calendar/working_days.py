"""Which days work: week patterns with dates of validity, and holidays as data (lunar days cannot be computed)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

WEEKDAY_CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # in the order of date.weekday()
FRIDAY = frozenset({"fri"})
THURSDAY_AND_FRIDAY = frozenset({"thu", "fri"})
WEEKLY = "تعطیل هفتگی"
ONE_DAY = timedelta(days=1)


class HolidayKind(StrEnum):
    """Official by law; held by one province; announced once (cold, pollution, mourning), there or everywhere."""

    OFFICIAL = "official"
    PROVINCE = "province"
    AD_HOC = "ad_hoc"


@dataclass(frozen=True)
class WeekPattern:
    """The weekly days off that hold from a day until the next pattern begins."""

    valid_from: date
    off_days: frozenset[str] = FRIDAY

    def __post_init__(self) -> None:
        if not self.off_days < frozenset(WEEKDAY_CODES):
            raise ValueError(f"Days off are some, not all, of {', '.join(WEEKDAY_CODES)}: {sorted(self.off_days)}")


@dataclass(frozen=True)
class Holiday:
    """One day off. An empty province means everywhere; an estimated day may still move when it is announced."""

    day: date
    name: str
    kind: HolidayKind = HolidayKind.OFFICIAL
    province: str = ""
    estimated: bool = False


@dataclass(frozen=True)
class DayOff:
    """Why a day does not count: its names («تعطیل هفتگی»، «عاشورا»)."""

    day: date
    reasons: tuple[str, ...]
    estimated: bool = False


@dataclass(frozen=True)
class WorkCalendar:
    """Weekly days off and holidays as they are known. Without a pattern in force Friday is off (Constitution)."""

    week_patterns: tuple[WeekPattern, ...] = ()
    holidays: tuple[Holiday, ...] = ()

    @cached_property
    def _holidays_by_day(self) -> dict[date, list[Holiday]]:
        by_day: dict[date, list[Holiday]] = {}
        for holiday in self.holidays:
            by_day.setdefault(holiday.day, []).append(holiday)
        return by_day

    def off_days(self, day: date) -> frozenset[str]:
        """Return the weekly days off in force on `day`."""
        in_force = [pattern for pattern in self.week_patterns if pattern.valid_from <= day]
        return max(in_force, key=lambda pattern: pattern.valid_from).off_days if in_force else FRIDAY

    def day_off(self, day: date, province: str | None = None) -> DayOff | None:
        """Return why `day` is off in a province (its code; None: holidays of the whole country only), or None."""
        found = [held for held in self._holidays_by_day.get(day, ()) if held.province in {"", province}]
        weekly = WEEKDAY_CODES[day.weekday()] in self.off_days(day)
        if not found and not weekly:
            return None
        reasons = ((WEEKLY,) if weekly else ()) + tuple(held.name for held in found)
        return DayOff(day, reasons, estimated=not weekly and all(held.estimated for held in found))

    def is_working(self, day: date, province: str | None = None) -> bool:
        """Say whether offices work on `day`."""
        return self.day_off(day, province) is None

    def next_working(self, day: date, province: str | None = None) -> date:
        """Return `day` itself when it works, else the first working day after it."""
        while not self.is_working(day, province):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, count: int, province: str | None = None) -> date:
        """Return the `count`-th working day after `day`, which itself does not count; 0 gives `day` back.

        Raises ValueError on a negative count.
        """
        if count < 0:
            raise ValueError(f"Working days are counted forwards: {count}")
        for _ in range(count):
            day = self.next_working(day + ONE_DAY, province)
        return day
