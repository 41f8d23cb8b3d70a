"""The answers of a draft as people read them back."""

from typing import Any

from django.urls import reverse

from applications.models import Application
from applications.sections import SECTIONS
from enamad_portal.kernel.fetch.hosts import canonical_host
from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.iran.text import persian_digits, persian_money

LATIN = frozenset({"name_latin", "domain", "email"})
LABELS = {
    "name_fa": "نام فارسی",
    "name_latin": "نام لاتین",
    "domain": "دامنه",
    "activity": "رسته فعالیت",
    "sale_method": "نحوه فروش",
    "email": "ایمیل",
    "province": "استان",
    "city": "شهر",
    "answering_hours": "ساعات پاسخ‌گویی",
    "monthly_transactions": "تراکنش ماهانه",
    "monthly_turnover_rial": "گردش ماهانه",
}
COLUMNS = {
    "shop": ("name_fa", "name_latin", "domain"),
    "activity": ("activity", "sale_method"),
    "contact": ("email", "province", "city", "answering_hours"),
    "turnover": ("monthly_transactions", "monthly_turnover_rial"),
}


def answers_of(application: Application) -> list[dict[str, Any]]:
    """Rows of the check page: label, value, where to change it."""
    return [
        {
            "label": LABELS[column],
            "value": _shown(application, column),
            "ltr": column in LATIN,
            "change_href": reverse("applications:section", args=[application.reference, key]),
        }
        for key in application.requirement.sections
        if key in SECTIONS
        for column in COLUMNS[key]
    ]


def _shown(application: Application, column: str) -> str:
    value = getattr(application.business, column)
    if value in {None, ""}:
        return ""
    if column == "domain":
        return canonical_host(value).u_label
    if column == "province":
        return provinces.by_code(value).name
    if column == "monthly_turnover_rial":
        return persian_money(value)
    if column == "sale_method":
        return str(application.business.get_sale_method_display())
    return persian_digits(value) if isinstance(value, int) else str(value)
