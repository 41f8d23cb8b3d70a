"""Formal letters: numbers without gaps, words without holes, rows that never change, service and the term after it."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction

from enamad_portal.kernel import (
    clock,
    crypto,
    documents,
    letter_delivery,
    letter_pdf,
    letters,
    messaging,
    organisation,
    pdf,
    use_cases,
)
from enamad_portal.kernel.actors import SYSTEM, Actor, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.calendar.deadlines import Limit, Unit
from enamad_portal.kernel.calendar.holiday_table import Holiday
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.letter_delivery import How, LetterDelivery, LetterService
from enamad_portal.kernel.letter_pdf import LetterPdf
from enamad_portal.kernel.letters import Draft, FormalLetter, LetterKind, LetterSeries, UnfilledFact
from enamad_portal.kernel.messaging import Channel, Fate, Message
from enamad_portal.kernel.organisation import Organisation
from enamad_portal.kernel.work import Job, JobStatus

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)  # شنبه ۳۰ آبان ۱۴۰۵
KIND = LetterKind("trial", "نامه نمونه")
SECRET_KIND = LetterKind("secret_trial", "نامه پنهان", frozenset({Role.POLICE_LIAISON}))
TEXT = """تصمیم درباره {{ domain }}

سطر یکم درباره {{ domain }}.
سطر دوم{% if items %}

# دلیل‌ها
{% for item in items %}- {{ item }}
{% endfor %}{% endif %}

پایان
"""
FACTS = {"domain": "a-shop.ir", "items": ["یک & دو", "سه"]}
PERSON = Actor(frozenset({Role.APPLICANT}), user_id=7)
DAYS = Limit(10, Unit.CALENDAR_DAYS)


@pytest.fixture(autouse=True)
def trial_texts(tmp_path, settings):
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "trial.txt").write_text(TEXT)
    (folder / "secret_trial.txt").write_text("پنهان\n\nمتن")
    settings.TEMPLATES = [
        {**django_settings.TEMPLATES[0], "DIRS": [str(tmp_path), *map(str, django_settings.TEMPLATES[0]["DIRS"])]}
    ]
    letters._engine.cache_clear()
    letters.register(KIND, SECRET_KIND)
    yield
    letters._engine.cache_clear()
    for kind in (KIND, SECRET_KIND):
        letters._kinds.pop(kind.key)


@pytest.fixture
def noon(at):
    at(NOON)


def draft(**more):
    return Draft(KIND, "case:1", "abc123", "مریم نگارنده", more.pop("facts", FACTS), **more)


def issue(**more):
    return use_cases.run(letters.issue, draft(**more), actor=SYSTEM)


def numbers():
    return list(FormalLetter.objects.order_by("pk").values_list("year", "number"))


def test_numbers_count_up_by_one_in_their_jalali_year(at):
    at(datetime(2027, 3, 20, 20, 29, 59, tzinfo=UTC))  # one second before 1 Farvardin 1406 in Tehran
    last_of_year = [issue().full_number, issue().full_number]
    at(datetime(2027, 3, 20, 20, 30, tzinfo=UTC))

    assert (last_of_year, issue().full_number) == (["1405/00001", "1405/00002"], "1406/00001")


def test_a_rolled_back_letter_gives_its_number_back(noon):
    issue()

    def half():
        letters.issue(draft(), actor=SYSTEM)
        raise ValueError

    with pytest.raises(ValueError):
        use_cases.run(half)
    issue()

    assert numbers() == [(1405, 1), (1405, 2)]
    assert LetterSeries.objects.get().last == 2


@pytest.mark.django_db(transaction=True)
def test_parallel_issues_and_rollbacks_leave_no_gap_and_no_double():
    """On SQLite they queue for the one writer, on PostgreSQL they race for the row that does not exist yet."""
    broken = []

    def work(place):
        def verb():
            letters.issue(draft(), actor=SYSTEM)
            if place % 3 == 0:
                raise ValueError

        try:
            use_cases.run(verb)
        except ValueError:
            pass
        except Exception as error:  # noqa: BLE001 - whatever breaks is the finding
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert broken == []
    assert sorted(FormalLetter.objects.values_list("number", flat=True)) == list(range(1, 17))


def test_the_database_refuses_a_second_letter_of_one_number(noon):
    letter = issue()
    letter.pk, letter._state.adding = None, True

    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save(force_insert=True)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", 99),
        ("year", 1400),
        ("kind", "other"),
        ("case", "case:2"),
        ("reference", "zzz"),
        ("letterhead", {"name": "دیگری"}),
        ("attachments", 5),
        ("term_amount", 90),
        ("deemed_after_days", 1),
        ("issued_at", NOON - timedelta(days=9)),
        ("issued_by", "user:1"),
        ("digest", "0" * 64),
    ],
)
def test_an_issued_letter_cannot_be_changed(noon, column, value):
    issue(term=DAYS)

    with pytest.raises(IntegrityError), transaction.atomic():
        FormalLetter.objects.update(**{column: value})


def test_an_issued_letter_cannot_be_deleted(noon):
    issue()

    with pytest.raises(IntegrityError), transaction.atomic():
        FormalLetter.objects.all()._raw_delete("default")


def test_another_text_in_the_place_of_the_issued_one_is_noticed(noon):
    letter = issue()
    letter.body = "متن دیگر"
    letter.save(update_fields=["body"])  # whoever holds the keys; the guard leaves sealed bytes to the digest

    with pytest.raises(crypto.SealBroken, match="1405/00001"):
        letters.read(FormalLetter.objects.get())


def test_pii_2_a_change_of_keys_seals_the_words_anew_and_they_stay_the_same(noon, settings):
    letter = issue()
    settings.FIELD_KEYS = ["k2:" + "55" * 32, *settings.FIELD_KEYS]

    done = crypto.reseal(FormalLetter)

    assert (done.changed, done.broken) == (1, [])
    assert letters.read(FormalLetter.objects.get()) == letters.read(letter)


def test_pii_2_name_and_words_are_sealed_at_rest(noon):
    issue()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM kernel_formalletter")
        row = b"|".join(
            bytes(str(cell), "utf-8") if not isinstance(cell, bytes | memoryview) else bytes(cell)
            for cell in cursor.fetchone()
        )

    assert [word for word in ("نگارنده", "تصمیم", "سطر یکم") if word.encode() in row] == []


def test_the_text_is_filled_and_parted_into_headings_paragraphs_and_lists(noon):
    text = letters.read(issue())

    assert text.title == "تصمیم درباره a-shop.ir"
    assert [(block.tag, block.lines) for block in text.blocks] == [
        ("paragraph", ("سطر یکم درباره a-shop.ir.", "سطر دوم")),
        ("heading", ("دلیل‌ها",)),
        ("list", ("یک & دو", "سه")),
        ("paragraph", ("پایان",)),
    ]
    assert "دلیل‌ها\n- یک & دو" in text.plain


@pytest.mark.parametrize(
    "facts",
    [{"items": []}, {"domain": "", "items": []}, {"domain": None, "items": []}, {"domain": "a.ir"}],
    ids=["missing", "empty", "none", "missing in a condition"],
)
def test_a_letter_with_a_hole_is_not_issued_and_takes_no_number(noon, facts):
    with pytest.raises(UnfilledFact):
        issue(facts=facts)

    assert (numbers(), LetterSeries.objects.count(), Job.objects.count()) == ([], 0, 0)


def test_the_letterhead_is_the_organisation_of_that_day(noon):
    Organisation.objects.update_or_create(pk=1, defaults={"name": "سازمان", "signatory_name": "نوشین", "phone": "021"})
    letter = issue()
    Organisation.objects.update(name="نام دیگر")
    organisation.forget()

    head = FormalLetter.objects.get(pk=letter.pk).letterhead

    assert (head["name"], head["signatory_name"], head["phone"]) == ("سازمان", "نوشین", "021")


def test_aud_1_the_chain_holds_number_and_digest_of_a_letter_and_no_words(noon):
    letter = issue()

    row = AuditEntry.objects.get(action="letter_issued")

    assert (row.subject, row.facts) == (letter.subject_key, {"number": "1405/00001", "digest": letter.digest})


def test_authz_3_a_kind_may_be_hidden_from_all_but_its_roles():
    reviewer, liaison = (Actor(frozenset({role}), user_id=1) for role in (Role.REVIEWER, Role.POLICE_LIAISON))

    assert "secret_trial" in letters.hidden_from(reviewer)
    assert "secret_trial" not in letters.hidden_from(liaison)


# Service and term


def told(letter, fate=Fate.SENT, sent_at=NOON):
    """The letter with an SMS of that fate."""
    message = Message.objects.create(
        channel=Channel.SMS, template="x", subject="case:1", to="+98912", body="x", fate=fate, sent_at=sent_at,
        created_at=NOON,
    )  # fmt: skip
    use_cases.run(letter_delivery.deliver, letter, [message])
    return letter


def fresh(letter):
    return FormalLetter.objects.select_related("service").get(pk=letter.pk)


def service(letter):
    row = letter_delivery.served(fresh(letter))
    return (row.how, row.served_at) if row else None


def test_no_term_runs_before_service(noon):
    letter = told(issue(term=DAYS, deemed_after_days=5))

    assert (service(letter), letter_delivery.deadline(fresh(letter))) == (None, None)


def test_the_first_look_serves_the_letter_and_the_term_begins_the_day_after(noon, at):
    letter = told(issue(term=DAYS))
    at(NOON + timedelta(days=2))
    use_cases.run(letter_delivery.open_in_panel, letter, actor=PERSON)
    at(NOON + timedelta(days=4))
    use_cases.run(letter_delivery.open_in_panel, letter, actor=PERSON)

    assert service(letter) == (How.OPENED, NOON + timedelta(days=2))
    deadline = letter_delivery.deadline(fresh(letter))
    assert jalali.iso(deadline.last_day) == "1405-09-12"  # 2 Azar, its day not counted, and ten days
    assert AuditEntry.objects.filter(action="letter_opened").count() == 1


def test_a_term_that_ends_on_a_day_off_rolls_forward_also_when_it_is_announced_later(noon):
    letter = told(issue(term=Limit(2, Unit.CALENDAR_DAYS)))
    use_cases.run(letter_delivery.open_in_panel, letter, actor=PERSON)
    before = letter_delivery.deadline(fresh(letter)).last_day
    Holiday.objects.create(date=before, name_fa="تعطیلی آلودگی هوا", kind="ad_hoc")

    deadline = letter_delivery.deadline(fresh(letter))

    assert (before, deadline.last_day) == (date(2026, 11, 23), date(2026, 11, 24))


def test_an_unopened_letter_is_served_when_the_days_after_the_sms_are_over(noon, at, run_jobs):
    letter = told(issue(deemed_after_days=5), sent_at=NOON + timedelta(hours=3))
    at(NOON + timedelta(days=5))
    run_jobs()
    assert service(letter) is None, "the SMS went out three hours after the letter"
    at(NOON + timedelta(days=5, hours=3))
    run_jobs()

    assert service(letter) == (How.DEEMED, NOON + timedelta(days=5, hours=3))


@pytest.mark.parametrize("fate", [Fate.QUEUED, Fate.FAILED])
def test_nobody_is_served_by_a_message_that_never_left(noon, at, run_jobs, fate):
    letter = told(issue(deemed_after_days=5), fate=fate, sent_at=None)
    for days in (5, 6, 7):
        at(NOON + timedelta(days=days))
        run_jobs()

    job = Job.objects.get(kind=letter_delivery.SERVICE_JOB)
    waits = JobStatus.DUE if fate == Fate.QUEUED else JobStatus.DONE
    assert (service(letter), job.status) == (None, waits)


def test_who_opened_it_is_not_served_again_by_the_days(noon, at, run_jobs):
    letter = told(issue(deemed_after_days=5))
    use_cases.run(letter_delivery.open_in_panel, letter, actor=PERSON)
    at(NOON + timedelta(days=9))
    run_jobs()

    assert service(letter) == (How.OPENED, NOON)


def test_the_post_serves_on_the_day_of_its_report(noon, at):
    letter = told(issue(term=DAYS))
    use_cases.run(letter_delivery.hand_to_post, letter, "RR123", actor=PERSON)
    with pytest.raises(Refused, match="letter_posted"):
        use_cases.run(letter_delivery.hand_to_post, letter, "RR124", actor=PERSON)
    at(NOON + timedelta(days=6))
    for wrong in (date(2026, 11, 20), date(2026, 11, 28)):
        with pytest.raises(Refused, match="day_impossible"):
            use_cases.run(letter_delivery.post_arrived, letter, wrong, actor=PERSON)
    use_cases.run(letter_delivery.post_arrived, letter, date(2026, 11, 24), actor=PERSON)

    how, served_at = service(letter)
    assert (how, jalali.tehran_day(served_at)) == (How.HANDED_OVER, date(2026, 11, 24))
    with pytest.raises(NotFound):
        use_cases.run(letter_delivery.post_returned, letter, actor=PERSON)


def test_a_returned_letter_may_be_posted_again(noon):
    letter = told(issue())
    use_cases.run(letter_delivery.hand_to_post, letter, "RR123", actor=PERSON)
    use_cases.run(letter_delivery.post_returned, letter, actor=PERSON)
    use_cases.run(letter_delivery.hand_to_post, letter, "RR124", actor=PERSON)

    rows = LetterDelivery.objects.filter(channel="post")
    assert ([row.state for row in rows], service(letter)) == (["برگشت خورد", "در راه"], None)


def test_the_day_of_service_stands(noon):
    letter = told(issue())
    use_cases.run(letter_delivery.open_in_panel, letter, actor=PERSON)

    with pytest.raises(IntegrityError), transaction.atomic():
        LetterService.objects.update(served_at=NOON + timedelta(days=3))
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterService.objects.all()._raw_delete("default")


# The paper

needs_pango = pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")


@needs_pango
def test_the_paper_is_drawn_once_by_a_job_and_kept_sealed(noon, run_jobs):
    letter = issue()
    assert letter_pdf.paper(FormalLetter.objects.get()) is None
    run_jobs()

    drawn = LetterPdf.objects.get(letter=letter)
    content, document = documents.read(drawn.document), drawn.document
    assert (content[:5], document.size, document.pages) == (b"%PDF-", len(content), 1)
    assert (document.owner_id, document.name) == (documents.PORTAL, "letter-1405-00001.pdf")
    assert not documents.path_of(document.stored_name).read_bytes().startswith(b"%PDF-")
    again = Job.objects.get(kind=letters.PDF_JOB)
    again.attempt += 1
    use_cases.run(letter_pdf.draw(again))
    assert LetterPdf.objects.get() == drawn


@needs_pango
def test_a_worker_that_comes_too_late_spoils_no_paper(noon, run_jobs):
    letter = issue()
    slow = Job.objects.get(kind=letters.PDF_JOB)
    slow.attempt = 9
    ending = letter_pdf.draw(slow)
    run_jobs()
    with pytest.raises(IntegrityError), transaction.atomic():
        ending()

    drawn = LetterPdf.objects.get(letter=letter)
    assert documents.read(drawn.document).startswith(b"%PDF-")


def test_without_pango_the_job_waits_and_the_letter_stands(noon, run_jobs, monkeypatch):
    monkeypatch.setattr(pdf, "LIBRARIES", ("libno-such-thing.so.0",))
    pdf.available.cache_clear()
    try:
        issue()
        run_jobs()
    finally:
        pdf.available.cache_clear()

    job = Job.objects.get(kind=letters.PDF_JOB)
    assert (job.status, job.failures, job.run_at) == (JobStatus.DUE, 0, clock.now() + letter_pdf.WAIT_FOR_ENGINE)
    assert numbers() == [(1405, 1)]


def test_a_plain_message_escapes_nothing(noon):
    context = {"reference": "r", "letter_text": 'فروش "A & B" <بی‌مجوز>', "letter": issue(), "letter_url": "u"}
    sent = use_cases.run(
        messaging.send, messaging.Draft(Channel.EMAIL, "a@b.ir", "mail_rejected", context), subject="case:1"
    )

    assert 'فروش "A & B" <بی‌مجوز>' in sent.body
