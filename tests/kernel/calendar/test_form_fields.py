from datetime import UTC, date, datetime

import pytest
from django import forms

from enamad_portal.kernel.calendar.form_fields import JalaliDateField, MemorableDateField


class VisitForm(forms.Form):
    day = JalaliDateField()


class PersonForm(forms.Form):
    born = MemorableDateField()


class OptionalForm(forms.Form):
    born = MemorableDateField(required=False)
    day = JalaliDateField(required=False)


def boxes(day, month, year):
    return {"born_day": day, "born_month": month, "born_year": year}


@pytest.mark.parametrize("typed", ["1405/08/30", "۱۴۰۵-۸-۳۰", "1405.08.30"])
def test_the_cleaned_value_is_a_gregorian_date(typed):
    form = VisitForm({"day": typed})
    assert form.is_valid()
    assert form.cleaned_data == {"day": date(2026, 11, 21)}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "تاریخ را وارد کنید؛ مانند ۱۴۰۵/۰۸/۳۰."),
        ("2024-12-21", "سال ۲۰۲۴ میلادی است؛ تاریخ را شمسی وارد کنید، مانند ۱۴۰۵/۰۸/۳۰."),
    ],
)
def test_refusals_are_persian_and_say_the_cure(typed, message):
    assert VisitForm({"day": typed}).errors == {"day": [message]}


def test_a_stored_date_is_shown_as_jalali_and_a_refused_text_as_typed():
    shown = VisitForm(initial={"day": date(2026, 11, 21)})["day"]
    assert 'value="۱۴۰۵/۰۸/۳۰"' in str(shown)
    assert 'value="2024-12-21"' in str(VisitForm({"day": "2024-12-21"})["day"])
    assert VisitForm(initial={"day": datetime(2026, 11, 20, 21, 0, tzinfo=UTC)})["day"].value() == "۱۴۰۵/۰۸/۳۰"


def test_an_unchanged_date_counts_as_unchanged():
    assert not VisitForm({"day": "1405/8/30"}, initial={"day": date(2026, 11, 21)}).has_changed()
    assert VisitForm({"day": "1405/8/29"}, initial={"day": date(2026, 11, 21)}).has_changed()


@pytest.mark.parametrize("typed", [("۳۰", "آبان", "۱۴۰۵"), ("30", "8", "1405"), ("٣٠", "٠٨", "١٤٠٥")])
def test_three_boxes_make_one_date(typed):
    form = PersonForm(boxes(*typed))
    assert form.is_valid()
    assert form.cleaned_data == {"born": date(2026, 11, 21)}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("", "", ""), "روز، ماه و سال را وارد کنید؛ مانند ۳۰ آبان ۱۴۰۵."),
        (("", "8", ""), "روز و سال کم است؛ روز، ماه و سال را وارد کنید."),
        (("30", "ابان ماه", "1405"), "ماه را با شماره (۱ تا ۱۲) یا با نام آن وارد کنید؛ مانند ۸ یا آبان."),
        (("31", "8", "1405"), "آبان ۱۴۰۵ از روز ۱ تا ۳۰ دارد؛ روز ۳۱ وارد شده است."),
        (("21", "11", "2026"), "سال ۲۰۲۶ میلادی است؛ تاریخ را شمسی وارد کنید، مانند ۱۴۰۵/۰۸/۳۰."),
        (("30", "8", "14055"), "سال حداکثر ۴ رقم است؛ ۵ رقم وارد شده است."),
        (("x", "8", "1405"), "روز فقط از رقم ساخته می‌شود؛ حرف و نشانه را پاک کنید."),
    ],
)
def test_three_boxes_say_which_box_to_mend(typed, message):
    assert PersonForm(boxes(*typed)).errors == {"born": [message]}


def test_optional_dates_may_stay_empty():
    form = OptionalForm({**boxes("", "", ""), "day": ""})
    assert form.is_valid()
    assert form.cleaned_data == {"born": None, "day": None}


def test_the_boxes_carry_ids_and_names_and_a_month_may_be_typed_by_its_name():
    widget = PersonForm().fields["born"].widget
    boxes_shown = widget.get_context("born", date(2026, 11, 21), {"id": "id_born"})["widget"]["subwidgets"]
    assert [
        (box["label"], box["name"], box["attrs"]["id"], box["attrs"]["inputmode"], box["value"]) for box in boxes_shown
    ] == [
        ("روز", "born_day", "id_born_day", "numeric", "۳۰"),
        ("ماه", "born_month", "id_born_month", "text", "۸"),
        ("سال", "born_year", "id_born_year", "numeric", "۱۴۰۵"),
    ]
    assert widget.template_name == "components/date_boxes.html"
