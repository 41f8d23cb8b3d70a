from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.holiday_table import (
    FIXED_SOLAR,
    Holiday,
    WeekPattern,
    current_calendar,
    missing_lunar_years,
    seed_holidays,
    validate_off_days,
)
from enamad_portal.kernel.calendar.working_days import HolidayKind
from enamad_portal.kernel.iran.provinces import read_rows

TODAY = date(2026, 11, 21)


def official_days_of(year):
    rows = [row for row in read_rows("holidays.csv") if row["kind"] == "official"]
    return {row["jalali"][5:]: row for row in rows if row["jalali"].startswith(str(year))}


def test_the_jalali_column_of_the_data_says_the_same_day():
    rows = list(read_rows("holidays.csv"))
    assert [row for row in rows if jalali.iso(date.fromisoformat(row["date"])) != row["jalali"]] == []
    assert len({(row["date"], row["kind"], row["province"]) for row in rows}) == len(rows)


@pytest.mark.parametrize("year", [1399, 1403, 1404, 1405, 1406])
def test_each_year_has_every_fixed_solar_day_and_its_lunar_ones(year):
    days = official_days_of(year)
    fixed = {f"{month:02}-{day:02}" for month, day in FIXED_SOLAR if day <= jalali.month_length(year, month)}
    assert fixed <= days.keys()
    occasions = sum(name != "نوروز" for row in days.values() for name in row["name_fa"].split(" / "))
    assert occasions - (len(fixed) - 4) in {17, 18, 19}


def test_only_lunar_days_to_come_are_estimated():
    estimated = [row for row in read_rows("holidays.csv") if row["estimated"] == "1"]
    assert all(date.fromisoformat(row["date"]) > TODAY for row in estimated)
    assert all("solar" not in row["source"] and row["kind"] == "official" for row in estimated)
    assert len(estimated) == 23


def _forget():
    """The tables as they are before the first seed."""
    Holiday.objects.all().delete()
    WeekPattern.objects.all().delete()


@pytest.mark.django_db
def test_seeding_twice_is_seeding_once():
    _forget()
    rows = len(list(read_rows("holidays.csv"))) + len(list(read_rows("week_patterns.csv")))
    assert (seed_holidays(), seed_holidays()) == (rows, 0)
    assert Holiday.objects.count() + WeekPattern.objects.count() == rows


@pytest.mark.django_db
def test_seeding_leaves_the_work_of_staff_alone():
    seed_holidays()
    Holiday.objects.filter(date=date(2026, 12, 23)).update(name_fa="ولادت امام علی (اعلام‌شده)", estimated=False)
    Holiday.objects.filter(date=date(2027, 1, 6)).update(date=date(2027, 1, 7), estimated=False)
    assert seed_holidays() == 0
    assert Holiday.objects.get(date=date(2026, 12, 23)).name_fa == "ولادت امام علی (اعلام‌شده)"
    assert list(
        Holiday.objects.filter(name_fa="مبعث", date__gte=TODAY, date__lt=date(2027, 3, 1)).values_list("date")
    ) == [(date(2027, 1, 7),)]


@pytest.mark.django_db
def test_an_announced_day_of_the_data_replaces_its_estimate():
    Holiday.objects.create(date=date(2026, 11, 14), name_fa="شهادت حضرت فاطمه", estimated=True)
    seed_holidays()
    found = Holiday.objects.filter(name_fa="شهادت حضرت فاطمه", date__range=(date(2026, 11, 1), date(2026, 11, 30)))
    assert [(row.date, row.estimated) for row in found] == [(date(2026, 11, 13), False)]


@pytest.mark.django_db
def test_the_calendar_sees_a_change_at_once():
    day = date(2026, 11, 22)
    assert current_calendar().is_working(day, "23")
    Holiday.objects.create(date=day, name_fa="آلودگی هوا", kind=HolidayKind.AD_HOC.value, province="23")
    assert [current_calendar().is_working(day, province) for province in ("23", "10")] == [False, True]
    WeekPattern.objects.create(valid_from=day, off_days="thu,fri")
    assert not current_calendar().is_working(date(2026, 11, 26))
    Holiday.objects.all().delete()
    assert current_calendar().is_working(day, "23")


@pytest.mark.django_db
def test_reading_the_calendar_takes_two_queries(django_assert_num_queries):
    seed_holidays()
    with django_assert_num_queries(2):
        calendar = current_calendar()
        assert not calendar.is_working(jalali.to_gregorian(1405, 4, 4))


@pytest.mark.django_db
def test_years_without_lunar_days_are_missed():
    _forget()
    assert missing_lunar_years(TODAY) == [1405, 1406]
    Holiday.objects.create(date=jalali.to_gregorian(1405, 1, 1), name_fa="نوروز")
    Holiday.objects.create(date=jalali.to_gregorian(1405, 9, 2), name_fa="تعطیلی", kind=HolidayKind.AD_HOC.value)
    assert missing_lunar_years(TODAY) == [1405, 1406]
    seed_holidays()
    assert missing_lunar_years(TODAY) == []
    assert missing_lunar_years(jalali.to_gregorian(1406, 1, 1)) == [1407]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "province"), [("official", "23"), ("province", ""), ("weekly", "")])
def test_a_holiday_of_the_wrong_place_or_kind_is_refused_by_the_database(kind, province):
    with pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(date=TODAY, name_fa="تعطیل", kind=kind, province=province)


@pytest.mark.django_db
def test_a_day_is_entered_once_for_its_kind_and_place():
    Holiday.objects.create(date=TODAY, name_fa="یک")
    with pytest.raises(ValidationError) as refused:
        Holiday(date=TODAY, name_fa="دو").full_clean()
    assert refused.value.messages == ["این روز با همین نوع و استان ثبت شده است؛ همان ردیف را ویرایش کنید."]


@pytest.mark.parametrize("text", ["", "friday", "fri,fri", "thu, fri", "mon,tue,wed,thu,fri,sat,sun"])
def test_weekly_days_off_are_codes_with_commas_each_once(text):
    with pytest.raises(ValidationError):
        validate_off_days(text)


def test_weekly_days_off_may_be_one_or_two():
    validate_off_days("fri")
    validate_off_days("thu,fri")


@pytest.mark.django_db
def test_rows_name_themselves_in_persian():
    assert str(Holiday(date=TODAY, name_fa="عاشورا")) == "۳۰ آبان ۱۴۰۵، عاشورا"
    assert str(WeekPattern(valid_from=TODAY, off_days="fri")) == "۳۰ آبان ۱۴۰۵: fri"
