"""AUTHZ-2 at the desk: every button pressed by every role, against a table that is written by hand, not derived."""

from itertools import count

import pytest

from applications.lifecycle import LetterState, State
from applications.models import (
    Application,
    ApplicationDocument,
    Invoice,
    ItemVerdict,
    PoliceAnswer,
    PoliceAppeal,
    PostalLetter,
    VerificationStep,
)
from applications.services.site_evidence import basis_of, items_of
from enamad_portal.kernel.actors import STAFF_ROLES, Role
from enamad_portal.kernel.codes import Code
from enamad_portal.kernel.steps import StepState
from tests.applications import factories
from tests.applications.desk_browser import BASE, attached, entered, with_documents
from tests.applications.factories import NOON
from tests.applications.review_case import officer, on_the_desk, reviewed_requirement

pytestmark = pytest.mark.django_db
QUEUE = "/admin/applications/application/"
OFFICERS = {Role.REVIEWER, Role.SENIOR_REVIEWER}
CLAIMANTS = OFFICERS | {Role.POLICE_LIAISON}
SEERS = CLAIMANTS | {Role.SUPPORT}

MAY = {
    "take the case": CLAIMANTS,
    "take the next case": CLAIMANTS,
    "take several": CLAIMANTS,
    "release the own case": set(STAFF_ROLES),
    "release another's case": {Role.SENIOR_REVIEWER},
    "hand on": {Role.SENIOR_REVIEWER},
    "reveal": SEERS,
    "test account": OFFICERS,
    "open a document": SEERS,
    "accept a document": OFFICERS,
    "refuse a document": OFFICERS,
    "accept an item": OFFICERS,
    "refuse an item": OFFICERS,
    "accept clean items": OFFICERS,
    "take a verdict back": OFFICERS,
    "accept a step": OFFICERS,
    "decline a step": OFFICERS,
    "waive a step": {Role.SENIOR_REVIEWER},
    "approve": OFFICERS,
    "request_correction": OFFICERS,
    "propose_refusal": OFFICERS,
    "confirm_refusal": OFFICERS,
    "decline_refusal": OFFICERS,
    "uphold_objection": OFFICERS,
    "dismiss_objection": OFFICERS,
    "reprint a letter": {Role.SENIOR_REVIEWER, Role.SUPPORT},
    "enter the police's answer": {Role.POLICE_LIAISON},
    "decide the police appeal": {Role.POLICE_LIAISON},
}


class Desk:
    """Presses one button after the other, each on a case of its own; answers whether the button did its work."""

    def __init__(self, browser):
        self.browser, self.user, self.numbers = browser, browser.user, count(1)
        self.requirement, self.other = reviewed_requirement(), officer("other")

    def case(self, state=State.CONTENT_REVIEW, *, held=True, **more):
        number = next(self.numbers)
        owner = factories.applicant(f"+98935222{number:04}", national_code=f"{number:010}")
        holder = {"assignee": self.user, "claimed_at": NOON} if held else {}
        return on_the_desk(f"m{number}.ir", owner, more.pop("requirement", self.requirement), state, **holder | more)

    def rich(self):
        """With a document, items of the site, and both steps waiting for an eye."""
        number = next(self.numbers)
        owner = factories.applicant(f"+98935333{number:04}", national_code=f"{number:010}")
        case = with_documents(f"r{number}.ir", owner)
        Application.objects.filter(pk=case.pk).update(assignee=self.user, claimed_at=NOON)
        seen = {"code": "price_seen", "good": True, "url": "", "sha256": "", "excerpt": ""}
        for item in items_of(case):
            evidence = [seen] if item.key == "prices" else []
            ItemVerdict.objects.create(application=case, item=item, basis=basis_of(case, item), evidence=evidence)
        return case

    def post(self, case, act, **values):
        return self.browser.post(f"{BASE}/{case.reference}/{act}/", values)

    def decide(self, move, state, **more):
        case = self.case(state, **more)
        self.post(case, f"decide/{move}", text="چون چنین است.", send="1")
        return Application.objects.get(pk=case.pk).state != state

    def holder(self, case):
        return Application.objects.get(pk=case.pk).assignee_id


def _take(desk):
    case = desk.case(held=False)
    desk.post(case, "claim")
    return desk.holder(case) == desk.user.pk


def _take_next(desk):
    states = {Role.POLICE_LIAISON: State.POLICE_PENDING}
    case = desk.case(states.get(Role(desk.user.grants.get().role), State.CONTENT_REVIEW), held=False, due_at=None)
    desk.browser.post(f"{QUEUE}next/")
    return Application.objects.filter(assignee=desk.user, pk__lte=case.pk).exists()


def _take_several(desk):
    cases = [desk.case(held=False) for _ in range(2)]
    desk.browser.post(f"{QUEUE}together/", {"act": "claim", "case": [case.reference for case in cases]})
    return {desk.holder(case) for case in cases} == {desk.user.pk}


def _release(desk, *, own):
    case = desk.case(assignee=desk.user if own else desk.other, held=False, claimed_at=NOON)
    desk.post(case, "release")
    return desk.holder(case) is None


def _hand_on(desk):
    case = desk.case()
    values = {"act": "assign", "case": [case.reference], "officer": desk.other.pk}
    desk.browser.post(f"{QUEUE}together/", values)
    return desk.holder(case) == desk.other.pk


def _reveal(desk, field="mobile"):
    case = desk.case()
    case.business.shop_test_account = {"user_name": "tester", "password": "p@ss"}
    case.business.save()
    return desk.post(case, "reveal", field=field, reason="برای آزمون").status_code == 200


def _open_document(desk):
    case = desk.rich()
    row = attached(case)
    return desk.browser.get(f"{BASE}/{case.reference}/document/{row.pk}/1/").status_code == 200


def _document(desk, **values):
    case = desk.rich()
    row = attached(case)
    desk.post(case, "panel/documents", document=row.pk, **values)
    return ApplicationDocument.objects.get(pk=row.pk).state != "pending"


def _item(desk, **values):
    case = desk.rich()
    desk.post(case, "panel/checklist", **values)
    return case.checklist.exclude(state="pending").exists()


def _take_back(desk):
    case = desk.rich()
    open_row = case.checklist.get(item__key="prices")
    case.checklist.filter(pk=open_row.pk)._raw_delete("default")
    judged = {"state": "ok", "judged_by": desk.other, "judged_at": NOON}
    ItemVerdict.objects.create(application=case, item=open_row.item, basis=open_row.basis, **judged)
    desk.post(case, "panel/checklist", item="prices", verdict="undo")
    return case.checklist.get(item__key="prices").state == "pending"


def _step(desk, move):
    case = desk.case(unsure=("email",))
    desk.post(case, "step/email", move=move, note="چون چنین است")
    return VerificationStep.objects.get(application=case, key="email").state != StepState.UNSURE


def _reprint(desk):
    case = desk.case()
    bill = Invoice.objects.create(application=case, kind="post_letter", amount_rial=1, created_at=NOON)
    facts = {"subject": "x", "channel": "letter", "destination": "x", "created_at": NOON, "expires_at": NOON}
    first, second = (Code.objects.create(purpose=place, **facts) for place in "12")
    letter = PostalLetter.objects.create(
        application=case,
        round=1,
        serial=case.reference,
        invoice=bill,
        state=LetterState.PRINTED,
        ordered_at=NOON,
        printed_at=NOON,
        code_1=first,
        code_2=second,
    )
    desk.post(case, "panel/letters", serial=letter.serial, note="پاره شد")
    return PostalLetter.objects.get(pk=letter.pk).state == LetterState.ORDERED


def _police_case(desk, state, step_state):
    requirement = reviewed_requirement(steps=("identity", "police", "commitment", "fee"))
    case = desk.case(state, held=False, requirement=requirement)
    VerificationStep.objects.filter(application=case)._raw_delete("default")
    factories.passed_step(case, "identity")
    VerificationStep.objects.create(application=case, key="police", state=step_state)
    VerificationStep.objects.create(application=case, key="fee")
    return case


def _police_answer(desk):
    case = _police_case(desk, State.POLICE_PENDING, StepState.ASKED)
    desk.post(case, "panel/police", answer="yes", police_reference="۱۲")
    return Application.objects.get(pk=case.pk).state == State.PAYMENT_PENDING


def _police_appeal(desk):
    case = _police_case(desk, State.POLICE_APPEAL, StepState.FAILED)
    proof = attached(case).document
    PoliceAnswer.objects.create(
        application=case, round=1, positive="no", police_reference="۱", answered_at=NOON, entered_by=desk.other
    )
    PoliceAppeal.objects.create(application=case, proof_kind="other", document=proof, made_at=NOON)
    desk.post(case, "panel/police-appeal", decision="again", note="حکم تبرئه")
    return Application.objects.get(pk=case.pk).state == State.POLICE_PENDING


PRESS = {
    "take the case": _take,
    "take the next case": _take_next,
    "take several": _take_several,
    "release the own case": lambda desk: _release(desk, own=True),
    "release another's case": lambda desk: _release(desk, own=False),
    "hand on": _hand_on,
    "reveal": _reveal,
    "test account": lambda desk: _reveal(desk, "shop_test_account"),
    "open a document": _open_document,
    "accept a document": lambda desk: _document(desk, verdict="accept"),
    "refuse a document": lambda desk: _document(desk, verdict="refuse", reason="expired"),
    "accept an item": lambda desk: _item(desk, item="prices", verdict="ok"),
    "refuse an item": lambda desk: _item(desk, item="prices", verdict="not_ok", reason="price_missing"),
    "accept clean items": lambda desk: _item(desk, verdict="clean"),
    "take a verdict back": _take_back,
    "accept a step": lambda desk: _step(desk, "accept"),
    "decline a step": lambda desk: _step(desk, "decline"),
    "waive a step": lambda desk: _step(desk, "waive"),
    "approve": lambda desk: desk.decide("approve", State.CONTENT_REVIEW),
    "request_correction": lambda desk: desk.decide("request_correction", State.CONTENT_REVIEW),
    "propose_refusal": lambda desk: desk.decide("propose_refusal", State.CONTENT_REVIEW),
    "confirm_refusal": lambda desk: desk.decide("confirm_refusal", State.REFUSAL_PROPOSED, proposed_by=desk.other),
    "decline_refusal": lambda desk: desk.decide("decline_refusal", State.REFUSAL_PROPOSED, proposed_by=desk.other),
    "uphold_objection": lambda desk: desk.decide("uphold_objection", State.APPEAL, proposed_by=desk.other),
    "dismiss_objection": lambda desk: desk.decide("dismiss_objection", State.APPEAL, proposed_by=desk.other),
    "reprint a letter": _reprint,
    "enter the police's answer": _police_answer,
    "decide the police appeal": _police_appeal,
}


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_authz_2_each_role_presses_every_button(client, role):
    desk = Desk(entered(client, role))
    worked = {name for name, press in PRESS.items() if press(desk)}
    assert worked == {name for name, roles in MAY.items() if role in roles}


def test_every_button_of_the_table_is_pressed():
    assert set(PRESS) == set(MAY)


@pytest.mark.parametrize("name", sorted(set(PRESS) - {"take the case", "take the next case", "take several"}))
def test_authz_2_verdicts_and_decisions_begin_with_a_claim(client, name):
    """The same buttons by a senior who does not hold the case; what needs no claim is named."""
    free = {"release the own case", "release another's case", "hand on", "reveal", "open a document"}
    free |= {"reprint a letter", "enter the police's answer", "decide the police appeal"}
    desk = Desk(entered(client, Role.SENIOR_REVIEWER))
    holder, desk.user = desk.user, desk.other
    assert PRESS[name](desk) == (name in free and Role.SENIOR_REVIEWER in MAY[name]), holder
