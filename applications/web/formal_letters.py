"""The applicant's letters: the page of one letter, its PDF, and the mark that he has read it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from applications.models import Application
from applications.selectors.case import own_application
from applications.selectors.formal_letters import LetterPage, letter_page, unopened
from applications.services.formal_letters import letter_of, open_letter
from applications.web.access import actor_of, panel_page
from enamad_portal.kernel import documents, letter_pdf, use_cases


@require_safe
@panel_page
def formal_letter(request: HttpRequest, reference: str, letter: int) -> HttpResponse:
    """The paper on screen; while the PDF is being drawn the page says so."""
    application = own_application(reference, actor_of(request).account)
    context = {"application": application, "page": shown_letter(request, application, letter)}
    return render(request, "applications/formal_letter.html", context)


def shown_letter(request: HttpRequest, application: Application, letter_id: int) -> LetterPage:
    """The letter for a page that shows its text: whoever reads it there has been served. Raises NotFound."""
    if request.method != "HEAD" and unopened(application, letter_id):
        use_cases.run(open_letter, application.reference, letter_id, actor=actor_of(request))
    return letter_page(application, letter_id)


@require_safe
@panel_page
def formal_letter_pdf(request: HttpRequest, reference: str, letter: int) -> HttpResponse:
    """The stored paper; as long as there is none, the page that says so."""
    application = own_application(reference, actor_of(request).account)
    drawn = letter_pdf.paper(letter_of(application, letter))
    if drawn is None:
        return redirect("applications:formal_letter", reference, letter)
    shown_letter(request, application, letter)
    return documents.download(drawn)
