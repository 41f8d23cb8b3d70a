"""What the applicant sees of one case: the tasks, whose turn it is, and what has happened."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse

from applications.lifecycle import APPLICATION, RecheckState, State
from applications.models import Application, VerificationStep
from applications.sections import SECTIONS
from applications.selectors.domain import standing_after_issue
from applications.selectors.formal_letters import LetterLine, letter_lines
from applications.services.formal_letters import letters_of
from applications.services.receipts import Receipt, receipts_of
from applications.services.recount import MOVED
from applications.verification.steps import STEPS
from applications.verification.words import said, sentence
from enamad_portal.kernel import audit
from enamad_portal.kernel.actors import Actor
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.errors import NotFound, Refusal
from enamad_portal.kernel.fetch.hosts import readable
from enamad_portal.kernel.steps import StepState

STATUS = {
    StepState.NOT_STARTED: "locked",
    StepState.RUNNING: "doing",
    StepState.ASKED: "doing",
    StepState.WAITING: "todo",
    StepState.UNSURE: "doing",
    StepState.PASSED: "done",
    StepState.WAIVED: "done",
    StepState.FAILED: "problem",
}

ACTED_ON = frozenset({StepState.WAITING, StepState.FAILED, StepState.RUNNING})
"""States in which the applicant has a page to go to."""


REPORTED = frozenset({"content", "ssl"})
"""Steps whose page tells what was seen, whatever the verdict."""


@dataclass(frozen=True, slots=True)
class Task:
    label: str
    status: str
    href: str = ""
    hint: str = ""
    status_label: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """نوبت کیست: whose turn, what to do, where."""

    who: str
    text: str
    name: str = ""
    action_href: str = ""
    action_label: str = ""
    deadline: str = ""

    @property
    def whose(self) -> str:
        """«نوبت شماست», «نوبت کارشناس است», «در انتظار سامانه», «کاری نمانده است»."""
        words = {"you": "نوبت شماست", "union": f"نوبت {self.name} است", "other": f"در انتظار {self.name}"}
        return words.get(self.who, "کاری نمانده است")


@dataclass(frozen=True, slots=True)
class CasePage:
    application: Application
    domain_unicode: str
    sections: list[Task]
    steps: list[Task]
    turn: Turn
    events: list[dict[str, Any]] = field(default_factory=list)
    may_withdraw: bool = False
    asked_for: str = ""
    """What an officer wants corrected, in the words that were sent."""
    resubmit_refusals: tuple[Refusal, ...] = ()
    """What still stands against sending the corrected case back."""
    receipts: list[Receipt] = field(default_factory=list)
    letters: list[LetterLine] = field(default_factory=list)
    moving: bool = False
    """A machine is at work: the page will soon say something else."""


def owned(user_id: int) -> list[Application]:
    """The applicant's cases, newest first, with what a card needs."""
    return list(
        Application.objects.filter(business__owner__user_id=user_id)
        .select_related("business", "requirement", "badge")
        .prefetch_related("steps", "badge__domain_rechecks")
        .order_by("-created_at")
    )


def own_application(reference: str, user_id: int) -> Application:
    """Read only; a foreign reference is not found."""
    application = (
        Application.objects.filter(reference=reference, business__owner__user_id=user_id)
        .select_related("business__owner__user", "business__activity", "requirement", "badge")
        .prefetch_related("steps", "badge__domain_rechecks")
        .first()
    )
    if application is None:
        raise NotFound(reference)
    return application


def case_page(reference: str, actor: Actor) -> CasePage:
    assert actor.user_id is not None
    application = own_application(reference, actor.user_id)
    domain = application.domain or application.business.domain
    steps = _ordered_steps(application)
    turn = turn_of(application, steps)
    return CasePage(
        application=application,
        domain_unicode=readable(domain),
        sections=_section_tasks(application),
        steps=[_step_task(application, step) for step in steps],
        turn=turn,
        events=[*_events(application, steps), *_now(turn)],
        moving=turn.who == "other" or any(_is_moving(step) for step in steps),
        may_withdraw=not APPLICATION.refusals(application, "withdraw", actor=actor),
        receipts=receipts_of(application),
        letters=letter_lines(application),
        asked_for=_correction_text(application),
        resubmit_refusals=_resubmit_refusals(application, actor),
    )


def _correction_text(application: Application) -> str:
    if application.state != State.CORRECTION_REQUESTED:
        return ""
    text = (
        application.decisions.filter(move="request_correction").order_by("-pk").values_list("text", flat=True).first()
    )
    return text or ""


def _resubmit_refusals(application: Application, actor: Actor) -> tuple[Refusal, ...]:
    waits = application.state == State.CORRECTION_REQUESTED
    return APPLICATION.refusals(application, "resubmit", actor=actor) if waits else ()


def _ordered_steps(application: Application) -> list[VerificationStep]:
    order = {key: place for place, key in enumerate(application.requirement.steps)}
    return sorted(application.steps.all(), key=lambda step: order.get(step.key, len(order)))


def _section_tasks(application: Application) -> list[Task]:
    drafts = drafted_sections(application)
    return [
        Task(
            SECTIONS[key].title,
            "doing" if key in drafts else "done" if key in application.done_sections else "todo",
            reverse("applications:section", args=[application.reference, key]),
            SECTIONS[key].hint,
        )
        for key in application.requirement.sections
    ]


def drafted_sections(application: Application) -> list[str]:
    """Keys of the sections where something was typed and not saved, in the form's order."""
    drafts = set(application.section_drafts.values_list("section", flat=True))
    return [key for key in application.requirement.sections if key in drafts]


def _step_task(application: Application, step: VerificationStep) -> Task:
    state = StepState(step.state)
    status_label = {"todo": "نوبت شماست", "doing": "در حال بررسی"}.get(STATUS[state], "")
    if state == StepState.UNSURE:
        status_label = "نزد کارشناس"
    followed = state == StepState.ASKED and STEPS[step.key].call  # a letter on its way has its page
    readable = step.key in REPORTED and step.evidence
    href = _page(application, step.key) if state in ACTED_ON or followed or readable else ""
    if _may_stay_failed(application, step):
        status_label = "بی این هم نماد صادر می‌شود"
    return Task(STEPS[step.key].title, STATUS[state], href, said(step), status_label, "clock")


def _page(application: Application, key: str) -> str:
    """Where the applicant acts on a step: its own page, or the page of a failed check."""
    if STEPS[key].call:
        return reverse(f"applications:{key}", args=[application.reference])
    return reverse("applications:step", args=[application.reference, key])


def turn_of(application: Application, steps: list[VerificationStep]) -> Turn:
    """The one next thing, said to the applicant."""
    if application.state == State.DRAFT:
        return _turn_of_draft(application)
    if application.state == State.ISSUED:
        return _turn_of_holder(application)
    if application.state == State.REJECTED:
        href = reverse("applications:objection", args=[application.reference])
        return Turn("nobody", "درخواست شما رد شد.", action_href=href, action_label="دلیل رد و راه اعتراض")
    turn = _TURNS.get(application.state) or _turn_of_steps(application, steps)
    if turn.who == "union" and application.due_at:
        return replace(turn, deadline=f"مهلت بررسی: تا {jalali.weekday_date(application.due_at)}")
    return turn


def _turn_of_holder(application: Application) -> Turn:
    """The snippet, unless the domain must be shown once more."""
    for recheck in application.badge.domain_rechecks.all():
        if recheck.state in {RecheckState.ASKED, RecheckState.OVERDUE}:
            href, standing = reverse("applications:domain", args=[application.reference]), standing_after_issue(recheck)
            return Turn("you", standing.text, action_href=href, action_label=standing.title)
    href = reverse("applications:badge", args=[application.reference])
    return Turn("nobody", "نماد شما صادر شده است.", action_href=href, action_label="دریافت کد نماد")


_WITH_AN_OFFICER = Turn("union", "پرونده نزد کارشناس است؛ نتیجه را پیامک می‌کنیم.", name="کارشناس")
_TURNS: dict[str, Turn] = {
    **{state: Turn("nobody", f"این پرونده بسته است: {state.label}.") for state in (State.WITHDRAWN, State.ABANDONED)},
    **dict.fromkeys((State.CONTENT_REVIEW, State.REFUSAL_PROPOSED, State.APPEAL), _WITH_AN_OFFICER),
    State.POLICE_APPEAL: Turn("union", "فرجام‌خواهی شما بررسی می‌شود؛ نتیجه را پیامک می‌کنیم.", name="رابط پلیس"),
}
"""States whose next thing is the same for every case."""


def _turn_of_steps(application: Application, steps: list[VerificationStep]) -> Turn:
    for wanted in (StepState.FAILED, StepState.WAITING):
        for step in steps:
            if step.state == wanted and not _may_stay_failed(application, step):
                text = sentence(step.key, step.code) if wanted == StepState.FAILED else STEPS[step.key].call
                return Turn("you", text, action_href=_page(application, step.key), action_label=STEPS[step.key].title)
    if application.state == State.CORRECTION_REQUESTED:
        return Turn("you", "اصلاح‌ها انجام شد؟ پرونده را دوباره برای کارشناس بفرستید.")
    return Turn("other", "بررسی‌ها در جریان است و کاری از شما لازم نیست. نتیجه همین‌جا می‌آید.", name="سامانه")


def _may_stay_failed(application: Application, step: VerificationStep) -> bool:
    """Its failure costs a star, not the badge."""
    return step.state == StepState.FAILED and step.key in application.requirement.optional_steps


def _turn_of_draft(application: Application) -> Turn:
    for key in application.requirement.sections:
        if key not in application.done_sections:
            href = reverse("applications:section", args=[application.reference, key])
            return Turn(
                "you",
                "فرم را کامل کنید؛ هر بخش جداگانه ذخیره می‌شود.",
                action_href=href,
                action_label=SECTIONS[key].title,
            )
    href = reverse("applications:check", args=[application.reference])
    return Turn(
        "you",
        "همه بخش‌ها کامل است. پاسخ‌ها را بازبینی و درخواست را ثبت کنید.",
        action_href=href,
        action_label="بازبینی و ثبت",
    )


_TOLD = {
    "opened": "پرونده باز شد",
    "submit": "درخواست ثبت شد",
    "prove_domain": "دامنه احراز شد",
    "ask_applicant": "اقدام شما لازم شد",
    "resume": "بررسی ادامه یافت",
    "skip_review": "راستی‌آزمایی پایان یافت",
    "send_to_review": "پرونده به کارشناس رسید",
    "request_correction": "کارشناس اصلاح خواست",
    "resubmit": "اصلاح‌ها فرستاده شد",
    "approve": "کارشناس پرونده را تأیید کرد",
    "commit": "تعهدنامه پذیرفته شد",
    "commit_unvetted": "تعهدنامه پذیرفته شد",
    "clear_by_police": "پاسخ استعلام مثبت بود",
    "refuse_by_police": "پرونده تعلیق شد",
    "issue": "نماد صادر شد",
    "change_answer": "پاسخی تغییر کرد",
    "change_domain": "دامنه تغییر کرد",
    "withdraw": "از درخواست انصراف دادید",
    "abandon": "پرونده بایگانی شد",
    "confirm_refusal": "درخواست رد شد",
}


def _is_moving(step: VerificationStep) -> bool:
    """Not a letter: that travels for days and brings its own message."""
    return step.state == StepState.RUNNING or (step.state == StepState.ASKED and not STEPS[step.key].call)


def _now(turn: Turn) -> list[dict[str, Any]]:
    """The end of the timeline: who is waited for, while somebody is."""
    if turn.who == "nobody":
        return []
    return [{"title": turn.whose, "at": turn.deadline, "state": "now"}]


def _moved_terms(application: Application) -> Iterator[audit.AuditEntry]:
    """Terms of his letters that a change of the calendar moved."""
    keys = [letter.subject_key for letter in letters_of(application)]
    return audit.AuditEntry.objects.filter(subject__in=keys, action=MOVED).order_by("seq").iterator()


def _events(application: Application, steps: list[VerificationStep]) -> list[dict[str, Any]]:
    told = [
        {"title": title, "at": jalali.date_time(entry.at), "moment": entry.at, "state": "done"}
        for entry in audit.history(application.subject_key)
        if (title := entry.note if entry.action == MOVED else _TOLD.get(entry.action))
    ]
    told += [
        {"title": entry.note, "at": jalali.date_time(entry.at), "moment": entry.at, "state": "done"}
        for entry in _moved_terms(application)
    ]
    told += [
        {
            "title": f"{STEPS[step.key].title}: {StepState(step.state).label}",
            "at": jalali.date_time(step.received_at),
            "moment": step.received_at,
            "state": "problem" if step.state == StepState.FAILED else "done",
        }
        for step in steps
        if step.received_at and step.state in {StepState.PASSED, StepState.FAILED, StepState.UNSURE}
    ]
    return sorted(told, key=lambda event: event["moment"])
