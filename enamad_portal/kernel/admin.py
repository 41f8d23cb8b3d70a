"""The admin as an edge: read-only pages, buttons from the lifecycle table, dated rows that are followed, not rewritten.

Nothing here writes a row with a lifecycle: a button calls the use case that the app names for it. Superusers have no
back door, because there are none: every permission comes from the one table of roles.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from enamad_portal.kernel import audit, use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.form_fields import JalaliDateField
from enamad_portal.kernel.errors import Conflict, DomainError, Refusal, Refused
from enamad_portal.kernel.forms import NamedErrors, name_the_field
from enamad_portal.kernel.iran.text import as_stored, clean_paragraph, named
from enamad_portal.kernel.lifecycle import Lifecycle, Subject, record

if TYPE_CHECKING:
    from django.forms import ModelForm

    _ModelAdmin = admin.ModelAdmin[Any]
    _Form = ModelForm[Any]
else:
    _Form = object
    _ModelAdmin = admin.ModelAdmin  # generic to the type checker only

CONFLICT = "در همین میان کس دیگری این ردیف را تغییر داد. وضعیت تازه را ببینید و دوباره تصمیم بگیرید."


def actor_of(request: HttpRequest) -> Actor:
    """Who acts: the account behind the request, with its roles of this moment."""
    return cast("Actor", request.user.actor())  # type: ignore[union-attr]


def text_of(posted: QueryDict, name: str, label: str, longest: int = 500) -> str:
    """What an officer typed into a box of a page without a form, made safe; empty stays empty. Raises Refused."""
    typed = posted.get(name, "")
    try:
        return clean_paragraph(typed, longest) if typed.strip() else ""
    except ValidationError as wrong:
        raise Refused(Refusal(str(wrong.code), named(str(wrong.message), label))) from wrong


def key_of(posted: QueryDict, name: str) -> str:
    """The key in a hidden box, without the one character that no database takes."""
    return posted.get(name, "").replace("\0", "")


def number_of(posted: QueryDict, name: str) -> int:
    """The number in a hidden box; 0, which no row has, for anything else."""
    typed = posted.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def tell(request: HttpRequest, error: DomainError) -> None:
    """Shows why something was refused: the sentences of the same refusals that grey the buttons."""
    if isinstance(error, Refused):
        for refusal in error.refusals:
            messages.error(request, refusal.message)
    elif isinstance(error, Conflict):
        messages.error(request, CONFLICT)
    else:
        raise error


REFERENCE_LABELS = {
    "reference_added": "افزوده شد",
    "reference_changed": "تغییر کرد",
    "reference_ended": "پایان یافت؛ ردیف دیگری جای آن را گرفت",
    "reference_withdrawn": "پیش از آغاز پس گرفته شد",
    "reference_resumed": "ادامه یافت؛ ردیف پس از آن پس گرفته شد",
}


def told(subject_key: str, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """The history of one row for a timeline, from the audit chain."""
    return [
        {
            "title": labels.get(entry.action, entry.action),
            "at": jalali.date_time(entry.at),
            "by": "سامانه" if entry.actor == "system" else f"حساب {entry.actor.partition(':')[2]}",
            "note": entry.note,
        }
        for entry in audit.history(subject_key)
    ]


def jalali_day(field: str, label: str) -> Callable[[Any, Any], str]:
    """A column of a list that shows a date or an instant as «۳۰ آبان ۱۴۰۵»."""

    @admin.display(description=label, ordering=field)
    def shown(_admin: Any, row: Any) -> str:
        value = getattr(row, field)
        return jalali.long_date(value) if value else "—"

    return shown


def jalali_moment(field: str, label: str) -> Callable[[Any, Any], str]:
    """A column of a list that shows an instant with its hour."""

    @admin.display(description=label, ordering=field)
    def shown(_admin: Any, row: Any) -> str:
        value = getattr(row, field)
        return jalali.date_time(value) if value else "—"

    return shown


def chip(field: str, tones: Mapping[Any, str], label: str) -> Callable[[Any, Any], SafeString]:
    """A column that shows a state of a closed list as a chip; `tones` by value, `quiet` for the others."""

    @admin.display(description=label, ordering=field)
    def shown(_admin: Any, row: Any) -> SafeString:
        words = getattr(row, f"get_{field}_display")()
        return format_html('<span class="chip tone-{}">{}</span>', tones.get(getattr(row, field), "quiet"), words)

    return shown


Secret = Callable[[Actor], models.Q | None]
SECRETS: dict[type[models.Model], Secret] = {}
"""Rows of a table that an actor may not know of; an app says so here, since the kernel knows no app."""


class _TypedSearch(_ModelAdmin):
    """What people type is searched as it is stored: Latin digits, Persian letters."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, as_stored(search_term))


class ReadOnlyAdmin(_TypedSearch):
    """A window: nothing is added, changed or deleted here, and nothing happens to many rows at once."""

    change_form_template = "admin/staff/read_only.html"
    actions = None
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        """Without the rows that are kept from this actor; lists, searches, filters and single pages start here."""
        rows = super().get_queryset(request)
        secret = SECRETS.get(self.model)
        hidden = secret(actor_of(request)) if secret else None
        return rows if hidden is None else rows.exclude(hidden)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature of Django
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class CaseAdmin(ReadOnlyAdmin):
    """A row with a life: its state read-only, its open moves as buttons, its history below."""

    change_form_template = "admin/staff/subject.html"
    lifecycle: ClassVar[Lifecycle]
    verbs: ClassVar[Mapping[str, Callable[..., Any]]] = {}
    """Use case by name of the move, called as `verb(pk, note=…, actor=…)`; a move without one has no button."""
    events: ClassVar[Mapping[str, str]] = {}
    """Titles of what happened to the row beside its moves, for its history."""

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_move"
        view = self.admin_site.admin_view(self.move_view)
        return [path("<int:pk>/move/<slug:move>/", view, name=name), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        subject = self.get_object(request, object_id)
        context = self.page_of(subject, request) if subject else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | context)

    def page_of(self, subject: Any, request: HttpRequest) -> dict[str, Any]:
        """What the row's page shows beside its columns."""
        labels = {row.name: row.label for row in self.lifecycle.transitions}
        history = told(subject.subject_key, {**labels, **self.events})
        return {"moves": self._moves(subject, request), "events": history}

    def move_view(self, request: HttpRequest, pk: int, move: str) -> HttpResponse:
        """One POST, one use case."""
        subject = self.get_object(request, str(pk))
        if request.method != "POST" or subject is None or move not in self.verbs:
            raise Http404
        try:
            note = text_of(request.POST, "note", "دلیل")
            use_cases.run(self.verbs[move], pk, note=note, actor=actor_of(request))
            messages.success(request, "ثبت شد.")
        except DomainError as error:
            tell(request, error)
        return redirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk]))

    def _moves(self, subject: Subject, request: HttpRequest) -> list[dict[str, Any]]:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_move"
        return [
            {
                "label": move.transition.label,
                "href": reverse(name, args=[subject.pk, move.transition.name]),
                "note_needed": move.transition.note_needed,
                "refusals": move.refusals,
            }
            for move in self.lifecycle.open_moves(subject, actor_of(request))
            if move.transition.name in self.verbs
        ]


class _NamedFields(NamedErrors, _Form):
    """Mixed into the forms of reference data."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            name_the_field(field)


class RecordedAdmin(_TypedSearch):
    """Reference data: every save is one use case with its audit entry (AUD-1), and nothing is deleted."""

    change_form_template = "admin/staff/read_only.html"
    formfield_overrides: ClassVar[Any] = {models.DateField: {"form_class": JalaliDateField}}
    actions = None
    show_full_result_count = False
    list_per_page = 50

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A Jalali box for days: Django's own date widget needs inline scripts, which our policy forbids."""
        if type(db_field) is models.DateField:
            kwargs["widget"] = JalaliDateField.widget()
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # no pop-ups: the other table has a page of its own
        return field

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        """Messages that name the field, the rule and the cure, as on the pages for people."""
        form = super().get_form(request, obj, change, **kwargs)
        return type("RecordedForm", (_NamedFields, form), {})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A save runs in a use case of its own instead of Django's bare transaction."""
        events = told(f"{self.opts.label_lower}:{object_id}", REFERENCE_LABELS) if object_id else []
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        context = (extra_context or {}) | {"events": events} | one_button
        view: Callable[..., HttpResponse] = self._changeform_view  # type: ignore[attr-defined] # Django's, without its transaction
        if request.method != "POST":
            return view(request, object_id, form_url, context)
        return use_cases.run(view, request, object_id, form_url, context)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """What was not accepted is a 400, as on every other page."""
        response = super().render_change_form(request, context, *args, **kwargs)
        if context.get("errors"):
            response.status_code = HTTPStatus.BAD_REQUEST
        return response

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:  # noqa: ARG002
        """Our audit chain instead of Django's log."""
        record(reference_key(obj), "reference_added", actor=actor_of(request), values=plain(obj))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        changed = [name for part in message if "changed" in part for name in part["changed"].get("fields", [])]
        record(reference_key(obj), "reference_changed", actor=actor_of(request), changed=changed, values=plain(obj))


def reference_key(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def plain(row: models.Model) -> dict[str, str]:
    """The columns of a reference row; they hold no personal data."""
    return {field.name: str(field.value_from_object(row)) for field in row._meta.concrete_fields}
