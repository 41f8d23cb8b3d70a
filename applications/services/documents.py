"""Documents of a case: sending them, judging them one by one, and what that means for the step."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from applications import policy
from applications.lifecycle import DOCUMENT, DocumentState
from applications.models import Application, ApplicationDocument, Business, VerificationStep
from applications.models.choices import RefusalReason
from applications.services.cases import case, own_case
from applications.services.progress import advance
from applications.services.verify import settle
from applications.verification.facts import facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock, documents, uploads, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.documents import Document, LaidDown
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Finding, StepState, Task, Verdict

T = TypeVar("T")

OPEN = frozenset({StepState.WAITING, StepState.FAILED, StepState.UNSURE})
"""States of the step in which the applicant may send files."""
LOGO = "logo"
_JUDGED_NOTE = "رأی کارشناس درباره سندها"


def upload_document(reference: str, key: str, name: str, data: bytes, *, actor: Actor) -> ApplicationDocument:
    """An edge of its own: asks whether the file is wanted, cleans it outside any transaction, stores it, attaches it.

    Raises NotFound, Refused (the file, the quota, or a document that is not asked for now).
    """
    use_cases.run(_refuse_unwanted, reference, key, len(data), actor=actor)
    laid = _cleaned(name, data)
    return _kept(laid, partial(_attach, reference, key, laid, actor=actor))


def upload_logo(reference: str, name: str, data: bytes, *, actor: Actor) -> Business:
    """An edge like `upload_document`: the shop's logo, a picture; the earlier one is erased."""
    use_cases.run(_refuse_full, reference, len(data), actor=actor)
    laid = _cleaned(name, data)
    if laid.file.kind is uploads.Kind.PDF:
        documents.discard(laid)
        raise Refused(Refusal("logo_not_picture", "نشان باید تصویر PNG یا JPG باشد؛ پرونده PDF فرستاده شده است."))
    return _kept(laid, partial(_attach_logo, reference, laid, actor=actor))


def _cleaned(name: str, data: bytes) -> LaidDown:
    accepted = uploads.inspect(name, data)
    if isinstance(accepted, Refusal):
        raise Refused(accepted)
    return documents.lay_down(accepted)


def _kept(laid: LaidDown, verb: Callable[[], T]) -> T:
    """Runs the use case that refers to a laid-down file, and takes the file away when it fails."""
    try:
        return use_cases.run(verb)
    except BaseException:
        documents.discard(laid)
        raise


def _refuse_unwanted(reference: str, key: str, size: int, *, actor: Actor) -> None:
    application = _refuse_full(reference, size, actor=actor)
    _wanted(application, key)


def _refuse_full(reference: str, size: int, *, actor: Actor) -> Application:
    application = own_case(reference, actor)
    if refusal := documents.no_room(actor.account, size):
        raise Refused(refusal)
    return application


def _wanted(application: Application, key: str) -> ApplicationDocument | None:
    """The row that a new file would replace, if any. Raises when this document is not asked for now."""
    if key not in {need.key for need in policy.documents_needed(application.requirement)}:
        raise NotFound(key)
    if not application.steps.filter(key="documents", state__in=OPEN).exists():
        raise Refused(Refusal("documents_not_open", "اکنون سندی از شما خواسته نشده است."))
    row = application.documents.filter(key=key).select_related("document").first()
    if row and row.state == DocumentState.ACCEPTED:
        raise Refused(Refusal("document_accepted", "این سند پذیرفته شده است و فرستادن دوباره آن لازم نیست."))
    return row


def _attach(reference: str, key: str, laid: LaidDown, *, actor: Actor) -> ApplicationDocument:
    application = own_case(reference, actor)
    row = _wanted(application, key)
    document = documents.keep(laid, owner_id=actor.account, subject=application.subject_key, kind=key)
    row = _replace(row, document, actor) if row else _first(application, key, document)
    Application.objects.filter(pk=application.pk).update(touched_at=clock.now())
    record(application.subject_key, "document_sent", actor=actor, document=document.pk, key=key)
    take_stock(application, actor=actor)
    return row


def _first(application: Application, key: str, document: Document) -> ApplicationDocument:
    return ApplicationDocument.objects.create(application=application, key=key, document=document)


def _replace(row: ApplicationDocument, document: Document, actor: Actor) -> ApplicationDocument:
    """A refused file stays as what the verdict was about; one that nobody has judged is erased."""
    earlier, was_judged = row.document, row.judged_at is not None
    DOCUMENT.fire(row, "replace", actor=actor, document=document, reasons=[], remark="", judged_by=None, judged_at=None)
    if was_judged:
        Document.objects.filter(pk=earlier.pk).update(replaced_by=document)
    else:
        documents.erase(earlier)
    return row


def _attach_logo(reference: str, laid: LaidDown, *, actor: Actor) -> Business:
    application = own_case(reference, actor)
    business, earlier = application.business, application.business.logo
    subject = f"applications.business:{business.pk}"
    business.logo = documents.keep(laid, owner_id=actor.account, subject=subject, kind=LOGO)
    business.save(update_fields=["logo"])
    if earlier:
        documents.erase(earlier)
    record(application.subject_key, "logo_sent", actor=actor, document=business.logo.pk)
    return business


def judge_document(
    document_id: int, *, accepted: bool, reasons: tuple[str, ...] = (), note: str = "", actor: Actor
) -> ApplicationDocument:
    """An officer's verdict on one ApplicationDocument; a refusal needs a reason the applicant can act on."""
    found = ApplicationDocument.objects.filter(pk=document_id).values_list("application_id", flat=True).first()
    if found is None:
        raise NotFound(str(document_id))
    application = case(found)
    row = application.documents.get(pk=document_id)
    row.application = application
    if not accepted:
        _refuse_bare_refusal(reasons, note)
    DOCUMENT.fire(
        row,
        "accept" if accepted else "refuse",
        actor=actor,
        reasons=[] if accepted else list(reasons),
        remark="" if accepted else note.strip(),
        judged_by_id=actor.account,
        judged_at=clock.now(),
        facts={"key": row.key, "file": row.document_id, "reasons": list(reasons)},
    )
    take_stock(application, actor=actor)
    return row


def _refuse_bare_refusal(reasons: tuple[str, ...], note: str) -> None:
    if not reasons or not set(reasons) <= set(RefusalReason.values):
        raise Refused(Refusal("reason_missing", "دست‌کم یک دلیل از فهرست برگزینید تا متقاضی بداند چه کند."))
    if RefusalReason.OTHER in reasons and not note.strip():
        raise Refused(Refusal("note_missing", "برای «دلیل دیگر» یادداشتی برای متقاضی بنویسید."))


def judge_again(application: Application, *, actor: Actor) -> None:
    """After an answer changed that documents were read against: accepted ones go back to the officer."""
    for row in application.documents.filter(state=DocumentState.ACCEPTED):
        row.application = application
        DOCUMENT.fire(row, "reopen", actor=actor)
    take_stock(application, actor=actor)


def take_stock(application: Application, *, actor: Actor) -> None:
    """Brings the step in line with the documents as they stand now; the case goes on from there."""
    step = application.steps.filter(key="documents").first()
    task = STEPS["documents"]
    assert isinstance(task, Task)
    if step is None or step.state not in {*OPEN, StepState.PASSED}:
        return
    finding = task.tally(facts_of(application), acts_of(application))
    if finding is not None and not (step.state != StepState.WAITING and step.verdict == finding.verdict):
        _bring_to(application, step, finding, actor)


def acts_of(application: Application) -> dict[str, object]:
    """What was done so far, as the step's `tally` takes it."""
    asked = policy.documents_needed(application.requirement)
    states = dict(application.documents.filter(key__in=[need.key for need in asked]).values_list("key", "state"))
    return {"needed": [need.key for need in asked if not need.optional], "states": states}


def _bring_to(application: Application, step: VerificationStep, finding: Finding, actor: Actor) -> None:
    """The shortest legal way from where the step stands to the finding."""
    officers_move = {Verdict.PASSED: "accept", Verdict.FAILED: "decline"}.get(finding.verdict)
    if officers_move and STEP_LIFECYCLE.row(officers_move, step.state):
        passed = finding.verdict is Verdict.PASSED
        STEP_LIFECYCLE.fire(
            step,
            officers_move,
            actor=actor,
            note=_JUDGED_NOTE,
            verdict=finding.verdict,
            code=finding.code,
            evidence=finding.evidence,
            received_at=clock.now(),
            verified_at=clock.now() if passed else None,
        )
        advance(application, actor=SYSTEM)
        return
    if step.state != StepState.WAITING:
        STEP_LIFECYCLE.fire(step, "reopen", actor=actor, round=step.round + 1, verified_at=None)
        STEP_LIFECYCLE.fire(step, "prompt", actor=SYSTEM, requested_at=clock.now())
    settle(application, step, finding)
