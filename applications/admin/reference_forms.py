"""Forms of the reference data: lists as boxes and lines, and what a row must hold before it may become a rule."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from applications.models import ChecklistItem, CommitmentText, Fee, Limit, Requirement
from applications.models.choices import ChecklistGroup, MachineLevel, fee_title
from applications.models.reference import NEVER_WAIVED
from applications.sections import SECTIONS
from applications.verification.steps import LISTED, STEPS

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_OWN_PAGES = frozenset({"snippet"})
"""Steps that run for every badge after its issue; no row asks for them."""


class LinesField(forms.CharField):
    """A list of short texts, one to a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError("دست‌کم یک سطر بنویسید.", code="required")

    def run_validators(self, value: Any) -> None:
        for line in value if all(isinstance(line, str) for line in value) else ():
            super().run_validators(line)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))


class RecordsField(LinesField):
    """A list of small records, one to a line, their parts divided by «|»; a flag part is empty or «اختیاری».

    The first part is the key, the second is never empty.
    """

    FLAG = "اختیاری"

    def __init__(self, *, parts: dict[str, str], flag: str = "", **kwargs: Any) -> None:
        self.parts, self.flag = parts, flag
        super().__init__(help_text=f"هر مورد در یک سطر به شکل: {self.shape}", **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(self._line(row) for row in value)

    def to_python(self, value: Any) -> Any:
        records = [self._record(line) for line in super().to_python(value)]
        keys = [row[next(iter(self.parts))] for row in records]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise ValidationError(f"این کلیدها دو بار آمده است: {'، '.join(twice)}.", code="twice")
        return records

    def _line(self, row: dict[str, Any]) -> str:
        texts = [str(row.get(part, "")) for part in self.parts]
        return " | ".join([*texts, self.FLAG] if self.flag and row.get(self.flag) else texts)

    def _record(self, line: str) -> dict[str, Any]:
        texts = [text.strip() for text in line.split("|")]
        if not len(self.parts) <= len(texts) <= len(self.parts) + bool(self.flag) or not all(texts[:2]):
            raise ValidationError(f"هر سطر باید به شکل «{self.shape}» باشد: {line}", code="shape")
        if not _KEY.fullmatch(texts[0]):
            text = f"کلید با حرف کوچک لاتین آغاز می‌شود و جز حرف، رقم و _ ندارد؛ «{texts[0]}» نوشته شده است."
            raise ValidationError(text, code="key")
        if texts[len(self.parts) :] not in ([], [""], [self.FLAG]):
            raise ValidationError(f"بخش پایانی سطر یا نیست یا «{self.FLAG}» است: {line}", code="flag")
        record: dict[str, Any] = {part: text for part, text in zip(self.parts, texts, strict=False) if text}
        return record | ({self.flag: True} if self.FLAG in texts[len(self.parts) :] else {})

    @property
    def shape(self) -> str:
        return " | ".join([*self.parts.values(), *([self.FLAG] if self.flag else [])])


class KeysField(forms.MultipleChoiceField):
    """Boxes over keys that the code knows; what is ticked is stored in the order of the list."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, pairs: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        listed = list(pairs)
        self.keys = [key for key, _ in listed]
        super().__init__(choices=listed, **kwargs)

    def clean(self, value: Any) -> list[str]:
        ticked = set(super().clean(value))
        return [key for key in self.keys if key in ticked]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(initial or ()) != set(data or ())


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "dir": "rtl"})


def _steps(without: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    return [(step.key, step.title) for step in LISTED if step.key not in without | _OWN_PAGES]


class RequirementForm(forms.ModelForm):  # type: ignore[type-arg] # generic to the type checker only
    sections = KeysField([(key, section.title) for key, section in SECTIONS.items()], label="بخش‌های فرم")
    steps = KeysField(_steps(), label="گام‌های راستی‌آزمایی")
    optional_steps = KeysField(
        _steps(NEVER_WAIVED),
        label="گام‌هایی که شکست آنها مانع صدور نیست",
        required=False,
        help_text="مانند ارتباط امن، که ستاره دوم را می‌دهد",
    )
    waivable = KeysField(
        _steps(NEVER_WAIVED),
        label="گام‌های قابل معافیت",
        required=False,
        help_text="کارشناس ارشد با نوشتن دلیل از آن می‌گذرد. آنچه حتماً باید پذیرفته شود در این فهرست نیست.",
    )
    documents = RecordsField(
        label="مدارک",
        parts={"key": "کلید", "title": "عنوان", "help": "راهنما"},
        flag="optional",
        widget=_lines(8),
        required=False,
    )
    fee_kind = forms.ChoiceField(label="تعرفه")
    validity_limit = forms.ChoiceField(label="مدت اعتبار نماد")

    class Meta:
        model = Requirement
        fields = "__all__"  # noqa: DJ007 - DatedAdmin decides which columns may still change

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "fee_kind" in self.fields:
            kinds = Fee.objects.values_list("kind", flat=True).order_by("kind").distinct()
            terms = Limit.objects.filter(unit="ماه").values_list("key", "meaning").order_by("key").distinct()
            self.fields["fee_kind"].choices = [(kind, fee_title(kind)) for kind in kinds]  # type: ignore[attr-defined]
            self.fields["validity_limit"].choices = list(terms)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A row that no case could ever finish is refused here, not met by its applicants."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "steps" in cleaned:
            for field, text in _impossible(cleaned):
                self.add_error(field, text)
        return cleaned


def _impossible(row: dict[str, Any]) -> Iterable[tuple[str, str]]:
    asked = set(row["steps"])
    for key in row["steps"]:
        if missing := [STEPS[need].title for need in STEPS[key].needs if need not in asked]:
            yield "steps", f"«{STEPS[key].title}» به این گام‌ها نیاز دارد: {'، '.join(missing)}."
    for field in ("optional_steps", "waivable"):
        if extra := [STEPS[key].title for key in row.get(field, ()) if key not in asked]:
            yield field, f"این گام‌ها در گام‌های راستی‌آزمایی نیست: {'، '.join(extra)}."
    if "documents" in row and ("documents" in asked) != bool(row["documents"]):
        yield "documents", "گام مدارک و فهرست مدارک با هم می‌آیند: یا هر دو، یا هیچ‌کدام."


class CommitmentForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    clauses = LinesField(label="بندها", widget=_lines(16), help_text="هر بند در یک سطر")

    class Meta:
        model = CommitmentText
        fields = "__all__"  # noqa: DJ007 - DatedAdmin decides which columns may still change


class ChecklistItemForm(forms.ModelForm):  # type: ignore[type-arg] # as above
    reasons = RecordsField(
        label="دلیل‌های رد و راه درمان", parts={"code": "کلید", "cure": "راه درمان"}, widget=_lines(6), required=False
    )

    class Meta:
        model = ChecklistItem
        fields = "__all__"  # noqa: DJ007 - DatedAdmin decides which columns may still change

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (cleaned.get("group"), cleaned.get("machine")) == (ChecklistGroup.LAWFULNESS, MachineLevel.VERDICT):
            self.add_error("machine", "رأی درباره قانونمندی هرگز با ماشین نیست؛ «شواهد» یا «هیچ» را برگزینید.")
        return cleaned
