"""The checklist of the site: a person's verdict per item, what they mean for the step, and looking again."""

from typing import Any

from applications.lifecycle import CHECK_ITEM, ItemState
from applications.models import Application, ItemVerdict, VerificationStep
from applications.services.cases import case, own_open_case, step_in
from applications.services.progress import advance
from applications.services.verify import recheck, settle
from enamad_portal.kernel import clock
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Finding, StepState, Verdict

OTHER = "other"
"""The reason that stands in the note alone; every item may be refused with it."""
_LOOKED_AT = frozenset({StepState.UNSURE, StepState.FAILED, StepState.PASSED})
_SETTLED_BY_VERDICTS = frozenset({"content_accepted", "content_refused"})
_JUDGED_NOTE = "رأی کارشناس درباره بندهای سایت"


def judge_item(
    application_id: int, item_key: str, *, ok: bool, reasons: tuple[str, ...] = (), note: str = "", actor: Actor
) -> ItemVerdict:
    """An officer's verdict on one item; the last open item settles the step.

    A refusal needs a reason of the item that tells the cure. Raises NotFound, Refused.
    """
    application = case(application_id)
    row = _row(application, item_key)
    _refuse_unseen(application)
    if not ok:
        _refuse_bare_refusal(row, reasons, note)
    CHECK_ITEM.fire(
        row,
        "accept" if ok else "refuse",
        actor=actor,
        reasons=[] if ok else list(reasons),
        note="" if ok else note.strip(),
        judged_by_id=actor.user_id,
        judged_at=clock.now(),
        facts={"item": item_key, "reasons": [] if ok else list(reasons), "machine": row.says},
    )
    if not application.checklist.filter(state=ItemState.PENDING).exists():
        finish_review(application_id, actor=actor)
    return row


def _refuse_unseen(application: Application) -> None:
    if not application.steps.filter(key="content", state__in=_LOOKED_AT).exists():
        raise Refused(Refusal("content_not_seen", "سایت هنوز دیده نشده است یا دوباره دیده می‌شود؛ کمی بعد رأی بدهید."))


def accept_clean(application_id: int, *, actor: Actor) -> int:
    """One press for every open item whose evidence holds nothing against it; returns how many. Raises Refused.

    An item with a finding, with anything for a person to weigh, without evidence, or of lawfulness stays open.
    """
    application = case(application_id)
    _refuse_unseen(application)
    rows = application.checklist.select_related("item").filter(state=ItemState.PENDING).order_by("item__number")
    clean = [row for row in rows if row.is_clean]
    if not clean:
        raise Refused(Refusal("nothing_clean", "بند بازی که همه شواهدش درست باشد نمانده است؛ بقیه را یک‌به‌یک ببینید."))
    for row in clean:
        row.application = application
        judged: dict[str, Any] = {"judged_by_id": actor.user_id, "judged_at": clock.now(), "reasons": [], "note": ""}
        facts = {"item": row.item.key, "reasons": [], "machine": row.says, "one_press": len(clean)}
        CHECK_ITEM.fire(row, "accept", actor=actor, facts=facts, **judged)
    if not application.checklist.filter(state=ItemState.PENDING).exists():
        finish_review(application_id, actor=actor)
    return len(clean)


def take_back(application_id: int, item_key: str, *, actor: Actor) -> ItemVerdict:
    """Undoes a verdict before the decision: the item is open again, and so is the step it had settled."""
    application = case(application_id)
    row = _row(application, item_key)
    CHECK_ITEM.fire(
        row, "take_back", actor=actor, reasons=[], note="", judged_by=None, judged_at=None, facts={"item": item_key}
    )
    step = application.steps.get(key="content")
    if step.code in _SETTLED_BY_VERDICTS:
        evidence = {name: value for name, value in step.evidence.items() if name != "refused"}
        _start_over(step, actor)
        settle(application, step, Finding(Verdict.UNSURE, "content_collected", evidence))
    return row


def _row(application: Application, item_key: str) -> ItemVerdict:
    row = application.checklist.select_related("item").filter(item__key=item_key).first()
    if row is None:
        raise NotFound(item_key)
    row.application = application
    return row


def _refuse_bare_refusal(row: ItemVerdict, reasons: tuple[str, ...], note: str) -> None:
    if not reasons or not set(reasons) <= {*row.item.cures(), OTHER}:
        raise Refused(Refusal("reason_missing", "دست‌کم یک دلیل از فهرست این بند برگزینید تا متقاضی بداند چه کند."))
    if OTHER in reasons and not note.strip():
        raise Refused(Refusal("note_missing", "برای «دلیل دیگر» یادداشتی برای متقاضی بنویسید."))


def finish_review(application_id: int, *, actor: Actor) -> VerificationStep:
    """Settles the step by the verdicts: all right accepts it, some not declines it.

    Raises Refused while items are open; called again after a verdict was changed, it brings the step in line.
    """
    application = case(application_id)
    step = step_in(application, "content")
    verdicts = dict(application.checklist.values_list("item__key", "state"))
    waiting = [key for key, state in verdicts.items() if state == ItemState.PENDING]
    if waiting or not verdicts:
        raise Refused(Refusal("items_open", "هنوز همه بندهای سایت رأی ندارد.", {"items": " ".join(waiting)}))
    refused = sorted(key for key, state in verdicts.items() if state == ItemState.NOT_OK)
    evidence = step.evidence | {"refused": refused}
    if refused:
        _settle_as(application, step, Finding(Verdict.FAILED, "content_refused", evidence), actor)
    elif step.state != StepState.PASSED:
        _settle_as(application, step, Finding(Verdict.PASSED, "content_accepted", evidence), actor)
    return step


def _settle_as(application: Application, step: VerificationStep, finding: Finding, actor: Actor) -> None:
    """The shortest legal way from where the step stands to the finding."""
    now, move = clock.now(), {Verdict.PASSED: "accept"}.get(finding.verdict, "decline")
    if STEP_LIFECYCLE.row(move, step.state):
        passed = finding.verdict is Verdict.PASSED
        STEP_LIFECYCLE.fire(
            step,
            move,
            actor=actor,
            note=_JUDGED_NOTE,
            verdict=finding.verdict,
            code=finding.code,
            evidence=finding.evidence,
            received_at=now,
            verified_at=now if passed else None,
            facts={"refused": finding.evidence["refused"]},
        )
        advance(application, actor=SYSTEM)
    elif step.state == StepState.PASSED:
        _start_over(step, actor)
        settle(application, step, finding)
    else:  # refused before and refused again: only the list of items changed
        VerificationStep.objects.filter(pk=step.pk).update(evidence=finding.evidence)


def _start_over(step: VerificationStep, actor: Actor) -> None:
    """A settled step waits for a verdict again."""
    STEP_LIFECYCLE.fire(step, "reopen", actor=actor, round=step.round + 1, verified_at=None)
    STEP_LIFECYCLE.fire(step, "prompt", actor=SYSTEM, requested_at=clock.now())


def ask_recheck(reference: str, *, actor: Actor) -> VerificationStep:
    """The applicant has mended the site: it is looked at again, and only the refused items are open again."""
    application = own_open_case(reference, actor)
    step = step_in(application, "content")
    if step.state != StepState.FAILED:
        raise Refused(Refusal("not_failed", "اکنون بندی از سایت در انتظار اصلاح شما نیست."))
    for row in application.checklist.select_related("item").filter(state=ItemState.NOT_OK):
        row.application = application
        CHECK_ITEM.fire(row, "reopen", actor=actor, judged_by=None, judged_at=None, facts={"item": row.item.key})
    return recheck(reference, "content", actor=actor)
