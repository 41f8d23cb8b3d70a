"""Which decision is told by which letter, that its words are whole, who reads it, and when its term begins."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from applications import policy
from applications.lifecycle import State
from applications.models import ApplicationDocument, Badge
from applications.services import claims, formal_letters, grant, review
from applications.services.objection import object_to_refusal
from applications.services.police import decide_police_appeal
from applications.services.verify import expiry
from enamad_portal.kernel import clock, documents, letter_delivery, letters, uploads, use_cases
from enamad_portal.kernel.actors import SYSTEM, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.letter_delivery import How
from enamad_portal.kernel.letters import FormalLetter
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.work import Job
from tests.applications import factories
from tests.applications.factories import NOON
from tests.applications.review_case import officer, on_the_desk
from tests.applications.services.test_police import appeal, picture, refused_case, staff

pytestmark = pytest.mark.django_db
run = use_cases.run
HOLE = re.compile(r"\{\{|\}\}|\{%|None|\(\)|«»|^- .*: *$| {2}|،،", re.MULTILINE)
ALL = {kind.key for kind in formal_letters.KINDS}


@pytest.fixture
def noon(at):
    at(NOON)


def decide(case, move, who, reasons=(), text="در سایت ساعت قاچاق می‌فروشید."):
    run(claims.claim, case.pk, actor=who.actor())
    run(review.DECISIONS[move], case.pk, reasons=reasons, text=text, actor=who.actor())


def refused(reasons=("unlawful_goods",), text="در سایت ساعت قاچاق می‌فروشید."):
    case = on_the_desk()
    decide(case, "propose_refusal", officer("first"), reasons, text)
    decide(case, "confirm_refusal", officer("second"), reasons, text)
    return case


def issued():
    case = factories.application(factories.business(domain="paid.ir"), State.PAYMENT_PENDING, issued_at=None)
    for key in case.requirement.steps:
        factories.passed_step(case, key, clock.now())
    case.steps.filter(key="domain").update(expires_at=expiry("domain"))
    run(grant.issue, case, actor=SYSTEM)
    return case


def letter(case, kind):
    return formal_letters.latest(case, kind)


def text(case, kind):
    return letters.read(letter(case, kind))


def owner(case):
    return case.business.owner.user.actor()


def whole(found):
    return HOLE.findall(f"{found.title}\n{found.body}")


def test_a_refusal_tells_reasons_clause_and_how_and_until_when_to_object(noon):
    case = refused()

    found = text(case, formal_letters.REFUSAL)
    assert (found.title, whole(found)) == ("رد درخواست نماد golestan-shop.ir", [])
    for said in ("ساعت قاچاق", "شرایط عمومی، بند ۷", "تا ۱۵ روز پس از ابلاغ", "یک بار اعتراض", case.reference):
        assert said in found.body
    assert letter(case, formal_letters.REFUSAL).full_number == "1405/00001"
    assert letter(case, formal_letters.REFUSAL).addressee == "مریم نگارنده، کسب‌وکار «گلستان»"


def test_a_clause_that_the_officer_cites_himself_is_not_said_twice(noon):
    case = refused(text="- ساعت قاچاق می‌فروشید. (شرایط عمومی، بند ۷)")

    assert text(case, formal_letters.REFUSAL).body.count("شرایط عمومی، بند ۷") == 1


def test_the_mail_carries_the_words_of_the_letter_and_the_sms_none_of_them(noon):
    case = refused()

    mail, sms = (Message.objects.get(template=f"{way}_rejected") for way in ("mail", "sms"))
    assert "ساعت قاچاق" in mail.body
    assert f"/panel/{case.reference}/letters/{letter(case, formal_letters.REFUSAL).pk}/" in mail.body
    assert "ساعت قاچاق" not in sms.body
    ways = letter(case, formal_letters.REFUSAL).deliveries.values_list("channel", flat=True)
    assert sorted(ways) == ["email", "panel", "sms"]


def test_a_dismissed_objection_has_a_letter_without_a_further_way(noon):
    case = refused()
    run(object_to_refusal, case.reference, "همه کالاهای ما پروانه واردات و برگ سبز گمرکی دارد.", actor=owner(case))
    decide(case, "dismiss_objection", officer("third"))

    found = text(case, formal_letters.OBJECTION_DISMISSED)
    assert (whole(found), "قطعی" in found.body, letter(case, formal_letters.OBJECTION_DISMISSED).term) == (
        [],
        True,
        None,
    )


def test_a_correction_names_each_document_and_item_that_did_not_pass(noon):
    case, who = on_the_desk(), officer()
    case.requirement.documents = [{"key": "national_card", "title": "کارت ملی"}]
    case.requirement.save()
    laid = documents.lay_down(uploads.inspect("card.png", picture()))
    kept = run(documents.keep, laid, owner_id=owner(case).account, subject=case.subject_key, kind="national_card")
    ApplicationDocument.objects.create(
        application=case,
        key="national_card",
        document=kept,
        state="refused",
        reasons=["unreadable"],
        judged_by=who,
        judged_at=NOON,
    )
    decide(case, "request_correction", who, ["terms_missing"], "قوانین را کامل کنید.")

    found = text(case, formal_letters.CORRECTION)
    assert whole(found) == []
    assert "- کارت ملی: تصویر خوانا نیست" in found.body
    assert "قانون تجارت الکترونیکی، ماده‌های ۳۳، ۳۴ و ۳۷" in found.body
    assert "تا ۹۰ روز" in found.body


def test_a_proposed_refusal_is_nobodys_business_yet(noon):
    case = on_the_desk()
    decide(case, "propose_refusal", officer("first"))

    assert FormalLetter.objects.count() == 0


def test_the_issue_is_announced_with_the_facts_of_the_badge(noon):
    case = issued()

    badge, found = Badge.objects.get(application=case), text(case, formal_letters.ISSUE)
    assert whole(found) == []
    for said in (
        "paid.ir",
        badge.holder_name,
        "بدون ستاره",
        f"{settings.BASE_URL}/v/{badge.public_id}/",
        "۳۰ آبان ۱۴۰۶",
    ):
        assert said in found.body


def test_a_suspended_file_is_told_the_three_proofs_and_the_term_and_no_reason(sandbox, run_jobs):
    case = refused_case(staff("liaison", Role.POLICE_LIAISON), run_jobs)

    found = text(case, formal_letters.POLICE_SUSPENSION)
    assert whole(found) == []
    for said in ("حکم تبرئه", "برگه اجرای حکم", "سند دیگری", "تا ۳۰ روز پس از ابلاغ"):
        assert said in found.body
    assert ("منفی" in found.body, "ن/۱۲" in found.body) == (False, False)


def test_an_appeal_that_did_not_help_has_a_letter(sandbox, run_jobs):
    liaison, colleague = staff("liaison", Role.POLICE_LIAISON), staff("colleague", Role.POLICE_LIAISON)
    case = refused_case(liaison, run_jobs)
    appeal(case)
    run(decide_police_appeal, case.pk, ask_again=False, note="مدرک نامرتبط", actor=colleague)

    found = text(case, formal_letters.POLICE_APPEAL_REFUSED)
    assert (whole(found), "مدرک نامرتبط" in found.body) == ([], False)


def test_the_police_appeal_closes_when_its_term_is_over(sandbox, run_jobs, at):
    case = refused_case(staff("liaison", Role.POLICE_LIAISON), run_jobs)
    served_at = clock.now()
    run(
        formal_letters.open_letter, case.reference, letter(case, formal_letters.POLICE_SUSPENSION).pk, actor=owner(case)
    )
    last = letter_delivery.deadline(letter(case, formal_letters.POLICE_SUSPENSION))
    assert last.limit.amount == policy.limit("police_appeal_days", served_at.date())
    at(last.instant + timedelta(seconds=1))

    with pytest.raises(Refused, match="appeal_late"):
        appeal(case)
    at(last.instant)
    assert appeal(case).proof_kind == "acquittal"


def test_every_kind_is_told_by_some_decision_above():
    """A kind without a test of its words fails here."""
    assert {
        "refusal",
        "objection_dismissed",
        "correction",
        "issue",
        "police_suspension",
        "police_appeal_refused",
        "badge_suspension",  # this and the next in test_badge_life.py
        "badge_revocation",
    } == ALL


# Who reads it


def test_the_owners_first_look_serves_the_letter(noon):
    case = refused()
    found = letter(case, formal_letters.REFUSAL)
    run(formal_letters.open_letter, case.reference, found.pk, actor=owner(case))

    served = letter_delivery.served(letter(case, formal_letters.REFUSAL))
    assert (served.how, served.served_at) == (How.OPENED, NOON)


def test_authz_1_a_letter_is_opened_by_the_owner_of_its_own_case_only(noon):
    case = refused()
    found = letter(case, formal_letters.REFUSAL)
    stranger = factories.applicant(mobile="+989121110000", national_code="0012345679")
    other = factories.application(factories.business(stranger, domain="other.ir"))

    for reference in (case.reference, other.reference):
        with pytest.raises(NotFound):
            run(formal_letters.open_letter, reference, found.pk, actor=stranger.user.actor())


def test_pii_4_the_paper_costs_an_officer_a_reason(noon):
    case, who = refused(), officer("reader")
    found = letter(case, formal_letters.REFUSAL)
    with pytest.raises(Refused, match="reason_missing"):
        run(formal_letters.print_letter, case.pk, found.pk, "", actor=who.actor())
    run(formal_letters.print_letter, case.pk, found.pk, "ارسال با پست", actor=who.actor())

    assert [(row.field, row.officer_id) for row in case.reveals.all()] == [("name", who.pk)]


def test_authz_3_a_reviewer_neither_prints_nor_posts_the_letter_of_a_suspension(sandbox, run_jobs):
    case = refused_case(staff("liaison", Role.POLICE_LIAISON), run_jobs)
    found = letter(case, formal_letters.POLICE_SUSPENSION)
    reviewer = officer("reviewer").actor()

    with pytest.raises(NotFound):
        run(formal_letters.print_letter, case.pk, found.pk, "کنجکاوی", actor=reviewer)
    with pytest.raises(NotFound):
        run(formal_letters.post_letter, case.pk, found.pk, "RR1", actor=reviewer)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE, Role.ADMINISTRATOR])
def test_roles_without_a_say_post_nothing(noon, role):
    case = refused()
    found = letter(case, formal_letters.REFUSAL)

    with pytest.raises(Refused, match="role_missing"):
        run(formal_letters.post_letter, case.pk, found.pk, "RR1", actor=officer("x", role).actor())


def test_the_preview_is_the_letter_that_is_issued(noon):
    case, first, second = on_the_desk(), officer("first"), officer("second")
    decide(case, "propose_refusal", first)
    words = ("confirm_refusal", ["unlawful_goods"], "ساعت قاچاق می‌فروشید.")
    case.refresh_from_db()
    shown = formal_letters.preview(case, *words)
    assert FormalLetter.objects.count() == 0
    decide(case, words[0], second, words[1], words[2])

    assert text(case, formal_letters.REFUSAL) == shown


def test_pii_1_no_personal_data_stands_in_jobs_or_audit_rows_of_a_letter(noon, run_jobs):
    refused()
    rows = [*AuditEntry.objects.filter(subject__startswith="kernel.formalletter").values()]
    rows += [*Job.objects.filter(kind__in=("kernel.letter_pdf", "kernel.letter_service")).values()]

    assert len(rows) == 3
    assert [word for word in ("نگارنده", "قاچاق", "golestan") if word in str(rows)] == []
