"""Form fields whose messages name their own box: names, paragraphs and whole numbers as the sections ask for them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from enamad_portal.kernel.forms import NumberInput, UploadInput
from enamad_portal.kernel.iran import text
from enamad_portal.kernel.iran.text import persian_digits
from enamad_portal.kernel.uploads import Kind
from enamad_portal.kernel.uploads.refusals import megabytes, refusal


class NameField(forms.CharField):
    """One line of text, made safe; `longest` counts letters as a reader does."""

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        return self._named(typed) if typed else ""

    def _named(self, typed: str) -> str:
        try:
            return self.made_safe(typed)
        except ValidationError as error:
            raise ValidationError(text.named(str(error.message), str(self.label)), code=error.code) from error

    def made_safe(self, typed: str) -> str:
        return text.clean_name(typed, self.longest)


class ParagraphField(NameField):
    """Several lines of text, made safe."""

    widget = forms.Textarea

    def made_safe(self, typed: str) -> str:
        return text.clean_paragraph(typed, self.longest)


class WholeField(forms.CharField):
    """A count or an amount: digits of any keyboard, not negative, no decimals; the cleaned value is an int."""

    widget = NumberInput

    def __init__(self, *, most: int, noun: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most, self.noun = most, noun

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value) or ""
        return self._whole(typed) if typed else ""

    def _whole(self, typed: str) -> int:
        if typed.lstrip().startswith(("-", "−", "–")):
            raise ValidationError(f"{self.noun} منفی نمی‌شود؛ عدد را بی نشانه بنویسید.", code="negative")
        digits = text.number_text(typed.replace("٬", "").replace(",", ""), self.noun)
        if len(digits) > len(str(self.most)) * 2 or int(digits) > self.most:
            raise ValidationError(
                f"{self.noun} نباید از {persian_digits(f'{self.most:,}'.replace(',', '٬'))} بیشتر باشد؛ "
                "عدد را بررسی کنید.",
                code="too_big",
            )
        return int(digits)


class DigitsField(forms.CharField):
    """A number that is an identity and has no check digit; the cleaned value keeps its leading zeros."""

    widget = NumberInput

    def __init__(self, *, most_digits: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most_digits = most_digits

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        digits = text.number_text(typed, str(self.label)) if typed else ""
        if len(digits) > self.most_digits:
            raise ValidationError(
                f"{self.label} حداکثر {persian_digits(self.most_digits)} رقم است؛ "
                f"{persian_digits(len(digits))} رقم وارد شده است.",
                code="too_long",
            )
        return digits


class UploadField(forms.FileField):
    """A file for `kernel.uploads`; what is certainly too large is refused before it is read into memory (UPL-2)."""

    def __init__(self, *, pictures_only: bool = False, **kwargs: Any) -> None:
        self.most = Kind.PNG.max_bytes if pictures_only else Kind.PDF.max_bytes
        accept = {"accept": ".jpg,.jpeg,.png"} if pictures_only else {}
        super().__init__(widget=UploadInput(accept, max_bytes=self.most), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > self.most:
            told = refusal("upload_too_large", limit=self.most // 1024**2, size=megabytes(file.size))
            raise ValidationError(told.message, code=told.code)
        return file
