from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.iran.text import persian_digits

FIRST, AFTER = jalali.to_gregorian(1300, 1, 1), jalali.to_gregorian(1500, 1, 1)
DAYS = st.dates(FIRST, AFTER - timedelta(days=1))
# From the law's own calendar: (Jalali, Gregorian).
KNOWN = [
    ((1300, 1, 1), date(1921, 3, 21)),
    ((1357, 11, 22), date(1979, 2, 11)),
    ((1399, 12, 30), date(2021, 3, 20)),
    ((1403, 12, 30), date(2025, 3, 20)),
    ((1405, 8, 30), date(2026, 11, 21)),
]


def refusal(call, text):
    with pytest.raises(ValidationError) as refused:
        call(text)
    return refused.value.code


@pytest.mark.parametrize(("day", "gregorian"), KNOWN)
def test_known_days_agree_in_both_directions(day, gregorian):
    assert jalali.to_gregorian(*day) == gregorian
    assert jalali.to_jalali(gregorian) == day


def test_every_day_from_1300_to_1499_survives_the_round_trip_and_follows_the_day_before():
    before, day = jalali.to_jalali(FIRST - timedelta(days=1)), FIRST
    while day < AFTER:
        found = jalali.to_jalali(day)
        assert jalali.to_gregorian(*found) == day
        assert found > before
        before, day = found, day + timedelta(days=1)


@given(DAYS, st.sampled_from("/-. "))
def test_what_is_shown_can_be_typed(day, separator):
    typed = jalali.short_date(day).replace("/", separator)
    assert jalali.parse(typed) == day
    assert jalali.parse(jalali.iso(day)) == day


@pytest.mark.parametrize("typed", ["1405/8/30", "۱۴۰۵-۰۸-۳۰", "١٤٠٥.٠٨.٣٠", " 1405 08 30 ", "\u200f۱۴۰۵/۰۸/۳۰"])
def test_txt_3_dates_are_read_with_any_digits_and_separators(typed):
    assert jalali.parse(typed) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2024-12-21", "gregorian_year"),
        ("1299/12/29", "year_range"),
        ("1500/01/01", "year_range"),
        ("1405/13/01", "no_such_day"),
        ("1405/07/31", "no_such_day"),
        ("1405/12/30", "no_such_day"),
        ("1405/01/00", "no_such_day"),
        ("30/08/1405", "date_shape"),
        ("05/08/30", "date_shape"),
        ("14050830", "date_shape"),
        ("فردا", "date_shape"),
        ("", "date_shape"),
        ("1405/۰۸/30", "mixed_digits"),
    ],
)
def test_what_is_no_jalali_date_is_refused(typed, code):
    assert refusal(jalali.parse, typed) == code


def test_refusals_name_the_rule_and_the_cure():
    with pytest.raises(ValidationError) as refused:
        jalali.parse("2024-12-21")
    assert refused.value.messages == ["سال ۲۰۲۴ میلادی است؛ تاریخ را شمسی وارد کنید، مانند ۱۴۰۵/۰۸/۳۰."]
    with pytest.raises(ValidationError) as refused:
        jalali.parse("1405/12/30")
    assert refused.value.messages == ["اسفند ۱۴۰۵ از روز ۱ تا ۲۹ دارد؛ روز ۳۰ وارد شده است."]


@given(DAYS)
def test_a_jalali_date_is_never_taken_for_gregorian_nor_the_other_way_round(day):
    assert refusal(jalali.parse_iso_gregorian, jalali.iso(day)) in {"jalali_year", "no_such_day"}
    assert refusal(jalali.parse, day.isoformat()) == "gregorian_year"
    assert jalali.parse_iso_gregorian(day.isoformat()) == day


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1405-02-21", "jalali_year"),
        ("1899-12-31", "year_range"),
        ("2200-01-01", "year_range"),
        ("2026-02-30", "no_such_day"),
        ("20261121", "iso_shape"),
        ("2026-W01-1", "iso_shape"),
        ("۲۰۲۶-۱۱-۲۱", "iso_shape"),
        ("2026-11-21\n", "iso_shape"),
    ],
)
def test_what_is_no_gregorian_date_of_the_api_is_refused(typed, code):
    assert refusal(jalali.parse_iso_gregorian, typed) == code


def test_dates_are_shown_in_four_ways():
    day = date(2026, 11, 21)
    assert jalali.long_date(day) == "۳۰ آبان ۱۴۰۵"
    assert jalali.weekday_date(day) == "شنبه ۳۰ آبان ۱۴۰۵"
    assert jalali.short_date(day) == "۱۴۰۵/۰۸/۳۰"
    assert jalali.iso(day) == "1405-08-30"


def test_instants_are_shown_as_the_clocks_of_tehran():
    assert jalali.date_time(datetime(2026, 11, 21, 10, 35, tzinfo=UTC)) == "۳۰ آبان ۱۴۰۵، ساعت ۱۴:۰۵"
    assert jalali.long_date(datetime(2026, 11, 20, 20, 30, tzinfo=UTC)) == "۳۰ آبان ۱۴۰۵"
    assert jalali.iso(datetime(2026, 11, 20, 20, 29, 59, tzinfo=UTC)) == "1405-08-29"
    assert jalali.date_time(datetime(2020, 7, 1, 12, 0, tzinfo=UTC)) == "۱۱ تیر ۱۳۹۹، ساعت ۱۶:۳۰"


@pytest.mark.parametrize("show", [jalali.long_date, jalali.short_date, jalali.date_time, jalali.iso])
def test_a_naive_datetime_names_no_instant(show):
    with pytest.raises(ValueError, match="naive"):
        show(datetime(2026, 11, 21))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        ((1399, 3, 31), 3, (1399, 6, 31)),
        ((1399, 6, 31), 1, (1399, 7, 30)),
        ((1399, 11, 30), 1, (1399, 12, 30)),
        ((1400, 11, 30), 1, (1400, 12, 29)),
        ((1399, 12, 30), 12, (1400, 12, 29)),
        ((1405, 12, 15), 1, (1406, 1, 15)),
        ((1405, 1, 31), -1, (1404, 12, 29)),
    ],
)
def test_months_are_added_in_the_jalali_calendar_and_clamped(day, months, moved):
    assert jalali.to_jalali(jalali.add_months(jalali.to_gregorian(*day), months)) == moved


@given(DAYS, st.integers(-240, 240))
def test_adding_months_moves_the_month_and_keeps_or_clamps_the_day(day, months):
    before, after = jalali.to_jalali(day), jalali.to_jalali(jalali.add_months(day, months))
    assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == months
    assert after.day == min(before.day, jalali.month_length(after.year, after.month))


@given(DAYS, DAYS, st.integers(0, 60))
def test_adding_months_keeps_the_order_of_days(one, other, months):
    first, second = sorted((one, other))
    assert jalali.add_months(first, months) <= jalali.add_months(second, months)


@given(st.integers(1300, 1498), st.integers(1, 12))
def test_the_bounds_of_months_tile_the_year(year, month):
    first, after = jalali.month_bounds(year, month)
    assert jalali.to_jalali(first) == (year, month, 1)
    assert (after - first).days == jalali.month_length(year, month)
    start, end = jalali.year_bounds(year)
    assert sum(jalali.month_length(year, each) for each in range(1, 13)) == (end - start).days
    assert (end - start).days == (366 if jalali.is_leap(year) else 365)


def test_months_are_read_by_number_and_name():
    assert [jalali.parse_month(name) for name in jalali.MONTHS] == list(range(1, 13))
    assert [jalali.parse_month(persian_digits(month)) for month in range(1, 13)] == list(range(1, 13))
    assert [jalali.parse_month(typed) for typed in ("08", " ابان ", "13", "0", "دي", "")] == [
        8,
        None,
        None,
        None,
        10,
        None,
    ]
