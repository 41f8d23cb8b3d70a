"""Time limits of the law and the calculation behind each date, in words a reader can check.

The start day does not count and a last day that is off rolls forward (Civil Procedure 443 to 445, applied to guild
limits as a rule of the portal). The action may come on the last day itself, until midnight in Tehran.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import assert_never

from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.working_days import DayOff, WorkCalendar
from enamad_portal.kernel.iran.text import persian_digits


class Unit(StrEnum):
    """What a limit counts. A year of the law is twelve Jalali months."""

    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    JALALI_MONTHS = "jalali_months"
    HOURS = "hours"
    WEEKS = "weeks"


UNIT_NAMES = {
    Unit.CALENDAR_DAYS: "روز",
    Unit.WORKING_DAYS: "روز کاری",
    Unit.JALALI_MONTHS: "ماه",
    Unit.HOURS: "ساعت",
    Unit.WEEKS: "هفته",
}


@dataclass(frozen=True)
class Limit:
    """An amount (1 or more) of a unit, such as 10 calendar days. Raises ValueError on anything less."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"A time limit is at least 1 {self.unit}: {self.amount}")
        object.__setattr__(self, "unit", Unit(self.unit))

    def __str__(self) -> str:
        """Return «۱۰ روز»."""
        return f"{persian_digits(self.amount)} {UNIT_NAMES[self.unit]}"


@dataclass(frozen=True)
class Deadline:
    """When a limit ends, and how that was counted.

    `instant` is the last moment that is still in time (UTC); `counted_to` is the last day before rolling forward;
    `skipped` are the days off that working days stepped over, `rolled` the days off the last day rolled over.
    """

    start: date | datetime
    limit: Limit
    last_day: date
    instant: datetime
    counted_to: date
    skipped: tuple[DayOff, ...] = ()
    rolled: tuple[DayOff, ...] = ()

    def has_passed(self, now: datetime) -> bool:
        """Say whether an act at `now` (aware) is too late."""
        return now > self.instant

    def days_left(self, now: datetime) -> int:
        """Return the whole days from today in Tehran to the last day: 0 on the last day, negative after it."""
        return (self.last_day - jalali.tehran_day(now)).days

    @property
    def is_estimated(self) -> bool:
        """Say whether an expected, not yet announced holiday moved this date."""
        return any(off.estimated for off in (*self.skipped, *self.rolled))

    def explain(self) -> list[str]:
        """Return the calculation as Persian lines, for «چرا این تاریخ؟»."""
        if self.limit.unit is Unit.HOURS:
            return self._explain_hours()
        lines = [
            f"شروع: {jalali.weekday_date(self.start)}. روز شروع شمرده نمی‌شود.",
            f"مهلت: {self.limit}، تا {jalali.weekday_date(self.counted_to)}.",
            *(f"{_named(off)} شمرده نشد." for off in self.skipped),
        ]
        if self.rolled:
            lines += [f"{_named(off)} تعطیل است." for off in self.rolled]
            lines.append(f"آخرین روز تعطیل است، پس مهلت به {jalali.weekday_date(self.last_day)} رسید.")
        if self.is_estimated:
            lines.append("تاریخ یک تعطیلی قمری هنوز اعلام نشده است؛ با اعلام آن این مهلت دوباره حساب می‌شود.")
        return [*lines, f"پایان مهلت: {jalali.weekday_date(self.last_day)}، ساعت ۲۴ به وقت تهران."]

    def _explain_hours(self) -> list[str]:
        assert isinstance(self.start, datetime)
        return [
            f"شروع: {jalali.date_time(self.start)}.",
            f"مهلت: {self.limit}؛ تعطیلی در شمارش ساعت اثر ندارد.",
            f"پایان مهلت: {jalali.date_time(self.instant)} به وقت تهران.",
        ]


def due(start: datetime | date, limit: Limit, calendar: WorkCalendar, province: str | None = None) -> Deadline:
    """Return when `limit` ends that begins at `start` (a day, or an aware instant taken as its day in Tehran).

    `province` (its code) adds the days off announced there.
    Raises ValueError on a naive datetime, or on hours counted from a bare date.
    """
    if limit.unit is Unit.HOURS:
        return _due_in_hours(start, limit)
    first = jalali.tehran_day(start)
    counted_to = _count(first, limit, calendar, province)
    last_day = calendar.next_working(counted_to, province)
    return Deadline(
        start=start,
        limit=limit,
        last_day=last_day,
        instant=end_of_day(last_day),
        counted_to=counted_to,
        skipped=_days_off(first, counted_to, calendar, province) if limit.unit is Unit.WORKING_DAYS else (),
        rolled=_days_off(counted_to - timedelta(days=1), last_day, calendar, province),
    )


def end_of_day(day: date) -> datetime:
    """Return the last microsecond of a day in Tehran as UTC, so that its date is shown as the day itself."""
    # fold=1: on the last night of the old summer time (until 1401) the hour before midnight came twice.
    return datetime.combine(day, time.max, tzinfo=jalali.TEHRAN).replace(fold=1).astimezone(UTC)


def _due_in_hours(start: datetime | date, limit: Limit) -> Deadline:
    if not isinstance(start, datetime):
        raise ValueError("Hours are counted from an instant, not from a date.")  # noqa: TRY004 - the callers' one error
    jalali.tehran_day(start)  # refuses a naive datetime
    instant = start.astimezone(UTC) + timedelta(hours=limit.amount)
    last_day = jalali.tehran_day(instant)
    return Deadline(start, limit, last_day, instant=instant, counted_to=last_day)


def _count(first: date, limit: Limit, calendar: WorkCalendar, province: str | None) -> date:
    match limit.unit:
        case Unit.CALENDAR_DAYS:
            return first + timedelta(days=limit.amount)
        case Unit.WEEKS:
            return first + timedelta(weeks=limit.amount)
        case Unit.JALALI_MONTHS:
            return jalali.add_months(first, limit.amount)
        case Unit.WORKING_DAYS:
            return calendar.add_working_days(first, limit.amount, province)
        case Unit.HOURS:
            raise ValueError("Hours end at an instant, not on a day.")
        case _:
            assert_never(limit.unit)


def _days_off(after: date, last: date, calendar: WorkCalendar, province: str | None) -> tuple[DayOff, ...]:
    """Return the days off later than `after`, up to and including `last`."""
    days = (after + timedelta(days=step) for step in range(1, (last - after).days + 1))
    return tuple(off for day in days if (off := calendar.day_off(day, province)) is not None)


def _named(off: DayOff) -> str:
    return f"{jalali.weekday_date(off.day)} ({'، '.join(off.reasons)})"
