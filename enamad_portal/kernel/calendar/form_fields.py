"""Form fields for Jalali dates; the cleaned value is a Gregorian `datetime.date`.

Apart from `jalali` because django-jalali translates at import time, which models may not wait for.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_jalali.forms import jDateField

from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.iran.text import number_text, persian_digits

EXAMPLE = "۱۴۰۵/۰۸/۳۰"


class JalaliDateInput(forms.TextInput):
    """Text box for a near date; `data-jalali-date` is where the picker's script takes hold."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"data-jalali-date": "", "dir": "ltr", "autocomplete": "off", "placeholder": EXAMPLE, **(attrs or {})}
        )


class JalaliDateField(jDateField):  # type: ignore[misc]
    """One box for a Jalali date with / - . and any digits, shown as «۱۴۰۵/۰۸/۳۰»."""

    widget = JalaliDateInput
    default_error_messages = {"required": f"تاریخ را وارد کنید؛ مانند {EXAMPLE}."}

    def to_python(self, value: Any) -> date | None:
        """Return the Gregorian date. Raises ValidationError as `jalali.parse` does."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            return jalali.tehran_day(value)
        return jalali.parse(str(value))

    def prepare_value(self, value: Any) -> Any:
        """Show a date as Jalali; text that was refused comes back as it was typed."""
        return jalali.short_date(value) if isinstance(value, date | datetime) else value


class DateBoxes(forms.MultiWidget):
    """Three boxes day, month, year for a date one knows by heart; no picker, no script."""

    template_name = "components/date_boxes.html"
    suffixes = ("day", "month", "year")
    labels = ("روز", "ماه", "سال")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # A month may be typed by its name: its box is wide, and a phone offers letters for it.
        sizes = zip(self.suffixes, (2, 10, 4), ("numeric", "text", "numeric"), strict=True)
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            suffix: forms.TextInput({"inputmode": keys, "maxlength": str(length), "autocomplete": "off"})
            for suffix, length, keys in sizes
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[str]:
        """Return day, month and year of a date in Persian digits."""
        if not isinstance(value, date):
            return ["", "", ""]
        year, month, day = jalali.to_jalali(value)
        return [persian_digits(part) for part in (day, month, year)]

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        """Give the boxes the ids `…_day`, `…_month`, `…_year`, so that an error can lead to its box."""
        context = super().get_context(name, value, dict(attrs or {}))
        id_ = context["widget"]["attrs"].get("id")
        for suffix, label, box in zip(self.suffixes, self.labels, context["widget"]["subwidgets"], strict=True):
            box["label"] = label
            if id_:
                box["attrs"]["id"] = f"{id_}_{suffix}"
        return context


class MemorableDateField(forms.MultiValueField):
    """Date from three boxes; the month by number or by its Persian name."""

    widget = DateBoxes
    default_error_messages = {"required": "روز، ماه و سال را وارد کنید؛ مانند ۳۰ آبان ۱۴۰۵."}

    def __init__(self, **kwargs: Any) -> None:
        boxes = tuple(forms.CharField(required=False, max_length=20) for _ in DateBoxes.suffixes)
        super().__init__(boxes, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[str]) -> date | None:
        """Return the Gregorian date of the three boxes, None when all are empty.

        Raises ValidationError `missing_part`, `month`, or as `jalali.checked_day` does.
        """
        if not any(data_list):
            return None
        missing = [label for label, part in zip(DateBoxes.labels, data_list, strict=True) if not part]
        if missing:
            raise ValidationError(f"{' و '.join(missing)} کم است؛ روز، ماه و سال را وارد کنید.", code="missing_part")
        day, month, year = data_list
        found = jalali.parse_month(month)
        if found is None:
            raise ValidationError("ماه را با شماره (۱ تا ۱۲) یا با نام آن وارد کنید؛ مانند ۸ یا آبان.", code="month")
        return jalali.checked_day(int(_short(year, "سال", 4)), found, int(_short(day, "روز", 2)))


def _short(text: str, label: str, longest: int) -> str:
    digits = number_text(text, label)
    if len(digits) > longest:
        raise ValidationError(
            f"{label} حداکثر {persian_digits(longest)} رقم است؛ {persian_digits(len(digits))} رقم وارد شده است.",
            code="length",
        )
    return digits
