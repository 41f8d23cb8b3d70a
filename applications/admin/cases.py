"""Queue and case page in place of Django's list and form."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse

from applications.admin import case_acts, case_pages, letter_pages, pictures, queue_acts
from applications.models import Application
from applications.selectors import police
from enamad_portal.kernel.admin import SECRETS, ReadOnlyAdmin
from enamad_portal.kernel.admin_pages import desk_page
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.messaging import Message

SECRETS[AuditEntry] = police.audit_that_tells
SECRETS[Message] = police.messages_that_tell


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """Every address below is guarded twice: by the site (second factor) and by the table of roles."""

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("", case_pages.queue_page, "changelist"),
            ("next/", queue_acts.take_next, "next"),
            ("together/", queue_acts.act_on_many, "together"),
            ("case/<slug:reference>/", case_pages.case_page, "case"),
            ("case/<slug:reference>/decide/<slug:move>/", case_pages.decision_page, "decide"),
            ("case/<slug:reference>/reveal/", case_acts.reveal_field, "reveal"),
            ("case/<slug:reference>/claim/", case_acts.claim_case, "claim"),
            ("case/<slug:reference>/release/", case_acts.release_case, "release"),
            ("case/<slug:reference>/step/<slug:key>/", case_acts.judge_step, "step"),
            ("case/<slug:reference>/panel/<slug:panel>/", case_acts.panel_act, "panel"),
            ("case/<slug:reference>/document/<int:pk>/<int:page>/", pictures.document_picture, "document"),
            ("case/<slug:reference>/document/<int:pk>/", pictures.document_page, "document_page"),
            ("case/<slug:reference>/proof/<int:pk>/<int:page>/", pictures.proof_picture, "proof"),
            ("case/<slug:reference>/letter/<int:pk>/", letter_pages.letter_page, "letter"),
            ("case/<slug:reference>/letter/<int:pk>/pdf/", letter_pages.letter_file, "letter_pdf"),
            ("<path:object_id>/change/", _to_case, "change"),
        )
        return [desk_page(self, *page) for page in pages]


def _to_case(_request: HttpRequest, *, object_id: str) -> HttpResponse:
    reference = Application.objects.filter(pk=object_id if object_id.isdigit() else 0).values_list(
        "reference", flat=True
    )
    found = reference.first()
    return redirect(reverse("admin:applications_application_case", args=[found]) if found else "admin:index")
