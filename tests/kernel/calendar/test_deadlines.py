from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.deadlines import Limit, Unit, due, end_of_day
from enamad_portal.kernel.calendar.working_days import (
    FRIDAY,
    THURSDAY_AND_FRIDAY,
    Holiday,
    HolidayKind,
    WeekPattern,
    WorkCalendar,
)

# The official days of 1399 that lie near the worked examples.
HOLIDAYS_OF_1399 = tuple(
    Holiday(jalali.to_gregorian(1399, month, day), name)
    for month, day, name in (
        (7, 17, "اربعین"),
        (7, 25, "رحلت پیامبر و شهادت امام حسن"),
        (7, 26, "شهادت امام رضا"),
        (8, 4, "شهادت امام حسن عسکری"),
        (8, 13, "ولادت پیامبر و امام صادق"),
        (11, 22, "پیروزی انقلاب"),
        (12, 7, "ولادت امام علی"),
        (12, 21, "مبعث"),
        (12, 29, "ملی شدن صنعت نفت"),
        (12, 30, "پایان سال کبیسه"),
    )
)
# For each: referral 2 working days, opinion 5 days, decision 3 working days (a chain); the 10 days of article 72;
# an answer within 15 days or 15 working days; and whether the chain ends later than article 72 allows.
WORKED_EXAMPLES = [
    ("1399-07-15", FRIDAY, ["07-19", "07-24", "07-29", "07-27", "07-30", "08-06"], True),
    ("1399-07-15", THURSDAY_AND_FRIDAY, ["07-19", "07-27", "07-30", "07-27", "07-30", "08-10"], True),
    ("1399-12-02", FRIDAY, ["12-04", "12-09", "12-12", "12-12", "12-17", "12-20"], False),
    ("1399-12-02", THURSDAY_AND_FRIDAY, ["12-04", "12-09", "12-12", "12-12", "12-17", "12-23"], False),
]
SATURDAY = jalali.to_gregorian(1405, 8, 30)


def calendar_of(off_days):
    return WorkCalendar((WeekPattern(date(1979, 12, 3), off_days),), HOLIDAYS_OF_1399)


def days(amount):
    return Limit(amount, Unit.CALENDAR_DAYS)


def working_days(amount):
    return Limit(amount, Unit.WORKING_DAYS)


@pytest.mark.parametrize(("received", "off_days", "expected", "chain_is_later"), WORKED_EXAMPLES)
def test_worked_examples_of_the_law(received, off_days, expected, chain_is_later):
    calendar, start = calendar_of(off_days), jalali.parse(received)
    chain = [start]
    for limit in (working_days(2), days(5), working_days(3)):
        chain.append(due(chain[-1], limit, calendar).last_day)
    single = [due(start, limit, calendar).last_day for limit in (days(10), days(15), working_days(15))]
    assert [jalali.iso(day)[5:] for day in (*chain[1:], *single)] == expected
    assert (chain[-1] > single[0]) is chain_is_later


@pytest.mark.parametrize(
    ("limit", "last_day"),
    [
        (days(1), "1405-09-01"),
        (days(6), "1405-09-07"),
        (working_days(6), "1405-09-07"),
        (Limit(2, Unit.WEEKS), "1405-09-14"),
        (Limit(1, Unit.JALALI_MONTHS), "1405-09-30"),
        (Limit(2, Unit.JALALI_MONTHS), "1405-10-30"),
    ],
)
def test_each_unit_counts_from_the_day_after(limit, last_day):
    assert jalali.iso(due(SATURDAY, limit, WorkCalendar()).last_day) == last_day


def test_hours_end_at_the_exact_instant_even_on_a_day_off():
    start = datetime(2026, 11, 19, 20, 0, tzinfo=UTC)
    deadline = due(start, Limit(24, Unit.HOURS), WorkCalendar())
    assert deadline.instant == start + timedelta(hours=24)
    assert jalali.iso(deadline.last_day) == "1405-08-29"
    assert deadline.explain() == [
        "شروع: ۲۸ آبان ۱۴۰۵، ساعت ۲۳:۳۰.",
        "مهلت: ۲۴ ساعت؛ تعطیلی در شمارش ساعت اثر ندارد.",
        "پایان مهلت: ۲۹ آبان ۱۴۰۵، ساعت ۲۳:۳۰ به وقت تهران.",
    ]


def test_a_start_near_midnight_belongs_to_its_day_in_tehran():
    late_evening_utc = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)  # 00:00 on Saturday in Tehran
    assert due(late_evening_utc, days(1), WorkCalendar()).last_day == SATURDAY + timedelta(days=1)


def test_the_last_day_counts_until_midnight_in_tehran():
    deadline = due(SATURDAY, days(1), WorkCalendar())
    assert deadline.instant == datetime(2026, 11, 22, 20, 29, 59, 999999, tzinfo=UTC)
    assert jalali.iso(deadline.instant) == jalali.iso(deadline.last_day)
    assert [deadline.has_passed(deadline.instant + timedelta(microseconds=step)) for step in (0, 1)] == [False, True]


def test_the_night_the_clocks_went_back_ends_at_its_second_midnight():
    assert end_of_day(date(2021, 9, 21)) == datetime(2021, 9, 21, 20, 29, 59, 999999, tzinfo=UTC)


def test_days_left_count_down_to_zero_on_the_last_day():
    deadline = due(SATURDAY, days(3), WorkCalendar())
    left = [deadline.days_left(end_of_day(SATURDAY) + timedelta(days=passed)) for passed in range(5)]
    assert left == [3, 2, 1, 0, -1]


def test_explain_names_start_skipped_days_and_end():
    deadline = due(jalali.parse("1399-07-15"), working_days(2), calendar_of(FRIDAY))
    assert deadline.explain() == [
        "شروع: سه‌شنبه ۱۵ مهر ۱۳۹۹. روز شروع شمرده نمی‌شود.",
        "مهلت: ۲ روز کاری، تا شنبه ۱۹ مهر ۱۳۹۹.",
        "پنجشنبه ۱۷ مهر ۱۳۹۹ (اربعین) شمرده نشد.",
        "جمعه ۱۸ مهر ۱۳۹۹ (تعطیل هفتگی) شمرده نشد.",
        "پایان مهلت: شنبه ۱۹ مهر ۱۳۹۹، ساعت ۲۴ به وقت تهران.",
    ]


def test_explain_names_the_days_rolled_over():
    deadline = due(jalali.parse("1399-07-15"), days(10), calendar_of(FRIDAY))
    assert deadline.explain() == [
        "شروع: سه‌شنبه ۱۵ مهر ۱۳۹۹. روز شروع شمرده نمی‌شود.",
        "مهلت: ۱۰ روز، تا جمعه ۲۵ مهر ۱۳۹۹.",
        "جمعه ۲۵ مهر ۱۳۹۹ (تعطیل هفتگی، رحلت پیامبر و شهادت امام حسن) تعطیل است.",
        "شنبه ۲۶ مهر ۱۳۹۹ (شهادت امام رضا) تعطیل است.",
        "آخرین روز تعطیل است، پس مهلت به یکشنبه ۲۷ مهر ۱۳۹۹ رسید.",
        "پایان مهلت: یکشنبه ۲۷ مهر ۱۳۹۹، ساعت ۲۴ به وقت تهران.",
    ]


def test_an_expected_holiday_that_moves_the_date_is_told():
    calendar = WorkCalendar(holidays=(Holiday(SATURDAY + timedelta(days=1), "مبعث", estimated=True),))
    assert due(SATURDAY, days(1), calendar).is_estimated
    assert not due(SATURDAY, days(2), calendar).is_estimated
    assert "تاریخ یک تعطیلی قمری هنوز اعلام نشده است؛ با اعلام آن این مهلت دوباره حساب می‌شود." in (
        due(SATURDAY, days(1), calendar).explain()
    )


def test_a_closure_of_a_province_moves_only_its_deadlines():
    calendar = WorkCalendar(holidays=(Holiday(SATURDAY + timedelta(days=1), "برف", HolidayKind.AD_HOC, "24"),))
    ends = [due(SATURDAY, days(1), calendar, province).last_day for province in (None, "23", "24")]
    assert [(end - SATURDAY).days for end in ends] == [1, 1, 2]


@pytest.mark.parametrize("amount", [0, -1])
def test_a_limit_is_at_least_one(amount):
    with pytest.raises(ValueError, match="at least 1"):
        Limit(amount, Unit.WORKING_DAYS)


@pytest.mark.parametrize("unit", [Unit.HOURS, Unit.WORKING_DAYS])
def test_a_naive_start_is_refused(unit):
    with pytest.raises(ValueError, match="naive"):
        due(datetime(2026, 11, 21), Limit(1, unit), WorkCalendar())  # noqa: DTZ001 - the mistake under test


def test_hours_need_an_instant():
    with pytest.raises(ValueError, match="instant"):
        due(SATURDAY, Limit(1, Unit.HOURS), WorkCalendar())


def test_a_unit_may_come_as_text_from_a_dated_row():
    assert Limit(10, "calendar_days") == days(10)
    assert str(Limit(3, "working_days")) == "۳ روز کاری"
    with pytest.raises(ValueError, match="fortnights"):
        Limit(1, "fortnights")


@given(
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    st.lists(st.integers(1, 60), min_size=2, max_size=6),
    st.sampled_from([unit for unit in Unit if unit is not Unit.HOURS]),
    st.lists(st.builds(Holiday, st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.just("تعطیل")), max_size=20),
)
def test_a_longer_limit_never_ends_sooner_and_always_on_a_working_day(start, amounts, unit, holidays):
    calendar = WorkCalendar(holidays=tuple(holidays))
    ends = [due(start, Limit(amount, unit), calendar) for amount in sorted(amounts)]
    assert all(one.last_day <= other.last_day for one, other in pairwise(ends))
    for deadline in ends:
        assert start < deadline.counted_to <= deadline.last_day
        assert calendar.is_working(deadline.last_day)
        assert jalali.tehran_day(deadline.instant) == deadline.last_day
        assert (deadline.counted_to == deadline.last_day) is (deadline.rolled == ())
