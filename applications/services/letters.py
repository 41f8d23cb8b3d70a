"""The letter that confirms an address: handed over once, followed to its end, its codes judged (REL-8, CODE-1…6)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F
from django.template.loader import render_to_string

from applications import messages, policy
from applications.lifecycle import CLOSED, LETTER, LetterState
from applications.models import Application, Invoice, PostalLetter, VerificationStep
from applications.models.letter import Receiver
from applications.services import postage
from applications.services.cases import case, own_open_case, step_in
from applications.services.progress import advance
from applications.services.verify import settle
from applications.verification.facts import CaseFacts, facts_of
from applications.verification.steps import STEPS
from enamad_portal.kernel import clock, codes, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor
from enamad_portal.kernel.codes import Code, Judgement, Style
from enamad_portal.kernel.errors import Refusal, Refused
from enamad_portal.kernel.iran import provinces
from enamad_portal.kernel.iran.text import one_line
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.steps import STEP_LIFECYCLE, Challenge, Finding, StepState, Verdict
from enamad_portal.kernel.work import Ending, Job, NewJob
from enamad_portal.kernel.worker import nothing_left
from enamad_portal.providers import registry as providers
from enamad_portal.providers.post import LetterOrder, Tracking

POLL_EVERY = timedelta(hours=6)
"""Reports come by callback; asking covers those that were lost."""
AWAITED = frozenset({StepState.ASKED, StepState.WAITING})
"""States of the step in which a letter of its round can still bring it to an end."""


def _limit(key: str) -> int:
    return policy.limit(key, clock.today())


# Ordering


def postage_paid(application: Application, invoice: Invoice) -> None:
    """A paid postage orders the letter that waited for it; one that comes too late is kept for the next letter."""
    step = step_in(application, "postal")
    if step.state == StepState.WAITING and not application.letters.filter(round=step.round).exists():
        postage.order(application, step, invoice)
    advance(application, actor=SYSTEM)


def dispatch(job: Job) -> Ending:
    """The order at the Post, at most once: what an attempt that broke off has done is asked, never guessed."""
    letter = PostalLetter.objects.get(pk=job.payload["letter"])
    if letter.state not in {LetterState.ORDERED, LetterState.PRINTED} or letter.batch:
        return nothing_left
    post = providers.post()
    if letter.state == LetterState.PRINTED and (barcode := post.track(reference=letter.serial).barcode):
        return partial(posted, letter.serial, barcode)
    order = use_cases.run(hand_over, letter.pk)
    if order is None:
        return nothing_left
    (ordered,) = post.order_letters([order], reference=f"{letter.serial}-{job.attempt}")
    return partial(posted, letter.serial, ordered.barcode)


def hand_over(letter_id: int, batch: str = "") -> LetterOrder | None:
    """Writes that the letter leaves us now, and returns what is printed; None when the case has moved on.

    The two secrets exist in this answer only. A letter of a batch is never handed over again.
    """
    application = case(PostalLetter.objects.values_list("application_id", flat=True).get(pk=letter_id))
    letter, step = application.letters.get(pk=letter_id), step_in(application, "postal")
    if letter.state not in {LetterState.ORDERED, LetterState.PRINTED} or letter.batch:
        return None
    if application.state in CLOSED or step.round != letter.round:
        LETTER.fire(letter, "cancel", actor=SYSTEM)
        return None
    facts = facts_of(application)
    both = [_code(letter, place, facts) for place in (1, 2)]
    secrets = [codes.arm(code) for code in both]
    if letter.state == LetterState.ORDERED:
        LETTER.fire(letter, "print", actor=SYSTEM, printed_at=clock.now(), batch=batch, code_1=both[0], code_2=both[1])
    else:
        PostalLetter.objects.filter(pk=letter.pk).update(code_1=both[0], code_2=both[1])
    return _order(letter.serial, facts, secrets)


def _code(letter: PostalLetter, place: int, facts: CaseFacts) -> Code:
    """One of the two; one try may compare two guesses with it, and the letter counts the tries."""
    return codes.issue(
        f"letter-{place}",
        letter.subject_key,
        channel="letter",
        destination=f"{facts.postal_code} {facts.address}",
        life=timedelta(days=_limit("letter_code_days")),
        style=Style.LETTER,
        max_attempts=2 * _limit("letter_tries"),
    )


def _order(serial: str, facts: CaseFacts, secrets: Sequence[str]) -> LetterOrder:
    step = STEPS["postal"]
    assert isinstance(step, Challenge)
    draft = step.compose(facts)
    text = render_to_string(f"messages/{draft.template}.txt", draft.context).strip()
    for place, secret in enumerate(secrets, start=1):
        text = text.replace(f"{{code_{place}}}", codes.in_groups(secret))
    address = f"{provinces.by_code(facts.province).name}، {facts.city}، {facts.address}"
    return LetterOrder(
        serial, one_line(f"{facts.first_name} {facts.last_name}"), facts.postal_code, one_line(address), text
    )


def posted(serial: str, barcode: str) -> None:
    """The Post has the letter and follows it under this number; said again, it changes nothing."""
    application, letter = _locked(serial)
    if letter.state != LetterState.PRINTED:
        PostalLetter.objects.filter(pk=letter.pk, tracking="").update(tracking=barcode)
        return
    LETTER.fire(letter, "post", actor=SYSTEM, tracking=barcode, posted_at=clock.now())
    _follow(letter)
    messages.tell(application, "letter_posted", tracking=barcode)


def _locked(serial: str) -> tuple[Application, PostalLetter]:
    application = case(PostalLetter.objects.values_list("application_id", flat=True).get(serial=serial))
    return application, application.letters.select_related("code_1", "code_2").get(serial=serial)


# On its way


def _follow(letter: PostalLetter) -> None:
    first_look = clock.now() + POLL_EVERY
    key = f"letter-watch:{letter.serial}"
    payload = {"serial": letter.serial}
    use_cases.enqueue(NewJob("applications.letter_watch", letter.subject_key, key, first_look, payload))


def watch(job: Job) -> Ending:
    """Asks the Post while the letter is on its way, then waits for the end of its codes."""
    serial = job.payload["serial"]
    on_its_way = PostalLetter.objects.filter(serial=serial, state__in=(LetterState.PRINTED, LetterState.POSTED))
    tracking = providers.post().track(reference=serial) if on_its_way.exists() else None
    return partial(_followed, serial, tracking)


def _followed(serial: str, tracking: Tracking | None) -> datetime | None:
    if tracking is not None:
        report(serial, tracking.state, received_by=tracking.received_by or "", barcode=tracking.barcode or "")
    application, letter = _locked(serial)
    if letter.state == LetterState.DELIVERED:
        return _await_codes(application, letter)
    if letter.state not in {LetterState.PRINTED, LetterState.POSTED}:
        return None
    left_us = letter.posted_at or letter.printed_at or letter.ordered_at
    if clock.now() - left_us >= timedelta(days=_limit("letter_lost_days")):
        report(serial, LetterState.LOST)
        return None
    return clock.now() + POLL_EVERY


def _await_codes(application: Application, letter: PostalLetter) -> datetime | None:
    assert letter.code_1 is not None
    if letter.code_1.expires_at > clock.now():
        return letter.code_1.expires_at
    if (step := _awaiting(application, letter)) is not None:
        settle(application, step, Finding(Verdict.FAILED, "letter_expired", _evidence(letter)))
    return None


def _awaiting(application: Application, letter: PostalLetter) -> VerificationStep | None:
    """The step, while it still depends on this letter."""
    if application.state in CLOSED:
        return None
    return application.steps.filter(key="postal", round=letter.round, state__in=AWAITED).first()


def report(serial: str, state: str, *, received_by: str = "", barcode: str = "") -> bool:
    """What the Post says of a letter, by callback or asked for; said twice it counts once. False: not our letter."""
    if not PostalLetter.objects.filter(serial=serial).exists():
        return False
    application, letter = _locked(serial)
    if barcode and letter.tracking and barcode != letter.tracking:
        record(letter.subject_key, "report_of_another_barcode", actor=SYSTEM)
        return True
    end = _ENDS.get(state)
    if end is None or LETTER.row(end[0], letter.state) is None:
        return True
    move, follow_up = end
    receiver = received_by if received_by in {"", *Receiver.values} else Receiver.OTHER
    tracking = letter.tracking or barcode
    LETTER.fire(letter, move, actor=SYSTEM, ended_at=clock.now(), received_by=receiver, tracking=tracking)
    if (step := _awaiting(application, letter)) is not None:
        follow_up(application, step, letter)
    elif state == LetterState.DELIVERED:
        _complete_evidence(application, letter)
    return True


def _delivered(application: Application, step: VerificationStep, letter: PostalLetter) -> None:
    _follow(letter)
    if step.state == StepState.ASKED:
        STEP_LIFECYCLE.fire(step, "prompt", actor=SYSTEM, code="letter_delivered")
    messages.tell(application, "letter_delivered")
    advance(application, actor=SYSTEM)


def _did_not_arrive(application: Application, step: VerificationStep, letter: PostalLetter) -> None:
    settle(application, step, Finding(Verdict.FAILED, f"letter_{letter.state}", _evidence(letter)))
    messages.tell(application, f"letter_{letter.state}")


_ENDS: dict[str, tuple[str, Callable[[Application, VerificationStep, PostalLetter], None]]] = {
    LetterState.DELIVERED: ("deliver", _delivered),
    LetterState.RETURNED: ("bring_back", _did_not_arrive),
    LetterState.LOST: ("lose", _did_not_arrive),
}


def _complete_evidence(application: Application, letter: PostalLetter) -> None:
    """The codes were faster than the Post's report."""
    passed = application.steps.filter(key="postal", round=letter.round, state=StepState.PASSED)
    passed.update(evidence=_evidence(letter))


def _evidence(letter: PostalLetter) -> dict[str, str]:
    moments = {"posted_at": letter.posted_at, "ended_at": letter.ended_at}
    return {
        "serial": letter.serial,
        "tracking": letter.tracking,
        "received_by": letter.received_by,
        **{name: at.isoformat() if at else "" for name, at in moments.items()},
    }


# Codes


def enter_codes(reference: str, guesses: Sequence[str], *, actor: Actor) -> tuple[Judgement, ...]:
    """One or both codes, in any order, as one try; commits the counted try whatever comes of it."""
    application = own_open_case(reference, actor)
    step = step_in(application, "postal")
    letter = application.letters.filter(round=step.round, state__in=postage.UNDER_WAY).first()
    if step.state not in AWAITED or letter is None or not _count_try(letter):
        return (Judgement.SPENT,) * len(guesses)
    judgements = tuple(_judge(letter, guess) for guess in guesses)
    record(letter.subject_key, "codes_tried", actor=actor, judgements=[one.value for one in judgements])
    letter = application.letters.select_related("code_1", "code_2").get(pk=letter.pk)
    if all(letter.answered):
        settle(application, step, _proved(letter))
    elif letter.tries >= _limit("letter_tries"):
        settle(application, step, Finding(Verdict.FAILED, "letter_spent", _evidence(letter)))
    return judgements


def _count_try(letter: PostalLetter) -> bool:
    left = PostalLetter.objects.filter(pk=letter.pk, tries__lt=_limit("letter_tries"))
    return bool(left.update(tries=F("tries") + 1))


def _judge(letter: PostalLetter, guess: str) -> Judgement:
    """A guess may be either code; the kernel counts and spends each."""
    found = [codes.judge(f"letter-{place}", letter.subject_key, guess) for place in (1, 2)]
    return next((one for one in (Judgement.ACCEPTED, Judgement.WRONG, Judgement.EXPIRED) if one in found), found[0])


def _proved(letter: PostalLetter) -> Finding:
    evidence = _evidence(letter) | {"codes_returned_at": clock.now().isoformat()}
    if letter.received_by == Receiver.OTHER:
        return Finding(Verdict.UNSURE, "letter_to_other", evidence)
    return Finding(Verdict.PASSED, "postal_returned", evidence)


def ask_again(reference: str, *, actor: Actor) -> None:
    """A new letter in a new round: paid anew unless the earlier one was lost; at most so many in one case."""
    application = own_open_case(reference, actor)
    step = step_in(application, "postal")
    if step.state != StepState.FAILED:
        raise Refused(Refusal("letter_under_way", "نامه پیشین هنوز در جریان است؛ تا روشن شدن نتیجه آن صبر کنید."))
    if application.letters.count() >= _limit("letter_rounds"):
        raise Refused(
            Refusal("too_many_letters", "برای این پرونده نامه دیگری فرستاده نمی‌شود؛ با پشتیبانی تماس بگیرید.")
        )
    now = clock.now()
    STEP_LIFECYCLE.fire(step, "check", actor=actor, round=step.round + 1, requested_at=now, code="", verdict="")
    STEP_LIFECYCLE.fire(step, "prompt", actor=SYSTEM)
    postage.begin(application, step)
    record(step.subject_key, "letter_asked_again", actor=actor)
    advance(application, actor=SYSTEM)
