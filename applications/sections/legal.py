"""Questions about a legal person: what the official gazette says, and who speaks for it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError

from applications.models import Business
from applications.models.choices import Capacity
from applications.sections.fields import DigitsField, NameField, ParagraphField
from enamad_portal.kernel import clock
from enamad_portal.kernel.calendar.form_fields import EXAMPLE, JalaliDateField
from enamad_portal.kernel.forms import NumberInput, PortalForm
from enamad_portal.kernel.iran import legal_id, national_code
from enamad_portal.kernel.iran.form_fields import ParsedField
from enamad_portal.kernel.iran.text import persian_digits

MOST_DIGITS = 10
MOST_MEMBERS = 15
_COLUMNS = ("registered_name", "gazette_date", "director_name", "capacity", "board")
_NUMBERS = ("legal_id", "registration_number", "gazette_number", "director_national_code")


class LegalForm(PortalForm):
    registered_name = NameField(
        label="نام ثبتی", longest=120, help_text="همان‌گونه که در آگهی تأسیس یا آخرین تغییرات آمده است."
    )
    legal_id = ParsedField(
        parse=legal_id.parse,
        label="شناسه ملی",
        widget=NumberInput(),
        help_text="۱۱ رقم؛ با آن از اداره ثبت شرکت‌ها می‌پرسیم.",
    )
    registration_number = DigitsField(label="شماره ثبت", most_digits=MOST_DIGITS)
    gazette_number = DigitsField(
        label="شماره روزنامه رسمی", most_digits=MOST_DIGITS, help_text="شماره آخرین آگهی تغییرات مدیران."
    )
    gazette_date = JalaliDateField(
        label="تاریخ روزنامه رسمی",
        error_messages={"required": f"تاریخ روزنامه رسمی را وارد کنید؛ مانند {EXAMPLE}."},
    )
    director_name = NameField(label="نام و نام خانوادگی مدیرعامل", longest=80)
    director_national_code = ParsedField(
        parse=national_code.parse,
        label="کد ملی مدیرعامل",
        widget=NumberInput(),
        help_text="از اداره ثبت می‌پرسیم که مدیر همین شرکت باشد؛ رمزنگاری می‌شود.",
    )
    capacity = forms.ChoiceField(
        label="شما در شرکت چه سمتی دارید؟",
        choices=Capacity,
        widget=forms.RadioSelect,
        help_text="نماینده باید وکالت‌نامه یا معرفی‌نامه را در مدارک بفرستد.",
    )
    board = ParagraphField(
        label="اعضای هیئت مدیره",
        longest=1500,
        widget=forms.Textarea({"rows": 5}),
        help_text="هر عضو در یک سطر: نام و نام خانوادگی، سمت. برای نمونه: سارا کریمی، رئیس هیئت مدیره",
    )

    def clean_gazette_date(self) -> date:
        day: date = self.cleaned_data["gazette_date"]
        if day > clock.today():
            raise ValidationError(
                "تاریخ روزنامه رسمی نمی‌تواند پس از امروز باشد؛ سال و ماه را بررسی کنید.", code="future"
            )
        return day

    def clean_board(self) -> str:
        members = [line for line in self.cleaned_data["board"].split("\n") if line]
        if len(members) > MOST_MEMBERS:
            raise ValidationError(
                f"هیئت مدیره حداکثر {persian_digits(MOST_MEMBERS)} عضو می‌پذیرد؛ "
                f"{persian_digits(len(members))} سطر نوشته شده است. هر عضو را در یک سطر بنویسید.",
                code="too_many",
            )
        return "\n".join(members)


def read_legal(business: Business) -> dict[str, Any]:
    try:
        legal = business.legal_person
    except ObjectDoesNotExist:
        return {}
    numbers = {name: persian_digits(getattr(legal, name)) for name in _NUMBERS}
    return {name: getattr(legal, name) for name in _COLUMNS} | numbers
