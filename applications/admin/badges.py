from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from applications.lifecycle import BADGE, BadgeState
from applications.models import Badge
from enamad_portal.kernel.admin import CaseAdmin, jalali_day

_TONES = {
    BadgeState.ACTIVE: "ok",
    BadgeState.ACTIVE_PENDING_LICENCE: "ok",
    BadgeState.SUSPENDED: "turn",
    BadgeState.REVOKED: "danger",
}


@admin.register(Badge)
class BadgeAdmin(CaseAdmin):
    lifecycle = BADGE
    list_display = ("domain", "chip", "stars", "valid_until", "holder_name")
    list_filter = ["state", "stars"]
    search_fields = ("domain", "public_id")
    list_select_related = ("business",)
    ordering = ("-changed_at",)
    fields = (
        "domain",
        "public_id",
        "stars",
        "holder_name",
        "granted",
        "valid_since",
        "valid_until",
        "tax_tracking_code",
        "source",
    )
    readonly_fields = ("public_id", "granted", "valid_since", "valid_until")

    granted = jalali_day("first_granted_at", "نخستین اعطا")
    valid_since = jalali_day("valid_from", "اعتبار از")
    valid_until = jalali_day("valid_to", "اعتبار تا")

    @admin.display(description="وضعیت", ordering="state")
    def chip(self, badge: Badge) -> SafeString:
        tone = _TONES.get(BadgeState(badge.state), "quiet")
        return format_html('<span class="chip tone-{}">{}</span>', tone, BadgeState(badge.state).label)
