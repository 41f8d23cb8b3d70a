import pytest
from django.db import IntegrityError, connection, transaction

from applications.lifecycle import APPLICATION, BadgeState, State
from applications.models import Application, Badge
from enamad_portal.kernel import audit, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor, Role
from enamad_portal.kernel.errors import Conflict, Refused
from enamad_portal.kernel.lifecycle import Lifecycle, Transition
from tests.applications import factories

pytestmark = pytest.mark.django_db
APPLICANT = Actor(frozenset({Role.APPLICANT}), 1)
REVIEWER = Actor(frozenset({Role.REVIEWER}), 2)


def in_state(state, **more):
    return factories.application(state=state, **more)


def withdraw(application):
    APPLICATION.fire(application, "withdraw", actor=APPLICANT)


def test_fire_moves_state_and_version_and_leaves_one_audit_row():
    case = in_state(State.COMMITMENT)

    use_cases.run(withdraw, case)

    stored = Application.objects.get(pk=case.pk)
    assert (stored.state, stored.version) == (State.WITHDRAWN, 1)
    rows = list(audit.history(case.subject_key))
    assert [(row.action, row.before, row.after, row.actor) for row in rows] == [
        ("withdraw", "commitment", "withdrawn", "user:1")
    ]


def test_fsm_3_a_stale_copy_loses():
    case = in_state(State.COMMITMENT)
    stale = Application.objects.get(pk=case.pk)
    use_cases.run(withdraw, case)

    with pytest.raises(Conflict):
        use_cases.run(withdraw, stale)


def test_fire_outside_a_use_case_is_a_programming_error():
    with pytest.raises(RuntimeError):
        withdraw(in_state(State.COMMITMENT))


def test_a_role_that_is_not_in_the_row_is_refused_and_nothing_is_written():
    case = in_state(State.CONTENT_REVIEW)

    with pytest.raises(Refused) as refused:
        use_cases.run(APPLICATION.fire, case, "approve", actor=APPLICANT)

    assert [refusal.code for refusal in refused.value.refusals] == ["role_missing"]
    assert not list(audit.history(case.subject_key))


def test_a_move_of_another_state_names_the_state_it_met():
    case = in_state(State.ISSUED)

    refusals = APPLICATION.refusals(case, "withdraw", actor=APPLICANT)

    assert [(refusal.code, refusal.detail) for refusal in refusals] == [("not_in_this_state", {"state": "issued"})]
    assert "صادر شده" in refusals[0].message


def test_a_note_that_is_needed_is_asked_for():
    case = in_state(State.CONTENT_REVIEW)

    refusals = APPLICATION.refusals(case, "propose_refusal", actor=REVIEWER, note="  ")

    assert [refusal.code for refusal in refusals] == ["note_missing"]


def test_the_same_name_may_not_lead_two_ways_from_one_state():
    row = Transition("go", ("draft",), "issued", (Role.SYSTEM,), "رفتن")
    with pytest.raises(ValueError, match="twice"):
        Lifecycle("twice", State, State.DRAFT, (row, row))


RAW = [
    ("state", "UPDATE applications_application SET state = 'issued', issued_at = created_at WHERE id = %s"),
    ("version", "UPDATE applications_application SET state = 'withdrawn', version = version + 2 WHERE id = %s"),
    ("same version", "UPDATE applications_application SET state = 'withdrawn' WHERE id = %s"),
    ("version back", "UPDATE applications_application SET version = version - 1 WHERE id = %s"),
    ("unknown state", "UPDATE applications_application SET state = 'blessed', version = version + 1 WHERE id = %s"),
]


@pytest.mark.parametrize("sql", [sql for _, sql in RAW], ids=[name for name, _ in RAW])
def test_fsm_2_raw_sql_cannot_make_an_illegal_move(sql):
    case = in_state(State.COMMITMENT, version=3)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [case.pk])


def test_fsm_2_a_stale_save_cannot_undo_a_move():
    case = in_state(State.COMMITMENT)
    stale = Application.objects.get(pk=case.pk)
    use_cases.run(withdraw, case)

    with pytest.raises(IntegrityError), transaction.atomic():
        stale.save()


def test_two_live_badges_of_one_domain_are_impossible():
    badge = factories.issued_badge()
    second = factories.application(factories.business(owner=badge.business.owner))

    with pytest.raises(IntegrityError), transaction.atomic():
        twin = Badge.objects.get(pk=badge.pk)
        twin.pk, twin.public_id, twin.application = None, "a" * 26, second
        twin.save(force_insert=True)


def test_dcv_1_a_star_without_postal_and_landline_is_impossible():
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.issued_badge(stars=1)


def test_a_revoked_badge_never_lives_again():
    badge = factories.issued_badge(state=BadgeState.REVOKED)

    for name in {row.name for row in badge.lifecycle.transitions}:
        assert (
            badge.lifecycle.refusals(badge, name, actor=Actor(frozenset(Role)), note="…")[0].code == "not_in_this_state"
        )


def test_the_system_alone_issues():
    rows = [row for row in APPLICATION.transitions if row.target == State.ISSUED]
    assert [(row.name, row.source, row.by) for row in rows] == [("issue", (State.PAYMENT_PENDING,), (Role.SYSTEM,))]


def test_issue_is_refused_while_the_fee_is_unpaid_and_the_domain_proof_is_old():
    case = in_state(State.PAYMENT_PENDING)

    codes = {refusal.code for refusal in APPLICATION.refusals(case, "issue", actor=SYSTEM)}

    assert codes == {"fee_unpaid", "domain_proof_old"}
