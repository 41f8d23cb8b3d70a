"""Documents of a case: only cleaned copies stay, each gets a verdict, only the refused are sent again."""

from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from applications import policy
from applications.lifecycle import DocumentState, State
from applications.models import ApplicationDocument, VerificationStep
from applications.selectors.documents import document_rows
from applications.services.documents import judge_document, upload_document, upload_logo
from applications.services.draft import fill_section
from enamad_portal.accounts.models import User
from enamad_portal.kernel import documents as stored
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.documents import Document
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.steps import StepState
from enamad_portal.sandbox.clamd import EICAR
from tests.applications import factories
from tests.kernel.uploads import corpus

pytestmark = pytest.mark.django_db
NEEDED = ("national_card", "birth_certificate")


@pytest.fixture(autouse=True)
def _own_disk(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def case():
    return waiting_case()


def waiting_case(state=State.IN_VERIFICATION, **shop):
    application = factories.application(factories.business(mode="normal", **shop), state=state)
    for key in ("documents", "email"):
        VerificationStep.objects.create(application=application, key=key, state=StepState.WAITING)
    return application


def owner_of(application):
    return application.business.owner.user.actor()


@pytest.fixture
def officer():
    return User.objects.create_staff("officer", "a long password of the test", Role.REVIEWER).actor()


def send(application, key, data=None, name="card.png"):
    return upload_document(application.reference, key, name, data or corpus.png(), actor=owner_of(application))


def judge(row, officer, *, accepted=True, reasons=(), note=""):
    return use_cases.run(judge_document, row.pk, accepted=accepted, reasons=reasons, note=note, actor=officer)


def step_of(application):
    return VerificationStep.objects.get(application=application, key="documents")


def files_on_disk():
    return sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


def test_the_step_waits_until_every_needed_document_is_here(case):
    send(case, NEEDED[0])
    assert step_of(case).state == StepState.WAITING
    send(case, NEEDED[1])
    assert (step_of(case).state, step_of(case).code) == (StepState.UNSURE, "documents_uploaded")


def test_an_optional_document_is_not_waited_for_but_is_judged_when_sent(case, officer):
    optional = send(case, "activity_permit")
    rows = [send(case, key) for key in NEEDED]
    for row in rows:
        judge(row, officer)
    assert step_of(case).state == StepState.UNSURE
    judge(optional, officer)
    assert step_of(case).state == StepState.PASSED


def test_all_accepted_passes_the_step(case, officer):
    for row in [send(case, key) for key in NEEDED]:
        judge(row, officer)
    assert (step_of(case).state, step_of(case).verdict) == (StepState.PASSED, "passed")
    assert step_of(case).verified_at is not None


def test_a_refused_document_is_sent_again_alone(case, officer):
    first, second = (send(case, key) for key in NEEDED)
    judge(first, officer)
    refused = judge(second, officer, accepted=False, reasons=("unreadable",), note="گوشه کارت بریده است")
    assert refused.said == ["تصویر خوانا نیست؛ با نور کافی و از روبه‌رو دوباره عکس بگیرید.", "گوشه کارت بریده است"]
    assert (step_of(case).state, step_of(case).code) == (StepState.FAILED, "documents_refused")

    with pytest.raises(Refused) as told:
        send(case, NEEDED[0])
    assert codes(told) == ["document_accepted"]
    again = send(case, NEEDED[1])
    assert (again.state, again.reasons, again.remark, again.judged_by) == (DocumentState.PENDING, [], "", None)
    assert step_of(case).state == StepState.UNSURE
    judge(again, officer)
    assert step_of(case).state == StepState.PASSED


@pytest.mark.django_db(transaction=True)
def test_the_file_a_verdict_was_about_is_kept_and_an_unjudged_one_erased(case, officer):
    row = send(case, NEEDED[0])
    unjudged = row.document
    row = send(case, NEEDED[0])
    assert not Document.objects.filter(pk=unjudged.pk).exists()
    judged = row.document
    judge(row, officer, accepted=False, reasons=("expired",))
    row = send(case, NEEDED[0])
    judged.refresh_from_db()
    assert judged.replaced_by == row.document
    assert len(files_on_disk()) == Document.objects.count() == 2


def test_a_verdict_changed_after_all_were_accepted_reopens_the_step(case, officer):
    rows = [send(case, key) for key in NEEDED]
    for row in rows:
        judge(row, officer)
    judge(rows[0], officer, accepted=False, reasons=("not_latest",))
    assert step_of(case).state == StepState.FAILED


@pytest.mark.parametrize(
    ("reasons", "note", "code"),
    [
        ((), "", "reason_missing"),
        (("no-such-reason",), "", "reason_missing"),
        (("other",), "  ", "note_missing"),
    ],
)
def test_a_refusal_without_a_reason_is_refused(case, officer, reasons, note, code):
    row = send(case, NEEDED[0])
    with pytest.raises(Refused) as told:
        judge(row, officer, accepted=False, reasons=reasons, note=note)
    assert codes(told) == [code]


def test_authz_5_nobody_judges_his_own_case(case):
    row = send(case, NEEDED[0])
    owner = case.business.owner.user
    both = type(owner.actor())(frozenset({Role.REVIEWER}), owner.pk)
    with pytest.raises(Refused) as told:
        judge(row, both)
    assert codes(told) == ["own_case"]


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.POLICE_LIAISON, Role.FINANCE, Role.SUPPORT, Role.AUDITOR])
def test_only_officers_judge(case, officer, role):
    row = send(case, NEEDED[0])
    with pytest.raises(Refused) as told:
        judge(row, type(officer)(frozenset({role}), officer.user_id))
    assert codes(told) == ["role_missing"]


def test_a_verdict_after_the_decision_is_refused(case, officer):
    row = send(case, NEEDED[0])
    later = factories.application(factories.business(case.business.owner, domain="later.ir"), state=State.ISSUED)
    ApplicationDocument.objects.filter(pk=row.pk).update(application=later)
    with pytest.raises(Refused) as told:
        judge(row, officer)
    assert codes(told) == ["documents_closed"]


def test_authz_1_a_foreign_case_is_not_found_and_leaves_no_file(case):
    stranger = factories.applicant("+989121110000", national_code="0499370899").user.actor()
    with pytest.raises(NotFound):
        upload_document(case.reference, NEEDED[0], "card.png", corpus.png(), actor=stranger)
    with pytest.raises(NotFound):
        send(case, "a-document-nobody-asks-for")
    assert (files_on_disk(), Document.objects.count()) == ([], 0)


def test_upl_6_stored_under_a_random_name_sealed_and_private(case):
    original = corpus.jpeg(exif=corpus.exif_with_position())
    row = send(case, NEEDED[0], original, name="\u202egpj.کارت من.jpg")
    (file,) = files_on_disk()
    kept = file.read_bytes()
    assert file.name == row.document.stored_name
    assert file.stat().st_mode & 0o777 == 0o600
    assert corpus.CANARY not in kept
    assert not kept.startswith((b"\xff\xd8", b"%PDF"))
    assert row.document.original_sha256 == sha256(original).hexdigest()
    content = stored.read(row.document)
    assert row.document.stored_sha256 == sha256(content).hexdigest() != row.document.original_sha256
    assert (content[:3], corpus.CANARY in content) == (b"\xff\xd8\xff", False)
    assert "\u202e" not in row.document.name


def test_pii_2_a_swapped_or_changed_file_does_not_open(case):
    first, second = (send(case, key) for key in NEEDED)
    one, two = (
        Path(settings.MEDIA_ROOT) / row.document.stored_name[:2] / row.document.stored_name for row in (first, second)
    )
    one.write_bytes(two.read_bytes())
    with pytest.raises(stored.crypto.SealBroken):
        stored.read(first.document)


def test_upl_2_quota_counts_everything_the_owner_keeps(case, monkeypatch):
    send(case, NEEDED[0])
    monkeypatch.setattr(stored.uploads, "MAX_FILES_PER_USER", 1)
    with pytest.raises(Refused) as told:
        send(case, NEEDED[1])
    assert codes(told) == ["upload_too_many_files"]
    assert len(files_on_disk()) == 1


def test_upl_5_staff_see_drawn_pages_which_are_kept_sealed(case):
    row = send(case, NEEDED[0], corpus.pdf(corpus.open_action, pages=2), name="notice.pdf")
    first = stored.page_picture(row.document, 1, 400)
    assert first[:8] == b"\x89PNG\r\n\x1a\n"
    drawn = [file for file in files_on_disk() if file.name != row.document.stored_name]
    assert len(drawn) == 1
    assert not drawn[0].read_bytes().startswith(b"\x89PNG")
    assert stored.page_picture(row.document, 1, 400) == first
    assert stored.page_picture(row.document, 3, 400).code == "upload_no_such_page"


def test_a_changed_answer_sends_accepted_documents_back_to_the_officer(case, officer):
    rows = [send(case, key) for key in NEEDED]
    judge(rows[0], officer)
    use_cases.run(
        fill_section, case.reference, "place", {"premises": "office", "tenure": "owner"}, actor=owner_of(case)
    )
    assert {row.state for row in case.documents.all()} == {DocumentState.PENDING}
    assert step_of(case).state == StepState.UNSURE


def test_another_activity_may_ask_for_more_by_the_rules_of_the_day(case):
    [send(case, key) for key in NEEDED]
    food = policy.Activity.objects.get(code="food")
    use_cases.run(
        fill_section, case.reference, "activity", {"activity": food, "sale_method": "direct"}, actor=owner_of(case)
    )
    case.refresh_from_db()
    assert case.requirement.activity == food
    assert step_of(case).state == StepState.WAITING
    send(case, "guild_licence")
    assert step_of(case).state == StepState.UNSURE


def test_upload_and_verdict_leave_audit_rows_without_personal_data(case, officer):
    row = send(case, NEEDED[0], name="مریم نگارنده ۰۰۱۳۵۴۲۴۱۹.png")
    judge(row, officer)
    facts = " ".join(str(entry.facts) + entry.note for entry in AuditEntry.objects.all())
    assert AuditEntry.objects.filter(action="document_sent").count() == 1
    assert "نگارنده" not in facts


@pytest.mark.django_db(transaction=True)
def test_a_new_logo_erases_the_earlier_one_and_must_be_a_picture(case):
    upload_logo(case.reference, "logo.png", corpus.png(), actor=owner_of(case))
    business = upload_logo(case.reference, "logo2.png", corpus.png((80, 80)), actor=owner_of(case))
    assert Document.objects.get() == business.logo
    with pytest.raises(Refused) as told:
        upload_logo(case.reference, "logo.pdf", corpus.pdf(), actor=owner_of(case))
    assert codes(told) == ["logo_not_picture"]
    assert len(files_on_disk()) == 1


@pytest.fixture
def scanner(sandbox, settings):
    settings.MALWARE_SCANNER = sandbox.url.replace("http://", "tcp://")
    return sandbox


def test_upl_8_a_scanned_file_says_so(case, scanner):
    assert send(case, "national_card").document.scan == "clean"


def test_upl_8_without_a_scanner_a_file_is_taken_and_says_that_nobody_looked(case):
    row = send(case, "national_card")
    assert (row.document.scan, row.document.get_scan_display()) == ("not_scanned", "بررسی نشد")


def test_upl_8_an_infected_file_is_refused_by_name_and_leaves_nothing(case, scanner):
    with pytest.raises(Refused) as refused:
        send(case, "national_card", corpus.png() + EICAR)
    [why] = refused.value.refusals
    assert (why.code, why.detail) == ("upload_infected", {"found": "Eicar-Test-Signature"})
    assert (Document.objects.count(), files_on_disk()) == (0, [])


def test_upl_8_while_the_scanner_is_down_nothing_is_taken(case, scanner):
    scanner.behave(malware={"drop": True})
    with pytest.raises(Refused, match="upload_scan_down"):
        send(case, "national_card")
    assert (Document.objects.count(), files_on_disk()) == (0, [])


def test_upl_8_the_officer_sees_what_is_known(case, client):
    send(case, "national_card")
    rows = [{"row": row, "pictures": [], "may_judge": False} for row in document_rows(case)]
    page = render_to_string("admin/applications/_documents.html", {"data": {"rows": rows}})
    assert "بدافزار: بررسی نشد" in page
