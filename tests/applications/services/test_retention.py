"""What is past its days goes, a day earlier it is kept, and nothing that must stay is touched (PII-5)."""

from datetime import timedelta
from hashlib import sha256
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command

from applications.lifecycle import APPLICATION, BadgeState, LetterState, State
from applications.models import (
    ApplicationDocument,
    Badge,
    ClickCount,
    Decision,
    DomainToken,
    Invoice,
    Limit,
    PoliceAppeal,
    PostalLetter,
    SiteSnapshot,
)
from applications.selectors.police import panel
from applications.services import retention
from applications.tasks import begin_day
from enamad_portal.accounts.models import SignInTry, SpentCode, User
from enamad_portal.kernel import clock, codes, documents, messaging, uploads, use_cases, work
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.codes import Code
from enamad_portal.kernel.documents import Document, path_of
from enamad_portal.kernel.fetch.bucket_table import FetchBucket
from enamad_portal.kernel.messaging import Channel, Draft, Fate, Message
from enamad_portal.kernel.work import Job, JobStatus
from tests.applications import factories
from tests.kernel.test_stored_files import age

pytestmark = pytest.mark.django_db
THEN = factories.NOON
"""When whatever the policy counts from happened."""
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "documents"


def in_use_case(work_):
    return use_cases.run(work_)


def message(**more):
    sent = in_use_case(
        lambda: messaging.send(Draft(Channel.SMS, "+989121111111", "sign_in_code"), subject="s:1", **more)
    )
    Message.objects.update(fate=Fate.SENT, sent_at=THEN)
    return sent


def dead_code():
    code = codes.issue("p", "s:1", channel="sms", destination="+989121111111", life=timedelta(0))
    message(code=code)
    return Code.objects.filter(pk=code.pk)


def domain_token():
    case = factories.application(state=State.IN_VERIFICATION, issued_at=None)
    DomainToken.objects.create(application=case, method="meta", domain=case.domain, expires_at=THEN)
    return DomainToken.objects.all()


def sign_in_try():
    SignInTry.objects.create(kind="password", name_key="x", source_key="y", at=THEN)
    return SignInTry.objects.all()


def session():
    Session.objects.create(session_key="k", session_data="d", expire_date=THEN)
    return Session.objects.all()


def text_of_a_message():
    message()
    return Message.objects.filter(forgotten_at=None)


def finished_job():
    Job.objects.create(
        kind="k", subject="s", key="k:1", run_at=THEN, created_at=THEN, finished_at=THEN, status=JobStatus.DONE
    )
    return Job.objects.filter(key="k:1")


def withdrawn(**more):
    """A case that its owner gave up at THEN, by its own move."""
    case = factories.application(state=State.IN_VERIFICATION, issued_at=None, **more)
    owner = case.business.owner.user.actor()
    in_use_case(lambda: APPLICATION.fire(case, "withdraw", actor=owner))
    return case


def snapshot():
    SiteSnapshot.objects.create(application=withdrawn(), role="home", url="/", fetched_at=THEN, sha256="0", text="…")
    return SiteSnapshot.objects.all()


def file_of(case, content=b"%PDF-1.7 card", kind="national_card"):
    file = uploads.Accepted(uploads.Kind.PDF, content, sha256(content).hexdigest(), 1, "card.pdf")
    owner = case.business.owner.user_id
    return documents.keep(documents.lay_down(file), owner_id=owner, subject=case.subject_key, kind=kind)


def document_of_a_closed_case():
    case = withdrawn()
    ApplicationDocument.objects.create(application=case, key="national_card", document=file_of(case))
    return Document.objects.all()


def document_of_an_ended_badge():
    badge = factories.issued_badge(state=BadgeState.REVOKED)
    Badge.objects.update(valid_to=THEN + timedelta(days=4000))
    file_of(badge.application)
    return Document.objects.all()


def full_bucket():
    FetchBucket.objects.create(key="domain:a.ir", milli=0, at_ms=round(THEN.timestamp() * 1000))
    return FetchBucket.objects.all()


KINDS = {
    "codes": (dead_code, 30),
    "domain tokens": (domain_token, 30),
    "sign-in tries": (sign_in_try, 90),
    "sessions": (session, 1),
    "message texts": (text_of_a_message, 180),
    "jobs": (finished_job, 180),
    "site snapshots": (snapshot, 365),
    "documents of closed cases": (document_of_a_closed_case, 180),
    "documents of ended badges": (document_of_an_ended_badge, 365),
    "fetch buckets": (full_bucket, 1),
}


@pytest.mark.parametrize("what", KINDS)
def test_pii_5_kept_until_its_day_and_gone_on_it(what, at):
    make, days = KINDS[what]
    at(THEN)
    rows = make()
    at(THEN + timedelta(days=days) - SECOND)
    assert retention.overdue()[what] == 0
    list(retention.purge())
    assert rows.exists()

    at(THEN + timedelta(days=days) + SECOND)
    assert retention.overdue()[what] == 1
    assert dict(retention.purge())[what] == 1
    assert not rows.exists()
    assert retention.overdue()[what] == 0


def test_pii_5_every_rule_is_tested_above():
    elsewhere = {"codes of letters", "second factors"}
    assert {rule.what for rule in retention.RULES} == set(KINDS) | elsewhere


def test_pii_5_a_spent_second_factor_goes_with_the_machines_time():
    user = User.objects.create_staff("sara", "a long enough password", Role.REVIEWER)
    counter = int((clock.machine_time() - timedelta(days=30)).timestamp()) // 30
    for step in (-2, 2):
        SpentCode.objects.create(user=user, counter=counter + step)
    list(retention.purge())
    assert list(SpentCode.objects.values_list("counter", flat=True)) == [counter + 2]


def test_pii_5_codes_of_letters_are_blanked_and_their_letter_keeps_its_story(at):
    at(THEN)
    badge = factories.issued_badge()
    first, second = (
        codes.issue(f"letter-{place}", "s", channel="letter", destination="x", life=timedelta(0)) for place in (1, 2)
    )
    for code in (first, second):
        codes.arm(code)
    Code.objects.filter(pk=first.pk).update(used_at=THEN)
    invoice = Invoice.objects.create(application=badge.application, kind="postal", amount_rial=1, created_at=THEN)
    letter = PostalLetter.objects.create(
        application=badge.application,
        round=1,
        serial="s-1",
        invoice=invoice,
        state=LetterState.DELIVERED,
        code_1=first,
        code_2=second,
        ordered_at=THEN,
        printed_at=THEN,
        posted_at=THEN,
        ended_at=THEN,
    )
    at(THEN + timedelta(days=31))
    assert dict(retention.purge()) == {"codes of letters": 2}
    assert set(Code.objects.values_list("secret_hash", "destination", "source")) == {("", "", "")}
    assert PostalLetter.objects.get(pk=letter.pk).answered == [True, False]


def test_pii_5_of_a_message_only_its_fate_stays(at):
    at(THEN)
    sent = message()
    at(THEN + timedelta(days=181))
    list(retention.purge())
    row = Message.objects.get(pk=sent.pk)
    assert (row.to, row.body, row.title) == ("", "", "")
    assert (row.fate, row.template, row.sent_at) == (Fate.SENT, "sign_in_code", THEN)


def test_pii_5_a_message_that_still_waits_keeps_its_text(at):
    at(THEN)
    sent = message()
    Message.objects.update(fate=Fate.QUEUED)
    at(THEN + timedelta(days=400))
    list(retention.purge())
    assert Message.objects.get(pk=sent.pk).to == "+989121111111"


def test_pii_5_parked_jobs_stay_in_sight_of_staff(at):
    at(THEN)
    finished_job()
    Job.objects.update(status=JobStatus.PARKED)
    at(THEN + timedelta(days=4000))
    list(retention.purge())
    assert Job.objects.get().status == JobStatus.PARKED


def test_pii_5_finished_jobs_outlive_the_reminders_they_keep_from_repeating(at):
    Limit.objects.filter(key="keep_job_days").update(value=5)
    at(THEN)
    finished_job()
    at(THEN + timedelta(days=89))
    assert retention.overdue()["jobs"] == 0
    at(THEN + timedelta(days=91))
    assert retention.overdue()["jobs"] == 1


@pytest.mark.django_db(transaction=True)
def test_pii_5_sealed_files_go_with_their_rows_and_replaced_ones_too(at):
    at(THEN)
    case = withdrawn()
    refused, now = file_of(case), file_of(case, b"%PDF-1.7 better")
    Document.objects.filter(pk=refused.pk).update(replaced_by=now)
    ApplicationDocument.objects.create(application=case, key="national_card", document=now)
    picture = path_of(f"{now.stored_name}.1x1200")
    picture.write_bytes(b"sealed picture")
    other = file_of(factories.application(factories.business(case.business.owner, domain="other.ir")))
    at(THEN + timedelta(days=181))
    assert dict(retention.purge()) == {"documents of closed cases": 1}
    assert list(Document.objects.all()) == [other]
    assert [path_of(row.stored_name).exists() for row in (refused, now, other)] == [False, False, True]
    assert not picture.exists()


def test_pii_5_the_proof_of_an_appeal_goes_and_its_decision_stays(at):
    at(THEN)
    case = withdrawn()
    factories.passed_step(case, "police")
    PoliceAppeal.objects.create(
        application=case, proof_kind="acquittal", document=file_of(case, kind="proof"), made_at=THEN
    )
    at(THEN + timedelta(days=181))
    list(retention.purge())
    appeal = PoliceAppeal.objects.get()
    assert (appeal.document, appeal.proof_kind) == (None, "acquittal")
    liaison = User.objects.create_staff("liaison", "a long enough password", Role.POLICE_LIAISON).actor()
    [line] = panel(case, liaison).appeals
    assert (line.document_id, line.pages) == (None, 0)


@pytest.mark.parametrize("state", [State.IN_VERIFICATION, State.APPEAL, State.PAYMENT_PENDING])
def test_pii_5_an_open_case_keeps_everything_however_old(state, at):
    at(THEN)
    case = factories.application(state=state, issued_at=None)
    file_of(case)
    SiteSnapshot.objects.create(application=case, role="home", url="/", fetched_at=THEN, sha256="0", text="…")
    at(THEN + timedelta(days=4000))
    list(retention.purge())
    assert (Document.objects.count(), SiteSnapshot.objects.count()) == (1, 1)


def test_pii_5_a_live_badge_keeps_its_documents_and_an_ended_one_its_public_facts(at):
    at(THEN)
    live = factories.issued_badge()
    file_of(live.application)
    ended = factories.issued_badge(
        "second.ir", BadgeState.REVOKED, factories.business(live.business.owner, "second.ir")
    )
    file_of(ended.application)
    ClickCount.objects.create(badge=ended, day=THEN.date(), clicks=3)
    facts = Badge.objects.filter(pk=ended.pk).values().get()
    at(THEN + timedelta(days=366))
    Badge.objects.filter(pk=live.pk).update(valid_to=THEN + timedelta(days=700))
    list(retention.purge())
    assert set(Document.objects.values_list("subject", flat=True)) == {live.application.subject_key}
    assert Badge.objects.filter(pk=ended.pk).values().get() == facts
    assert ClickCount.objects.get().clicks == 3


def test_aud_1_a_purge_leaves_counts_and_never_a_name(at):
    at(THEN)
    for make in (dead_code, sign_in_try, document_of_a_closed_case):
        make()
    case = ApplicationDocument.objects.get().application
    at(THEN + timedelta(days=200))
    list(retention.purge())
    entries = list(AuditEntry.objects.filter(subject=retention.SUBJECT).values_list("action", "facts"))
    told = sorted(facts["what"] for _, facts in entries)
    assert told == ["codes", "documents of closed cases", "sign-in tries"]
    assert all(action == "purged" and set(facts) == {"what", "count"} for action, facts in entries)
    assert AuditEntry.objects.get(action="documents_erased").facts == {"count": 1}
    assert AuditEntry.objects.filter(subject=case.subject_key, action="withdraw").exists()


def test_pii_5_the_daily_round_is_one_durable_job(at, run_jobs):
    at(THEN)
    sign_in_try()
    at(THEN + timedelta(days=91))
    for _ in range(3):
        begin_day()
    assert Job.objects.filter(kind="applications.retention").count() == 1
    run_jobs()
    assert not SignInTry.objects.exists()


def test_pii_5_a_long_round_goes_on_in_the_next_job(at, monkeypatch, run_jobs):
    monkeypatch.setattr(retention, "ROUND_S", -1.0)
    at(THEN)
    sign_in_try()
    session()
    at(THEN + timedelta(days=91))
    begin_day()
    [job] = work.claim("default", clock.now())[-1:]
    assert retention.round_of_day(job)() == clock.now()
    assert (SignInTry.objects.count(), Session.objects.count()) == (0, 1)


def test_pii_5_the_command_counts_and_removes(at):
    at(THEN)
    sign_in_try()
    orphan = path_of("ab" * 16)
    documents.write_whole(orphan, b"torn")
    age(orphan, 2)
    at(THEN + timedelta(days=91))

    def told(*words):
        out = StringIO()
        call_command("purge_expired", *words, stdout=out)
        return out.getvalue()

    assert "sign-in tries: 1 would go\n" in told("--dry-run")
    assert "stored files without a row: 1 would go\n" in told("--dry-run")
    assert told().splitlines() == [
        "sign-in tries: 1 removed",
        "stored files without a row: 1 removed",
        "2 removed in all",
    ]
    assert not orphan.exists()


def test_pii_5_decisions_and_audit_are_no_rule_of_this_table(at):
    at(THEN)
    officer = User.objects.create_staff("o", "a long enough password", Role.REVIEWER)
    case = withdrawn()
    Decision.objects.create(application=case, move="x", officer=officer, at=THEN)
    at(THEN + timedelta(days=40_000))
    before = AuditEntry.objects.count()
    list(retention.purge())
    assert (Decision.objects.count(), AuditEntry.objects.count() >= before) == (1, True)


def test_a_job_of_a_forgotten_message_ends_quietly(at, run_jobs):
    at(THEN)
    sent = message()
    sent.delete()
    run_jobs()
    assert Job.objects.get().status == JobStatus.DONE
