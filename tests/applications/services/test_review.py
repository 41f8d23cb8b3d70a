import re
from datetime import UTC, datetime, timedelta

import pytest

from applications import policy
from applications.lifecycle import APPLICATION, BADGE, State
from applications.models import Application, ChecklistItem, Decision, Reveal, VerificationStep
from applications.services import claims, deadlines, review
from applications.services.reveals import reveal
from applications.verification.conditions import conditions
from applications.verification.reasons import all_reasons, composed, reasons_for
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.iran.text import ascii_digits
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.steps import StepState
from tests.applications import factories
from tests.applications.factories import NOON
from tests.applications.review_case import officer, on_the_desk, reviewed_requirement

pytestmark = pytest.mark.django_db
run = use_cases.run


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


def claimed(case, who):
    run(claims.claim, case.pk, actor=who.actor())
    return case


def codes(refused):
    return {refusal.code for refusal in refused.value.refusals}


def test_approve_goes_on_to_the_commitment_and_leaves_the_desk():
    case, who = on_the_desk(), officer()
    claimed(case, who)
    run(review.approve, case.pk, actor=who.actor())
    case.refresh_from_db()
    assert (case.state, case.due_at) == (State.COMMITMENT, None)
    assert VerificationStep.objects.get(application=case, key="commitment").state == StepState.WAITING


def test_work_begins_with_a_claim():
    case, who = on_the_desk(), officer()
    with pytest.raises(Refused) as refused:
        run(review.approve, case.pk, actor=who.actor())
    assert codes(refused) == {"not_claimed"}


def test_a_held_case_is_taken_over_by_a_senior_only_and_freed_after_the_policys_hours(at):
    case, first, second, senior = on_the_desk(), officer(), officer("other"), officer("boss", Role.SENIOR_REVIEWER)
    claimed(case, first)
    with pytest.raises(Refused, match="claimed_by_another"):
        claimed(case, second)
    claimed(case, senior)
    assert AuditEntry.objects.filter(action="claimed").last().facts == {"taken_from": first.pk}
    at(NOON + timedelta(hours=policy.limit("claim_hours", NOON.date())))
    claimed(case, second)
    case.refresh_from_db()
    assert case.assignee_id == second.pk


def test_release_puts_the_case_back():
    case, who = on_the_desk(), officer()
    claimed(case, who)
    run(claims.release, case.pk, actor=who.actor())
    case.refresh_from_db()
    assert (case.assignee_id, case.claimed_at) == (None, None)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.AUDITOR, Role.FINANCE, Role.ADMINISTRATOR])
def test_roles_without_a_say_claim_and_decide_nothing(role):
    case, who = on_the_desk(), officer("bystander", role)
    with pytest.raises(Refused, match="role_missing"):
        claimed(case, who)
    with pytest.raises(Refused, match="role_missing"):
        run(review.approve, case.pk, actor=who.actor())


def test_a_correction_is_told_with_the_officers_words():
    case, who = on_the_desk(), officer()
    claimed(case, who)
    text = composed(["terms_missing"])
    run(review.request_correction, case.pk, reasons=["terms_missing"], text=text, actor=who.actor())
    case.refresh_from_db()
    assert (case.state, case.assignee_id, case.due_at) == (State.CORRECTION_REQUESTED, None, None)
    assert Decision.objects.get(application=case).text == text
    mails = [message.body for message in Message.objects.filter(template="mail_correction")]
    assert len(mails) == 1
    assert text in mails[0]


def test_a_correction_without_words_is_refused():
    case, who = on_the_desk(), officer()
    claimed(case, who)
    with pytest.raises(Refused, match="note_missing"):
        run(review.request_correction, case.pk, text=" ", actor=who.actor())


def test_four_eyes_the_proposer_does_not_confirm():
    case, first, second = on_the_desk(), officer(), officer("other")
    claimed(case, first)
    run(review.propose_refusal, case.pk, reasons=["unlawful_goods"], text="کالای ممنوع", actor=first.actor())
    claimed(case, first)
    with pytest.raises(Refused, match="same_officer"):
        run(review.confirm_refusal, case.pk, text="کالای ممنوع", actor=first.actor())
    senior = officer("boss", Role.SENIOR_REVIEWER)
    claimed(case, senior)
    run(review.confirm_refusal, case.pk, text="کالای ممنوع", actor=senior.actor())
    case.refresh_from_db()
    assert (case.state, case.proposed_by_id, case.confirmed_by_id) == (State.REJECTED, first.pk, senior.pk)
    assert Message.objects.filter(template="sms_rejected").count() == 1
    assert second.pk not in {case.proposed_by_id, case.confirmed_by_id}


def test_a_declined_refusal_returns_to_review_with_a_new_deadline():
    case, first, second = on_the_desk(), officer(), officer("other")
    claimed(case, first)
    run(review.propose_refusal, case.pk, text="کالای ممنوع", actor=first.actor())
    claimed(case, second)
    run(review.decline_refusal, case.pk, text="کالا مجاز است", actor=second.actor())
    case.refresh_from_db()
    assert (case.state, case.proposed_by_id) == (State.CONTENT_REVIEW, None)
    assert case.due_at == deadlines.review_due(case)


def test_an_objection_is_heard_by_somebody_else():
    first, second, third = officer(), officer("other"), officer("third")
    case = on_the_desk(state=State.APPEAL, proposed_by=first, confirmed_by=second)
    for who in (first, second):
        Application.objects.filter(pk=case.pk).update(assignee=who)
        with pytest.raises(Refused, match="earlier_decider"):
            run(review.dismiss_objection, case.pk, text="دلیل", actor=who.actor())
    Application.objects.filter(pk=case.pk).update(assignee=third)
    run(review.uphold_objection, case.pk, text="اعتراض درست است", actor=third.actor())
    case.refresh_from_db()
    assert case.state == State.CONTENT_REVIEW


def test_authz_5_nobody_acts_on_his_own_file():
    who = officer()
    owner = factories.applicant()
    owner.user = who
    owner.save()
    case = on_the_desk(owner=owner, unsure=("email",))
    with pytest.raises(Refused, match="own_case"):
        claimed(case, who)
    Application.objects.filter(pk=case.pk).update(assignee=who)
    for move in ("approve", "request_correction", "propose_refusal"):
        with pytest.raises(Refused, match="own_case"):
            run(review.DECISIONS[move], case.pk, text="دلیل", actor=who.actor())
    with pytest.raises(Refused, match="own_case"):
        run(review.accept_step, case.pk, "email", note="دلیل", actor=who.actor())


def test_approval_waits_for_every_unsure_step():
    case, who = on_the_desk(unsure=("email",)), officer()
    claimed(case, who)
    with pytest.raises(Refused, match="steps_open"):
        run(review.approve, case.pk, actor=who.actor())
    run(review.accept_step, case.pk, "email", note="با تلفن پرسیدم", actor=who.actor())
    run(review.approve, case.pk, actor=who.actor())
    case.refresh_from_db()
    assert case.state == State.COMMITMENT


def test_an_accepted_step_is_verified_now_and_lives_as_long_as_a_machines_pass():
    case, who = on_the_desk(unsure=("domain",)), officer()
    claimed(case, who)
    run(review.accept_step, case.pk, "domain", note="رکورد را خودم دیدم", actor=who.actor())
    step = VerificationStep.objects.get(application=case, key="domain")
    days = policy.limit("domain_proof_days", NOON.date())
    assert (step.state, step.verified_at, step.expires_at) == (StepState.PASSED, NOON, NOON + timedelta(days=days))


@pytest.mark.parametrize("key", ["domain", "landline", "postal", "commitment", "fee"])
@pytest.mark.parametrize("state", [StepState.FAILED, StepState.ASKED])
def test_issue_2_3_accepting_what_was_not_done_is_no_way_around_a_waiver(key, state):
    case, senior = (
        on_the_desk(requirement=reviewed_requirement(steps=("email",))),
        officer("boss", Role.SENIOR_REVIEWER),
    )
    claimed(case, senior)
    VerificationStep.objects.create(application=case, key=key, state=state, code="letter_returned")
    with pytest.raises(Refused) as refused:
        run(review.accept_step, case.pk, key, note="می‌شناسمش", actor=senior.actor())
    assert codes(refused) == {"by_deed_alone"}


def test_issue_2_3_a_letter_handed_to_somebody_else_is_an_officers_to_judge():
    case, senior = (
        on_the_desk(requirement=reviewed_requirement(steps=("email",))),
        officer("boss", Role.SENIOR_REVIEWER),
    )
    claimed(case, senior)
    VerificationStep.objects.create(application=case, key="postal", state=StepState.UNSURE, code="letter_to_other")
    run(review.accept_step, case.pk, "postal", note="شریک اوست؛ کارت دیدم.", actor=senior.actor())
    assert case.steps.get(key="postal").state == StepState.PASSED


def test_a_declined_step_is_the_applicants_turn():
    case, who = on_the_desk(unsure=("email",)), officer()
    claimed(case, who)
    run(review.decline_step, case.pk, "email", note="نشانی از آن دیگری است", actor=who.actor())
    step = VerificationStep.objects.get(application=case, key="email")
    assert (step.state, step.verified_at) == (StepState.FAILED, None)


def test_a_step_judgement_needs_a_reason():
    case, who = on_the_desk(unsure=("email",)), officer()
    claimed(case, who)
    with pytest.raises(Refused, match="note_missing"):
        run(review.accept_step, case.pk, "email", note=" ", actor=who.actor())


def test_a_waiver_is_a_seniors_where_the_policy_marks_it():
    case, senior = on_the_desk(unsure=("email",)), officer("boss", Role.SENIOR_REVIEWER)
    claimed(case, senior)
    run(review.waive_step, case.pk, "email", note="ایمیل ندارد", actor=senior.actor())
    assert VerificationStep.objects.get(application=case, key="email").state == StepState.WAIVED


def test_a_reviewer_waives_nothing():
    case, who = on_the_desk(unsure=("email",)), officer()
    claimed(case, who)
    with pytest.raises(Refused, match="role_missing"):
        run(review.waive_step, case.pk, "email", note="دلیل", actor=who.actor())


def test_what_the_policy_does_not_mark_is_not_waived():
    case, senior = (
        on_the_desk(requirement=reviewed_requirement(waivable=()), unsure=("email",)),
        officer("boss", Role.SENIOR_REVIEWER),
    )
    claimed(case, senior)
    with pytest.raises(Refused, match="not_waivable"):
        run(review.waive_step, case.pk, "email", note="دلیل", actor=senior.actor())


def test_the_review_is_due_in_working_days_of_the_dated_policy():
    case = on_the_desk()
    deadline = deadlines.review_deadline(case, datetime(2026, 11, 21, 8, 30, tzinfo=UTC))
    assert (deadline.limit.amount, deadline.limit.unit.value) == (7, "working_days")
    assert deadline.instant > NOON + timedelta(days=7)


def test_pii_4_a_reveal_is_recorded_with_its_reason_and_without_the_value():
    case, who = on_the_desk(), officer()
    run(reveal, case.pk, "national_code", "تطبیق با کارت ملی", actor=who.actor())
    row = AuditEntry.objects.get(action="revealed")
    assert (row.facts, row.note, row.actor) == ({"field": "national_code"}, "تطبیق با کارت ملی", f"user:{who.pk}")
    assert factories.CANARIES["national_code"] not in str(vars(row))


def test_pii_4_thirty_reveals_an_hour_and_no_more(at):
    case, who = on_the_desk(), officer()
    for place in range(30):
        run(reveal, case.pk, "mobile", f"تماس شماره {place}", actor=who.actor())
    with pytest.raises(Refused, match="too_many_reveals"):
        run(reveal, case.pk, "mobile", "تماس دیگر", actor=who.actor())
    assert Reveal.objects.count() == 30
    at(NOON + timedelta(hours=1, seconds=1))
    run(reveal, case.pk, "mobile", "تماس دیگر", actor=who.actor())


def test_pii_4_auditors_and_finance_reveal_nothing():
    case = on_the_desk()
    for role in (Role.AUDITOR, Role.FINANCE, Role.ADMINISTRATOR):
        with pytest.raises(Refused, match="role_missing"):
            run(reveal, case.pk, "mobile", "دلیل بلند", actor=officer(f"x{role}", role).actor())


def test_every_clause_of_a_reason_is_published_under_that_number():
    """A letter that cites a number nobody can look up is worse than one that cites none."""
    published = {
        "شرایط عمومی": {row.number for row in conditions()},
        "چک‌لیست الزامات": set(ChecklistItem.objects.values_list("number", flat=True)),
        "قانون تجارت الکترونیکی": {33, 34, 37, 38},
        "تعهدنامه": set(range(1, len(policy.commitment("natural", clock.today()).clauses) + 1)),
    }
    for reason in all_reasons().values():
        for part in reason.clause.split("؛"):
            name, numbers = part.split("،")[0].strip(), {int(found) for found in re.findall(r"\d+", ascii_digits(part))}
            assert numbers, reason.code
            assert numbers <= published[name], (reason.code, part)


def test_the_conditions_are_numbered_from_one_without_gaps_and_stand_on_the_public_page(client):
    assert [row.number for row in conditions()] == list(range(1, len(conditions()) + 1))
    page = client.get("/requirements/").content.decode()
    assert [row.number for row in conditions() if f'id="condition-{row.number}"' not in page] == []
    assert ("{min_age}" in page, "دست‌کم ۱۸ سال" in page) == (False, True)


def test_every_reason_belongs_to_moves_of_the_table_and_cites_its_condition():
    moves = {row.name for table in (APPLICATION, BADGE) for row in table.transitions}
    assert [reason for reason in all_reasons().values() if not set(reason.moves) <= moves or not reason.clause] == []
    assert {
        move for move in ("request_correction", "propose_refusal", "confirm_refusal") if not reasons_for(move)
    } == set()
