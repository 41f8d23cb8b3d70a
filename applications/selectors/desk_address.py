"""The landline and the letters as officers see them: what was called and sent, how often, and how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from applications import policy
from applications.lifecycle import LetterState
from applications.models import Application, PostalLetter, VerificationStep
from applications.selectors.address import in_sixes, letter_events
from applications.services.landline import SHOWN
from applications.verification.words import sentence
from enamad_portal.kernel import clock
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.codes import Code, Judgement
from enamad_portal.kernel.iran.phones import mask_landline
from enamad_portal.kernel.messaging import Channel, Fate, Message
from enamad_portal.kernel.steps import StepState
from enamad_portal.providers.telephony import CallState

_ENDED = {CallState.NO_ANSWER.value: "کسی گوشی را برنداشت", CallState.BUSY.value: "خط اشغال بود"}
_FATES = {
    Fate.QUEUED: "در نوبت تماس",
    Fate.SENDING: "در حال تماس",
    Fate.SENT: "تماس گرفته شد، پایانش هنوز گزارش نشده",
    Fate.DELIVERED: "پاسخ دادند و کد خوانده شد",
    Fate.FAILED: "تماس برقرار نشد",
    Fate.UNCERTAIN: "سرنوشت تماس روشن نیست",
}
_KEYED = {
    Judgement.ACCEPTED: "کد درست بود",
    Judgement.WRONG: "کد نادرست بود",
    Judgement.EXPIRED: "زمان کد گذشته بود",
    Judgement.SPENT: "کد دیگر پذیرفته نمی‌شد",
}


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call or one code shown for a call: which way it went, how it ended, and what came of its code."""

    way: str
    at: datetime
    ended: str
    code: str
    tone: str


@dataclass(frozen=True, slots=True)
class LandlinePanel:
    number: str
    state: str
    tone: str
    said: str
    calls: list[CallLine]


def landline(application: Application) -> LandlinePanel | None:
    """None where the requirements name no landline; three queries."""
    step = _step(application, "landline")
    if step is None:
        return None
    calls = sorted([*_our_calls(application), *_their_calls(application, step)], key=lambda line: line.at, reverse=True)
    number = application.business.landline
    state, tone = _standing(step)
    return LandlinePanel(mask_landline(number) if number else "", state, tone, sentence(step.key, step.code), calls)


def _step(application: Application, key: str) -> VerificationStep | None:
    return next((step for step in application.steps.all() if step.key == key), None)


def _standing(step: VerificationStep) -> tuple[str, str]:
    tones = {StepState.PASSED: "ok", StepState.WAIVED: "ok", StepState.FAILED: "danger", StepState.UNSURE: "turn"}
    if step.state == StepState.WAITING:
        return "در انتظار متقاضی", "quiet"
    return str(StepState(step.state).label), tones.get(StepState(step.state), "quiet")


def _our_calls(application: Application) -> Iterable[CallLine]:
    """Calls in which we speak a code."""
    rows = Message.objects.filter(subject=application.subject_key, channel=Channel.CALL).select_related("code")
    for row in rows:
        ended = _ENDED.get(row.obstacle, "") if row.fate == Fate.FAILED else ""
        tone = "danger" if row.fate in {Fate.FAILED, Fate.UNCERTAIN} else "quiet"
        yield CallLine(
            "ما تماس گرفتیم", row.sent_at or row.created_at, ended or _FATES[Fate(row.fate)], _fate_of(row.code), tone
        )


def _their_calls(application: Application, step: VerificationStep) -> Iterable[CallLine]:
    """Codes shown to be keyed in by telephone, and the calls that came from the right line."""
    for code in Code.objects.filter(purpose=SHOWN, subject=application.subject_key):
        yield CallLine("کدی برای تماس با ما نشان داده شد", code.created_at, "", _fate_of(code), "quiet")
    taken = AuditEntry.objects.filter(subject=step.subject_key, action="call_taken")
    for row in taken:
        judgement = Judgement(row.facts["judgement"])
        tone = "ok" if judgement is Judgement.ACCEPTED else "danger"
        yield CallLine("از همین خط با ما تماس گرفتند", row.at, _KEYED[judgement], "", tone)


def _fate_of(code: Code | None) -> str:
    if code is None:
        return ""
    if code.used_at:
        return "کد پذیرفته شد"
    if code.voided_at:
        return "کد با درخواست تازه باطل شد"
    return "زمان کد گذشت" if code.expires_at <= clock.now() else "کد هنوز معتبر است"


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter: its way so far, what came back, and until when it still may."""

    letter: PostalLetter
    state: str
    tone: str
    tracking: str
    events: list[dict[str, Any]]
    codes_back: int
    lost_after: datetime | None
    codes_until: datetime | None
    is_free: bool


@dataclass(frozen=True, slots=True)
class LettersPanel:
    state: str
    tone: str
    said: str
    lines: list[LetterLine]
    most_tries: int
    rounds: int
    most_rounds: int


_TONES = {
    LetterState.DELIVERED: "ok",
    LetterState.RETURNED: "danger",
    LetterState.LOST: "danger",
    LetterState.CANCELLED: "quiet",
}


def letters(application: Application) -> LettersPanel | None:
    """None where the requirements name no letter; newest letter first, one query beside the limits."""
    step = _step(application, "postal")
    if step is None:
        return None
    today = clock.today()
    rows = list(application.letters.select_related("code_1", "code_2", "invoice").order_by("-round"))
    life = timedelta(days=policy.limit("letter_lost_days", today))
    paid_with = [row.invoice_id for row in rows]
    state, tone = _standing(step)
    return LettersPanel(
        state=state,
        tone=tone,
        said=sentence(step.key, step.code),
        lines=[_line(row, life, is_free=row.invoice_id in paid_with[place + 1 :]) for place, row in enumerate(rows)],
        most_tries=policy.limit("letter_tries", today),
        rounds=len(rows),
        most_rounds=policy.limit("letter_rounds", today),
    )


def _line(letter: PostalLetter, life: timedelta, *, is_free: bool) -> LetterLine:
    state = LetterState(letter.state)
    on_its_way = state in {LetterState.PRINTED, LetterState.POSTED}
    left_us = letter.posted_at or letter.printed_at
    open_codes = letter.code_1 is not None and not all(letter.answered) and state == LetterState.DELIVERED
    return LetterLine(
        letter=letter,
        state=str(state.label),
        tone=_TONES.get(state, "info"),
        tracking=in_sixes(letter.tracking),
        events=letter_events(letter),
        codes_back=sum(letter.answered),
        lost_after=left_us + life if on_its_way and left_us else None,
        codes_until=letter.code_1.expires_at if open_codes and letter.code_1 else None,
        is_free=is_free,
    )
