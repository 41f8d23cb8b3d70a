"""Reference data: what the law and the published rules say, as dated rows."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from applications.models import Activity, ChecklistItem, CommitmentText, Fee, Limit, Requirement, StarRule
from applications.sections import SECTIONS
from applications.verification.steps import STEPS
from enamad_portal.kernel.admin import DatedAdmin, RecordedAdmin
from enamad_portal.kernel.iran.text import persian_money


class LinesField(forms.CharField):
    """A list of short texts, one to a line; `known` names the only ones allowed."""

    widget = forms.Textarea

    def __init__(self, *, known: frozenset[str] | None = None, **kwargs: Any) -> None:
        self.known = known
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError("دست‌کم یک سطر بنویسید.", code="required")
        unknown = [line for line in value if self.known is not None and line not in self.known]
        if unknown:
            text = f"این کلیدها شناخته نیست: {'، '.join(unknown)}. کلیدها: {'، '.join(sorted(self.known or ()))}"
            raise ValidationError(text, code="unknown_key")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))


def _lines(label: str, rows: int = 6, **kwargs: Any) -> LinesField:
    widget = forms.Textarea({"rows": rows, "dir": kwargs.pop("dir", "ltr")})
    return LinesField(label=label, help_text="هر مورد در یک سطر", widget=widget, **kwargs)


class RecordsField(LinesField):
    """A list of small records, one to a line, their parts divided by «|»; a flag part is empty or «اختیاری»."""

    FLAG = "اختیاری"

    def __init__(self, *, parts: tuple[str, ...], flag: str = "", **kwargs: Any) -> None:
        self.parts, self.flag = parts, flag
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(self._line(row) for row in value)

    def to_python(self, value: Any) -> Any:
        return [self._record(line) for line in super().to_python(value)]

    def _line(self, row: dict[str, Any]) -> str:
        texts = [str(row.get(part, "")) for part in self.parts]
        return " | ".join([*texts, self.FLAG] if self.flag and row.get(self.flag) else texts)

    def _record(self, line: str) -> dict[str, Any]:
        texts = [text.strip() for text in line.split("|")]
        if not len(self.parts) <= len(texts) <= len(self.parts) + bool(self.flag) or not all(texts[:2]):
            raise ValidationError(f"هر سطر باید به شکل «{self.shape}» باشد: {line}", code="shape")
        record: dict[str, Any] = {part: text for part, text in zip(self.parts, texts, strict=False) if text}
        return record | ({self.flag: True} if len(texts) > len(self.parts) and texts[-1] == self.FLAG else {})

    @property
    def shape(self) -> str:
        return " | ".join([*self.parts, self.FLAG] if self.flag else self.parts)


def _records(label: str, rows: int = 6, **kwargs: Any) -> RecordsField:
    field = RecordsField(label=label, widget=forms.Textarea({"rows": rows, "dir": "rtl"}), **kwargs)
    field.help_text = f"هر مورد در یک سطر به شکل: {field.shape}"
    return field


class RequirementForm(forms.ModelForm):  # type: ignore[type-arg] # generic to the type checker only
    sections = _lines("بخش‌های فرم", known=frozenset(SECTIONS))
    steps = _lines("گام‌های راستی‌آزمایی", 12, known=frozenset(STEPS))
    optional_steps = _lines("گام‌هایی که شکست آنها مانع صدور نیست", 3, known=frozenset(STEPS), required=False)
    waivable = _lines("گام‌های قابل معافیت", 3, known=frozenset(STEPS), required=False)
    documents = _records("مدارک", parts=("key", "title", "help"), flag="optional", required=False)

    class Meta:
        model = Requirement
        fields = "__all__"  # noqa: DJ007 - DatedAdmin decides which columns may still change


class CommitmentForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    clauses = _lines("بندها", 16, dir="rtl")

    class Meta:
        model = CommitmentText
        fields = "__all__"  # noqa: DJ007 - DatedAdmin decides which columns may still change


class ChecklistItemForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    reasons = _records("دلیل‌های رد و راه درمان", parts=("code", "cure"), required=False)

    class Meta:
        model = ChecklistItem
        fields = "__all__"  # noqa: DJ007 - DatedAdmin decides which columns may still change


@admin.register(Fee)
class FeeAdmin(DatedAdmin):
    list_display = ("kind", "amount", "from_day", "to_day", "standing", "clause")
    list_filter = ["kind"]

    @admin.display(description="مبلغ", ordering="amount_rial")
    def amount(self, row: Fee) -> str:
        return persian_money(row.amount_rial)


@admin.register(Limit)
class LimitAdmin(DatedAdmin):
    list_display = ("meaning", "value", "unit", "from_day", "to_day", "standing", "public", "key")
    list_filter = ["public"]
    free_columns = frozenset({"public"})
    search_fields = ("meaning", "key")


@admin.register(Requirement)
class RequirementAdmin(DatedAdmin):
    form = RequirementForm
    list_display = ("__str__", "activity", "premises", "stars", "from_day", "to_day", "standing")
    list_filter = ["person_type", "mode"]
    list_select_related = ("activity",)


@admin.register(ChecklistItem)
class ChecklistItemAdmin(DatedAdmin):
    form = ChecklistItemForm
    list_display = ("title", "number", "group", "machine", "activity", "from_day", "to_day", "standing")
    list_filter = ["group", "machine"]
    list_select_related = ("activity",)
    ordering = ["number", "-valid_from"]


@admin.register(CommitmentText)
class CommitmentTextAdmin(DatedAdmin):
    form = CommitmentForm
    list_display = ("__str__", "from_day", "to_day", "standing", "clause")
    list_filter = ["person_type"]


@admin.register(Activity)
class ActivityAdmin(RecordedAdmin):
    list_display = ("title", "code", "note")
    search_fields = ("title", "code")
    ordering = ("title",)

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> tuple[str, ...]:  # noqa: ARG002
        """The code is what rules and old cases refer to."""
        return ("code",) if obj else ()


@admin.register(StarRule)
class StarRuleAdmin(DatedAdmin):
    list_display = ("__str__", "from_day", "to_day", "standing", "clause")
