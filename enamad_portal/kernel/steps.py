"""The four kinds of verification step and their one runner.

Looking at a site, asking a body, sending a code and a person's act are different conversations, so they are different
shapes; what they leave behind is the same: a stored step with a verdict, its evidence and its times. A step is one
file with one class: frozen facts in, a finding out; no database, no clock, no retry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models

from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.lifecycle import Lifecycle, Subject, Transition
from enamad_portal.kernel.messaging import Draft


class Verdict(models.TextChoices):
    PASSED = "passed", "تأیید شد"
    FAILED = "failed", "تأیید نشد"
    UNSURE = "unsure", "نیازمند بررسی کارشناس"
    UNKNOWN = "unknown", "هنوز نامعلوم"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check concludes. `unknown` (network trouble) is tried again and never becomes a pass or a fail (TLS-9)."""

    verdict: Verdict
    code: str
    """Stable reason; its Persian sentence stands in the app's `verification/words.py`."""
    evidence: dict[str, Any] = field(default_factory=dict)
    """Data for the officer's page; no more personal data than needed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A body has taken the question and will answer under this reference; ask for the answer after a while."""

    reference: str
    look_again: timedelta


F = TypeVar("F")


class Step(Generic[F]):
    """What every kind shares; whatever a page says about a step stands in the step's own file."""

    key: ClassVar[str]
    title: ClassVar[str]
    """Persian name of the step."""
    words: ClassVar[Mapping[str, str]] = {}
    """A Persian sentence for each finding's code: what we saw, what it means, what to do."""
    call: ClassVar[str] = ""
    """What the applicant is asked to do while the step waits for him; empty when he never acts on it."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Keys of the steps that must have passed before this one starts; steps the case does not have are ignored."""
    after: ClassVar[tuple[str, ...]] = ()
    """Keys of the steps that must be out of the way first: passed, waived, or left to an officer's eye."""
    opens_in: ClassVar[str] = ""
    """The state of the case that opens the step; empty: as soon as its needs are met."""
    life_limit: ClassVar[str] = ""
    """Key of the dated limit that says for how many days a pass may be relied on; empty: for the whole case."""
    queue: ClassVar[str] = "verification"
    budget_s: ClassVar[int] = 10


class Probe(Step[F]):
    """We look at something ourselves."""

    queue: ClassVar[str] = "fetch"
    budget_s: ClassVar[int] = 45
    prompted: ClassVar[bool] = False
    """Looking makes sense only after the applicant has done something: the step waits for his «بررسی کن»."""

    def look(self, facts: F) -> Finding:
        raise NotImplementedError


class Inquiry(Step[F]):
    """We ask a body, which answers now or days later."""

    def ask(self, facts: F, reference: str) -> Finding | Asked:
        raise NotImplementedError

    def read(self, facts: F, reference: str) -> Finding | Asked:
        """The body's answer under our reference, or `Asked` again while there is none."""
        raise NotImplementedError


class Challenge(Step[F]):
    """We send a code that only the right person can return; `kernel.codes` alone judges what comes back."""

    life: ClassVar[timedelta]
    on_request: ClassVar[bool] = False
    """The code leaves when the applicant asks for it or has paid for it, not when the step starts."""
    codes: ClassVar[int] = 1
    """How many codes one message carries; all of them must come back, in any order."""

    def compose(self, facts: F) -> Draft:
        raise NotImplementedError

    def proves(self, facts: F) -> dict[str, Any]:  # noqa: ARG002 - most codes prove no more than that they came back
        """What the returned code shows, as evidence for the officer; never the number or address itself."""
        return {}


class Task(Step[F]):
    """A person does something in the portal; the step counts what was done."""

    def tally(self, facts: F, acts: Mapping[str, Any]) -> Finding | None:
        """None while acts are missing."""
        raise NotImplementedError


class StepState(models.TextChoices):
    NOT_STARTED = "not_started", "هنوز آغاز نشده"
    RUNNING = "running", "در حال بررسی"
    ASKED = "asked", "در انتظار پاسخ نهاد"
    WAITING = "waiting", "در انتظار شما"
    UNSURE = "unsure", "در انتظار کارشناس"
    PASSED = "passed", "تأیید شد"
    FAILED = "failed", "نیازمند اصلاح"
    WAIVED = "waived", "معاف شد"


_S = StepState
_ENDED = (_S.PASSED, _S.FAILED, _S.UNSURE, _S.WAIVED)
_OPEN = (_S.RUNNING, _S.ASKED, _S.WAITING)
_ANYONE = (Role.SYSTEM, Role.APPLICANT)
_OFFICERS = (Role.REVIEWER, Role.SENIOR_REVIEWER)

STEP_LIFECYCLE = Lifecycle(
    name="verification_step",
    states=StepState,
    initial=_S.NOT_STARTED,
    transitions=(
        Transition("start", (_S.NOT_STARTED,), _S.RUNNING, (Role.SYSTEM,), "آغاز بررسی"),
        Transition("prompt", (_S.NOT_STARTED, _S.RUNNING, _S.ASKED), _S.WAITING, (Role.SYSTEM,), "درخواست از متقاضی"),
        Transition("ask", (_S.RUNNING,), _S.ASKED, (Role.SYSTEM,), "پرسش از نهاد"),
        Transition("check", (_S.WAITING, _S.FAILED, _S.UNSURE), _S.RUNNING, _ANYONE, "بررسی دوباره"),
        Transition("pass", _OPEN, _S.PASSED, (Role.SYSTEM,), "تأیید"),
        Transition("fail", _OPEN, _S.FAILED, (Role.SYSTEM,), "عدم تأیید"),
        Transition("doubt", _OPEN, _S.UNSURE, (Role.SYSTEM,), "ارجاع به کارشناس"),
        Transition("accept", (_S.UNSURE, _S.FAILED, _S.ASKED), _S.PASSED, _OFFICERS, "تأیید کارشناس", note_needed=True),
        Transition("decline", (_S.UNSURE, _S.ASKED), _S.FAILED, _OFFICERS, "رد کارشناس", note_needed=True),
        Transition(
            "waive",
            (_S.NOT_STARTED, *_OPEN, _S.UNSURE, _S.FAILED),
            _S.WAIVED,
            (Role.SENIOR_REVIEWER,),
            "معاف کردن",
            note_needed=True,
        ),
        Transition("reopen", (*_ENDED, *_OPEN), _S.NOT_STARTED, (*_ANYONE, *_OFFICERS), "بازگشایی"),
    ),
)

CLOSED = frozenset({_S.PASSED, _S.WAIVED})


class StepRecord(Subject):
    """A step of one case as stored: its state, verdict, evidence and times."""

    lifecycle = STEP_LIFECYCLE
    key = models.CharField("گام", max_length=40)
    state = models.CharField("وضعیت", max_length=12, choices=StepState, default=StepState.NOT_STARTED)
    round = models.PositiveIntegerField("دور", default=1)
    verdict = models.CharField("نتیجه", max_length=8, choices=Verdict, blank=True)
    code = models.CharField("دلیل", max_length=60, blank=True)
    evidence = models.JSONField("شواهد", default=dict, blank=True)
    reference = models.CharField("ارجاع", max_length=64, blank=True)
    tries = models.PositiveIntegerField("تعداد بررسی", default=0)
    requested_at = models.DateTimeField("آغاز", null=True, blank=True)
    received_at = models.DateTimeField("دریافت پاسخ", null=True, blank=True)
    verified_at = models.DateTimeField("تأیید", null=True, blank=True)
    expires_at = models.DateTimeField("اعتبار تا", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def closed(self) -> bool:
        """Nothing more is needed from this step."""
        return self.state in CLOSED


MOVE_OF = {Verdict.PASSED: "pass", Verdict.FAILED: "fail", Verdict.UNSURE: "doubt"}

UNKNOWN_RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""After network trouble; when they are used up the step goes to a person, not to a fail."""


def next_look(tries: int, now: datetime) -> datetime | None:
    """When to look again after an unknown, or None when a person must look."""
    return now + UNKNOWN_RETRIES[tries - 1] if tries <= len(UNKNOWN_RETRIES) else None


Registry = Mapping[str, Step[F]]


def registry(steps: tuple[Step[F], ...]) -> dict[str, Step[F]]:
    """Steps by key, in their listed order; refuses a double key or a need that nobody fills."""
    by_key = {step.key: step for step in steps}
    if len(by_key) != len(steps):
        raise ValueError("two steps share a key")
    for step in steps:
        if missing := [need for need in (*step.needs, *step.after) if need not in by_key]:
            raise ValueError(f"{step.key} needs unknown steps {missing}")
    return by_key


Conclude = Callable[[Finding | Asked], datetime | None]


def converse(step: Step[F], facts: F, *, reference: str, already_asked: bool) -> Finding | Asked:
    """The outside part of a probe or an inquiry; runs in no transaction."""
    if isinstance(step, Probe):
        return step.look(facts)
    if isinstance(step, Inquiry):
        return step.read(facts, reference) if already_asked else step.ask(facts, reference)
    raise TypeError(f"{step.key} has no outside part")
