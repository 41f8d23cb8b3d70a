"""The sections of the form: which questions stand together on one page. Which of them a person sees is data
(`Requirement.sections`); what each asks is a form here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import FileField

from applications.models import Business
from applications.models.choices import SectionKey
from applications.sections import business, legal, place
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
    secret: frozenset[str] = frozenset()
    """Boxes that are never kept as a draft."""

    @property
    def title(self) -> str:
        return str(self.key.label)

    @property
    def kept(self) -> tuple[str, ...]:
        """Boxes whose text may be kept before it is saved."""
        fields = self.form.base_fields.items()
        return tuple(name for name, field in fields if name not in self.secret and not isinstance(field, FileField))

    def boxes(self, business: Business) -> dict[str, str]:
        """What the boxes say when there is no draft."""
        form = self.form(initial=self.read(business))
        values = {name: form[name].value() for name in self.kept}
        return {name: "" if value is None else str(value) for name, value in values.items()}


def _columns(*names: str) -> Callable[[Business], dict[str, Any]]:
    return lambda business: {name: getattr(business, name) for name in names}


SECTIONS: dict[str, Section] = {
    section.key.value: section
    for section in (
        Section(
            SectionKey.SHOP,
            "نام فروشگاه و نشانی اینترنتی آن",
            business.ShopForm,
            business.read_shop,
        ),
        Section(
            SectionKey.ACTIVITY,
            "رسته و نحوه فروش",
            business.ActivityForm,
            _columns("activity", "sale_method"),
        ),
        Section(
            SectionKey.CONTACT,
            "ایمیل، شهر و ساعات پاسخ‌گویی",
            business.ContactForm,
            _columns("email", "province", "city", "answering_hours"),
            place.city_notices,
        ),
        Section(SectionKey.TURNOVER, "تراکنش و گردش ماهانه", business.TurnoverForm, business.read_turnover),
        Section(SectionKey.VOLUME, "تراکنش و گردش ماهانه", business.VolumeForm, business.read_turnover),
        Section(
            SectionKey.LEGAL,
            "مشخصات ثبتی شرکت، مدیران و امضادار",
            legal.LegalForm,
            legal.read_legal,
        ),
        Section(
            SectionKey.PLACE,
            "نوع محل، کد پستی، نشانی و تلفن",
            place.PlaceForm,
            place.read_place,
            place.place_notices,
        ),
        Section(
            SectionKey.SHOP_ACCOUNT,
            "برای دیدن روند خرید",
            place.ShopAccountForm,
            place.read_shop_account,
            secret=frozenset({"password"}),
        ),
        Section(SectionKey.LOGO, "اختیاری", place.LogoForm, place.read_logo),
    )
}


def section_asking(field: str, among: Iterable[str]) -> str:
    """The section of a case where this answer is changed; empty when none of them asks for it."""
    return next((key for key in among if key in SECTIONS and field in SECTIONS[key].form.base_fields), "")
