from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.calendar.jalali import to_gregorian
from enamad_portal.kernel.calendar.working_days import (
    THURSDAY_AND_FRIDAY,
    WEEKDAY_CODES,
    DayOff,
    Holiday,
    HolidayKind,
    WeekPattern,
    WorkCalendar,
)

DAYS = st.dates(date(2015, 1, 1), date(2030, 1, 1))
PATTERNS = st.builds(WeekPattern, DAYS, st.frozensets(st.sampled_from(WEEKDAY_CODES), max_size=6))
HOLIDAYS = st.builds(Holiday, DAYS, st.just("تعطیل"), st.sampled_from(HolidayKind), st.sampled_from(["", "23"]))
CALENDARS = st.builds(
    WorkCalendar, st.lists(PATTERNS, max_size=3).map(tuple), st.lists(HOLIDAYS, max_size=30).map(tuple)
)
PROVINCES = st.sampled_from([None, "23", "10"])

SATURDAY = to_gregorian(1405, 8, 30)
FRIDAY = to_gregorian(1405, 8, 29)


def test_friday_is_off_when_nothing_else_is_known():
    calendar = WorkCalendar()
    assert calendar.day_off(FRIDAY) == DayOff(FRIDAY, ("تعطیل هفتگی",))
    assert calendar.is_working(SATURDAY)
    assert calendar.next_working(FRIDAY) == SATURDAY
    assert calendar.next_working(SATURDAY) == SATURDAY


def test_a_week_pattern_holds_from_its_day_until_the_next():
    thursday = FRIDAY - timedelta(days=1)
    calendar = WorkCalendar((WeekPattern(date(2000, 1, 1)), WeekPattern(thursday, THURSDAY_AND_FRIDAY)))
    assert [calendar.is_working(thursday - timedelta(weeks=weeks)) for weeks in (1, 0, -1)] == [True, False, False]


def test_a_week_without_a_working_day_is_refused():
    with pytest.raises(ValueError, match="not all"):
        WeekPattern(FRIDAY, frozenset(WEEKDAY_CODES))
    with pytest.raises(ValueError, match="not all"):
        WeekPattern(FRIDAY, frozenset({"friday"}))


def test_a_province_is_off_alone_and_the_country_together():
    calendar = WorkCalendar(
        holidays=(
            Holiday(SATURDAY, "آلودگی هوا", HolidayKind.AD_HOC, "23"),
            Holiday(SATURDAY + timedelta(days=1), "تعطیلی عمومی", HolidayKind.AD_HOC),
        )
    )
    assert [calendar.is_working(SATURDAY, province) for province in (None, "23", "10")] == [True, False, True]
    assert not any(calendar.is_working(SATURDAY + timedelta(days=1), province) for province in (None, "23", "10"))


def test_a_day_off_tells_all_its_reasons():
    calendar = WorkCalendar(
        holidays=(Holiday(FRIDAY, "عاشورا", estimated=True), Holiday(SATURDAY, "مبعث", estimated=True))
    )
    assert calendar.day_off(FRIDAY) == DayOff(FRIDAY, ("تعطیل هفتگی", "عاشورا"))
    assert calendar.day_off(SATURDAY) == DayOff(SATURDAY, ("مبعث",), estimated=True)


def test_working_days_are_counted_forwards_only():
    with pytest.raises(ValueError, match="forwards"):
        WorkCalendar().add_working_days(SATURDAY, -1)


@given(CALENDARS, DAYS, st.integers(0, 12), st.integers(0, 12), PROVINCES)
def test_adding_in_two_steps_is_adding_at_once(calendar, day, first, second, province):
    twice = calendar.add_working_days(calendar.add_working_days(day, first, province), second, province)
    assert twice == calendar.add_working_days(day, first + second, province)


@given(CALENDARS, DAYS, st.integers(1, 20), PROVINCES)
def test_between_start_and_end_lie_as_many_working_days_as_were_added(calendar, day, count, province):
    end = calendar.add_working_days(day, count, province)
    between = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert sum(calendar.is_working(each, province) for each in between) == count
    assert calendar.is_working(end, province)


@given(CALENDARS, DAYS, PROVINCES)
def test_the_next_working_day_is_the_first_one_not_before(calendar, day, province):
    found = calendar.next_working(day, province)
    assert calendar.is_working(found, province)
    assert not any(calendar.is_working(day + timedelta(days=step), province) for step in range((found - day).days))
    assert calendar.next_working(found, province) == found


@given(CALENDARS, HOLIDAYS, DAYS, st.integers(1, 20), PROVINCES)
def test_one_more_holiday_never_brings_the_end_forward(calendar, holiday, day, count, province):
    longer = WorkCalendar(calendar.week_patterns, (*calendar.holidays, holiday))
    assert longer.add_working_days(day, count, province) >= calendar.add_working_days(day, count, province)
