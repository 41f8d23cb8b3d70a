"""The panels of the case page with their acts: each is a selector, a template and a use case."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.admin.case_acts import PANEL_ACTS
from applications.models import Application, ApplicationDocument
from applications.models.choices import RefusalReason
from applications.selectors import police as police_view
from applications.selectors.checklist import checklist
from applications.selectors.desk_case import PANELS, Panel
from applications.selectors.documents import DocumentRow, document_rows
from applications.services import review
from applications.services.content import judge_item
from applications.services.documents import judge_document
from applications.services.police import decide_police_appeal, enter_police_answer
from applications.services.reveals import SEERS
from enamad_portal.kernel import documents as stored
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.admin import actor_of
from enamad_portal.kernel.documents import Document
from enamad_portal.kernel.errors import NotFound, Refusal, Refused

Posted = dict[str, list[str]]
_JUDGES = (Role.REVIEWER, Role.SENIOR_REVIEWER)


def _act_address(application: Application, panel: str) -> str:
    return reverse("admin:applications_application_panel", args=[application.reference, panel])


def _may_judge(application: Application, actor: Actor) -> bool:
    """Verdicts belong to the officer who holds the case."""
    return actor.has(*_JUDGES) and review.not_claimed(application, actor) is None


def _refuse_unclaimed(application_id: int, actor: Actor) -> None:
    if unclaimed := review.not_claimed(Application.objects.get(pk=application_id), actor):
        raise Refused(unclaimed)


def documents_panel(application: Application, actor: Actor) -> Panel | None:
    """Large previews, a verdict each."""
    rows = document_rows(application)
    if not rows:
        return None
    may_judge = _may_judge(application, actor)
    return Panel(
        "admin/applications/_documents.html",
        {
            "rows": [_document(application, row, actor, may_judge=may_judge) for row in rows],
            "act": _act_address(application, "documents"),
            "reasons": RefusalReason.choices,
        },
    )


def _document(application: Application, row: DocumentRow, actor: Actor, *, may_judge: bool) -> dict[str, Any]:
    pages = row.stored.document.pages if row.stored and actor.has(*SEERS) else 0
    name = "admin:applications_application_document"
    pictures = [
        reverse(name, args=[application.reference, row.stored.pk, page]) for page in range(1, pages + 1) if row.stored
    ]
    return {"row": row, "pictures": pictures, "may_judge": may_judge and row.stored is not None}


def checklist_panel(application: Application, actor: Actor) -> Panel | None:
    """The items of the site with what the machine saw."""
    if not application.needs("content"):
        return None
    act = _act_address(application, "checklist") if _may_judge(application, actor) else ""
    return Panel("admin/applications/_checklist.html", checklist(application, act=act))


def police_panel(application: Application, actor: Actor) -> Panel | None:
    """The liaison sees and enters answers; everybody else that the check runs or is done (AUTHZ-3)."""
    found = police_view.panel(application, actor)
    if found is None:
        return None
    proofs = [
        (
            line,
            [
                reverse("admin:applications_application_proof", args=[application.reference, line.document_id, page])
                for page in range(1, line.pages + 1)
            ],
        )
        for line in found.appeals
    ]
    data = {
        "panel": found,
        "proofs": proofs,
        "answer_act": _act_address(application, "police"),
        "appeal_act": _act_address(application, "police-appeal"),
    }
    return Panel("admin/applications/_police.html", data, side="end")


PANELS += [documents_panel, checklist_panel, police_panel]


def _judge_document(application_id: int, posted: Posted, actor: Actor) -> None:
    _refuse_unclaimed(application_id, actor)
    document_id = _number(posted, "document")
    if not ApplicationDocument.objects.filter(pk=document_id, application_id=application_id).exists():
        raise NotFound(str(document_id))
    use_cases.run(
        judge_document,
        document_id,
        accepted=_choice(posted, "verdict", "accept", "refuse") == "accept",
        reasons=tuple(posted.get("reason", ())),
        note=_first(posted, "note"),
        actor=actor,
    )


def _judge_item(application_id: int, posted: Posted, actor: Actor) -> None:
    _refuse_unclaimed(application_id, actor)
    use_cases.run(
        judge_item,
        application_id,
        _first(posted, "item"),
        ok=_choice(posted, "verdict", "ok", "not_ok") == "ok",
        reasons=tuple(posted.get("reason", ())),
        note=_first(posted, "note"),
        actor=actor,
    )


def _enter_police_answer(application_id: int, posted: Posted, actor: Actor) -> None:
    positive = _choice(posted, "answer", "yes", "no") == "yes"
    number = _first(posted, "police_reference")
    use_cases.run(enter_police_answer, application_id, positive=positive, police_reference=number, actor=actor)


def _decide_police_appeal(application_id: int, posted: Posted, actor: Actor) -> None:
    ask_again = _choice(posted, "decision", "again", "uphold") == "again"
    note = _first(posted, "note")
    use_cases.run(decide_police_appeal, application_id, ask_again=ask_again, note=note, actor=actor)


PANEL_ACTS |= {
    "documents": _judge_document,
    "checklist": _judge_item,
    "police": _enter_police_answer,
    "police-appeal": _decide_police_appeal,
}


def _first(posted: Posted, name: str) -> str:
    return posted.get(name, [""])[0]


def _choice(posted: Posted, name: str, *known: str) -> str:
    """One of the values the form offers; a verdict is never guessed from what is missing."""
    value = _first(posted, name)
    if value not in known:
        raise Refused(Refusal("choice_missing", "یکی از گزینه‌ها را برگزینید."))
    return value


def _number(posted: Posted, name: str) -> int:
    value = _first(posted, name)
    return int(value) if value.isdigit() else 0


@require_safe
def document_picture(request: HttpRequest, *, reference: str, pk: int, page: int) -> HttpResponse:
    """One page of a document as a picture, for those who judge or help."""
    if not actor_of(request).has(*SEERS):
        raise Http404
    rows = ApplicationDocument.objects.select_related("document")
    row = rows.filter(pk=pk, application__reference=reference).first()
    return _picture(row.document if row else None, page)


@require_safe
def proof_picture(request: HttpRequest, *, reference: str, pk: int, page: int) -> HttpResponse:
    """One page of the proof of a فرجام‌خواهی, for the liaison alone (AUTHZ-3)."""
    if not police_view.sees(actor_of(request)):
        raise Http404
    found = Application.objects.filter(reference=reference, police_appeals__document_id=pk).exists()
    return _picture(Document.objects.filter(pk=pk).first() if found else None, page)


def _picture(document: Document | None, page: int) -> HttpResponse:
    if document is None or not 1 <= page <= document.pages:
        raise Http404
    picture = stored.picture_response(document, page)
    if isinstance(picture, Refusal):
        raise Http404
    return picture
