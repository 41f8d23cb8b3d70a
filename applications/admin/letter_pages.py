"""One formal letter on the desk: its paper with the name masked, and the PDF against a reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from applications.selectors.desk_case import desk_application
from applications.selectors.formal_letters import desk_letter_page, staff_letter
from applications.services.formal_letters import print_letter
from applications.services.reveals import SEERS
from enamad_portal.kernel import documents, letter_pdf, use_cases
from enamad_portal.kernel.admin import actor_of, tell, text_of
from enamad_portal.kernel.admin_pages import rendered
from enamad_portal.kernel.errors import DomainError, NotFound


@require_safe
def letter_page(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """The paper on screen."""
    return _page(request, reference, pk)


def _page(request: HttpRequest, reference: str, pk: int, *, reason: str = "", status: int = 200) -> HttpResponse:
    application, actor = desk_application(reference), actor_of(request)
    page = desk_letter_page(application, pk, actor)
    context: dict[str, Any] = {
        "application": application,
        "page": page,
        "may_print": actor.has(*SEERS),
        "reason": reason,
        "title": f"نامه {page.text.title}",
    }
    return rendered(request, "admin/applications/letter.html", context, status=status)


@require_POST
def letter_file(request: HttpRequest, *, reference: str, pk: int) -> HttpResponse:
    """The PDF names its addressee: a reason, an audit entry, the hourly limit of reveals."""
    application, actor = desk_application(reference), actor_of(request)
    drawn = letter_pdf.paper(staff_letter(application, pk, actor))
    if drawn is None:
        raise NotFound(str(pk))
    try:
        reason = text_of(request.POST, "reason", "دلیل دریافت", 200)
        use_cases.run(print_letter, application.pk, pk, reason, actor=actor)
    except NotFound:
        raise
    except DomainError as error:
        tell(request, error)
        return _page(request, reference, pk, reason=request.POST.get("reason", ""), status=409)
    return documents.download(drawn)
