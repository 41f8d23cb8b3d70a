"""The life of one item of the site checklist: machine evidence first, then a person's verdict."""

from typing import Any

from django.db import models

from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.lifecycle import Lifecycle, Transition

from .application import OFFICERS, SITE_AND_DOCUMENTS_OPEN, State, not_own_file


class ItemState(models.TextChoices):
    PENDING = "pending", "در انتظار کارشناس"
    OK = "ok", "درست است"
    NOT_OK = "not_ok", "نیازمند اصلاح"


R = Role


def items_are_judged_now(row: Any, _actor: Actor) -> Refusal | None:
    """After the machine's look, before the decision."""
    if row.application.state in SITE_AND_DOCUMENTS_OPEN:
        return None
    return Refusal("checklist_closed", "در این مرحله از پرونده رأی بندهای سایت تغییر نمی‌کند.")


def nothing_is_sent_yet(row: Any, _actor: Actor) -> Refusal | None:
    """A verdict is taken back before the decision that it went into; afterwards only a new verdict changes it."""
    if row.application.state == State.CORRECTION_REQUESTED:
        return Refusal("verdict_sent", "این رأی با تصمیم به متقاضی گفته شده است؛ پس از اصلاح او رأی تازه بدهید.")
    return None


def not_an_own_site(row: Any, actor: Actor) -> Refusal | None:
    """Nobody judges the site of his own business (AUTHZ-5)."""
    return not_own_file(row.application, actor)


CHECK_ITEM = Lifecycle(
    name="check_item",
    states=ItemState,
    initial=ItemState.PENDING,
    transitions=(
        Transition(
            "accept",
            (ItemState.PENDING, ItemState.NOT_OK),
            ItemState.OK,
            OFFICERS,
            "درست است",
            (items_are_judged_now, not_an_own_site),
        ),
        Transition(
            "refuse",
            (ItemState.PENDING, ItemState.OK),
            ItemState.NOT_OK,
            OFFICERS,
            "درست نیست",
            (items_are_judged_now, not_an_own_site),
        ),
        Transition(
            "take_back",
            (ItemState.OK, ItemState.NOT_OK),
            ItemState.PENDING,
            OFFICERS,
            "پس گرفتن رأی",
            (items_are_judged_now, nothing_is_sent_yet, not_an_own_site),
        ),
        Transition("reopen", (ItemState.NOT_OK,), ItemState.PENDING, (R.APPLICANT,), "بررسی دوباره پس از اصلاح"),
        Transition(
            "renew", (ItemState.OK, ItemState.NOT_OK), ItemState.PENDING, (R.SYSTEM,), "بررسی دوباره پس از تغییر پاسخ"
        ),
    ),
)
