"""Reference data: what the law and the published rules say, as dated rows."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from applications.admin.reference_forms import ChecklistItemForm, CommitmentForm, RequirementForm
from applications.models import (
    Activity,
    ChecklistItem,
    CommitmentText,
    Fee,
    Limit,
    Requirement,
    StarRule,
)
from applications.models.choices import fee_title
from applications.sections import SECTIONS
from applications.services.commit import text_hash
from applications.verification.steps import STEPS
from enamad_portal.kernel.admin import RecordedAdmin
from enamad_portal.kernel.dated_admin import DatedAdmin
from enamad_portal.kernel.iran.text import persian_digits, persian_money

_NOTHING = "—"


def _list(lines: list[str], tag: str = "ul") -> SafeString | str:
    if not lines:
        return _NOTHING
    items = format_html_join("", "<li>{}</li>", ((line,) for line in lines))
    return format_html("<{} class='lines'>{}</{}>", tag, items, tag)


def _titles(keys: list[str], of: dict[str, Any]) -> SafeString | str:
    return _list([of[key].title if key in of else key for key in keys])


@admin.register(Fee)
class FeeAdmin(DatedAdmin):
    list_display = ("title", "amount", "from_day", "to_day", "standing", "clause")
    list_filter = ["kind"]
    readers = {"amount_rial": "amount", "kind": "title"}

    @admin.display(description="تعرفه", ordering="kind")
    def title(self, row: Fee) -> str:
        return fee_title(row.kind)

    @admin.display(description="مبلغ", ordering="amount_rial")
    def amount(self, row: Fee) -> str:
        return persian_money(row.amount_rial)


@admin.register(Limit)
class LimitAdmin(DatedAdmin):
    list_display = ("meaning", "amount", "unit", "from_day", "to_day", "standing", "public", "key")
    list_filter = ["public"]
    free_columns = frozenset({"public"})
    search_fields = ("meaning", "key")
    readers = {"value": "amount"}

    @admin.display(description="مقدار", ordering="value")
    def amount(self, row: Limit) -> str:
        return persian_digits(f"{row.value:,}".replace(",", "٬"))


@admin.register(Requirement)
class RequirementAdmin(DatedAdmin):
    """Who needs what: steps, documents, what may be waived."""

    form = RequirementForm
    list_display = ("__str__", "activity", "place", "starred", "from_day", "to_day", "standing")
    list_filter = ["person_type", "mode"]
    list_select_related = ("activity",)
    readers = {
        "sections": "sections_read",
        "steps": "steps_read",
        "optional_steps": "optional_read",
        "waivable": "waivable_read",
        "documents": "documents_read",
        "fee_kind": "fee_read",
        "validity_limit": "validity_read",
        "stars": "starred",
        "premises": "place",
    }

    @admin.display(description="نوع محل")
    def place(self, row: Requirement) -> str:
        return row.get_premises_display() or "همه"

    @admin.display(description="ستاره پایه", ordering="stars")
    def starred(self, row: Requirement) -> str:
        return persian_digits(row.stars)

    @admin.display(description="بخش‌های فرم")
    def sections_read(self, row: Requirement) -> Any:
        return _titles(row.sections, SECTIONS)

    @admin.display(description="گام‌های راستی‌آزمایی")
    def steps_read(self, row: Requirement) -> Any:
        return _titles(row.steps, STEPS)

    @admin.display(description="گام‌هایی که شکست آنها مانع صدور نیست")
    def optional_read(self, row: Requirement) -> Any:
        return _titles(row.optional_steps, STEPS)

    @admin.display(description="گام‌های قابل معافیت")
    def waivable_read(self, row: Requirement) -> Any:
        return _titles(row.waivable, STEPS)

    @admin.display(description="مدارک")
    def documents_read(self, row: Requirement) -> Any:
        return _list([one["title"] + (" (اختیاری)" if one.get("optional") else "") for one in row.documents])

    @admin.display(description="تعرفه")
    def fee_read(self, row: Requirement) -> str:
        return fee_title(row.fee_kind)

    @admin.display(description="مدت اعتبار نماد")
    def validity_read(self, row: Requirement) -> str:
        named = Limit.objects.filter(key=row.validity_limit).order_by("-valid_from").first()
        return named.meaning if named else row.validity_limit


@admin.register(ChecklistItem)
class ChecklistItemAdmin(DatedAdmin):
    form = ChecklistItemForm
    list_display = ("title", "place", "group", "machine", "activity", "from_day", "to_day", "standing")
    list_filter = ["group", "machine"]
    list_select_related = ("activity",)
    ordering = ["number"]
    readers = {"reasons": "reasons_read", "number": "place"}

    @admin.display(description="شماره", ordering="number")
    def place(self, row: ChecklistItem) -> str:
        return persian_digits(row.number)

    @admin.display(description="دلیل‌های رد و راه درمان")
    def reasons_read(self, row: ChecklistItem) -> Any:
        return _list(list(row.cures().values()))


@admin.register(CommitmentText)
class CommitmentTextAdmin(DatedAdmin):
    """Versions of the commitment; what a person has accepted is never worded anew, in the database neither."""

    form = CommitmentForm
    list_display = ("__str__", "from_day", "to_day", "standing", "accepted", "digest", "clause")
    list_filter = ["person_type"]
    readonly_fields = ("digest", "accepted")
    readers = {"clauses": "clauses_read"}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(acceptances=models.Count("commitmentacceptance"))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A text that is not stored yet has no digest and nobody's acceptance."""
        names = super().get_fields(request, obj)
        return names if obj else [name for name in names if name not in self.readonly_fields]

    @admin.display(description="پذیرش‌ها")
    def accepted(self, row: Any) -> str:
        return persian_digits(row.acceptances)

    @admin.display(description="چکیده SHA-256")
    def digest(self, row: CommitmentText) -> SafeString:
        """What the acceptance keeps beside the version."""
        whole = text_hash(row)
        return format_html('<code dir="ltr" title="{}">{}</code>', whole, whole[:16])

    @admin.display(description="بندها")
    def clauses_read(self, row: CommitmentText) -> Any:
        return _list(row.clauses, "ol")


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
