"""What the forms of the panels do: one POST, one use case."""

from datetime import date

from django.core.exceptions import ValidationError
from django.http import QueryDict

from applications.admin.case_acts import PANEL_ACTS
from applications.lifecycle import DocumentState, ItemState
from applications.models import Application, ApplicationDocument, PostalLetter
from applications.services import formal_letters, letter_batches, review
from applications.services.content import accept_clean, judge_item, take_back
from applications.services.documents import judge_document
from applications.services.police import decide_police_appeal, enter_police_answer
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.admin import key_of, number_of, text_of
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.errors import NotFound, Refusal, Refused


def _refuse_unclaimed(application_id: int, actor: Actor) -> None:
    if unclaimed := review.not_claimed(Application.objects.get(pk=application_id), actor):
        raise Refused(unclaimed)


def _judge_document(application_id: int, posted: QueryDict, actor: Actor) -> str:
    _refuse_unclaimed(application_id, actor)
    document_id = number_of(posted, "document")
    if not ApplicationDocument.objects.filter(pk=document_id, application_id=application_id).exists():
        raise NotFound(str(document_id))
    use_cases.run(
        judge_document,
        document_id,
        accepted=_choice(posted, "verdict", "accept", "refuse") == "accept",
        reasons=tuple(posted.getlist("reason")),
        note=text_of(posted, "note", "یادداشت برای متقاضی"),
        actor=actor,
    )
    rows = Application.objects.get(pk=application_id).documents.filter(state=DocumentState.PENDING).order_by("pk")
    waiting = rows.values_list("key", flat=True).first()
    return f"document-{waiting}" if waiting else ""


def _judge_item(application_id: int, posted: QueryDict, actor: Actor) -> str:
    """One item accepted, refused or taken back, or all the clean ones at once; on to the next open one."""
    _refuse_unclaimed(application_id, actor)
    verdict, item = _choice(posted, "verdict", "ok", "not_ok", "undo", "clean"), key_of(posted, "item")
    if verdict == "clean":
        use_cases.run(accept_clean, application_id, actor=actor)
        return _next_open_item(application_id)
    if verdict == "undo":
        use_cases.run(take_back, application_id, item, actor=actor)
        return f"item-{item}"
    use_cases.run(
        judge_item,
        application_id,
        item,
        ok=verdict == "ok",
        reasons=tuple(posted.getlist("reason")),
        note=text_of(posted, "note", "یادداشت برای متقاضی"),
        actor=actor,
    )
    return _next_open_item(application_id, item)


def _next_open_item(application_id: int, after: str = "") -> str:
    """Where the officer goes on: the first open item behind this one, else the first of all, else the panel."""
    keys = Application.objects.get(pk=application_id).checklist.order_by("item__number")
    rows = list(keys.values_list("item__key", "state"))
    place = next((place for place, (key, _) in enumerate(rows) if key == after), -1) + 1
    waiting = [key for key, state in (*rows[place:], *rows[:place]) if state == ItemState.PENDING]
    return f"item-{waiting[0]}" if waiting else ""


def _enter_police_answer(application_id: int, posted: QueryDict, actor: Actor) -> None:
    positive = _choice(posted, "answer", "yes", "no") == "yes"
    number = text_of(posted, "police_reference", "شماره نامه پلیس", 64)
    use_cases.run(enter_police_answer, application_id, positive=positive, police_reference=number, actor=actor)


def _decide_police_appeal(application_id: int, posted: QueryDict, actor: Actor) -> None:
    ask_again = _choice(posted, "decision", "again", "uphold") == "again"
    note = text_of(posted, "note", "یادداشت تصمیم")
    use_cases.run(decide_police_appeal, application_id, ask_again=ask_again, note=note, actor=actor)


def _reprint_letter(application_id: int, posted: QueryDict, actor: Actor) -> None:
    serial = key_of(posted, "serial")
    if not PostalLetter.objects.filter(serial=serial, application_id=application_id).exists():
        raise NotFound(serial)
    use_cases.run(letter_batches.reprint, serial, actor=actor, note=text_of(posted, "note", "دلیل چاپ دوباره", 300))


def _note_post(application_id: int, posted: QueryDict, actor: Actor) -> None:
    """What happened to a formal letter on paper: handed to the Post, arrived, or returned."""
    letter_id, act = number_of(posted, "letter"), _choice(posted, "act", "posted", "arrived", "returned")
    if act == "posted":
        tracking = text_of(posted, "tracking", "شماره رهگیری پست", 40)
        use_cases.run(formal_letters.post_letter, application_id, letter_id, tracking, actor=actor)
    elif act == "arrived":
        day = _day(posted, "day")
        use_cases.run(formal_letters.letter_arrived, application_id, letter_id, day, actor=actor)
    else:
        use_cases.run(formal_letters.letter_returned, application_id, letter_id, actor=actor)


PANEL_ACTS |= {
    "documents": _judge_document,
    "checklist": _judge_item,
    "formal-letters": _note_post,
    "letters": _reprint_letter,
    "police": _enter_police_answer,
    "police-appeal": _decide_police_appeal,
}


def _choice(posted: QueryDict, name: str, *known: str) -> str:
    """One of the values the form offers; a verdict is never guessed from what is missing."""
    value = posted.get(name, "")
    if value not in known:
        raise Refused(Refusal("choice_missing", "یکی از گزینه‌ها را برگزینید."))
    return value


def _day(posted: QueryDict, name: str) -> date:
    try:
        return jalali.parse(posted.get(name, ""))
    except ValidationError as wrong:
        raise Refused(Refusal("day_wrong", f"روز تحویل: {' '.join(wrong.messages)}")) from wrong
