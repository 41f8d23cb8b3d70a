from django import forms

from enamad_portal.kernel.actors import STAFF_ROLES, Role
from enamad_portal.kernel.forms import CodeInput, LtrInput, PortalForm
from enamad_portal.kernel.iran import national_code
from enamad_portal.kernel.iran.form_fields import ParsedField

WHY_NATIONAL_CODE = "برای آنکه کسی درباره پرونده خودش تصمیم نگیرد. خود شماره نگه داشته نمی‌شود، فقط نشان رمزشده آن."
_ROLE_CHOICES = [(role.value, role.label) for role in Role if role in STAFF_ROLES]


class PasswordForm(PortalForm):
    username = forms.CharField(
        label="نام کاربری", max_length=40, widget=LtrInput({"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label="گذرواژه",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password", "dir": "ltr"}),
    )


class SecondFactorForm(PortalForm):
    code = forms.CharField(
        label="کد برنامه رمزساز",
        help_text="کد ۶ رقمی برنامه، یا یکی از کدهای ۸ رقمی بازیابی.",
        max_length=20,
        widget=CodeInput({"autofocus": True}, length=8),
    )


class NewStaffForm(PortalForm):
    username = forms.RegexField(
        r"^[a-z][a-z0-9._-]{2,39}$",
        label="نام کاربری",
        help_text="با حروف کوچک لاتین، رقم، نقطه و خط تیره؛ مانند m.karimi",
        error_messages={
            "invalid": "نام کاربری باید با حرف کوچک لاتین آغاز شود و ۳ تا ۴۰ نویسه از a-z، 0-9، نقطه و خط تیره باشد."
        },
        widget=LtrInput({"autocomplete": "off"}),
    )
    password = forms.CharField(
        label="گذرواژه نخست",
        help_text="دست‌کم ۱۲ نویسه؛ آن را حضوری یا با تلفن به کارمند بگویید.",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password", "dir": "ltr"}),
    )
    national_code = ParsedField(
        label="کد ملی",
        help_text=WHY_NATIONAL_CODE,
        max_length=20,
        parse=national_code.parse,
        widget=LtrInput({"autocomplete": "off", "inputmode": "numeric"}),
    )
    roles = forms.MultipleChoiceField(label="نقش‌ها", choices=_ROLE_CHOICES, widget=forms.CheckboxSelectMultiple)


class PersonForm(PortalForm):
    national_code = ParsedField(
        label="کد ملی کارمند",
        help_text=WHY_NATIONAL_CODE,
        max_length=20,
        parse=national_code.parse,
        widget=LtrInput({"autocomplete": "off", "inputmode": "numeric"}),
    )


class RolesForm(PortalForm):
    roles = forms.MultipleChoiceField(label="نقش‌ها", choices=_ROLE_CHOICES, widget=forms.CheckboxSelectMultiple)


class NewPasswordForm(PortalForm):
    password = forms.CharField(
        label="گذرواژه تازه",
        help_text="دست‌کم ۱۲ نویسه؛ نشست‌های باز این حساب پایان می‌یابد.",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password", "dir": "ltr"}),
    )
