"""The life of a document that an applicant hands in: one verdict each."""

from typing import Any

from django.db import models

from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.lifecycle import Lifecycle, Transition

from .application import OFFICERS, SITE_AND_DOCUMENTS_OPEN, State, not_own_file


class DocumentState(models.TextChoices):
    PENDING = "pending", "نزد کارشناس"
    ACCEPTED = "accepted", "پذیرفته شد"
    REFUSED = "refused", "پذیرفته نشد"


S, D, R = State, DocumentState, Role


def documents_are_judged_now(document: Any, _actor: Actor) -> Refusal | None:
    """Between submission and the decision; afterwards the verdicts stand."""
    if document.application.state in (S.DOMAIN_PENDING, *SITE_AND_DOCUMENTS_OPEN):
        return None
    return Refusal("documents_closed", "در این مرحله از پرونده رأی اسناد تغییر نمی‌کند.")


def not_an_own_document(document: Any, actor: Actor) -> Refusal | None:
    """As for the case itself (AUTHZ-5)."""
    return not_own_file(document.application, actor)


DOCUMENT = Lifecycle(
    name="document",
    states=DocumentState,
    initial=D.PENDING,
    transitions=(
        Transition(
            "accept",
            (D.PENDING, D.REFUSED),
            D.ACCEPTED,
            OFFICERS,
            "پذیرش سند",
            (documents_are_judged_now, not_an_own_document),
        ),
        Transition(
            "refuse",
            (D.PENDING, D.ACCEPTED),
            D.REFUSED,
            OFFICERS,
            "نپذیرفتن سند",
            (documents_are_judged_now, not_an_own_document),
        ),
        Transition("replace", (D.PENDING, D.REFUSED), D.PENDING, (R.APPLICANT,), "فرستادن سند تازه"),
        Transition("reopen", (D.ACCEPTED,), D.PENDING, (R.APPLICANT,), "بررسی دوباره پس از تغییر پاسخ"),
    ),
)
