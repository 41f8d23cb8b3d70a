"""Forms as the portal shows them: one renderer, one base class, messages that name the field, and four widgets.

The widgets and fields of dates are in `kernel.calendar.form_fields`, parsed text boxes in `kernel.iran.form_fields`.

Digits and Persian letters are normalised there, not here.
"""

import re
from collections.abc import Mapping
from itertools import chain
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict

from enamad_portal.kernel.iran.text import persian_digits


class PortalFormRenderer(TemplatesSetting):
    """Setting FORM_RENDERER: fields and forms come from templates/components/."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class PortalBoundField(BoundField):
    """A field as components/field.html needs it."""

    @property
    def kind(self) -> str:
        """One of near-date, choices, checkbox, parts, file, other."""
        if "data-jalali-date" in self.field.widget.attrs:
            return "near-date"
        kinds: tuple[tuple[tuple[type[forms.Widget], ...], str], ...] = (
            ((forms.RadioSelect, forms.CheckboxSelectMultiple), "choices"),
            ((forms.CheckboxInput,), "checkbox"),
            ((forms.MultiWidget,), "parts"),
            ((forms.FileInput,), "file"),
        )
        return next((kind for types, kind in kinds if isinstance(self.field.widget, types)), "other")

    @property
    def anchor(self) -> str:
        """The id that a link of the error summary points to: the control, or the first of several."""
        if not self.use_fieldset:
            return str(self.id_for_label)
        first, *_ = getattr(self.field.widget, "suffixes", ("0",))
        return f"{self.auto_id}_{first}"

    @property
    def before(self) -> str:
        return self._affixes()[0]

    @property
    def after(self) -> str:
        return self._affixes()[1]

    def _affixes(self) -> tuple[str, str]:
        affixes: Mapping[str, tuple[str, str]] = getattr(self.form, "affixes", {})
        return affixes.get(self.name, ("", ""))


class NamedErrors:
    """Mixed into a form: every message speaks Persian and names its field."""

    fields: dict[str, forms.Field]

    def add_error(self, field: Any, error: Any) -> None:
        """Add the error with its numbers in Persian digits; one that does not name its field is led by its label."""
        error = error if isinstance(error, ValidationError) else ValidationError(error)
        _persian_params(error)
        if field is not None and not hasattr(error, "error_dict"):
            label = str(self.fields[field].label or "")
            for leaf in error.error_list:
                if not says_the_name(str(leaf.message), label):
                    leaf.message = f"{label}: {leaf.message}"
        super().add_error(field, error)  # type: ignore[misc] # of the form it is mixed into


class PortalForm(NamedErrors, forms.Form):
    """Base of every form for people: Persian messages that name the field, the rule and the cure.

    `affixes` maps a field's name to what stands before and after its box: {"domain": ("https://", "")}.
    """

    required_css_class = "field--required"
    use_required_attribute = False
    bound_field_class = PortalBoundField
    affixes: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name_the_field(field)


def says_the_name(message: str, label: str) -> bool:
    """Whether the message holds a word of the field's label."""
    words = [word for word in re.findall(r"[\w\u200c]+", label) if word not in _SMALL_WORDS]
    return not words or any(word in message for word in words)


_SMALL_WORDS = frozenset({"از", "به", "تا", "در", "را", "که", "با", "بی", "و", "یا", "این", "آن", "شما", "می", "است"})
_SMALL_WORDS |= {"چه", "کدام", "هر", "برای", "نام", "متن"}
"""Words that stand in any sentence and name nothing."""


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the fields of a POST, however few, and nothing on the way in."""
    return request.POST if request.method == "POST" else None


def name_the_field(field: forms.Field) -> None:
    """Replace Django's own messages by ours; a message written for this field, or by its class, stays."""
    label = str(field.label or "این بخش")
    stock = _stock_messages(field)
    for code, text in _messages(field, label).items():
        if field.error_messages.get(code) is stock.get(code):
            field.error_messages[code] = text


def _stock_messages(field: forms.Field) -> dict[str, Any]:
    stock: dict[str, Any] = {}
    for base in reversed(type(field).__mro__):
        if base.__module__.startswith("django."):
            stock |= base.__dict__.get("default_error_messages", {})
    return stock


def _messages(field: forms.Field, label: str) -> dict[str, str]:
    texts = {
        "required": f"{label} را وارد کنید.",
        "max_length": f"{label} باید حداکثر %(limit_value)s نویسه باشد؛ %(show_value)s نویسه وارد شده است.",
        "min_length": f"{label} باید دست‌کم %(limit_value)s نویسه باشد؛ %(show_value)s نویسه وارد شده است.",
        "max_value": f"{label} نباید از %(limit_value)s بیشتر باشد؛ %(show_value)s وارد شده است.",
        "min_value": f"{label} نباید از %(limit_value)s کمتر باشد؛ %(show_value)s وارد شده است.",
        "null_characters_not_allowed": f"در {label} نویسه‌ای پنهان هست؛ متن را دوباره تایپ کنید و از جایی کپی نکنید.",
    }
    for kind, more in _MESSAGES_BY_KIND:
        if isinstance(field, kind):
            texts |= {code: text.replace("{label}", label) for code, text in more.items()}
    if label.endswith("؟"):
        texts["required"] = f"به پرسش «{label}» پاسخ دهید."
        texts["invalid_choice"] = f"به پرسش «{label}» با یکی از گزینه‌های همین فهرست پاسخ دهید."
    return texts


_MESSAGES_BY_KIND: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (forms.IntegerField, {"invalid": "{label} باید عدد درست باشد؛ تنها رقم بنویسید."}),
    (forms.EmailField, {"invalid": "{label} باید نشانی کامل ایمیل باشد، مانند name@example.ir."}),
    (forms.URLField, {"invalid": "{label} باید نشانی کامل باشد، مانند https://example.ir."}),
    (forms.BooleanField, {"required": "برای ادامه باید «{label}» را بپذیرید."}),
    (
        forms.ChoiceField,
        {
            "required": "{label} را انتخاب کنید.",
            "invalid_choice": "{label} باید یکی از گزینه‌های همین فهرست باشد؛ یکی را انتخاب کنید.",
            "invalid_list": "{label} باید از گزینه‌های همین فهرست باشد؛ دوباره انتخاب کنید.",
        },
    ),
    (
        forms.FileField,
        {
            "required": "پروندهٔ «{label}» را برگزینید.",
            "missing": "پروندهٔ «{label}» نرسید؛ آن را دوباره برگزینید و بفرستید.",
            "invalid": "پروندهٔ «{label}» نرسید؛ آن را دوباره برگزینید و بفرستید.",
            "empty": "پروندهٔ «{label}» خالی است؛ پرونده‌ای را برگزینید که باز می‌شود.",
            "max_length": "نام پروندهٔ «{label}» باید حداکثر %(max)s نویسه باشد؛ %(length)s نویسه دارد.",
        },
    ),
    (
        forms.ImageField,
        {"invalid_image": "پروندهٔ «{label}» تصویر نیست یا آسیب دیده است؛ یک تصویر JPEG یا PNG برگزینید."},
    ),
)


class _PersianInt(int):
    """A number that stays one for plural rules and reads as Persian in a message; thousands parted from 10,000 on."""

    def __str__(self) -> str:
        plain = int(self)
        return persian_digits(f"{plain:,}".replace(",", "٬") if abs(plain) >= 10_000 else plain)


def _persian_params(error: ValidationError) -> None:
    groups = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
    for leaf in chain.from_iterable(groups):
        if leaf.params:
            leaf.params = {
                key: _PersianInt(value) if type(value) is int else value for key, value in leaf.params.items()
            }


class LtrInput(forms.TextInput):
    """Box for what people copy: domains, codes, addresses of mail."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"} | (attrs or {}))


class NumberInput(forms.TextInput):
    """Box for a number that is an identity, not an amount: digits of any keyboard, no spinner."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"} | (attrs or {}))


class CodeInput(forms.TextInput):
    """Box for a code sent by message: one box, so that it can be pasted and filled in by the phone."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, length: int = 6) -> None:
        own = {
            "class": "code-box",
            "dir": "ltr",
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "maxlength": length * 2,  # room for spaces and hyphens of a pasted code
        }
        super().__init__(own | (attrs or {}))


class UploadInput(forms.FileInput):
    """File with preview and camera. `max_bytes` warns before sending; the server decides."""

    template_name = "components/file_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, max_bytes: int = 0) -> None:
        own = {"accept": ".pdf,.jpg,.jpeg,.png"} | ({"data-max-bytes": max_bytes} if max_bytes else {})
        super().__init__(own | (attrs or {}))
