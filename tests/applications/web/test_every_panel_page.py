"""Every address of the panel, read and posted to, in every state of a case, by its owner and by a stranger."""

import pytest
from django.db import transaction
from django.urls import reverse

from applications.lifecycle import State
from applications.models import Invoice
from applications.sections import SECTIONS
from applications.verification.steps import STEPS
from applications.web.urls import urlpatterns
from enamad_portal.kernel.steps import StepState
from tests.applications import every_case

pytestmark = pytest.mark.django_db
WORDS = {"section": [*SECTIONS], "step": [*STEPS], "document": ["statute"], "document_file": ["statute"]}
"""What may stand in the second blank of an address, beside a word that never fits."""
TYPED = {
    "accepted": "on",
    "code": "123456",
    "code_1": "K7QM-2R9T-5",
    "method": "meta",
    "proof_kind": "acquittal",
    "reasons": "دلیل‌های رد درست نیست، چون مجوز پیوست است.",
    "sha256": "0" * 64,
    "sure": "1",
}
PERSIAN = '<html lang="fa" dir="rtl">'
SOUND = {200, 302, 400, 404, 405, 409, 503}


def addresses(case, words):
    """Each pattern with each of its words, and with one that could not stand there."""
    for pattern in urlpatterns:
        blanks = list(pattern.pattern.converters)
        arguments = {"reference": case.reference} if "reference" in blanks else {}
        others = [name for name in blanks if name != "reference"]
        for word in [*words.get(pattern.name, []), 1] if others else [None]:
            yield reverse(f"applications:{pattern.name}", kwargs=arguments | dict.fromkeys(others, word))


def answers(client, case, words=WORDS):
    """What every address answers to being read and to a form; nothing of it is kept."""
    for address in addresses(case, words):
        for form in (None, TYPED):
            before = transaction.savepoint()
            response = client.get(address) if form is None else client.post(address, form)
            transaction.savepoint_rollback(before)
            yield f"{'GET' if form is None else 'POST'} {address} -> {response.status_code}", response


def wrong(answered, allowed):
    """The lines of answers that nobody should get: another status, or a refusal that is no page of ours."""
    for line, response in answered:
        if response.status_code not in allowed:
            yield line
        elif response.status_code in {404, 409} and PERSIAN not in response.content.decode():
            yield f"{line} is no Persian page"


@pytest.fixture
def own(client, sandbox, settings):
    settings.PAYMENT_ORIGINS = []

    def signed_in(case):
        client.force_login(case.business.owner.user)
        Invoice.objects.create(application=case, kind="normal", amount_rial=1_000_000, created_at=case.created_at)
        return client

    return signed_in


@pytest.mark.parametrize("state", State)
def test_every_page_answers_its_owner_in_every_state(own, state):
    case = every_case.case_in(state)
    assert list(wrong(answers(own(case), case), SOUND)) == []


@pytest.mark.parametrize("step_state", StepState)
def test_every_page_answers_its_owner_wherever_the_steps_stand(own, step_state):
    case = every_case.case_with_steps(step_state)
    assert list(wrong(answers(own(case), case), SOUND)) == []


@pytest.mark.parametrize("state", State)
def test_authz_1_no_page_knows_a_foreign_case(client, state):
    case = every_case.case_in(state)
    client.force_login(every_case.person("رضا").user)
    words = {"section": ["shop"], "step": ["identity"], "document": ["statute"]}
    foreign = ((line, response) for line, response in answers(client, case, words) if case.reference in line)
    assert list(wrong(foreign, {404, 405})) == []
