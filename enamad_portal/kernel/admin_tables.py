"""The kernel's own tables for staff: audit chain, jobs and messages to read; calendar and organisation to keep up."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from enamad_portal.kernel import organisation
from enamad_portal.kernel.admin import ReadOnlyAdmin, RecordedAdmin, jalali_day
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import news
from enamad_portal.kernel.calendar.holiday_table import Holiday, WeekPattern, current_calendar
from enamad_portal.kernel.calendar.jalali import date_time
from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.organisation import Organisation
from enamad_portal.kernel.work import Job


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("seq", "moment", "actor", "action", "subject", "before", "after")
    list_filter = ["action"]
    search_fields = ("=subject", "=actor")
    ordering = ("-seq",)

    @admin.display(description="زمان", ordering="seq")
    def moment(self, row: AuditEntry) -> str:
        return date_time(row.at)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("kind", "subject", "status", "attempt", "due", "last_error")
    list_filter = ["status", "queue", "kind"]
    search_fields = ("=subject",)
    ordering = ("-pk",)
    due = jalali_day("run_at", "زمان اجرا")


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """That it was sent and whether it arrived; to whom and what it said stays sealed."""

    list_display = ("template", "channel", "subject", "fate", "obstacle")
    list_filter = ["channel", "fate"]
    search_fields = ("=subject",)
    ordering = ("-created_at",)
    fields = ("template", "channel", "subject", "fate", "obstacle")


class CalendarAdmin(RecordedAdmin):
    """A change here moves open deadlines: whoever keeps some recounts them."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        before = current_calendar()
        super().save_model(request, obj, form, change)
        if form.has_changed():
            news.announce(before)


@admin.register(Holiday)
class HolidayAdmin(CalendarAdmin):
    list_display = ("day", "name_fa", "kind", "province", "estimated", "withdrawn")
    list_filter = ["kind", "estimated", "withdrawn", "province"]
    search_fields = ("name_fa",)
    ordering = ("-date",)
    day = jalali_day("date", "روز")


@admin.register(WeekPattern)
class WeekPatternAdmin(CalendarAdmin):
    list_display = ("from_day", "off_days", "source")
    ordering = ("-valid_from",)
    from_day = jalali_day("valid_from", "از تاریخ")


@admin.register(Organisation)
class OrganisationAdmin(RecordedAdmin):
    """One row, opened directly."""

    def get_urls(self) -> list[URLPattern]:
        places = path("provinces/", self.admin_site.admin_view(self.provinces_page), name="kernel_provinces")
        return [places, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            return super().changelist_view(request, extra_context)
        Organisation.objects.get_or_create(pk=1)
        return redirect("admin:kernel_organisation_change", 1)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        super().save_model(request, obj, form, change)
        organisation.forget()

    def provinces_page(self, request: HttpRequest) -> HttpResponse:
        """Provinces and cities as shipped; a new one comes with a release, because codes and area codes hang on it."""
        rows = [(province, provinces.cities_of(province.code)) for province in provinces.all_provinces()]
        context = self.admin_site.each_context(request) | {"rows": rows, "title": "استان‌ها و شهرها"}
        return render(request, "admin/staff/provinces.html", context)
