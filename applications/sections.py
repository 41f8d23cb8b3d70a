"""The sections of the form: which questions stand together on one page. Which of them a person sees is data
(`Requirement.sections`); what each asks is a form here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from applications.models import Business
from applications.models.choices import SectionKey
from applications.web import legal_forms, place_forms, section_forms
from enamad_portal.kernel.forms import PortalForm


@dataclass(frozen=True, slots=True)
class Section:
    key: SectionKey
    hint: str
    form: type[PortalForm]
    read: Callable[[Business], dict[str, Any]]
    """The form's initial values from the stored business."""
    notices: Callable[[Business], list[str]] = lambda _business: []
    """What the person should look at again; stops nobody."""

    @property
    def title(self) -> str:
        return str(self.key.label)


def _columns(*names: str) -> Callable[[Business], dict[str, Any]]:
    return lambda business: {name: getattr(business, name) for name in names}


SECTIONS: dict[str, Section] = {
    section.key.value: section
    for section in (
        Section(
            SectionKey.SHOP,
            "نام فروشگاه و نشانی اینترنتی آن",
            section_forms.ShopForm,
            section_forms.read_shop,
        ),
        Section(
            SectionKey.ACTIVITY,
            "رسته و نحوه فروش",
            section_forms.ActivityForm,
            _columns("activity", "sale_method"),
        ),
        Section(
            SectionKey.CONTACT,
            "ایمیل، شهر و ساعات پاسخ‌گویی",
            section_forms.ContactForm,
            _columns("email", "province", "city", "answering_hours"),
            place_forms.city_notices,
        ),
        Section(SectionKey.TURNOVER, "تراکنش و گردش ماهانه", section_forms.TurnoverForm, section_forms.read_turnover),
        Section(SectionKey.VOLUME, "تراکنش و گردش ماهانه", section_forms.VolumeForm, section_forms.read_turnover),
        Section(
            SectionKey.LEGAL,
            "مشخصات ثبتی شرکت، مدیران و امضادار",
            legal_forms.LegalForm,
            legal_forms.read_legal,
        ),
        Section(
            SectionKey.PLACE,
            "نوع محل، کد پستی، نشانی و تلفن",
            place_forms.PlaceForm,
            place_forms.read_place,
            place_forms.place_notices,
        ),
        Section(
            SectionKey.SHOP_ACCOUNT,
            "برای دیدن روند خرید",
            place_forms.ShopAccountForm,
            place_forms.read_shop_account,
        ),
        Section(SectionKey.LOGO, "اختیاری", place_forms.LogoForm, place_forms.read_logo),
    )
}


def section_asking(field: str, among: Iterable[str]) -> str:
    """The section of a case where this answer is changed; empty when none of them asks for it."""
    return next((key for key in among if key in SECTIONS and field in SECTIONS[key].form.base_fields), "")
