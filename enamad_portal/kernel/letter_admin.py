"""The register of formal letters for staff: every number is there, and what a role may not know of stays masked."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import Case, When
from django.http import HttpRequest

from enamad_portal.kernel import letter_delivery, letter_pdf, letters
from enamad_portal.kernel.admin import ReadOnlyAdmin, actor_of, jalali_day
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.iran.text import ascii_digits, persian_digits
from enamad_portal.kernel.letter_delivery import How, LetterChannel
from enamad_portal.kernel.letters import CONFIDENTIAL, FormalLetter

_FULL_NUMBER = re.compile(r"(?:(\d{4})/)?0*(\d{1,9})")


@admin.register(FormalLetter)
class FormalLetterAdmin(ReadOnlyAdmin):
    """Neither a filter by kind nor a search by case reaches a hidden letter: to find it would tell of it (AUTHZ-3)."""

    list_display = ("number_shown", "issued", "kind_shown", "reference_shown", "served")
    search_fields = ("reference",)
    search_help_text = "شماره نامه، مانند ۱۴۰۵/۱۲، یا شماره پرونده"
    ordering = ("-year", "-number")
    list_select_related = ("service", "pdf__document")
    fields = ("number_shown", "issued", "kind_shown", "reference_shown", "ways", "served", "until", "paper")
    readonly_fields = fields
    issued = jalali_day("issued_at", "تاریخ")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Each row knows whether it is hidden from whoever asks."""
        hidden = When(kind__in=letters.hidden_from(actor_of(request)), then=True)
        return super().get_queryset(request).annotate(hidden=Case(hidden, default=False))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002 - the signature of Django
        """A number finds any letter, a case those that are not hidden."""
        term = ascii_digits(search_term).strip()
        if not term:
            return queryset, False
        if numbered := _FULL_NUMBER.fullmatch(term):
            year, number = numbered.groups()
            found = queryset.filter(number=int(number))
            return (found.filter(year=int(year)) if year else found), False
        return queryset.filter(reference__iexact=term, hidden=False), False

    @admin.display(description="شماره", ordering="number")
    def number_shown(self, row: FormalLetter) -> str:
        return persian_digits(row.full_number)

    @admin.display(description="نوع")
    def kind_shown(self, row: FormalLetter) -> str:
        return CONFIDENTIAL if _hidden(row) else row.kind_name

    @admin.display(description="پرونده")
    def reference_shown(self, row: FormalLetter) -> str:
        return CONFIDENTIAL if _hidden(row) else row.reference

    @admin.display(description="ابلاغ")
    def served(self, row: FormalLetter) -> str:
        service = letter_delivery.served(row)
        if _hidden(row) or service is None:
            return "—"
        return f"{jalali.long_date(service.served_at)}، {How(service.how).label}"

    @admin.display(description="پایان مهلت")
    def until(self, row: FormalLetter) -> str:
        deadline = None if _hidden(row) else letter_delivery.deadline(row)
        return jalali.weekday_date(deadline.last_day) if deadline else "—"

    @admin.display(description="مسیرها")
    def ways(self, row: FormalLetter) -> str:
        rows = () if _hidden(row) else row.deliveries.select_related("message")
        return "؛ ".join(f"{LetterChannel(one.channel).label}: {one.state}" for one in rows) or "—"

    @admin.display(description="PDF")
    def paper(self, row: FormalLetter) -> str:
        drawn = letter_pdf.paper(row)
        return f"ساخته شد، {jalali.date_time(drawn.uploaded_at)}" if drawn else "در حال آماده شدن"


def _hidden(row: Any) -> bool:
    return bool(row.hidden)
