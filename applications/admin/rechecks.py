"""Badges whose domain rests on a title: what the second look found, and closing what officers have decided on."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from applications.lifecycle import RECHECK, RecheckState
from applications.models import DomainRecheck
from applications.services.domain_again import close_recheck
from enamad_portal.kernel.admin import CaseAdmin, jalali_day

_TONES = {
    RecheckState.HELD: "ok",
    RecheckState.PROVED: "ok",
    RecheckState.ASKED: "turn",
    RecheckState.OVERDUE: "danger",
}


@admin.register(DomainRecheck)
class DomainRecheckAdmin(CaseAdmin):
    lifecycle = RECHECK
    verbs = {"close": close_recheck}
    list_display = ("domain", "chip", "misses", "due_day", "grace_day")
    list_filter = ["state"]
    search_fields = ("badge__domain",)
    list_select_related = ("badge",)
    ordering = ("-created_at",)
    fields = ("domain", "misses", "due_day", "grace_day", "planned_day")
    readonly_fields = ("domain", "due_day", "grace_day", "planned_day")

    due_day = jalali_day("due_at", "نوبت بررسی")
    grace_day = jalali_day("grace_until", "مهلت روش دوم")
    planned_day = jalali_day("created_at", "ایجاد")

    @admin.display(description="دامنه", ordering="badge__domain")
    def domain(self, recheck: DomainRecheck) -> str:
        return recheck.badge.domain

    @admin.display(description="وضعیت", ordering="state")
    def chip(self, recheck: DomainRecheck) -> SafeString:
        state = RecheckState(recheck.state)
        return format_html('<span class="chip tone-{}">{}</span>', _TONES.get(state, "info"), state.label)
