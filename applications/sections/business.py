"""Questions of the applicant's form, a class for each page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from applications import policy
from applications.models import Activity, Business
from applications.models.choices import SaleMethod
from applications.sections.fields import NameField, WholeField
from enamad_portal.kernel import clock
from enamad_portal.kernel.fetch.form_fields import HostField
from enamad_portal.kernel.fetch.hosts import readable
from enamad_portal.kernel.forms import LtrInput, PortalForm
from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.iran.text import persian_digits

RIAL_PER_MILLION_TOMAN = 10_000_000
MOST = 1_000_000


def read_shop(business: Business) -> dict[str, Any]:
    names = {"name_fa": business.name_fa, "name_latin": business.name_latin}
    return names | {"domain": readable(business.domain)}


class ShopForm(PortalForm):
    name_fa = NameField(label="نام فارسی فروشگاه", longest=80, help_text="همان نامی که خریداران روی سایت می‌بینند.")
    name_latin = NameField(
        label="نام لاتین فروشگاه", longest=80, widget=LtrInput(), help_text="برای نمایش در فهرست‌های انگلیسی."
    )
    domain = HostField(
        label="دامنه",
        max_length=300,
        help_text="نشانی اصلی فروشگاه، بدون www. نماد فقط برای همین دامنه صادر می‌شود.",
    )

    def clean_name_fa(self) -> str:
        name = str(self.cleaned_data["name_fa"])
        if not any("\u0600" <= character <= "\u06ff" for character in name):
            raise ValidationError("نام فارسی را به خط فارسی بنویسید؛ نام لاتین جای جداگانه دارد.", code="not_persian")
        return name

    def clean_name_latin(self) -> str:
        name = str(self.cleaned_data["name_latin"])
        if not name.isascii():
            raise ValidationError("نام لاتین را با حروف انگلیسی بنویسید، مانند Golestan Shop.", code="not_latin")
        return name

    def clean_domain(self) -> str:
        return str(self.cleaned_data["domain"]).removeprefix("www.")


class ActivityForm(PortalForm):
    activity = forms.ModelChoiceField(
        label="رسته فعالیت",
        queryset=Activity.objects.all(),
        empty_label="برگزینید",
        help_text="نزدیک‌ترین رسته به کالا یا خدمت اصلی شما.",
    )
    sale_method = forms.ChoiceField(
        label="نحوه فروش",
        choices=SaleMethod,
        widget=forms.RadioSelect,
        help_text="اگر کالای خودتان را می‌فروشید «مستقیم»، و اگر جای فروش دیگران هستید «غیرمستقیم».",
    )


class CityInput(forms.TextInput):
    """A box that offers the cities of the chosen province; a town that the list does not have is simply typed."""

    template_name = "components/city_input.html"
    cities: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__({"list": "cities", "autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"cities": self.cities}


class ContactForm(PortalForm):
    email = forms.EmailField(
        label="ایمیل",
        max_length=200,
        widget=LtrInput(attrs={"inputmode": "email", "autocomplete": "email"}),
        help_text="کد تأیید به همین نشانی فرستاده می‌شود.",
    )
    province = forms.ChoiceField(
        label="استان",
        choices=[("", "برگزینید"), *provinces.choices()],
        widget=forms.Select({"hx-get": reverse_lazy("applications:cities"), "hx-target": "#cities"}),
    )
    city = NameField(
        label="شهر",
        longest=60,
        widget=CityInput(),
        help_text="از فهرست شهرهای استان برگزینید یا بنویسید. در صفحه اعتبار نماد فقط نام شهر نشان داده می‌شود.",
    )
    answering_hours = NameField(label="ساعات پاسخ‌گویی", longest=120, help_text="برای نمونه: شنبه تا چهارشنبه، ۹ تا ۱۷.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = self.fields["city"].widget
        assert isinstance(widget, CityInput)
        widget.cities = provinces.city_names(str(self["province"].value() or ""))

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


def read_turnover(business: Business) -> dict[str, Any]:
    turnover = business.monthly_turnover_rial
    return {
        "monthly_transactions": None
        if business.monthly_transactions is None
        else persian_digits(business.monthly_transactions),
        "turnover_million_toman": None if turnover is None else persian_digits(turnover // RIAL_PER_MILLION_TOMAN),
    }


class VolumeForm(PortalForm):
    monthly_transactions = WholeField(
        label="شمار تراکنش‌های ماهانه",
        noun="شمار تراکنش‌های ماهانه",
        most=MOST,
        help_text="میانگین سفارش‌های پرداخت‌شده در یک ماه. اگر تازه آغاز کرده‌اید ۰ بنویسید.",
    )
    turnover_million_toman = WholeField(
        label="گردش ماهانه (میلیون تومان)",
        noun="گردش ماهانه",
        most=MOST,
        help_text="مجموع فروش یک ماه به میلیون تومان، بدون اعشار.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = dict(super().clean() or {})
        transactions = cleaned.get("monthly_transactions")
        millions = cleaned.pop("turnover_million_toman", None)
        if transactions is None or millions is None:
            return cleaned
        return cleaned | {"monthly_turnover_rial": millions * RIAL_PER_MILLION_TOMAN}


class TurnoverForm(VolumeForm):
    """The micro cap holds for the holder over all his domains (T2); here it is asked for this one."""

    def clean(self) -> dict[str, Any]:
        cleaned, day = super().clean(), clock.today()
        if "monthly_turnover_rial" not in cleaned:
            return cleaned
        transactions = cleaned["monthly_transactions"]
        if not policy.within_micro_cap(transactions, cleaned["monthly_turnover_rial"], day):
            most = persian_digits(policy.limit("micro_transactions_per_month", day))
            cap = persian_digits(policy.limit("micro_turnover_rial_per_month", day) // RIAL_PER_MILLION_TOMAN)
            raise ValidationError(
                f"کسب‌وکار خرد باید کمتر از {most} تراکنش و کمتر از {cap} میلیون تومان در ماه داشته باشد؛ "
                "با این حجم باید نماد معمولی بگیرید.",
                code="over_micro_cap",
            )
        return cleaned
