"""Rows behind the working calendar: weekly days off and holidays that staff keep up year by year."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from enamad_portal.kernel.calendar import jalali, working_days
from enamad_portal.kernel.calendar.working_days import WEEKDAY_CODES, HolidayKind, WorkCalendar
from enamad_portal.kernel.iran import provinces

KIND_LABELS = (
    (HolidayKind.OFFICIAL.value, "رسمی"),
    (HolidayKind.PROVINCE.value, "استانی"),
    (HolidayKind.AD_HOC.value, "موردی (اعلام‌شده)"),
)
# (month, day) of the official days that the Jalali calendar fixes; every other official day is lunar.
FIXED_SOLAR = frozenset(
    {(1, 1), (1, 2), (1, 3), (1, 4), (1, 12), (1, 13), (3, 14), (3, 15), (11, 22), (12, 29), (12, 30)}
)
# An announced lunar day lies this near to its estimate.
ESTIMATE_SPREAD = timedelta(days=3)


def validate_off_days(text: str) -> None:
    """Refuse anything but weekday codes with commas (`fri` or `thu,fri`), each once, not all seven."""
    days = text.split(",")
    if not set(days) < set(WEEKDAY_CODES) or len(days) != len(set(days)):
        raise ValidationError(
            f"روزهای تعطیل هفته را با کد و ویرگول بنویسید، هر روز یک بار و نه هر هفت روز؛ مانند thu,fri. "
            f"کدها: {', '.join(WEEKDAY_CODES)}.",
            code="off_days",
        )


class Holiday(models.Model):
    """A day off, official or announced; a day with two occasions is one row with both names.

    A withdrawn row stays, so that the recount of its deadlines can be understood; it is no day off.
    """

    date = models.DateField("تاریخ", db_index=True)
    name_fa = models.CharField("نام", max_length=120)
    kind = models.CharField("نوع", max_length=10, choices=KIND_LABELS, default=HolidayKind.OFFICIAL.value)
    province = models.CharField("استان", max_length=2, blank=True, default="", choices=provinces.choices)
    estimated = models.BooleanField("تخمینی", default=False, help_text="روز قمری که هنوز رسمی اعلام نشده است")
    withdrawn = models.BooleanField(
        "لغو شده", default=False, help_text="دیگر تعطیل نیست؛ مهلت‌های باز دوباره شمرده می‌شود"
    )
    source = models.CharField("منبع", max_length=200, blank=True, default="")

    class Meta:
        app_label = "kernel"
        verbose_name = "تعطیلی"
        verbose_name_plural = "تعطیلات"
        ordering = ("date",)
        constraints = (
            models.UniqueConstraint(
                fields=("date", "province", "kind"),
                name="kernel_holiday_once",
                violation_error_message="این روز با همین نوع و استان ثبت شده است؛ همان ردیف را ویرایش کنید.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in HolidayKind]), name="kernel_holiday_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind=HolidayKind.OFFICIAL.value, province="")
                | Q(kind=HolidayKind.AD_HOC.value)
                | (Q(kind=HolidayKind.PROVINCE.value) & ~Q(province="")),
                name="kernel_holiday_place",
                violation_error_message="تعطیلی رسمی استان ندارد و تعطیلی استانی باید استان داشته باشد.",
            ),
        )

    def __str__(self) -> str:
        return f"{jalali.long_date(self.date)}، {self.name_fa}"


class WeekPattern(models.Model):
    """Weekly days off from a day on, until the next row begins."""

    valid_from = models.DateField("از تاریخ", unique=True)
    off_days = models.CharField("روزهای تعطیل هفته", max_length=27, validators=[validate_off_days])
    source = models.CharField("منبع", max_length=200, blank=True, default="")

    class Meta:
        app_label = "kernel"
        verbose_name = "الگوی هفته"
        verbose_name_plural = "الگوهای هفته"
        ordering = ("valid_from",)

    def __str__(self) -> str:
        return f"{jalali.long_date(self.valid_from)}: {self.off_days}"


def current_calendar() -> WorkCalendar:
    """Return the calendar of the rows as they are now (two queries; ask once per screen or job, then pass it on)."""
    patterns = WeekPattern.objects.values_list("valid_from", "off_days")
    held = Holiday.objects.filter(withdrawn=False)
    holidays = held.values_list("date", "name_fa", "kind", "province", "estimated")
    return WorkCalendar(
        week_patterns=tuple(
            working_days.WeekPattern(valid_from, frozenset(off_days.split(","))) for valid_from, off_days in patterns
        ),
        holidays=tuple(
            working_days.Holiday(day, name, HolidayKind(kind), province, estimated)
            for day, name, kind, province, estimated in holidays
        ),
    )


def missing_lunar_years(today: date) -> list[int]:
    """Return which of this and the next Jalali year have no lunar holiday, so that staff are warned in time."""
    this_year = jalali.to_jalali(today).year
    return [year for year in (this_year, this_year + 1) if not _has_lunar_days(year)]


def seed_holidays() -> int:
    """Write the rows of `kernel/data/` and return how many were new; a second run changes nothing.

    A row that staff edited stays as it is; an announced day and its estimate never stand beside each other.
    """
    new = 0
    for row in provinces.read_rows("week_patterns.csv"):
        _, created = WeekPattern.objects.get_or_create(
            valid_from=date.fromisoformat(row["valid_from"]),
            defaults={"off_days": row["off_days"], "source": row["source"]},
        )
        new += created
    return new + sum(_seed_holiday(row) for row in provinces.read_rows("holidays.csv"))


def _seed_holiday(row: dict[str, str]) -> bool:
    day, estimated = date.fromisoformat(row["date"]), row["estimated"] == "1"
    near = Holiday.objects.filter(date__range=(day - ESTIMATE_SPREAD, day + ESTIMATE_SPREAD), name_fa=row["name_fa"])
    if estimated and near.filter(estimated=False).exists():
        return False
    if not estimated:
        near.filter(estimated=True).delete()
    _, created = Holiday.objects.get_or_create(
        date=day,
        kind=row["kind"],
        province=row["province"],
        defaults={"name_fa": row["name_fa"], "estimated": estimated, "source": row["source"]},
    )
    return created


def _has_lunar_days(year: int) -> bool:
    first, after = jalali.year_bounds(year)
    held = Holiday.objects.filter(withdrawn=False)
    official = held.filter(kind=HolidayKind.OFFICIAL.value, date__gte=first, date__lt=after)
    days = official.values_list("date", flat=True)
    return any(jalali.to_jalali(day)[1:] not in FIXED_SOLAR for day in days)
