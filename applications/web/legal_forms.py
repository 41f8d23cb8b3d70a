"""Questions about a legal person: what the official gazette says, and who speaks for it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError

from applications.models import Business
from applications.models.choices import Capacity
from enamad_portal.kernel import clock
from enamad_portal.kernel.calendar.form_fields import JalaliDateField
from enamad_portal.kernel.forms import NumberInput, PortalForm
from enamad_portal.kernel.iran import legal_id, national_code, text
from enamad_portal.kernel.iran.form_fields import ParsedField
from enamad_portal.kernel.iran.text import persian_digits

MOST_DIGITS = 10
MOST_MEMBERS = 15
_COLUMNS = ("registered_name", "gazette_date", "director_name", "capacity", "board")
_NUMBERS = ("legal_id", "registration_number", "gazette_number", "director_national_code")


class LegalForm(PortalForm):
    registered_name = forms.CharField(
        label="نام ثبتی", max_length=200, help_text="همان‌گونه که در آگهی تأسیس یا آخرین تغییرات آمده است."
    )
    legal_id = ParsedField(
        parse=legal_id.parse,
        label="شناسه ملی",
        max_length=30,
        widget=NumberInput(),
        help_text="۱۱ رقم؛ با آن از اداره ثبت شرکت‌ها می‌پرسیم.",
    )
    registration_number = forms.CharField(label="شماره ثبت", max_length=30, widget=NumberInput())
    gazette_number = forms.CharField(
        label="شماره روزنامه رسمی", max_length=30, widget=NumberInput(), help_text="شماره آخرین آگهی تغییرات مدیران."
    )
    gazette_date = JalaliDateField(label="تاریخ روزنامه رسمی")
    director_name = forms.CharField(label="نام و نام خانوادگی مدیرعامل", max_length=200)
    director_national_code = ParsedField(
        parse=national_code.parse,
        label="کد ملی مدیرعامل",
        max_length=30,
        widget=NumberInput(),
        help_text="از اداره ثبت می‌پرسیم که مدیر همین شرکت باشد؛ رمزنگاری می‌شود.",
    )
    capacity = forms.ChoiceField(
        label="شما در شرکت چه سمتی دارید؟",
        choices=Capacity,
        widget=forms.RadioSelect,
        help_text="نماینده باید وکالت‌نامه یا معرفی‌نامه را در مدارک بفرستد.",
    )
    board = forms.CharField(
        label="اعضای هیئت مدیره",
        max_length=3000,
        widget=forms.Textarea({"rows": 5}),
        help_text="هر عضو در یک سطر: نام و نام خانوادگی، سمت. برای نمونه: سارا کریمی، رئیس هیئت مدیره",
    )

    def clean_registered_name(self) -> str:
        return text.clean_name(self.cleaned_data["registered_name"], 120)

    def clean_registration_number(self) -> str:
        return _short_number(self.cleaned_data["registration_number"], "شماره ثبت")

    def clean_gazette_number(self) -> str:
        return _short_number(self.cleaned_data["gazette_number"], "شماره روزنامه رسمی")

    def clean_gazette_date(self) -> date:
        day: date = self.cleaned_data["gazette_date"]
        if day > clock.today():
            raise ValidationError(
                "تاریخ روزنامه رسمی نمی‌تواند پس از امروز باشد؛ سال و ماه را بررسی کنید.", code="future"
            )
        return day

    def clean_director_name(self) -> str:
        return text.clean_name(self.cleaned_data["director_name"], 80)

    def clean_board(self) -> str:
        lines = text.clean_paragraph(self.cleaned_data["board"], 2000).split("\n")
        members = [text.clean_name(line, 120) for line in lines if line.strip()]
        if len(members) > MOST_MEMBERS:
            raise ValidationError(
                f"هیئت مدیره حداکثر {persian_digits(MOST_MEMBERS)} عضو می‌پذیرد؛ "
                f"{persian_digits(len(members))} سطر نوشته شده است. هر عضو را در یک سطر بنویسید.",
                code="too_many",
            )
        return "\n".join(members)


def _short_number(typed: str, label: str) -> str:
    digits = text.number_text(typed, label)
    if not digits.isdigit() or len(digits) > MOST_DIGITS:
        raise ValidationError(
            f"{label} حداکثر {persian_digits(MOST_DIGITS)} رقم است؛ {persian_digits(len(digits))} رقم وارد شده است.",
            code="too_long",
        )
    return digits


def read_legal(business: Business) -> dict[str, Any]:
    try:
        legal = business.legal_person
    except ObjectDoesNotExist:
        return {}
    numbers = {name: persian_digits(getattr(legal, name)) for name in _NUMBERS}
    return {name: getattr(legal, name) for name in _COLUMNS} | numbers
