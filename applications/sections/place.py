"""Questions about the place of the business, its telephone, and what the evaluator needs to look at the shop."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from applications.models import Business
from applications.models.choices import Premises, Tenure
from applications.sections.fields import NameField, ParagraphField, UploadField
from enamad_portal.kernel.forms import LtrInput, NumberInput, PortalForm
from enamad_portal.kernel.iran import phones, postal_code, provinces, text
from enamad_portal.kernel.iran.form_fields import ParsedField
from enamad_portal.kernel.iran.text import persian_digits

SHORTEST_ADDRESS = 10


class PlaceForm(PortalForm):
    premises = forms.ChoiceField(
        label="نوع محل",
        choices=Premises,
        widget=forms.RadioSelect,
        help_text="کسب‌وکار خانگی هم پذیرفته است؛ «مسکونی» را برگزینید.",
    )
    tenure = forms.ChoiceField(label="مالک محل هستید یا مستأجر؟", choices=Tenure, widget=forms.RadioSelect)
    postal_code = ParsedField(
        parse=postal_code.parse,
        label="کد پستی",
        widget=NumberInput(),
        help_text="۱۰ رقم، از روی قبض یا پلاک. نامه تأیید نشانی به همین کد فرستاده می‌شود.",
    )
    address = ParagraphField(
        label="نشانی",
        longest=300,
        widget=forms.Textarea({"rows": 3, "autocomplete": "street-address"}),
        help_text=(
            "خیابان، کوچه، پلاک و واحد؛ استان و شهر را در «راه‌های تماس» نوشته‌اید. "
            "رمزنگاری می‌شود و برای اشخاص حقیقی در صفحه اعتبار نمی‌آید."
        ),
    )
    landline = ParsedField(
        parse=phones.parse_landline,
        label="تلفن ثابت",
        widget=NumberInput({"inputmode": "tel", "autocomplete": "tel"}),
        help_text="با پیش‌شماره، مانند ۰۲۱۸۸۸۸۱۲۳۴. مالکیت این خط با تماس بررسی می‌شود.",
    )

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"])
        if text.graphemes(address) < SHORTEST_ADDRESS:
            raise ValidationError(
                "نشانی برای رسیدن نامه کوتاه است؛ خیابان، کوچه، پلاک و واحد را بنویسید.", code="too_short"
            )
        return address


def read_place(business: Business) -> dict[str, Any]:
    plain = {name: getattr(business, name) for name in ("premises", "tenure", "address")}
    return plain | {
        "postal_code": persian_digits(business.postal_code),
        "landline": phones.show_landline(business.landline) if business.landline else "",
    }


def place_notices(business: Business) -> list[str]:
    """What to look at again without being stopped."""
    found = postal_code.warnings(postal_code.PostalCode(business.postal_code)) if business.postal_code else []
    if business.landline and business.province:
        found += phones.area_matches_province(phones.Landline(business.landline), business.province)
    return found


def city_notices(business: Business) -> list[str]:
    """A town that the list does not have may be right; a slip of the keyboard is more common."""
    if not business.city or provinces.is_known_city(business.city, business.province):
        return []
    name = provinces.by_code(business.province).name
    return [f"«{business.city}» در فهرست شهرهای استان {name} نیست؛ اگر نام را درست نوشته‌اید، کاری لازم نیست."]


class ShopAccountForm(PortalForm):
    needs_account = forms.ChoiceField(
        label="آیا خرید از فروشگاه شما نام کاربری می‌خواهد؟",
        choices=[("yes", "بله"), ("no", "نه، هر کسی بی حساب کاربری خرید می‌کند")],
        widget=forms.RadioSelect,
        help_text="ارزیاب باید روند خرید را تا صفحه پرداخت ببیند.",
    )
    user_name = NameField(
        label="نام کاربری آزمایشی",
        required=False,
        longest=120,
        widget=LtrInput({"autocomplete": "off"}),
        help_text="حسابی تازه بسازید؛ حساب مدیر فروشگاه را ندهید.",
    )
    password = forms.CharField(
        label="رمز حساب آزمایشی",
        required=False,
        strip=False,
        max_length=200,
        widget=LtrInput({"autocomplete": "off"}),
        help_text=(
            "رمزنگاری می‌شود، فقط ارزیاب پرونده آن را می‌بیند و پس از تصمیم پاک می‌شود. "
            "برای نگه‌داشتن رمز پیشین این جا را خالی بگذارید."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        needed = cleaned.get("needs_account") == "yes"
        name, password = cleaned.get("user_name", ""), cleaned.get("password", "") or self._kept(cleaned)
        if needed and not name and "user_name" not in self.errors:
            self.add_error("user_name", "نام کاربری آزمایشی را وارد کنید، یا پاسخ بالا را «نه» بگذارید.")
        if needed and not password and "password" not in self.errors:
            self.add_error("password", "رمز حساب آزمایشی را وارد کنید تا ارزیاب بتواند وارد فروشگاه شود.")
        return {"shop_test_account": {"user_name": name, "password": password} if needed else {}}

    def _kept(self, cleaned: dict[str, Any]) -> str:
        stored = self.initial.get("stored") or {}
        return str(stored.get("password", "")) if stored.get("user_name") == cleaned.get("user_name") else ""


def read_shop_account(business: Business) -> dict[str, Any]:
    """The password is never shown again; `stored` lets an empty box keep it. An empty account means: none is needed."""
    account = business.shop_test_account
    answered = None if account is None else "yes" if account else "no"
    return {"needs_account": answered, "user_name": account["user_name"] if account else "", "stored": account}


class LogoForm(PortalForm):
    logo = UploadField(
        pictures_only=True,
        label="نشان (لوگو)",
        required=False,
        help_text="تصویر PNG یا JPG، حداکثر ۵ مگابایت. اگر نشان ندارید، این بخش را خالی بگذارید و ادامه دهید.",
    )


def read_logo(business: Business) -> dict[str, Any]:
    return {"logo": business.logo}
