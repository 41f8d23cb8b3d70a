"""Jalali dates at the rim: read what people type, show what they read. Columns stay Gregorian and UTC.

The only module that knows jdatetime; the form fields over django-jalali are in `form_fields`.
"""

import re
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import jdatetime
from django.core.exceptions import ValidationError

from enamad_portal.kernel.iran.text import ascii_digits, persian_digits, refuse_mixed_digits, strip_invisible

TEHRAN = ZoneInfo("Asia/Tehran")
MONTHS = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")
WEEKDAYS = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")  # in the order of date.weekday()
FIRST_YEAR, LAST_YEAR = 1300, 1499
FIRST_GREGORIAN_YEAR = 1900


class JalaliDay(NamedTuple):
    """Year, month (1 to 12) and day of the Jalali calendar."""

    year: int
    month: int
    day: int


def to_gregorian(year: int, month: int, day: int) -> date:
    """Return the Gregorian date of a Jalali day. Raises ValueError when there is no such day."""
    found: date = jdatetime.date(year, month, day).togregorian()
    return found


def to_jalali(moment: date | datetime) -> JalaliDay:
    """Return the Jalali day of a date, or of an aware instant as Tehran's clocks show it."""
    found = jdatetime.date.fromgregorian(date=tehran_day(moment))
    return JalaliDay(found.year, found.month, found.day)


def tehran_day(moment: date | datetime) -> date:
    """Return the calendar day in Tehran. Raises ValueError on a naive datetime: it names no instant."""
    if not isinstance(moment, datetime):
        return moment
    return _in_tehran(moment).date()


def parse(text: str) -> date:
    """Return the Gregorian date of a Jalali date as typed: year, month, day with / - . or spaces, any digits.

    Raises ValidationError `mixed_digits`, `date_shape`, `gregorian_year`, `year_range` or `no_such_day`.
    """
    refuse_mixed_digits(text, "تاریخ")
    parts = re.fullmatch(
        r"([0-9]{4})[/\-.\s]+([0-9]{1,2})[/\-.\s]+([0-9]{1,2})", ascii_digits(strip_invisible(text)).strip()
    )
    if parts is None:
        raise ValidationError(
            "تاریخ را به ترتیب سال، ماه و روز با سال چهاررقمی وارد کنید؛ مانند ۱۴۰۵/۰۸/۳۰.", code="date_shape"
        )
    return checked_day(*(int(part) for part in parts.groups()))


def checked_day(year: int, month: int, day: int) -> date:
    """Return the Gregorian date of a Jalali day that a person typed.

    Raises ValidationError `gregorian_year`, `year_range` or `no_such_day`.
    """
    if 1700 <= year <= 2199:
        raise ValidationError(
            f"سال {persian_digits(year)} میلادی است؛ تاریخ را شمسی وارد کنید، مانند ۱۴۰۵/۰۸/۳۰.", code="gregorian_year"
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(
            f"سال باید بین {persian_digits(FIRST_YEAR)} و {persian_digits(LAST_YEAR)} باشد؛ "
            f"{persian_digits(year)} وارد شده است.",
            code="year_range",
        )
    if not 1 <= month <= 12:
        raise ValidationError(f"ماه باید بین ۱ و ۱۲ باشد؛ {persian_digits(month)} وارد شده است.", code="no_such_day")
    length = month_length(year, month)
    if not 1 <= day <= length:
        raise ValidationError(
            f"{MONTHS[month - 1]} {persian_digits(year)} از روز ۱ تا {persian_digits(length)} دارد؛ "
            f"روز {persian_digits(day)} وارد شده است.",
            code="no_such_day",
        )
    return to_gregorian(year, month, day)


def parse_month(text: str) -> int | None:
    """Return the month 1 to 12 from its number or Persian name («آبان»), or None."""
    typed = ascii_digits(strip_invisible(text)).strip().translate(str.maketrans("يك", "یک"))
    if typed in MONTHS:
        return MONTHS.index(typed) + 1
    return int(typed) if re.fullmatch("0?[1-9]|1[0-2]", typed) else None


def parse_iso_gregorian(text: str) -> date:
    """Return the date of an ISO 8601 text (`2026-11-21`) of the API.

    A year before 1900 is a Jalali date in the wrong place and is refused, never stored as the Middle Ages.
    Raises ValidationError `iso_shape`, `jalali_year`, `year_range` or `no_such_day`.
    """
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValidationError("تاریخ را به شکل میلادی ISO 8601 بفرستید؛ مانند 2026-11-21.", code="iso_shape")
    year = int(text[:4])
    if FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(
            f"سال {persian_digits(year)} شمسی است؛ تاریخ را میلادی بفرستید، مانند 2026-11-21.", code="jalali_year"
        )
    if not FIRST_GREGORIAN_YEAR <= year <= 2199:
        raise ValidationError("سال میلادی باید بین ۱۹۰۰ و ۲۱۹۹ باشد.", code="year_range")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValidationError(f"روز {text} در تقویم میلادی نیست؛ ماه و روز را درست کنید.", code="no_such_day") from None


def long_date(moment: date | datetime) -> str:
    """Return «۳۰ آبان ۱۴۰۵»."""
    year, month, day = to_jalali(moment)
    return f"{persian_digits(day)} {MONTHS[month - 1]} {persian_digits(year)}"


def weekday_date(moment: date | datetime) -> str:
    """Return «شنبه ۳۰ آبان ۱۴۰۵»."""
    return f"{WEEKDAYS[tehran_day(moment).weekday()]} {long_date(moment)}"


def short_date(moment: date | datetime) -> str:
    """Return «۱۴۰۵/۰۸/۳۰»."""
    return persian_digits(iso(moment).replace("-", "/"))


def date_time(moment: datetime) -> str:
    """Return «۳۰ آبان ۱۴۰۵، ساعت ۱۴:۰۵» as Tehran's clocks show it. Raises ValueError on a naive datetime."""
    return f"{long_date(moment)}، ساعت {hour(moment)}"


def hour(moment: datetime) -> str:
    """Return «۱۴:۰۵» as Tehran's clocks show it. Raises ValueError on a naive datetime."""
    return persian_digits(_in_tehran(moment).strftime("%H:%M"))


def iso(moment: date | datetime) -> str:
    """Return `1405-08-30`, the read-only Jalali twin of a date in the API."""
    year, month, day = to_jalali(moment)
    return f"{year:04}-{month:02}-{day:02}"


def is_leap(year: int) -> bool:
    """Say whether Esfand of this Jalali year has 30 days."""
    return bool(jdatetime.date(year, 1, 1).isleap())


def month_length(year: int, month: int) -> int:
    """Return the number of days of a Jalali month: 31, 30 or 29."""
    if month <= 6:
        return 31
    return 30 if month < 12 or is_leap(year) else 29


def add_months(day: date, months: int) -> date:
    """Return `day` moved by Jalali months (negative: back), clamped to the last day of the month.

    31 Khordad + 3 = 31 Shahrivar; 31 Shahrivar + 1 = 30 Mehr; 30 Bahman + 1 = 29 or 30 Esfand.
    """
    year, month, day_of_month = to_jalali(day)
    moved_year, month_index = divmod(year * 12 + month - 1 + months, 12)
    last = month_length(moved_year, month_index + 1)
    return to_gregorian(moved_year, month_index + 1, min(day_of_month, last))


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """Return the first day of a Jalali month and the first day after it, both Gregorian: `>= first, < after`."""
    first = to_gregorian(year, month, 1)
    return first, add_months(first, 1)


def year_bounds(year: int) -> tuple[date, date]:
    """Return the first day of a Jalali year and the first day after it, both Gregorian: `>= first, < after`."""
    return to_gregorian(year, 1, 1), to_gregorian(year + 1, 1, 1)


def _in_tehran(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A naive datetime names no instant; give an aware one.")
    return moment.astimezone(TEHRAN)
