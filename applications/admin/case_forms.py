from collections.abc import Sequence
from typing import Any

from django import forms

from applications.lifecycle import State
from applications.sections.fields import ParagraphField
from applications.verification.reasons import Reason, composed
from enamad_portal.kernel.calendar.form_fields import JalaliDateField
from enamad_portal.kernel.forms import PortalForm


class QueueForm(PortalForm):
    words = forms.CharField(label="شماره پیگیری، دامنه یا نام فروشگاه", max_length=80, required=False)
    state = forms.ChoiceField(
        label="وضعیت",
        required=False,
        choices=[("", "همه"), *((state.value, state.label) for state in State if state != State.DRAFT)],
    )
    holder = forms.IntegerField(label="نزد", required=False)
    since = JalaliDateField(label="ثبت از", required=False)
    until = JalaliDateField(label="ثبت تا", required=False)


class _Reasons(forms.MultipleChoiceField):
    """Wanted, but the text may stand for them: the form asks for one of the two."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class DecisionForm(PortalForm):
    """Reasons to tick, and the text they become; the text is what is sent."""

    reasons = _Reasons(label="دلیل‌ها", widget=forms.CheckboxSelectMultiple)
    text = ParagraphField(
        label="متن برای متقاضی",
        help_text="از دلیل‌ها ساخته می‌شود؛ ویرایش کنید یا بی دلیلِ فهرست خودتان بنویسید. داده شخصی ننویسید.",
        longest=4000,
        required=False,
        widget=forms.Textarea({"rows": 7}),
    )

    composed = forms.CharField(required=False, widget=forms.HiddenInput)
    """Set by a script that has put the ticked sentences into the text as they were ticked."""

    def __init__(self, *args: Any, reasons: Sequence[Reason], text_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._text_needed = text_needed
        choices = self.fields["reasons"]
        assert isinstance(choices, forms.MultipleChoiceField)
        choices.choices = [(reason.code, reason.label) for reason in reasons]
        if not reasons:
            del self.fields["reasons"]
        if not text_needed:
            self.fields["text"].label = "یادداشت"
            self.fields["text"].help_text = "در تاریخچه پرونده می‌ماند."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned.setdefault("reasons", [])
        if self._text_needed and not cleaned["reasons"] and not cleaned.get("text", "").strip():
            self.add_error("text", "دست‌کم یک دلیل را برگزینید یا متن را بنویسید؛ متقاضی باید بداند چرا.")
        return cleaned

    def drafted(self) -> str:
        """The text to look at before it is sent: what was written, and where no script did it the ticked sentences."""
        text: str = self.cleaned_data["text"]
        if self.cleaned_data.get("composed"):
            return text
        lacking = (line for line in composed(self.cleaned_data["reasons"]).splitlines() if line not in text)
        return "\n".join(line for line in (text.rstrip(), *lacking) if line)
