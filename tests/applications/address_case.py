"""A case whose domain is proved and whose landline, postal code and letter are under way."""

import time

from applications.lifecycle import State
from applications.models import Application, PostalLetter, Requirement, VerificationStep
from applications.services.pay import payment_of, start_payment, verify_now
from applications.services.progress import advance
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM
from enamad_portal.kernel.steps import StepState
from tests.applications import factories

LINE = "+982188776655"
DIALLED = "02188776655"
MOBILE = "+989121230987"
PLACE = {
    "province": "23",
    "city": "تهران",
    "postal_code": "1193653594",
    "address": "خیابان آزادی، کوچه گلستان، پلاک ۹۴",
    "landline": LINE,
}
STEPS = ("landline", "postal_code", "postal")


def open_case(*keys, started=True, domain="address-shop.test", **answers):
    """An application in verification with the domain proved and these steps, begun unless said otherwise."""
    mobile = answers.pop("mobile", MOBILE)
    owner = answers.pop("owner", None) or factories.applicant(mobile=mobile)
    shop = factories.business(owner=owner, domain=domain, mode="normal", **PLACE | answers)
    case = factories.application(shop, State.IN_VERIFICATION, requirement=requirement(), issued_at=None)
    factories.passed_step(case, "domain", clock.now())
    for key in keys or STEPS:
        VerificationStep.objects.create(application=case, key=key)
    if started:
        go_on(case)
    return case


def requirement():
    """Like a star badge's, without the steps that other tests hold."""
    row = Requirement.objects.filter(mode="normal", person_type="natural").first()
    row.pk, row.steps = None, ["domain", *STEPS, "content"]
    row._state.adding = True
    row.save()
    return row


def go_on(case):
    use_cases.run(lambda: advance(Application.objects.select_for_update().get(pk=case.pk), actor=SYSTEM))


def applicant_of(case):
    return case.business.owner.user.actor()


def step(case, key):
    return case.steps.get(key=key)


def letter(case):
    return PostalLetter.objects.filter(application=case).order_by("-round").first()


def pay_postage(case, sandbox):
    page = start_payment(case.reference, "http://portal.test/return", actor=applicant_of(case), step="postal")
    authority = page.rsplit("/", 1)[-1]
    sandbox.press(authority)
    return verify_now(payment_of(case.reference, authority))


def letters_to(case, sandbox):
    """What lies in the applicant's letter box for this case, newest first."""
    return [one for one in sandbox.inbox("letter", case.business.postal_code) if case.reference in one["text"]]


def codes_of(case, sandbox):
    """The two codes of the newest letter."""
    return letters_to(case, sandbox)[0]["codes"]


def is_waiting(case, key):
    return step(case, key).state == StepState.WAITING


def until(look, wanted, seconds=20.0):
    """Asks again until the answer is the wanted one; the sandbox decides when."""
    end = time.monotonic() + seconds
    while (seen := look()) != wanted and time.monotonic() < end:
        pass
    return seen
