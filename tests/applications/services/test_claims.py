"""Taking cases: the next one by its due day, several officers at once, and handing on."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from applications import policy
from applications.lifecycle import State
from applications.models import Application
from applications.services import claims
from enamad_portal.accounts.models import User
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.errors import NotFound, Refused
from tests.applications import factories
from tests.applications.factories import NOON
from tests.applications.review_case import officer, on_the_desk, reviewed_requirement

run = use_cases.run


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


def crowd(*days, **more):
    """Cases that are due so many days from now, in this order."""
    requirement = reviewed_requirement()
    return [
        on_the_desk(
            f"shop{place}.ir",
            factories.applicant(f"+98935111{place:04}", national_code=f"{place:010}"),
            requirement,
            due_at=NOON + timedelta(days=day),
            **more,
        )
        for place, day in enumerate(days)
    ]


def holder(case):
    return Application.objects.get(pk=case.pk).assignee_id


@pytest.mark.django_db
def test_the_next_case_is_the_one_due_first_that_nobody_holds():
    later, soon, held = crowd(5, 1, 0)
    who, other = officer(), officer("other")
    Application.objects.filter(pk=held.pk).update(assignee=other, claimed_at=NOON)
    taken = [run(claims.claim_next, actor=who.actor()) for _ in range(3)]
    assert taken == [soon, later, None]
    assert AuditEntry.objects.filter(action="claimed", actor=f"user:{who.pk}").count() == 2


@pytest.mark.django_db
def test_a_claim_that_ran_out_is_free_again(at):
    (case,), who = crowd(3), officer()
    Application.objects.filter(pk=case.pk).update(assignee=officer("other"), claimed_at=NOON)
    assert run(claims.claim_next, actor=who.actor()) is None
    at(NOON + timedelta(hours=policy.limit("claim_hours", NOON.date())))
    assert run(claims.claim_next, actor=who.actor()) == case


@pytest.mark.django_db
def test_authz_5_the_next_case_is_never_ones_own_nor_one_decided_on_before():
    requirement, who, first = reviewed_requirement(), officer(), officer("first")
    own = factories.applicant()
    User.objects.filter(pk=who.pk).update(national_code_key=own.national_code_key)
    other = factories.applicant("+989351110001", national_code="0084575948")
    on_the_desk("a.ir", own, requirement, due_at=NOON)
    on_the_desk("b.ir", other, requirement, State.REFUSAL_PROPOSED, due_at=NOON, proposed_by=who)
    on_the_desk("c.ir", other, requirement, State.APPEAL, due_at=NOON, proposed_by=first, confirmed_by=who)
    free = on_the_desk("d.ir", other, requirement, due_at=NOON + timedelta(days=3))
    assert run(claims.claim_next, actor=who.actor()) == free
    assert run(claims.claim_next, actor=who.actor()) is None


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.SUPPORT, Role.AUDITOR, Role.FINANCE, Role.ADMINISTRATOR])
def test_authz_2_roles_without_a_say_take_no_next_case(role):
    crowd(1)
    with pytest.raises(Refused, match="role_missing"):
        run(claims.claim_next, actor=officer("bystander", role).actor())


@pytest.mark.django_db
def test_the_liaisons_next_case_waits_for_the_police():
    crowd(0)
    (case,) = [on_the_desk("police.ir", factories.applicant("+989351119999"), state=State.POLICE_PENDING, due_at=None)]
    assert run(claims.claim_next, actor=officer("liaison", Role.POLICE_LIAISON).actor()) == case


@pytest.mark.django_db(transaction=True)
def test_fsm_3_officers_who_press_together_never_get_the_same_case():
    cases = crowd(*range(8))
    officers = [officer(f"o{place}").actor() for place in range(4)]
    barrier = threading.Barrier(4)

    def take(who):
        try:
            barrier.wait()
            return [run(claims.claim_next, actor=who) for _ in range(2)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = [case.pk for pair in pool.map(take, officers) for case in pair]
    assert sorted(taken) == sorted(case.pk for case in cases)
    assert {holder(case) for case in cases} == {who.user_id for who in officers}


@pytest.mark.django_db
def test_a_senior_hands_a_case_on_and_the_audit_says_from_whom():
    (case,), first, second, senior = crowd(1), officer(), officer("other"), officer("boss", Role.SENIOR_REVIEWER)
    run(claims.claim, case.pk, actor=first.actor())
    run(claims.assign, case.pk, second.pk, actor=senior.actor())
    assert holder(case) == second.pk
    assert AuditEntry.objects.get(action="assigned").facts == {"to": second.pk, "taken_from": first.pk}


@pytest.mark.django_db
def test_a_reviewer_hands_nothing_on():
    (case,), who, other = crowd(1), officer(), officer("other")
    with pytest.raises(Refused, match="role_missing"):
        run(claims.assign, case.pk, other.pk, actor=who.actor())


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.SUPPORT, Role.POLICE_LIAISON, Role.AUDITOR])
def test_a_case_is_handed_to_those_who_review_only(role):
    (case,), senior = crowd(1), officer("boss", Role.SENIOR_REVIEWER)
    with pytest.raises(NotFound):
        run(claims.assign, case.pk, officer("bystander", role).pk, actor=senior.actor())


@pytest.mark.django_db
def test_authz_5_a_case_is_not_handed_to_its_owner_nor_to_who_decided_before():
    requirement, senior, who = reviewed_requirement(), officer("boss", Role.SENIOR_REVIEWER), officer()
    own = factories.applicant()
    User.objects.filter(pk=who.pk).update(national_code_key=own.national_code_key)
    other = factories.applicant("+989351110001", national_code="0084575948")
    for case, code in (
        (on_the_desk("a.ir", own, requirement), "officers_own_case"),
        (on_the_desk("b.ir", other, requirement, State.REFUSAL_PROPOSED, proposed_by=who), "earlier_decider"),
        (on_the_desk("c.ir", other, requirement, State.APPEAL, confirmed_by=who), "earlier_decider"),
        (on_the_desk("d.ir", other, requirement, State.IN_VERIFICATION), "not_on_the_desk"),
    ):
        with pytest.raises(Refused, match=code):
            run(claims.assign, case.pk, who.pk, actor=senior.actor())


@pytest.mark.django_db
def test_a_closed_case_is_nobodys_work():
    case = on_the_desk(state=State.WITHDRAWN)
    with pytest.raises(Refused, match="not_on_the_desk"):
        run(claims.claim, case.pk, actor=officer().actor())


@pytest.mark.django_db
def test_what_nobody_holds_is_not_released():
    (case,), senior = crowd(1), officer("boss", Role.SENIOR_REVIEWER)
    with pytest.raises(Refused, match="not_claimed"):
        run(claims.release, case.pk, actor=senior.actor())
