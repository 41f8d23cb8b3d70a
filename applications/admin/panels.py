"""The panels of the case page, in their order: each is a selector and a template; their forms are in `panel_acts`."""

from typing import Any

from django.urls import reverse

from applications.admin import pictures
from applications.lifecycle import LETTER, State
from applications.models import Application
from applications.models.choices import RefusalReason
from applications.selectors import desk_address, looks
from applications.selectors import police as police_view
from applications.selectors.checklist import checklist
from applications.selectors.desk_case import PANELS, Panel
from applications.selectors.documents import DocumentRow, document_rows
from applications.selectors.formal_letters import desk_letters
from applications.services import review
from applications.services.test_account import FIELD as TEST_ACCOUNT
from applications.services.test_account import evaluator_refusal
from enamad_portal.kernel.actors import Actor, Role

_JUDGES = (Role.REVIEWER, Role.SENIOR_REVIEWER)


def _act_address(application: Application, panel: str) -> str:
    return reverse("admin:applications_application_panel", args=[application.reference, panel])


def _may_judge(application: Application, actor: Actor) -> bool:
    """Verdicts belong to the officer who holds the case."""
    return actor.has(*_JUDGES) and review.not_claimed(application, actor) is None


def objection_panel(application: Application, actor: Actor, _shown: str) -> Panel | None:
    """What the applicant says against the refusal: for those who decide, before anything else."""
    rows = list(application.objections.order_by("-pk"))
    if not rows:
        return None
    data = {"rows": rows, "open": application.state == State.APPEAL, "may_read": actor.has(*_JUDGES)}
    return Panel("admin/applications/_objection.html", data)


def documents_panel(application: Application, actor: Actor, _shown: str) -> Panel | None:
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
    found = pictures.addresses(application, row.stored, actor) if row.stored else []
    name = "admin:applications_application_document_page"
    large = reverse(name, args=[application.reference, row.stored.pk]) if row.stored and found else ""
    return {"row": row, "pictures": found, "large": large, "may_judge": may_judge and row.stored is not None}


def checklist_panel(application: Application, actor: Actor, _shown: str) -> Panel | None:
    """The items of the site with what the machine saw."""
    if not application.needs("content"):
        return None
    act = _act_address(application, "checklist") if _may_judge(application, actor) else ""
    return Panel("admin/applications/_checklist.html", checklist(application, act=act))


def shop_account_panel(application: Application, actor: Actor, shown: str) -> Panel | None:
    """The shop's test account, masked until the evaluator says why he needs it."""
    account = application.business.shop_test_account
    if not account:
        return None
    data = {
        "account": account if shown == TEST_ACCOUNT else None,
        "field": TEST_ACCOUNT,
        "act": reverse("admin:applications_application_reveal", args=[application.reference]),
        "refusal": evaluator_refusal(application, actor),
    }
    return Panel("admin/applications/_test_account.html", data, side="end")


def landline_panel(application: Application, _actor: Actor, _shown: str) -> Panel | None:
    """What was called, by whom, and what became of it."""
    data = desk_address.landline(application)
    return Panel("admin/applications/_landline.html", data, side="end") if data else None


def letters_panel(application: Application, actor: Actor, _shown: str) -> Panel | None:
    """The letters to the address, with the buttons that their lifecycle allows this actor."""
    data = desk_address.letters(application)
    if data is None:
        return None
    rows = [(line, LETTER.open_moves(line.letter, actor)) for line in data.lines]
    acts = {"act": _act_address(application, "letters"), "rows": rows, "panel": data}
    return Panel("admin/applications/_letters.html", acts, side="end")


def formal_letters_panel(application: Application, actor: Actor, _shown: str) -> Panel | None:
    """Numbered letters to the applicant: how they arrived, and the Post by hand."""
    found = desk_letters(application, actor)
    if not found:
        return None
    data = {"letters": found, "reference": application.reference, "act": _act_address(application, "formal-letters")}
    return Panel("admin/applications/_formal_letters.html", data, side="end")


def police_panel(application: Application, actor: Actor, _shown: str) -> Panel | None:
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


def looks_panel(application: Application, actor: Actor, _shown: str) -> Panel | None:
    """Who looked at this file, for the auditor."""
    if not actor.has(*looks.READERS):
        return None
    return Panel("admin/applications/_looks.html", {"rows": looks.looks(application, actor)}, side="end")


PANELS += [
    objection_panel,
    documents_panel,
    checklist_panel,
    shop_account_panel,
    landline_panel,
    letters_panel,
    police_panel,
    formal_letters_panel,
    looks_panel,
]
