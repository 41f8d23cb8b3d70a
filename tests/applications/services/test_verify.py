"""Running the steps: who may ask again for what, and that nothing a person does ends in an assertion."""

import pytest

from applications.lifecycle import State
from applications.services.domain import check_domain
from applications.services.progress import look_job
from applications.services.verify import answer_code, recheck, resend_code
from enamad_portal.kernel import use_cases, work
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.steps import StepState
from tests.applications import every_case

pytestmark = pytest.mark.django_db


def owner(case):
    return case.business.owner.user.actor()


def enqueue(job):
    use_cases.run(use_cases.enqueue, job)


@pytest.mark.parametrize("key", ["domain", "email", "documents", "commitment", "police", "nonsense"])
def test_only_what_is_asked_without_a_choice_is_asked_again(key):
    case = every_case.case_with_steps(StepState.FAILED)
    with pytest.raises(NotFound):
        use_cases.run(recheck, case.reference, key, actor=owner(case))
    assert not work.Job.objects.exists()


def test_the_page_of_a_step_leads_to_the_steps_own_page(client):
    case = every_case.case_with_steps(StepState.FAILED)
    client.force_login(case.business.owner.user)
    for answer in (client.get, client.post):
        assert answer(f"/panel/{case.reference}/step/domain/").url == f"/panel/{case.reference}/domain/"
    assert case.steps.get(key="domain").state == StepState.FAILED


@pytest.mark.parametrize("method", ["", "meta"], ids=["no method", "a method whose token was never shown"])
def test_a_look_without_a_proof_is_a_finding(run_jobs, method):
    case = every_case.case_in(State.DOMAIN_PENDING)
    case.steps.filter(key="domain").delete()
    every_case.add_step(case, "domain", StepState.RUNNING)
    enqueue(look_job(case.steps.get(key="domain"), method))
    run_jobs()
    step = case.steps.get(key="domain")
    assert (step.state, step.code) == (StepState.FAILED, "method_missing")


@pytest.mark.parametrize(
    ("act", "words"),
    [(recheck, ["identity"]), (check_domain, ["meta"]), (resend_code, ["email"]), (answer_code, ["email", "123456"])],
)
def test_a_closed_case_goes_no_further(act, words):
    case = every_case.case_in(State.WITHDRAWN)
    case.steps.all().delete()
    every_case.add_step(case, words[0] if words[0] in case.requirement.steps else "domain", StepState.FAILED)
    with pytest.raises(Refused, match="case_closed"):
        use_cases.run(act, case.reference, *words, actor=owner(case))


@pytest.mark.parametrize("act", [resend_code, recheck])
def test_a_draft_has_no_steps_to_go_on_with(act):
    case = every_case.case_in(State.DRAFT)
    with pytest.raises(NotFound):
        use_cases.run(act, case.reference, "email", actor=owner(case))


@pytest.mark.parametrize("page", ["fee", "commitment"])
def test_a_draft_has_no_page_of_a_step(client, page):
    case = every_case.case_in(State.DRAFT)
    client.force_login(case.business.owner.user)
    assert client.get(f"/panel/{case.reference}/{page}/").status_code == 404


@pytest.mark.parametrize(("act", "state"), [("resubmit", State.DRAFT), ("withdraw", State.ISSUED)])
def test_what_the_state_does_not_allow_is_refused_in_words(client, act, state):
    case = every_case.case_in(state)
    client.force_login(case.business.owner.user)
    answer = client.post(f"/panel/{case.reference}/{act}/")
    assert answer.status_code == 409
    assert "ممکن نیست" in answer.content.decode()
