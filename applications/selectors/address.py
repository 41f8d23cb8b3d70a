"""What the pages of the landline and of the letter show."""

from dataclasses import dataclass
from typing import Any

from applications import policy
from applications.lifecycle import InvoiceState, LetterState
from applications.models import Application, Invoice, PostalLetter, VerificationStep
from applications.services.pay import invoice_for
from applications.services.postage import UNDER_WAY, credit
from enamad_portal.kernel import clock
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.messaging import DAY_CAPS, Channel, Fate, Message
from enamad_portal.kernel.steps import StepState
from enamad_portal.providers.telephony import CallState

_OBSTACLES: dict[str, str] = {
    CallState.NO_ANSWER: "کسی گوشی را برنداشت. کنار تلفن بمانید و دوباره تماس بخواهید.",
    CallState.BUSY: "خط اشغال بود. خط را آزاد کنید و دوباره تماس بخواهید.",
    "cap": DAY_CAPS[Channel.CALL][1],
}
_NOT_CALLED = "تماس برقرار نشد. شماره را بررسی کنید و دوباره تماس بخواهید، یا شما با ما تماس بگیرید."


@dataclass(frozen=True, slots=True)
class LastCall:
    """Our latest call: its tone for the notice, and what became of it."""

    tone: str
    text: str
    underway: bool


def last_call(application: Application) -> LastCall | None:
    """None while we have not called."""
    calls = Message.objects.filter(subject=application.subject_key, channel=Channel.CALL)
    call = calls.order_by("-created_at").values_list("fate", "obstacle").first()
    if call is None:
        return None
    fate, obstacle = call
    if fate == Fate.FAILED:
        return LastCall("turn", _OBSTACLES.get(obstacle, _NOT_CALLED), underway=False)
    if fate == Fate.DELIVERED:
        return LastCall("info", "تماس گرفتیم و کد خوانده شد؛ آن را در زیر وارد کنید.", underway=False)
    return LastCall("info", "در حال تماس با شما هستیم؛ گوشی را بردارید و کد را یادداشت کنید.", underway=True)


@dataclass(frozen=True, slots=True)
class LetterPage:
    step: VerificationStep
    letter: PostalLetter | None
    """The letter of this round."""
    invoice: Invoice | None
    free: bool
    """The next letter costs nothing."""
    events: list[dict[str, Any]]
    tries_left: int = 0

    @property
    def tracking(self) -> str:
        return in_sixes(self.letter.tracking) if self.letter else ""

    @property
    def tone(self) -> str:
        return "turn" if self.step.state == StepState.FAILED else "info"

    @property
    def pays(self) -> bool:
        waits = self.step.state == StepState.WAITING and self.letter is None
        return waits and self.invoice is not None and self.invoice.state == InvoiceState.OPEN

    @property
    def checking(self) -> bool:
        in_check = {InvoiceState.VERIFYING, InvoiceState.NEEDS_RECONCILIATION}
        return self.letter is None and self.invoice is not None and self.invoice.state in in_check

    @property
    def takes_codes(self) -> bool:
        letter = self.letter
        return letter is not None and letter.printed_at is not None and letter.state in UNDER_WAY and self._open

    @property
    def _open(self) -> bool:
        return self.step.state in {StepState.ASKED, StepState.WAITING}

    @property
    def missing(self) -> list[int]:
        """Which of the two codes is still to come."""
        return [place for place, done in enumerate(self.letter.answered, 1) if not done] if self.letter else []


def in_sixes(number: str) -> str:
    """A long number in groups, so that 24 digits can be compared and broken over two lines."""
    return " ".join(number[place : place + 6] for place in range(0, len(number), 6))


def letter_page(application: Application, step: VerificationStep) -> LetterPage:
    letters = application.letters.select_related("code_1", "code_2")
    letter = letters.filter(round=step.round).first()
    failed = step.state == StepState.FAILED
    return LetterPage(
        step=step,
        letter=letter,
        invoice=invoice_for(application, "postal"),
        free=failed and credit(application) is not None,
        events=letter_events(letter) if letter else [],
        tries_left=policy.limit("letter_tries", clock.today()) - letter.tries if letter else 0,
    )


_ENDS = {
    LetterState.DELIVERED: ("تحویل داده شد", "done"),
    LetterState.RETURNED: ("برگشت خورد", "problem"),
    LetterState.LOST: ("گم شد", "problem"),
}


def letter_events(letter: PostalLetter) -> list[dict[str, Any]]:
    """The letter's way so far, oldest first."""
    told = [("سفارش داده شد", letter.ordered_at, "done", "")]
    if letter.printed_at:
        told.append(("چاپ شد", letter.printed_at, "done", ""))
    if letter.posted_at:
        told.append(("به پست سپرده شد", letter.posted_at, "done", ""))
    if letter.ended_at and letter.state in _ENDS:
        title, state = _ENDS[LetterState(letter.state)]
        told.append((title, letter.ended_at, state, letter.get_received_by_display()))
    return [{"title": title, "at": jalali.date_time(at), "state": state, "by": by} for title, at, state, by in told]
