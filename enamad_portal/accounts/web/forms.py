from django import forms
from django.core.exceptions import ValidationError

from enamad_portal.kernel.codes import Style, typed
from enamad_portal.kernel.forms import PortalForm
from enamad_portal.kernel.iran import phones


class MobileForm(PortalForm):
    mobile = forms.CharField(
        label="شماره تلفن همراه",
        help_text="کد ورود به این شماره پیامک می‌شود. شماره باید به نام خود شما باشد.",
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}),
    )

    def clean_mobile(self) -> str:
        return phones.parse_mobile(self.cleaned_data["mobile"])


class CodeForm(PortalForm):
    code = forms.CharField(
        label="کد ۶ رقمی",
        help_text="کدی را که پیامک شد وارد کنید. کد تا ۱۰ دقیقه معتبر است.",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
    )

    def clean_code(self) -> str:
        code = typed(self.cleaned_data["code"], Style.DIGITS)
        if len(code) != 6 or not code.isdigit():
            raise ValidationError("کد باید ۶ رقم باشد؛ آن را از پیامک رونویسی کنید.", code="code_shape")
        return code
