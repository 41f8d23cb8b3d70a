"""Police vetting: asked last, answered late or never, appealed with one of three proofs, seen by the liaison alone."""

import io
import time

import pytest
from PIL import Image

from applications.lifecycle import State
from applications.models import Application, PoliceAnswer, PoliceAppeal, Requirement, VerificationStep
from applications.models.police import ProofKind
from applications.selectors.police import panel, shown_state, shown_step
from applications.services.police import appeal_to_police, decide_police_appeal, enter_police_answer
from applications.services.progress import advance
from applications.services.review import accept_step
from applications.services.verify import recheck, settle
from enamad_portal.accounts.models import User
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor, Role
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.steps import Finding, StepState, Verdict
from enamad_portal.sandbox import magic
from tests.applications import factories

pytestmark = pytest.mark.django_db


def staff(name, *roles):
    return Actor(frozenset(roles), user_id=User.objects.create(username=name, is_staff=True).pk)


@pytest.fixture
def liaison():
    return staff("liaison", Role.POLICE_LIAISON)


@pytest.fixture
def colleague():
    return staff("colleague", Role.POLICE_LIAISON)


def vetted_case(mark="567"):
    """A case whose commitment was just accepted."""
    owner = factories.applicant(national_code=magic.national_code("001234" + mark))
    shop = factories.business(owner, domain="vetted.test", mode="normal")
    requirement = Requirement.objects.filter(mode="normal", person_type="natural", activity=None).first()
    case = factories.application(shop, State.POLICE_PENDING, requirement=requirement, issued_at=None)
    for key in requirement.steps:
        if key not in {"police", "fee"}:
            factories.passed_step(case, key, clock.now())
    for key in ("police", "fee"):
        VerificationStep.objects.create(application=case, key=key)
    use_cases.run(lambda: advance(Application.objects.get(pk=case.pk), actor=SYSTEM))
    return case


def wait_for_answer(case, run_jobs, at, minutes=2):
    run_jobs()
    time.sleep(0.6)
    at(clock.now() + minutes * factories.timedelta(minutes=1))
    run_jobs()


def state(case):
    return Application.objects.get(pk=case.pk).state


def step(case):
    return case.steps.get(key="police")


def owner(case):
    return case.business.owner.user.actor()


def picture():
    data = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(data, "PNG")
    return data.getvalue()


def refused_case(liaison, run_jobs):
    case = vetted_case(magic.POLICE_WAITS)
    run_jobs()
    use_cases.run(enter_police_answer, case.pk, positive=False, police_reference="ن/۱۲", actor=liaison)
    return case


def appeal(case, kind=ProofKind.ACQUITTAL):
    return appeal_to_police(case.reference, kind, "حکم.png", picture(), actor=owner(case))


def test_a_positive_answer_leads_to_the_fee(sandbox, run_jobs, at):
    case = vetted_case()

    wait_for_answer(case, run_jobs, at)

    answer = PoliceAnswer.objects.get()
    assert (state(case), step(case).state, answer.is_positive) == (State.PAYMENT_PENDING, StepState.PASSED, True)
    assert (answer.police_reference[:1], answer.entered_by) == ("P", None)


def test_authz_3_a_negative_answer_suspends_and_its_reason_is_nowhere(sandbox, run_jobs, at):
    case = vetted_case(magic.POLICE_NEGATIVE)

    wait_for_answer(case, run_jobs, at)

    assert (state(case), PoliceAnswer.objects.get().is_positive) == (State.POLICE_REFUSED, False)
    rows = str([list(model.objects.values()) for model in (PoliceAnswer, VerificationStep, Application)])
    assert ("سابقه" in rows, step(case).evidence, step(case).reference) == (False, {}, "")
    texts = " ".join(f"{message.title} {message.body}" for message in Message.objects.all())
    assert [word for word in ("پلیس", "منفی", "تعلیق", "سابقه") if word in texts] == []


def test_authz_3_the_answer_is_sealed_at_rest(sandbox, run_jobs, liaison):
    refused_case(liaison, run_jobs)

    row = PoliceAnswer.objects.values("positive", "police_reference").get()

    assert all(isinstance(value, bytes) and "ن/۱۲".encode() not in value for value in row.values())


def test_a_silent_police_is_answered_for_by_the_liaison(sandbox, run_jobs, liaison):
    case = vetted_case(magic.POLICE_WAITS)
    run_jobs()
    assert step(case).state == StepState.ASKED

    use_cases.run(enter_police_answer, case.pk, positive=True, police_reference="۱۴۰۵/۸۸", actor=liaison)

    assert (state(case), PoliceAnswer.objects.get().entered_by_id) == (State.PAYMENT_PENDING, liaison.user_id)


def test_without_a_line_to_the_police_the_step_waits_for_the_liaison(sandbox, run_jobs, liaison, settings):
    settings.WORLD = "real"
    case = vetted_case()
    run_jobs()
    assert step(case).state == StepState.ASKED

    use_cases.run(enter_police_answer, case.pk, positive=True, police_reference="۸۸", actor=liaison)

    assert state(case) == State.PAYMENT_PENDING


def test_trouble_of_the_line_is_left_to_the_liaison(sandbox, run_jobs, liaison):
    case = vetted_case(magic.POLICE_WAITS)
    run_jobs()
    use_cases.run(settle, case, step(case), Finding(Verdict.UNSURE, "could_not_tell"))
    assert (state(case), step(case).state) == (State.POLICE_PENDING, StepState.UNSURE)

    use_cases.run(enter_police_answer, case.pk, positive=True, police_reference="۸۸", actor=liaison)

    assert state(case) == State.PAYMENT_PENDING


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.SENIOR_REVIEWER, Role.FINANCE, Role.ADMINISTRATOR])
def test_authz_3_no_other_role_enters_the_answer(sandbox, run_jobs, role):
    case = vetted_case(magic.POLICE_WAITS)
    run_jobs()

    with pytest.raises(Refused, match="role_missing"):
        use_cases.run(enter_police_answer, case.pk, positive=True, police_reference="1", actor=staff("x", role))


def test_authz_3_no_officer_closes_the_step_in_place_of_the_police(sandbox, run_jobs):
    case = vetted_case(magic.POLICE_WAITS)
    run_jobs()

    with pytest.raises(Refused, match="police_answers"):
        use_cases.run(accept_step, case.pk, "police", note="می‌شناسمش", actor=staff("friend", Role.REVIEWER))

    assert state(case) == State.POLICE_PENDING


def test_an_answer_is_entered_once(sandbox, run_jobs, liaison, colleague):
    case = refused_case(liaison, run_jobs)

    with pytest.raises(Refused, match="no_answer_awaited"):
        use_cases.run(enter_police_answer, case.pk, positive=True, police_reference="1", actor=colleague)


def test_the_refused_applicant_cannot_ask_the_police_again_without_proof(sandbox, run_jobs, liaison):
    case = refused_case(liaison, run_jobs)

    with pytest.raises(NotFound):
        use_cases.run(recheck, case.reference, "police", actor=owner(case))
    with pytest.raises(Refused, match="proof_kind_unknown"):
        appeal_to_police(case.reference, "", "حکم.png", picture(), actor=owner(case))


@pytest.mark.parametrize("kind", ProofKind.values)
def test_each_of_the_three_proofs_opens_the_appeal(sandbox, run_jobs, liaison, kind):
    case = refused_case(liaison, run_jobs)

    made = appeal(case, kind)

    assert (state(case), made.proof_kind, made.document.subject) == (State.POLICE_APPEAL, kind, case.subject_key)


def test_a_proof_that_is_no_document_is_refused_and_leaves_the_case(sandbox, run_jobs, liaison):
    case = refused_case(liaison, run_jobs)

    with pytest.raises(Refused):
        appeal_to_police(case.reference, ProofKind.OTHER, "حکم.exe", b"MZ", actor=owner(case))

    assert (state(case), PoliceAppeal.objects.count()) == (State.POLICE_REFUSED, 0)


def test_who_entered_the_answer_does_not_decide_the_appeal(sandbox, run_jobs, liaison):
    case = refused_case(liaison, run_jobs)
    appeal(case)

    with pytest.raises(Refused, match="same_officer"):
        use_cases.run(decide_police_appeal, case.pk, ask_again=True, note="حکم تبرئه", actor=liaison)


def test_another_officer_asks_the_police_again(sandbox, run_jobs, liaison, colleague):
    case = refused_case(liaison, run_jobs)
    appeal(case)

    use_cases.run(decide_police_appeal, case.pk, ask_again=True, note="حکم تبرئه", actor=colleague)
    run_jobs()
    assert (state(case), step(case).state, step(case).round) == (State.POLICE_PENDING, StepState.ASKED, 2)

    use_cases.run(enter_police_answer, case.pk, positive=True, police_reference="۹۹", actor=liaison)
    assert state(case) == State.PAYMENT_PENDING
    assert [one.is_positive for one in PoliceAnswer.objects.order_by("round")] == [False, True]


def test_another_officer_lets_the_refusal_stand(sandbox, run_jobs, liaison, colleague):
    case = refused_case(liaison, run_jobs)
    appeal(case)

    use_cases.run(decide_police_appeal, case.pk, ask_again=False, note="مدرک نامرتبط", actor=colleague)

    assert (state(case), PoliceAppeal.objects.get().decided_by_id) == (State.REJECTED, colleague.user_id)


def test_authz_3_other_staff_see_only_in_progress_or_done(sandbox, run_jobs, liaison):
    case = refused_case(liaison, run_jobs)
    reviewer = staff("reviewer", Role.REVIEWER, Role.SENIOR_REVIEWER, Role.ADMINISTRATOR)
    case = Application.objects.get(pk=case.pk)

    assert (panel(case, reviewer).answers, panel(case, liaison).answers[0].label) == ([], "منفی")
    assert (shown_state(case, reviewer), shown_state(case, liaison)) == ("استعلام پلیس", "تعلیق پرونده")
    told = [shown_step(case, step(case), actor) for actor in (reviewer, liaison)]
    assert told == ["در جریان", "پاسخ منفی"], "done while the case stays with the police would tell the answer"
