"""The formal letters of a case: which decision is told by which letter, in which words, and when it is read.

`send()` does what a decision needs: the numbered letter, the SMS and e-mail that tell of it, its place in the panel.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from applications import messages, policy
from applications.models import Application, Badge
from applications.models.police import ProofKind
from applications.services.cases import case, own_case
from applications.services.faults import faults_of
from applications.services.reveals import SEERS, reveal
from applications.verification.reasons import all_reasons
from enamad_portal.kernel import clock, letter_delivery, letters
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.calendar.deadlines import Limit, Unit
from enamad_portal.kernel.errors import NotFound, Refusal, Refused
from enamad_portal.kernel.fetch.hosts import canonical_host
from enamad_portal.kernel.iran.text import one_line, persian_digits
from enamad_portal.kernel.letters import Draft, FormalLetter, LetterKind, LetterText

_POLICE = frozenset({Role.POLICE_LIAISON})
REFUSAL = LetterKind("refusal", "رد درخواست")
OBJECTION_DISMISSED = LetterKind("objection_dismissed", "تصمیم درباره اعتراض")
CORRECTION = LetterKind("correction", "بازگرداندن برای اصلاح")
ISSUE = LetterKind("issue", "اعلام صدور نماد")
BADGE_SUSPENSION = LetterKind("badge_suspension", "تعلیق نماد")
BADGE_REVOCATION = LetterKind("badge_revocation", "ابطال نماد")
POLICE_SUSPENSION = LetterKind("police_suspension", "تعلیق پرونده", _POLICE)
POLICE_APPEAL_REFUSED = LetterKind("police_appeal_refused", "تصمیم درباره فرجام‌خواهی", _POLICE)
KINDS = (
    REFUSAL,
    OBJECTION_DISMISSED,
    CORRECTION,
    ISSUE,
    BADGE_SUSPENSION,
    BADGE_REVOCATION,
    POLICE_SUSPENSION,
    POLICE_APPEAL_REFUSED,
)
CLOSING = (REFUSAL, OBJECTION_DISMISSED, POLICE_APPEAL_REFUSED)
"""Letters that end a case as refused."""

_TERMS = {REFUSAL.key: "objection_days", POLICE_SUSPENSION.key: "police_appeal_days"}
"""Which limit of the policy begins at the service of which letter."""


def send(
    application: Application, kind: LetterKind, facts: dict[str, Any], *, message: str, actor: Actor
) -> FormalLetter:
    """Issues one letter inside the open use case and tells its addressee by the named message."""
    draft = Draft(
        kind,
        application.subject_key,
        application.reference,
        addressee_of(application),
        _common_facts(application, kind) | facts,
        term=term_of(kind),
        province=application.business.province,
        deemed_after_days=_deemed_days(),
    )
    letter = letters.issue(draft, actor=actor)
    url = f"{settings.BASE_URL}/panel/{application.reference}/letters/{letter.pk}/"
    notices = messages.tell(application, message, letter=letter, letter_text=letters.read(letter).plain, letter_url=url)
    letter_delivery.deliver(letter, notices)
    return letter


def addressee_of(application: Application) -> str:
    business = application.business
    return f"{business.holder_name}، کسب‌وکار «{business}»"


def term_of(kind: LetterKind) -> Limit | None:
    """The limit of today's policy that begins when such a letter is served."""
    key = _TERMS.get(kind.key)
    return Limit(policy.limit(key, clock.today()), Unit.CALENDAR_DAYS) if key else None


def _deemed_days() -> int:
    return policy.limit("letter_deemed_days", clock.today())


def _common_facts(application: Application, kind: LetterKind) -> dict[str, Any]:
    term = term_of(kind)
    facts: dict[str, Any] = {
        "reference": application.reference,
        "domain": canonical_host(application.domain).u_label,
        "shop": str(application.business),
    }
    return facts | ({"term": str(term), "deemed_days": _deemed_days()} if term else {})


def _reasoned(codes: Sequence[str], text: str) -> dict[str, Any]:
    """The officer's words, and the clause of every reason that they do not cite themselves."""
    chosen = [all_reasons()[code] for code in codes if code in all_reasons()]
    clauses = [f"{reason.label}: {reason.clause}" for reason in chosen if reason.clause not in text]
    return {"text": text.strip(), "clauses": clauses}


def _to_correct(application: Application) -> dict[str, Any]:
    """Each document and each item of the site that did not pass, with why and the cure."""
    items = [one_line(fault.line) for fault in faults_of(application)]
    return {"items": items, "archive_days": policy.limit("abandon_days", clock.today())}


_Facts = Callable[[Application, Sequence[str], str], dict[str, Any]]
_OF_MOVE: dict[str, tuple[LetterKind, str, _Facts]] = {
    "confirm_refusal": (REFUSAL, "rejected", lambda _application, codes, text: _reasoned(codes, text)),
    "dismiss_objection": (
        OBJECTION_DISMISSED,
        "objection_dismissed",
        lambda _application, codes, text: _reasoned(codes, text),
    ),
    "request_correction": (
        CORRECTION,
        "correction",
        lambda application, codes, text: _reasoned(codes, text) | _to_correct(application),
    ),
}
"""Decisions of the desk that are told by a letter: its kind, the message that tells of it, what its text names."""


def of_decision(
    application: Application, move: str, codes: Sequence[str], text: str, *, actor: Actor
) -> FormalLetter | None:
    """The letter of an officer's decision; None for a decision that needs none."""
    if move not in _OF_MOVE:
        return None
    kind, message, facts = _OF_MOVE[move]
    return send(application, kind, facts(application, codes, text), message=message, actor=actor)


def preview(application: Application, move: str, codes: Sequence[str], text: str) -> LetterText | None:
    """The letter as it would be issued now, shown to the officer before he sends it; None where there is none."""
    if move not in _OF_MOVE or not text.strip():
        return None
    kind, _, facts = _OF_MOVE[move]
    return letters.compose(kind, _common_facts(application, kind) | facts(application, codes, text))


def of_suspension(application: Application, *, actor: Actor) -> FormalLetter:
    """تعلیق پرونده: the way and the term of the appeal; the message that tells of it names neither (AUTHZ-3)."""
    facts = {"proofs": [str(label) for label in ProofKind.labels]}
    return send(application, POLICE_SUSPENSION, facts, message="case_news", actor=actor)


def of_refused_appeal(application: Application, *, actor: Actor) -> FormalLetter:
    return send(application, POLICE_APPEAL_REFUSED, {}, message="case_news", actor=actor)


def of_issue(application: Application, badge: Badge, *, actor: Actor) -> FormalLetter:
    """اعلام صدور نماد."""
    facts = {
        "product": settings.PRODUCT_NAME_FA,
        "holder": badge.holder_name,
        "stars": f"{persian_digits(badge.stars)} ستاره" if badge.stars else "بدون ستاره",
        "valid_from": badge.valid_from,
        "valid_to": badge.valid_to,
        "verify_url": f"{settings.BASE_URL}/v/{badge.public_id}/",
    }
    return send(application, ISSUE, facts, message="issued", actor=actor)


_OF_BADGE_MOVE = {
    "suspend": (BADGE_SUSPENSION, "badge_suspended"),
    "revoke": (BADGE_REVOCATION, "badge_revoked"),
}


def of_badge(
    application: Application, badge: Badge, move: str, codes: Sequence[str], text: str, *, actor: Actor
) -> FormalLetter:
    """تعلیق و ابطال: what two officers decided about an issued badge."""
    kind, message = _OF_BADGE_MOVE[move]
    return send(application, kind, _badge_facts(badge, codes, text), message=message, actor=actor)


def preview_badge(badge: Badge, move: str, codes: Sequence[str], text: str) -> LetterText:
    """The letter as it would be issued now, shown to the officer who proposes it."""
    kind, _ = _OF_BADGE_MOVE[move]
    return letters.compose(kind, _common_facts(badge.application, kind) | _badge_facts(badge, codes, text))


def _badge_facts(badge: Badge, codes: Sequence[str], text: str) -> dict[str, Any]:
    return _reasoned(codes, text) | {"verify_url": f"{settings.BASE_URL}/v/{badge.public_id}/"}


def letters_of(application: Application) -> list[FormalLetter]:
    """All letters of a case, newest first, with what lists show of them."""
    rows = FormalLetter.objects.filter(case=application.subject_key).select_related("service", "pdf__document")
    return list(rows.prefetch_related("deliveries__message").order_by("-pk"))


def latest(application: Application, *kinds: LetterKind) -> FormalLetter | None:
    """The newest letter of these kinds; None in a case that was decided before there were letters."""
    rows = FormalLetter.objects.filter(case=application.subject_key, kind__in=[kind.key for kind in kinds])
    return rows.select_related("service", "pdf__document").order_by("-pk").first()


def letter_of(application: Application, letter_id: int) -> FormalLetter:
    """One letter of this case. Raises NotFound for any other."""
    rows = FormalLetter.objects.filter(case=application.subject_key, pk=letter_id)
    letter = rows.select_related("service", "pdf__document").prefetch_related("deliveries__message").first()
    if letter is None:
        raise NotFound(str(letter_id))
    return letter


def open_letter(reference: str, letter_id: int, *, actor: Actor) -> None:
    """The applicant reads a letter of his own case. Raises NotFound."""
    letter_delivery.open_in_panel(letter_of(own_case(reference, actor), letter_id), actor=actor)


def _letter_of_staff(application_id: int, letter_id: int, actor: Actor) -> FormalLetter:
    """A letter whose way on paper this officer may note. Raises NotFound, Refused (role)."""
    letter = letter_of(case(application_id), letter_id)
    if letter.kind in letters.hidden_from(actor):
        raise NotFound(str(letter_id))
    if not actor.has(*SEERS):
        raise Refused(Refusal("role_missing", "ثبت ارسال نامه در اختیار نقش شما نیست."))
    return letter


def post_letter(application_id: int, letter_id: int, tracking: str, *, actor: Actor) -> None:
    """The printed letter was given to the Post. Raises NotFound, Refused (role, number, on its way)."""
    letter_delivery.hand_to_post(_letter_of_staff(application_id, letter_id, actor), tracking, actor=actor)


def letter_arrived(application_id: int, letter_id: int, day: date, *, actor: Actor) -> None:
    """The Post handed it over on that day. Raises NotFound, Refused (role, day)."""
    letter_delivery.post_arrived(_letter_of_staff(application_id, letter_id, actor), day, actor=actor)


def letter_returned(application_id: int, letter_id: int, *, actor: Actor) -> None:
    """The Post brought it back. Raises NotFound, Refused (role)."""
    letter_delivery.post_returned(_letter_of_staff(application_id, letter_id, actor), actor=actor)


def print_letter(application_id: int, letter_id: int, reason: str, *, actor: Actor) -> None:
    """The paper names its addressee, so taking it is an audited reveal (PII-4). Raises NotFound, Refused."""
    _letter_of_staff(application_id, letter_id, actor)
    reveal(application_id, "name", reason, actor=actor)
