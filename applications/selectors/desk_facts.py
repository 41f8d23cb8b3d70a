"""The facts of a case as an officer reads them: personal data masked until revealed one by one (PII-4)."""

from collections.abc import Callable
from dataclasses import dataclass

from applications.models import Application
from applications.services.test_account import FIELD as TEST_ACCOUNT
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.iran import national_code, phones, provinces
from enamad_portal.kernel.iran.text import persian_digits, persian_money


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    field: str = ""
    """Name for the reveal; empty where nothing is hidden."""
    ltr: bool = False
    shown: bool = False


@dataclass(frozen=True, slots=True)
class _Masked:
    field: str
    label: str
    read: Callable[[Application], str]
    mask: Callable[[str], str]
    ltr: bool = True


def mask_email(address: str) -> str:
    """m•••@example.ir: the domain matters to the check, the name does not."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


def mask_words(text: str) -> str:
    """The first letter of each word."""
    return " ".join(f"{word[:1]}•••" for word in text.split())


_MASKED = (
    _Masked("name", "متقاضی", lambda case: case.business.owner.full_name, mask_words, ltr=False),
    _Masked("national_code", "کد ملی", lambda case: case.business.owner.national_code, national_code.mask),
    _Masked(
        "birth_date",
        "تاریخ تولد",
        lambda case: jalali.long_date(case.business.owner.birth_date),
        lambda _text: "••••",
        ltr=False,
    ),
    _Masked("mobile", "تلفن همراه", lambda case: case.business.owner.user.mobile or "", phones.mask_mobile),
    _Masked("email", "ایمیل", lambda case: case.business.email, mask_email),
    _Masked("landline", "تلفن ثابت", lambda case: case.business.landline, phones.mask_landline),
    _Masked(
        "postal_code", "کد پستی", lambda case: case.business.postal_code, lambda code: f"{code[:3]}•••••{code[-2:]}"
    ),
    _Masked("address", "نشانی", lambda case: case.business.address, lambda _text: "••••••••", ltr=False),
)
_UNMASKED = {"mobile": phones.show_mobile, "landline": phones.show_landline}


def field_label(field: str) -> str:
    """What a reveal's field is called."""
    labels = {row.field: row.label for row in _MASKED} | {TEST_ACCOUNT: "حساب آزمایشی فروشگاه"}
    return labels.get(field, field)


def facts_of_case(application: Application, shown: str = "") -> list[Fact]:
    """Open facts first, then the masked ones; `shown` names the one that was just revealed."""
    return [*_open_facts(application), *(fact for row in _MASKED if (fact := _fact(application, row, shown)))]


def _fact(application: Application, row: _Masked, shown: str) -> Fact | None:
    value = row.read(application)
    if not value:
        return None
    is_shown = row.field == shown
    text = _UNMASKED.get(row.field, str)(value) if is_shown else row.mask(value)
    return Fact(row.label, text, row.field, row.ltr, is_shown)


def _open_facts(application: Application) -> list[Fact]:
    business = application.business
    province = provinces.by_code(business.province).name if business.province else ""
    rows = [
        ("نوع شخص", business.get_person_type_display()),
        ("حالت", business.get_mode_display()),
        ("نام فارسی", business.name_fa),
        ("نام لاتین", business.name_latin),
        ("رسته", str(business.activity or "")),
        ("نحوه فروش", business.get_sale_method_display()),
        ("نوع محل", business.get_premises_display()),
        ("شهر", "، ".join(part for part in (province, business.city) if part)),
        ("ساعات پاسخ‌گویی", persian_digits(business.answering_hours)),
        ("تراکنش ماهانه", persian_digits(business.monthly_transactions) if business.monthly_transactions else ""),
        ("گردش ماهانه", persian_money(business.monthly_turnover_rial) if business.monthly_turnover_rial else ""),
    ]
    return [Fact(label, str(value)) for label, value in rows if value]
