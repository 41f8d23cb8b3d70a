"""Dated rows in the admin: a version that has begun is ended and followed, never rewritten."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from enamad_portal.kernel import clock, dated, use_cases
from enamad_portal.kernel.admin import RecordedAdmin, actor_of, jalali_day, number_of, plain, reference_key
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.dated import DatedRow
from enamad_portal.kernel.lifecycle import record

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import ModelForm

    _Form = ModelForm[Any]
    _Filter = admin.SimpleListFilter
else:
    _Form = object
    _Filter = admin.SimpleListFilter

FOLLOWS = "follows"
"""Query parameter of the form for a new row: the primary key of the version it takes the place of."""
_STANDINGS = (("now", "در اجرا"), ("ahead", "در آینده"), ("ended", "پایان‌یافته"))
_OWN = ("valid_from", "valid_to", "clause")
"""Columns that every dated row has; they stand below what the row says."""
_TONES = {"now": "ok", "ahead": "info", "ended": "quiet"}


def standing_on(row: DatedRow, day: date) -> str:
    """`now`, `ahead` or `ended`."""
    if row.valid_from > day:
        return "ahead"
    return "ended" if row.valid_to is not None and row.valid_to <= day else "now"


def _period(row: DatedRow) -> str:
    until = f"تا {jalali.long_date(row.valid_to)}" if row.valid_to else "بی پایان"
    return f"از {jalali.long_date(row.valid_from)} {until}"


class StandingFilter(_Filter):
    """Which rows hold today, which are to come, which are over."""

    title = "اکنون"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:  # noqa: ARG002
        return _STANDINGS

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":  # noqa: ARG002
        today = clock.today()
        if self.value() == "now":
            return queryset.filter(pk__in=dated.in_force(queryset.model, today).values("pk"))
        if self.value() == "ahead":
            return queryset.filter(valid_from__gt=today)
        return queryset.filter(valid_to__lte=today) if self.value() == "ended" else queryset


class DatedRules(_Form):
    """Mixed into the form of a dated row: nothing begins or ends in the past, and no two versions hold on one day."""

    followed: DatedRow | None = None
    """The version that the new row takes the place of; it ends where the new one begins."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        today = clock.today()
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        if begins and begins <= today:
            text = "ردیف تازه باید از فردا یا روزی پس از آن معتبر شود؛ آنچه گذشته است بازنویسی نمی‌شود."
            self.add_error("valid_from", text)
        if ends and ends <= today:
            self.add_error("valid_to", "پایان اعتبار باید فردا یا روزی پس از آن باشد.")
        if begins and ends and ends <= begins:
            self.add_error("valid_to", "پایان اعتبار باید پس از آغاز آن باشد.")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc] # Django's own step after clean(): the instance now holds what was typed
        if self.errors or not {"valid_from", "valid_to"} & set(self.fields):
            return
        row = self.instance
        list(dated.versions(row).select_for_update().values_list("pk"))  # two officers at once: one waits
        others = dated.overlapping(row)
        if self.followed is not None and self.followed.valid_from < row.valid_from:
            others = others.exclude(pk=self.followed.pk)
        if (other := others.first()) is not None:
            self.add_error("valid_from" if "valid_from" in self.fields else "valid_to", _overlap(row, other))


def _overlap(row: DatedRow, other: DatedRow) -> str:
    told = f"در این بازه ردیف دیگری از همین قاعده هست: «{other}»، {_period(other)}. "
    if other.valid_from > row.valid_from:
        return told + f"پایان این ردیف را {jalali.long_date(other.valid_from)} یا پیش از آن بگذارید."
    return told + "از صفحه آن ردیف «جانشین» بسازید تا همان روز جای خود را بدهد، یا نخست برایش پایانی بگذارید."


class DatedAdmin(RecordedAdmin):
    """Law as data: a row that has begun is ended and followed, never rewritten."""

    change_form_template = "admin/staff/dated.html"
    readers: ClassVar[Mapping[str, str]] = {}
    """Columns that are shown by a method of this admin where they can no longer be changed."""
    free_columns: ClassVar[frozenset[str]] = frozenset()
    """Columns that say nothing of the rule itself and may change while it holds."""

    def get_ordering(self, request: HttpRequest) -> Any:  # noqa: ARG002 - the signature of Django
        return (*(self.ordering or self.model.rule), "-valid_from")

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [StandingFilter, *super().get_list_filter(request)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Once its day has come only the end of a row may be set; once it has ended nothing."""
        fixed = tuple(super().get_readonly_fields(request, obj))
        if not isinstance(obj, DatedRow) or (standing := standing_on(obj, clock.today())) == "ahead":
            return fixed
        free = frozenset() if standing == "ended" else self.free_columns | {"valid_to"}
        columns = [field.name for field in self.opts.fields if field.editable and not field.primary_key]
        closed = [name for name in columns if name not in free]
        return (*fixed, *closed, *self._readers().values())

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What can no longer be changed is shown as people read it."""
        readers, closed = self._readers(), set(self.get_readonly_fields(request, obj))
        shown = [str(name) for name in super().get_fields(request, obj) if name not in readers.values()]
        names = [name for name in shown if name not in _OWN] + [name for name in _OWN if name in shown]
        may_change = self.has_change_permission(request, obj) if obj else True
        return [readers[name] if name in readers and (name in closed or not may_change) else name for name in names]

    def _readers(self) -> Mapping[str, str]:
        return {"valid_from": "from_day", "valid_to": "to_day", **self.readers}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = super().get_form(request, obj, change, **kwargs)
        return type("DatedForm", (DatedRules, form), {"followed": None if obj else self._followed(request)})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A successor begins as a copy of the row it follows, without its days and its clause."""
        followed = self._followed(request)
        if followed is None:
            return {}
        copied = [field for field in self.opts.fields if field.editable and field.name not in {"id", *_OWN}]
        return {field.name: field.value_from_object(followed) for field in copied}

    def _followed(self, request: HttpRequest) -> DatedRow | None:
        key = number_of(request.GET, FOLLOWS)
        return self.model._default_manager.filter(pk=key).first() if key else None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        for before in dated.take_place(obj):
            record(reference_key(before), "reference_ended", actor=actor_of(request), values=plain(before))
        if hole := dated.hole_after(obj):
            text = f"از {jalali.long_date(hole)} هیچ ردیفی از این قاعده در اجرا نیست؛ پیش از آن روز جانشینی بسازید."
            messages.warning(request, text)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row whose day has not come may be taken back; nobody has relied on it yet."""
        ahead = isinstance(obj, DatedRow) and standing_on(obj, clock.today()) == "ahead"
        return ahead and self.has_change_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Taking back runs in a use case of its own, as every save does."""
        view = self._delete_view  # type: ignore[attr-defined] # Django's, without its transaction
        if request.method != "POST":
            return cast("HttpResponse", view(request, object_id, extra_context))
        return cast("HttpResponse", use_cases.run(view, request, object_id, extra_context))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Our audit chain instead of Django's log."""
        for row in queryset:
            record(reference_key(row), "reference_withdrawn", actor=actor_of(request), values=plain(row))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The version that gave way to this one goes on where it would have begun."""
        before = dated.versions(obj).filter(valid_to=obj.valid_from).first()
        super().delete_model(request, obj)
        if before is not None:
            before.valid_to = obj.valid_to
            before.save(update_fields=["valid_to"])
            record(reference_key(before), "reference_resumed", actor=actor_of(request), values=plain(before))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj") or self._followed(request)
        if row is not None:
            context |= {
                "versions": [self._version(one, row) for one in dated.versions(row)],
                "follow": self._follow_address(request, row) if kwargs.get("obj") else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _version(self, row: DatedRow, shown: DatedRow) -> dict[str, Any]:
        return {
            "row": row,
            "chip": self.standing(row),
            "address": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk]),
            "is_shown": row.pk == shown.pk,
        }

    def _follow_address(self, request: HttpRequest, row: DatedRow) -> str:
        """Only a row that still holds or will hold can be followed."""
        if standing_on(row, clock.today()) == "ended" or not self.has_add_permission(request):
            return ""
        return f"{reverse(f'admin:{self.opts.app_label}_{self.opts.model_name}_add')}?{FOLLOWS}={row.pk}"

    @admin.display(description="اکنون")
    def standing(self, row: DatedRow) -> SafeString:
        """In force, to come, or ended, as a chip."""
        standing = standing_on(row, clock.today())
        return format_html('<span class="chip tone-{}">{}</span>', _TONES[standing], dict(_STANDINGS)[standing])

    from_day = jalali_day("valid_from", "معتبر از")
    to_day = jalali_day("valid_to", "معتبر تا (این روز دیگر نه)")
