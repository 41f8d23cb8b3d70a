"""نگهداری: what goes how many days after which event (PII-5). The days are dated rows; what is not listed is kept.

Kept for good: the audit chain, decisions, reveals, money, commitments and the public facts of a badge. Rows go in small
transactions, each with an audit entry that holds a count and no names, beside whoever works; files go after their rows.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from applications import policy
from applications.lifecycle import CLOSED, LIVE, State
from applications.models import Application, ApplicationDocument, DomainToken, PoliceAppeal, PostalLetter, SiteSnapshot
from enamad_portal.accounts.models import SignInTry, SpentCode
from enamad_portal.kernel import clock, documents, stored_files, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.codes import Code
from enamad_portal.kernel.documents import Document
from enamad_portal.kernel.fetch.bucket_table import FetchBucket
from enamad_portal.kernel.lifecycle import record
from enamad_portal.kernel.messaging import Fate, Message
from enamad_portal.kernel.work import Ending, Job, JobStatus, NewJob
from enamad_portal.kernel.worker import nothing_left

SUBJECT = "applications.retention"
ROUND_S = 30.0
"""Seconds of one job; what is left then goes on in the next."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of data: how long it is kept after which event, and how it goes."""

    what: str
    key: str
    """Of the dated number of days."""
    due: Callable[[datetime], "QuerySet[Any]"]
    """The rows whose event lies at or before this instant."""
    remove: Callable[[Sequence[Any]], object]
    """Lets the rows with these keys go, inside the open use case."""
    never_below: str = ""
    """Another dated number of days that rests on these rows."""
    batch: int = 1000

    def before(self, now: datetime) -> datetime:
        """Events up to this instant are past their days."""
        keys = filter(None, (self.key, self.never_below))
        return now - timedelta(days=max(1, *(policy.limit(key, jalali.tehran_day(now)) for key in keys)))


def begin_day() -> None:
    """Asks for today's round; asked again, it is the same job."""
    use_cases.enqueue(NewJob("applications.retention", SUBJECT, f"retention:{jalali.iso(clock.today())}"))


def round_of_day(_job: Job) -> Ending:
    """As much as fits the job; it is due again at once while something is left."""
    end = time.monotonic() + ROUND_S
    for _what, _count in purge():
        if time.monotonic() > end:
            return clock.now
    return nothing_left


def overdue() -> dict[str, int]:
    """What a purge would remove now, by kind."""
    now = clock.now()
    counts = {rule.what: rule.due(rule.before(now)).count() for rule in RULES}
    return counts | {ORPHANS: len(stored_files.orphans(clock.machine_time()))}


def purge() -> Iterator[tuple[str, int]]:
    """An edge of its own: removes what is past its days, batch by batch; yields each batch's kind and count."""
    now = clock.now()
    for rule in RULES:
        while rows := list(rule.due(rule.before(now)).values_list("pk", flat=True)[: rule.batch]):
            use_cases.run(_remove, rule, rows)
            yield rule.what, len(rows)
    if swept := stored_files.sweep():
        use_cases.run(record, SUBJECT, "purged", actor=SYSTEM, what=ORPHANS, count=swept)
        yield ORPHANS, swept


def _remove(rule: Rule, rows: Sequence[Any]) -> None:
    rule.remove(rows)
    record(SUBJECT, "purged", actor=SYSTEM, what=rule.what, count=len(rows))


def _dead_codes(before: datetime) -> "QuerySet[Code]":
    """Used, voided or run out."""
    return Code.objects.filter(Q(used_at__lte=before) | Q(voided_at__lte=before) | Q(expires_at__lte=before))


def _of_letter() -> Exists:
    """Codes that their letter still names: they are blanked, not deleted."""
    return Exists(PostalLetter.objects.filter(Q(code_1=OuterRef("pk")) | Q(code_2=OuterRef("pk"))))


def _forget_codes(rows: Sequence[Any]) -> None:
    """With the message that carried it: it names the number, and says nothing but the code."""
    Message.objects.filter(code__in=rows).delete()
    Code.objects.filter(pk__in=rows).delete()


def _blank_letter_codes(rows: Sequence[Any]) -> None:
    Code.objects.filter(pk__in=rows).update(secret_hash="", destination="", source="")


def _told(before: datetime) -> "QuerySet[Message]":
    told = Message.objects.filter(code=None, forgotten_at=None, created_at__lte=before)
    return told.exclude(fate__in=(Fate.QUEUED, Fate.SENDING))


def _blank_messages(rows: Sequence[Any]) -> None:
    """That something was sent, when, and what became of it stays; to whom and what it said goes."""
    for message in Message.objects.filter(pk__in=rows):
        message.to = message.body = message.title = ""
        message.forgotten_at = clock.now()
        message.save(update_fields=["to", "body", "title", "forgotten_at"])


def _spent_second_factors(before: datetime) -> "QuerySet[SpentCode]":
    """Their time steps count the machine's seconds, which no sandbox moves."""
    real = before - (clock.now() - clock.machine_time())
    return SpentCode.objects.filter(counter__lte=int(real.timestamp()) // 30)


def _subject() -> Concat:
    return Concat(Value(f"{Application._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))


def _closed(before: datetime, *states: State) -> "QuerySet[Application]":
    """Cases that came into one of these states at or before this instant and are still there."""
    since = AuditEntry.objects.filter(subject=_subject(), after=OuterRef("state"), at__gt=before)
    return Application.objects.filter(~Exists(since), state__in=states, touched_at__lte=before)


def _with_documents(cases: "QuerySet[Application]") -> "QuerySet[Application]":
    return cases.filter(Exists(Document.objects.filter(subject=_subject())))


def _unlicensed(before: datetime) -> "QuerySet[Application]":
    return _with_documents(_closed(before, State.WITHDRAWN, State.ABANDONED, State.REJECTED))


def _badge_ended(before: datetime) -> "QuerySet[Application]":
    ended = ~Q(badge__state__in=LIVE) & Q(badge__changed_at__lte=before)
    return _with_documents(Application.objects.filter(ended | Q(badge__valid_to__lte=before), badge__isnull=False))


def _forget_documents(rows: Sequence[Any]) -> None:
    """Every document of these cases, replaced ones and proofs of appeals included; verdicts stay in the audit chain."""
    for application in Application.objects.filter(pk__in=rows):
        PoliceAppeal.objects.filter(application=application).update(document=None)
        ApplicationDocument.objects.filter(application=application).delete()
        held = list(Document.objects.filter(subject=application.subject_key).order_by("pk"))
        for document in held:  # a replaced file names its successor, so it goes first
            documents.erase(document)
        record(application.subject_key, "documents_erased", actor=SYSTEM, count=len(held))


def _deletes(model: Any) -> Callable[[Sequence[Any]], object]:
    return lambda rows: model.objects.filter(pk__in=rows).delete()


ORPHANS = "stored files without a row"
RULES = (
    Rule("codes", "keep_code_days", lambda at: _dead_codes(at).filter(~_of_letter()), _forget_codes),
    Rule(
        "codes of letters",
        "keep_code_days",
        lambda at: _dead_codes(at).filter(_of_letter()).exclude(secret_hash="", destination=""),
        _blank_letter_codes,
    ),
    Rule(
        "domain tokens",
        "keep_code_days",
        lambda at: DomainToken.objects.filter(expires_at__lte=at),
        _deletes(DomainToken),
    ),
    Rule("second factors", "keep_code_days", _spent_second_factors, _deletes(SpentCode)),
    Rule("sign-in tries", "keep_sign_in_days", lambda at: SignInTry.objects.filter(at__lte=at), _deletes(SignInTry)),
    Rule("sessions", "keep_session_days", lambda at: Session.objects.filter(expire_date__lte=at), _deletes(Session)),
    Rule("message texts", "keep_message_days", _told, _blank_messages, batch=200),
    Rule(
        "jobs",
        "keep_job_days",
        lambda at: Job.objects.filter(status=JobStatus.DONE, finished_at__lte=at),
        _deletes(Job),
        never_below="abandon_days",  # the key of a finished reminder is what keeps it from being sent twice
    ),
    Rule(
        "site snapshots",
        "keep_snapshot_days",
        lambda at: SiteSnapshot.objects.filter(application__in=_closed(at, *CLOSED)),
        _deletes(SiteSnapshot),
        batch=200,
    ),
    Rule("documents of closed cases", "keep_document_days", _unlicensed, _forget_documents, batch=20),
    Rule("documents of ended badges", "keep_badge_document_days", _badge_ended, _forget_documents, batch=20),
    Rule(
        "fetch buckets",
        "keep_session_days",
        lambda at: FetchBucket.objects.filter(at_ms__lte=round(at.timestamp() * 1000)),  # full again since long
        _deletes(FetchBucket),
    ),
)
"""The table of PII-5, in the order in which it is worked through."""
