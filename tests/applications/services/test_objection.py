"""Objecting to a refusal: once, with reasons, in time, decided by somebody who had no part in it."""

from datetime import timedelta

import pytest

from applications.lifecycle import APPLICATION, State
from applications.models import Application, Objection
from applications.services import claims, review
from applications.services.formal_letters import REFUSAL, latest, open_letter
from applications.services.objection import object_to_refusal, objection_refusals
from enamad_portal.accounts.models import User
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.errors import NotFound, Refused
from tests.applications import factories

pytestmark = pytest.mark.django_db
WHY = "مجوز صنف در سایت ما هست و نشانی آن در پانویس همه صفحه‌ها آمده است."


def officer(name):
    return Actor(frozenset({Role.REVIEWER}), user_id=User.objects.create(username=name, is_staff=True).pk)


def decide(case, move, actor):
    use_cases.run(claims.claim, case.pk, actor=actor)
    use_cases.run(review.DECISIONS[move], case.pk, text="سایت مجوز صنف ندارد.", actor=actor)


@pytest.fixture
def rejected():
    """A case refused by two officers at NOON, with both."""
    case = factories.application(state=State.CONTENT_REVIEW, issued_at=None)
    first, second = officer("first"), officer("second")
    with clock.frozen_at(factories.NOON):
        decide(case, "propose_refusal", first)
        decide(case, "confirm_refusal", second)
        yield case, first, second


def state(case):
    return Application.objects.get(pk=case.pk).state


def owner(case):
    return case.business.owner.user.actor()


def refusal(case, reasons=WHY):
    with pytest.raises(Refused) as caught:
        use_cases.run(object_to_refusal, case.reference, reasons, actor=owner(case))
    return caught.value.refusals[0].code


def test_an_objection_brings_the_case_to_an_officer_without_a_part_in_it(rejected):
    case, first, second = rejected
    use_cases.run(object_to_refusal, case.reference, WHY, actor=owner(case))
    assert (state(case), Objection.objects.get().reasons) == (State.APPEAL, WHY)

    for earlier in (first, second):
        with pytest.raises(Refused, match="earlier_decider"):
            decide(case, "uphold_objection", earlier)
        use_cases.run(claims.release, case.pk, actor=earlier)
    decide(case, "uphold_objection", officer("third"))

    assert state(case) == State.CONTENT_REVIEW


def test_a_dismissed_objection_is_the_last_word(rejected):
    case, *_ = rejected
    use_cases.run(object_to_refusal, case.reference, WHY, actor=owner(case))
    decide(case, "dismiss_objection", officer("third"))

    assert (state(case), refusal(case)) == (State.REJECTED, "objection_decided")


MIDNIGHT = factories.NOON + timedelta(hours=12)  # in Tehran


@pytest.mark.parametrize(("days", "seconds", "open_"), [(17, -1, True), (17, 0, False)])
def test_the_term_is_the_policy_s_from_the_day_the_letter_is_opened(rejected, days, seconds, open_):
    """Opened two days after it was issued; that day does not count, and fifteen follow."""
    case, *_ = rejected
    with clock.frozen_at(factories.NOON + timedelta(days=2)):
        use_cases.run(open_letter, case.reference, latest(case, REFUSAL).pk, actor=owner(case))
    with clock.frozen_at(MIDNIGHT + timedelta(days=days, seconds=seconds)):
        if open_:
            use_cases.run(object_to_refusal, case.reference, WHY, actor=owner(case))
        else:
            assert refusal(case) == "objection_late"


def test_no_term_runs_against_who_was_never_served(rejected):
    case, *_ = rejected
    with clock.frozen_at(factories.NOON + timedelta(days=60)):
        use_cases.run(object_to_refusal, case.reference, WHY, actor=owner(case))

    assert state(case) == State.APPEAL


@pytest.mark.parametrize(("days", "seconds", "open_"), [(15, -1, True), (15, 0, False)])
def test_a_refusal_older_than_the_letters_counts_from_its_decision(rejected, days, seconds, open_):
    case, *_ = rejected
    earlier = factories.application(
        factories.business(case.business.owner, domain="earlier.ir"), State.CONTENT_REVIEW, issued_at=None
    )
    with clock.frozen_at(factories.NOON):
        use_cases.run(_refuse_as_before_letters, earlier)
    with clock.frozen_at(MIDNIGHT + timedelta(days=days, seconds=seconds)):
        late = {found.code for found in objection_refusals(Application.objects.get(pk=earlier.pk), owner(earlier))}

    assert ("objection_late" in late) is not open_


def _refuse_as_before_letters(case):
    first, second = officer("before-1"), officer("before-2")
    APPLICATION.fire(case, "propose_refusal", actor=first, note="x", proposed_by_id=first.user_id)
    APPLICATION.fire(case, "confirm_refusal", actor=second, note="x", confirmed_by_id=second.user_id)


def test_reasons_are_needed(rejected):
    case, *_ = rejected

    assert (refusal(case, "نه"), refusal(case, "ن" * 3001)) == ("reasons_missing", "reasons_too_long")


def test_who_has_gone_on_with_another_application_does_not_object(rejected):
    case, *_ = rejected
    factories.application(case.business, State.DRAFT, submitted_at=None, issued_at=None)

    assert refusal(case) == "other_application_open"


def test_authz_1_a_stranger_finds_no_case_to_object_to(rejected):
    case, *_ = rejected
    stranger = factories.applicant(mobile="+989121110000", national_code="0012345679").user.actor()

    with pytest.raises(NotFound):
        use_cases.run(object_to_refusal, case.reference, WHY, actor=stranger)


def test_a_case_that_is_not_refused_has_nothing_to_object_to():
    case = factories.application(state=State.CONTENT_REVIEW, issued_at=None)

    assert refusal(case) == "not_in_this_state"


def test_pii_2_the_words_of_an_objection_are_sealed(rejected):
    case, *_ = rejected
    use_cases.run(object_to_refusal, case.reference, WHY, actor=owner(case))

    assert WHY.encode() not in Objection.objects.values_list("reasons", flat=True).get()
