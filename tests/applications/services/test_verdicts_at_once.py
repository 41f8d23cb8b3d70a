"""The checklist at the desk: clean items in one press, a verdict taken back, and what is refused told in one letter."""

import pytest

from applications.lifecycle import ItemState, State
from applications.models import Application, Decision, ItemVerdict, VerificationStep
from applications.models.choices import ChecklistGroup
from applications.services import claims, review
from applications.services.content import accept_clean, judge_item, take_back
from applications.services.documents import judge_document
from applications.services.faults import faults_of
from applications.services.site_evidence import basis_of, items_of
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.steps import StepState, Verdict
from tests.applications.desk_browser import attached, with_documents
from tests.applications.factories import NOON
from tests.applications.review_case import officer

pytestmark = pytest.mark.django_db
run = use_cases.run
SEEN = {
    "prices": [True],
    "online_order": [True, True],
    "contact_us": [True, False],
    "about_us": [True, None],
    "state_emblems": [True],
    "complaints": [False],
}
CLEAN = {"prices", "online_order"}


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def who():
    return officer().actor()


@pytest.fixture
def case(who):
    """Claimed, with evidence on six items: clean, with a finding, with something to weigh, and one of lawfulness."""
    found = with_documents()
    VerificationStep.objects.filter(application=found, key="content")._raw_delete("default")
    VerificationStep.objects.create(
        application=found, key="content", state=StepState.UNSURE, verdict=Verdict.UNSURE, code="content_collected"
    )
    for item in items_of(found):
        evidence = [_one(good) for good in SEEN.get(item.key, ())]
        ItemVerdict.objects.create(application=found, item=item, basis=basis_of(found, item), evidence=evidence)
    run(claims.claim, found.pk, actor=who)
    return found


def _one(good):
    return {"code": "price_seen", "good": good, "url": "https://golestan-shop.ir/", "sha256": "a" * 64, "excerpt": ""}


def states(case):
    return dict(case.checklist.values_list("item__key", "state"))


def step(case):
    return VerificationStep.objects.get(application=case, key="content")


def test_one_press_accepts_the_clean_items_and_none_with_a_finding(case, who):
    assert run(accept_clean, case.pk, actor=who) == len(CLEAN)
    assert {key for key, state in states(case).items() if state == ItemState.OK} == CLEAN
    rows = AuditEntry.objects.filter(action="accept", actor=f"user:{who.user_id}")
    assert {(row.facts["item"], row.facts["one_press"]) for row in rows} == {(key, 2) for key in CLEAN}
    with pytest.raises(Refused, match="nothing_clean"):
        run(accept_clean, case.pk, actor=who)


def test_one_press_never_passes_lawfulness_nor_what_nobody_saw(case, who):
    every = case.checklist.all()
    every.update(evidence=[_one(True)])
    run(accept_clean, case.pk, actor=who)
    lawful = set(every.filter(item__group=ChecklistGroup.LAWFULNESS).values_list("item__key", flat=True))
    assert {key for key, state in states(case).items() if state == ItemState.PENDING} == lawful


def test_one_press_leaves_a_verdict_that_stands_alone(case, who):
    run(judge_item, case.pk, "prices", ok=False, reasons=("price_missing",), actor=who)
    run(accept_clean, case.pk, actor=who)
    assert (states(case)["prices"], states(case)["online_order"]) == (ItemState.NOT_OK, ItemState.OK)


def test_the_last_items_of_one_press_settle_the_step(case, who):
    for key in set(states(case)) - CLEAN:
        run(judge_item, case.pk, key, ok=True, actor=who)
    run(accept_clean, case.pk, actor=who)
    assert (step(case).state, step(case).code) == (StepState.PASSED, "content_accepted")


@pytest.mark.parametrize("ok", [True, False])
def test_a_verdict_is_taken_back_before_the_decision(case, who, ok):
    run(judge_item, case.pk, "prices", ok=ok, reasons=() if ok else ("price_missing",), actor=who)
    run(take_back, case.pk, "prices", actor=who)
    row = case.checklist.get(item__key="prices")
    assert (row.state, row.reasons, row.judged_by_id, row.judged_at) == (ItemState.PENDING, [], None, None)
    assert AuditEntry.objects.filter(action="take_back", facts={"item": "prices"}).count() == 1
    assert step(case).state == StepState.UNSURE


@pytest.mark.parametrize("last", [True, False])
def test_taking_back_the_last_verdict_opens_the_step_it_had_settled(case, who, last):
    for key in states(case):
        ok = last or key != "prices"
        run(judge_item, case.pk, key, ok=ok, reasons=() if ok else ("price_missing",), actor=who)
    assert step(case).state == (StepState.PASSED if last else StepState.FAILED)
    run(take_back, case.pk, "prices", actor=who)
    assert (step(case).state, step(case).verdict, "refused" in step(case).evidence) == ("unsure", "unsure", False)
    assert Application.objects.get(pk=case.pk).state == State.CONTENT_REVIEW
    run(judge_item, case.pk, "prices", ok=True, actor=who)
    assert step(case).state == StepState.PASSED


def test_after_the_decision_a_verdict_is_not_taken_back(case, who):
    run(judge_item, case.pk, "prices", ok=False, reasons=("price_missing",), actor=who)
    run(review.request_correction, case.pk, text="قیمت‌ها", actor=who)
    with pytest.raises(Refused, match="verdict_sent"):
        run(take_back, case.pk, "prices", actor=who)


def test_a_correction_carries_the_codes_of_each_refused_document_and_item(case, who):
    document = attached(case)
    run(judge_document, document.pk, accepted=False, reasons=("expired", "other"), note="تاریخ ۱۴۰۲", actor=who)
    run(judge_item, case.pk, "prices", ok=False, reasons=("price_missing",), actor=who)
    assert [fault.title for fault in faults_of(case)] == ["کارت ملی", "چک‌لیست، بند ۷ (درج قیمت/تعرفه)"]
    run(review.request_correction, case.pk, reasons=["activity_differs"], text="این‌ها", actor=who)
    assert Decision.objects.get(application=case).reasons == [
        "activity_differs",
        "document:national_card:expired",
        "document:national_card:other",
        "item:prices:price_missing",
    ]
