"""The sections of the form: which questions stand together on one page. Which of them a person sees is data
(`Requirement.sections`); what each asks is a form here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from applications.models import Business
from applications.web import section_forms
from enamad_portal.kernel.forms import PortalForm


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    hint: str
    form: type[PortalForm]
    read: Callable[[Business], dict[str, Any]]
    """The form's initial values from the stored business."""


def _columns(*names: str) -> Callable[[Business], dict[str, Any]]:
    return lambda business: {name: getattr(business, name) for name in names}


SECTIONS: dict[str, Section] = {
    section.key: section
    for section in (
        Section(
            "shop",
            "فروشگاه و دامنه",
            "نام فروشگاه و نشانی اینترنتی آن",
            section_forms.ShopForm,
            section_forms.read_shop,
        ),
        Section(
            "activity",
            "زمینه فعالیت",
            "رسته و نحوه فروش",
            section_forms.ActivityForm,
            _columns("activity", "sale_method"),
        ),
        Section(
            "contact",
            "راه‌های تماس",
            "ایمیل، شهر و ساعات پاسخ‌گویی",
            section_forms.ContactForm,
            _columns("email", "province", "city", "answering_hours"),
        ),
        Section(
            "turnover", "حجم فروش", "تراکنش و گردش ماهانه", section_forms.TurnoverForm, section_forms.read_turnover
        ),
    )
}


def title_of(key: str) -> str:
    return SECTIONS[key].title
