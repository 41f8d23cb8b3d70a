"""The answers of a draft as people read them back: labels and choices come from the forms that asked."""

from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse

from applications.models import Application
from applications.sections import SECTIONS, Section
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.documents import Document
from enamad_portal.kernel.fetch.form_fields import HostField
from enamad_portal.kernel.forms import LtrInput, NumberInput
from enamad_portal.kernel.iran.text import persian_digits


def answers_of(application: Application) -> list[dict[str, Any]]:
    """Rows of the check page: label, value, where to change it."""
    return [
        {
            "label": field.label,
            "value": shown(field),
            "host": isinstance(field.field, HostField),
            "ltr": isinstance(field.field.widget, LtrInput | NumberInput),
            "change_href": reverse("applications:section", args=[application.reference, section.key]),
        }
        for section in _sections(application)
        for field in section.form(initial=section.read(application.business))
        if field.name != "password"
    ]


def notices_of(application: Application) -> list[str]:
    """What the person should look at again before submitting."""
    return [text for section in _sections(application) for text in section.notices(application.business)]


def _sections(application: Application) -> list[Section]:
    return [SECTIONS[key] for key in application.requirement.sections]


def shown(field: BoundField) -> str:
    """The stored answer of a field as people read it; empty when there is none."""
    value = field.initial
    if value in {None, ""}:
        return ""
    if isinstance(field.field, forms.ChoiceField) and not isinstance(field.field, forms.ModelChoiceField):
        return str(dict(field.field.choices).get(value, value))  # type: ignore[arg-type]
    if isinstance(value, date):
        return jalali.long_date(value)
    if isinstance(value, Document):
        return value.name
    return persian_digits(value) if isinstance(value, int) else "؛ ".join(str(value).split("\n"))
