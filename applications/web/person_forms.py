"""Who the applicant is, and which kind of badge is asked for."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from applications import policy
from applications.models import Requirement
from enamad_portal.kernel import clock
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.form_fields import MemorableDateField
from enamad_portal.kernel.forms import NumberInput, PortalForm
from enamad_portal.kernel.iran import national_code, text
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.templatetags.persian import toman


class PersonForm(PortalForm):
    first_name = forms.CharField(label="نام", max_length=80, help_text="همان‌گونه که در کارت ملی نوشته شده است.")
    last_name = forms.CharField(label="نام خانوادگی", max_length=80)
    national_code = forms.CharField(
        label="کد ملی",
        max_length=30,
        widget=NumberInput(),
        help_text="برای تطبیق با ثبت احوال؛ رمزنگاری می‌شود و در صفحه‌های عمومی نمی‌آید.",
    )
    birth_date = MemorableDateField(label="تاریخ تولد")

    def clean_first_name(self) -> str:
        return text.clean_name(self.cleaned_data["first_name"], 60)

    def clean_last_name(self) -> str:
        return text.clean_name(self.cleaned_data["last_name"], 60)

    def clean_national_code(self) -> str:
        return national_code.parse(self.cleaned_data["national_code"])

    def clean_birth_date(self) -> date:
        born: date = self.cleaned_data["birth_date"]
        today = clock.today()
        age = policy.limit("min_age", today)
        if born > today:
            raise ValidationError("تاریخ تولد نمی‌تواند پس از امروز باشد؛ سال را بررسی کنید.", code="future")
        if jalali.add_months(born, 12 * age) > today:
            message = f"متقاضی باید دست‌کم {persian_digits(age)} سال داشته باشد."
            raise ValidationError(message, code="too_young")
        return born


class KindForm(PortalForm):
    """Every kind that is offered today, with what it costs, brings and takes."""

    kind = forms.ChoiceField(label="چه نمادی می‌خواهید؟", widget=forms.RadioSelect)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        rows = policy.offered_requirements(today)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(f"{row.person_type}/{row.mode}", _kind_label(row, today)) for row in rows]


def _kind_label(row: Requirement, today: date) -> str:
    fee = policy.fee(row.fee_kind, today)
    months = policy.limit(row.validity_limit, today)
    return format_html(
        '{}<br><span class="soft small">{}، {}، اعتبار {} ماه{}</span>',
        str(row),
        f"تعرفه {toman(fee.amount_rial)}" if fee.amount_rial else "بی تعرفه",
        f"{persian_digits(row.stars)} ستاره" if row.stars else "بدون ستاره",
        persian_digits(months),
        f"، زمان معمول: {row.usual_time}" if row.usual_time else "",
    )
