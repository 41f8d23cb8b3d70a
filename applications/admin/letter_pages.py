"""One formal letter on the desk: its paper with the name masked, and the PDF against a reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from applications.selectors.desk_case import desk_application
from applications.selectors.formal_letters import desk_letter_page, staff_letter
from applications.services.formal_letters import print_letter
from applications.services.reveals import SEERS
from enamad_portal.kernel import documents, letter_pdf, use_cases
from enamad_portal.kernel.admin import actor_of, tell
from enamad_portal.kernel.admin_pages import rendered
from enamad_portal.kernel.errors import DomainError, NotFound


@require_safe
def letter_page(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """The paper on screen."""
    application, actor = desk_application(reference), actor_of(request)
    page = desk_letter_page(application, pk, actor)
    context: dict[str, Any] = {
        "application": application,
        "page": page,
        "may_print": actor.has(*SEERS),
        "title": f"نامه {page.text.title}",
    }
    return rendered(request, "admin/applications/letter.html", context)


@require_POST
def letter_file(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """The PDF names its addressee: a reason, an audit entry, the hourly limit of reveals."""
    application, actor = desk_application(reference), actor_of(request)
    drawn = letter_pdf.paper(staff_letter(application, pk, actor))
    if drawn is None:
        raise NotFound(str(pk))
    try:
        use_cases.run(print_letter, application.pk, pk, request.POST.get("reason", ""), actor=actor)
    except NotFound:
        raise
    except DomainError as error:
        tell(request, error)
        return redirect("admin:applications_application_letter", reference, pk)
    return documents.download(drawn)
