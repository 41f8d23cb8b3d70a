"""اعتراض به رد: once, with reasons, inside the term that begins when the refusal's letter is served.

Who decided before does not decide again.

The decision itself is a move of the desk (`review.uphold_objection`, `review.dismiss_objection`).
"""

from datetime import datetime

from applications import messages
from applications.lifecycle import APPLICATION, CLOSED, State
from applications.models import Application, Objection
from applications.services import formal_letters
from applications.services.cases import own_case
from applications.services.deadlines import review_due
from enamad_portal.kernel import audit, clock, letter_delivery
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.calendar import deadlines
from enamad_portal.kernel.calendar.deadlines import Deadline
from enamad_portal.kernel.calendar.holiday_table import current_calendar
from enamad_portal.kernel.errors import Refusal, Refused

SHORTEST = 20
LONGEST = 3000


def object_to_refusal(reference: str, reasons: str, *, actor: Actor) -> Objection:
    """The applicant says why the refusal is wrong; an officer without a part in it will read it. Raises Refused."""
    application = own_case(reference, actor)
    found = [*objection_refusals(application, actor), *_too_short_or_long(reasons)]
    if found:
        raise Refused(*found)
    now = clock.now()
    columns = {"touched_at": now, "assignee": None, "due_at": review_due(application)}
    APPLICATION.fire(application, "object", actor=actor, note="متن اعتراض در پرونده است", facts=None, **columns)
    objection = Objection.objects.create(application=application, reasons=reasons.strip(), made_at=now)
    messages.tell(application, "objection_taken")
    return objection


def _too_short_or_long(reasons: str) -> list[Refusal]:
    if len(reasons.strip()) < SHORTEST:
        return [Refusal("reasons_missing", "بنویسید چرا رد پرونده درست نیست؛ دست‌کم یک جمله کامل لازم است.")]
    if len(reasons) > LONGEST:
        return [Refusal("reasons_too_long", "متن اعتراض بیش از ۳۰۰۰ نویسه است؛ آن را کوتاه‌تر بنویسید.")]
    return []


def objection_refusals(application: Application, actor: Actor) -> list[Refusal]:
    """Why this actor may not object now: greys the button and refuses the request alike."""
    found = list(APPLICATION.refusals(application, "object", actor=actor, note="…"))
    if application.state != State.REJECTED:
        return found
    row = refused_by(application)
    if row is None or row.action != "confirm_refusal":
        return [*found, _FINAL.get(row.action if row else "", _FINAL[""])]
    deadline = objection_deadline(application, row.at)
    if deadline and deadline.has_passed(clock.now()):
        found.append(Refusal("objection_late", "مهلت اعتراض به این رد گذشته است؛ می‌توانید درخواست تازه‌ای ثبت کنید."))
    if _went_on_elsewhere(application):
        found.append(
            Refusal("other_application_open", "برای این کسب‌وکار یا دامنه درخواست دیگری باز است؛ همان را ادامه دهید.")
        )
    return found


_FINAL = {
    "dismiss_objection": Refusal("objection_decided", "به اعتراض شما رسیدگی شده و رد پرونده پابرجا مانده است."),
    "": Refusal("objection_not_open", "به این رد از این راه اعتراض نمی‌شود؛ درخواست تازه‌ای ثبت کنید."),
}


def refused_by(application: Application) -> audit.AuditEntry | None:
    """The move that closed the case as rejected, as the audit chain has it."""
    rows = audit.AuditEntry.objects.filter(subject=application.subject_key, after=State.REJECTED)
    return rows.order_by("-seq").first()


def objection_deadline(application: Application, refused_at: datetime) -> Deadline | None:
    """Until when the refusal may be objected to; None as long as its letter was not served.

    A case that was refused before there were letters counts from the decision.
    """
    letter = formal_letters.latest(application, formal_letters.REFUSAL)
    if letter is not None:
        return letter_delivery.deadline(letter)
    limit = formal_letters.term_of(formal_letters.REFUSAL)
    assert limit is not None
    return deadlines.due(refused_at, limit, current_calendar(), application.business.province or None)


def _went_on_elsewhere(application: Application) -> bool:
    others = Application.objects.exclude(pk=application.pk).exclude(state__in=CLOSED)
    same_domain = others.exclude(state=State.DRAFT).filter(domain=application.domain)
    return others.filter(business_id=application.business_id).exists() or same_domain.exists()
