"""The checklist of one case: machine evidence, a person's verdict per item, and only failed items reopen."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from applications.lifecycle import ItemState, State
from applications.models import Application, ChecklistItem, ItemVerdict, Requirement, VerificationStep
from applications.models.choices import ChecklistGroup, MachineLevel, MachineSays
from applications.services.cases import case
from applications.services.content import ask_recheck, finish_review, judge_item
from applications.services.draft import fill_section
from applications.services.progress import advance
from applications.services.verify import recheck
from enamad_portal.accounts.models import User, mobile_index
from enamad_portal.kernel import audit, clock, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor, Role
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.steps import StepState, Verdict
from tests.applications import factories

pytestmark = pytest.mark.django_db
ADDRESS = "تهران، خیابان آزادی، کوچه گلستان، پلاک ۹۱"


def requirement(**more):
    facts = {
        "person_type": "natural",
        "mode": "normal",
        "sections": ["shop"],
        "steps": ["domain", "landline", "postal", "content", "ssl", "commitment", "fee"],
        "optional_steps": ["ssl"],
        "fee_kind": "micro_year_1",
        "stars": 1,
        "validity_limit": "validity_months_1_star",
        "valid_from": "2019-01-01",
        "clause": "آزمون",
    }
    return Requirement.objects.create(**facts | more)


def open_case(domain="golestan.test", steps=("content",), **more):
    owner = factories.applicant(mobile="+989121234567")
    shop = factories.business(
        owner, domain=domain, mode="normal", address=ADDRESS, landline="+982188776655", postal_code="1193653591"
    )
    row = factories.application(shop, State.IN_VERIFICATION, requirement=requirement(**more))
    factories.passed_step(row, "domain")
    for key in steps:
        VerificationStep.objects.create(application=row, key=key)
    return row


@pytest.fixture
def officer():
    user = User.objects.create(mobile="+989351119999", mobile_key=mobile_index("+989351119999"))
    return Actor(frozenset({Role.REVIEWER}), user.pk)


def start(row):
    use_cases.run(lambda: advance(case(row.pk), actor=SYSTEM))


def owner_of(row):
    return row.business.owner.user.actor()


@pytest.fixture
def looked(sandbox, run_jobs):
    row = open_case()
    start(row)
    run_jobs()
    return row


def states(row):
    return dict(row.checklist.values_list("item__key", "state"))


def step(row, key="content"):
    return VerificationStep.objects.get(application=row, key=key)


def judge(row, officer, *, but=None, reason=""):
    for key in states(row):
        ok = key != but
        use_cases.run(judge_item, row.pk, key, ok=ok, reasons=() if ok else (reason,), actor=officer)


def test_the_checklist_has_seventeen_common_items_as_data():
    items = list(ChecklistItem.objects.order_by("number"))

    assert [item.number for item in items] == list(range(1, 18))
    assert all(item.reasons and all(reason["cure"] for reason in item.reasons) for item in items)


def test_the_machine_never_passes_the_items_of_lawfulness():
    lawful = ChecklistItem.objects.filter(group=ChecklistGroup.LAWFULNESS)
    assert set(lawful.values_list("machine", flat=True)) == {MachineLevel.NONE, MachineLevel.EVIDENCE}
    with pytest.raises(IntegrityError), transaction.atomic():
        lawful.update(machine=MachineLevel.VERDICT)


def test_the_look_leaves_evidence_with_url_and_snapshot_and_sends_the_case_to_a_person(looked):
    contact = looked.checklist.get(item__key="contact_us")
    snapshots = {snapshot.url: snapshot for snapshot in looked.snapshots.all()}

    assert (step(looked).state, Application.objects.get(pk=looked.pk).state) == (StepState.UNSURE, State.CONTENT_REVIEW)
    assert set(states(looked).values()) == {ItemState.PENDING}
    assert contact.says == MachineSays.OK
    assert {one["code"] for one in contact.evidence} >= {"address_same", "landline_same", "mobile_same"}
    for one in contact.evidence:
        assert snapshots[one["url"]].sha256 == one["sha256"]
    assert "۰۲۱-۸۸۷۷۶۶۵۵" in snapshots["https://golestan.test/contact"].text
    assert {row.says for row in looked.checklist.filter(item__group=ChecklistGroup.LAWFULNESS)} == {""}


def test_all_items_right_accept_the_step(looked, officer):
    judge(looked, officer)

    assert (step(looked).state, step(looked).code) == (StepState.PASSED, "content_accepted")
    assert Application.objects.get(pk=looked.pk).open_steps() == []
    assert {row.judged_by_id for row in looked.checklist.all()} == {officer.user_id}


def test_a_refused_item_declines_the_step_and_tells_the_cure(looked, officer):
    judge(looked, officer, but="prices", reason="price_missing")
    row = looked.checklist.get(item__key="prices")

    assert (step(looked).state, step(looked).code) == (StepState.FAILED, "content_refused")
    assert step(looked).evidence["refused"] == ["prices"]
    assert row.said == ["قیمت کالاها نوشته نشده است؛ برای هر کالا یا خدمت قیمت یا تعرفه بنویسید."]


def test_only_failed_items_reopen(looked, officer, run_jobs, at):
    judge(looked, officer, but="prices", reason="price_missing")
    at(clock.now() + timedelta(minutes=1))

    use_cases.run(ask_recheck, looked.business.applications.get().reference, actor=owner_of(looked))
    reopened = {key for key, state in states(looked).items() if state == ItemState.PENDING}
    run_jobs()

    assert reopened == {"prices"}
    assert (step(looked).state, step(looked).round) == (StepState.UNSURE, 2)
    assert {key for key, state in states(looked).items() if state == ItemState.PENDING} == {"prices"}

    use_cases.run(judge_item, looked.pk, "prices", ok=True, actor=officer)
    assert step(looked).state == StepState.PASSED


def test_a_verdict_keeps_the_evidence_it_was_given_for(looked, officer, run_jobs, at, sandbox):
    judge(looked, officer, but="prices", reason="price_missing")
    before = looked.checklist.get(item__key="contact_us").seen_at
    at(clock.now() + timedelta(minutes=1))
    use_cases.run(ask_recheck, looked.reference, actor=owner_of(looked))
    run_jobs()

    assert looked.checklist.get(item__key="contact_us").seen_at == before
    assert looked.checklist.get(item__key="prices").seen_at > before


def test_a_changed_landline_reopens_the_contact_item_alone(looked, officer, run_jobs, at):
    judge(looked, officer)
    at(clock.now() + timedelta(minutes=1))
    use_cases.run(fill_section, looked.reference, "shop", {"landline": "+982188770000"}, actor=owner_of(looked))
    run_jobs()

    pending = {key for key, state in states(looked).items() if state == ItemState.PENDING}
    assert (pending, step(looked).state) == ({"contact_us"}, StepState.UNSURE)
    assert looked.checklist.get(item__key="contact_us").says == MachineSays.NOT_OK


def test_a_verdict_may_be_changed_until_the_decision(looked, officer):
    judge(looked, officer)
    use_cases.run(judge_item, looked.pk, "prices", ok=False, reasons=("price_by_call",), actor=officer)
    assert step(looked).state == StepState.FAILED

    use_cases.run(judge_item, looked.pk, "prices", ok=True, actor=officer)
    assert step(looked).state == StepState.PASSED


@pytest.mark.parametrize(
    ("reasons", "note", "code"),
    [((), "", "reason_missing"), (("rules_missing",), "", "reason_missing"), (("other",), " ", "note_missing")],
)
def test_a_refusal_without_a_cure_is_not_taken(looked, officer, reasons, note, code):
    with pytest.raises(Refused) as refused:
        use_cases.run(judge_item, looked.pk, "prices", ok=False, reasons=reasons, note=note, actor=officer)
    assert refused.value.refusals[0].code == code


def test_finish_review_waits_for_every_item(looked, officer):
    with pytest.raises(Refused) as refused:
        use_cases.run(finish_review, looked.pk, actor=officer)
    assert refused.value.refusals[0].code == "items_open"


def test_authz_5_nobody_judges_his_own_site(looked):
    own = Actor(frozenset({Role.REVIEWER}), looked.business.owner.user_id)
    with pytest.raises(Refused) as refused:
        use_cases.run(judge_item, looked.pk, "prices", ok=True, actor=own)
    assert refused.value.refusals[0].code == "own_case"


def test_authz_1_an_applicant_may_not_judge_and_a_stranger_may_not_ask(looked, officer):
    with pytest.raises(Refused):
        use_cases.run(judge_item, looked.pk, "prices", ok=True, actor=owner_of(looked))
    with pytest.raises(NotFound):
        use_cases.run(ask_recheck, looked.reference, actor=Actor(frozenset({Role.APPLICANT}), officer.user_id))


def test_a_silent_site_fails_with_a_cure_and_is_looked_at_again(sandbox, run_jobs, at):
    sandbox.shop("later.test", pages={"/other": "<p>x</p>"})
    row = open_case("later.test")
    start(row)
    run_jobs()
    assert (step(row).state, step(row).code, states(row)) == (StepState.FAILED, "home_not_ok", {})
    assert Application.objects.get(pk=row.pk).state == State.AWAITING_APPLICANT

    sandbox.shop("later.test", template="golestan")
    at(clock.now() + timedelta(minutes=1))
    use_cases.run(ask_recheck, row.reference, actor=owner_of(row))
    run_jobs()
    assert (step(row).state, len(states(row))) == (StepState.UNSURE, 17)


def test_a_step_may_not_be_asked_again_while_nothing_failed(looked):
    with pytest.raises(Refused) as refused:
        use_cases.run(ask_recheck, looked.reference, actor=owner_of(looked))
    assert refused.value.refusals[0].code == "not_failed"


def test_every_verdict_leaves_an_audit_row(looked, officer):
    use_cases.run(judge_item, looked.pk, "prices", ok=True, actor=officer)
    row = ItemVerdict.objects.get(application=looked, item__key="prices")

    assert [(entry.action, entry.actor) for entry in audit.history(row.subject_key)] == [("accept", officer.name)]


@pytest.mark.parametrize(("verdict", "blocks"), [(StepState.FAILED, False), (StepState.UNSURE, True)])
def test_ssl_that_failed_does_not_block_a_one_star_badge(verdict, blocks):
    row = open_case(steps=())
    VerificationStep.objects.create(application=row, key="ssl", state=verdict, verdict=Verdict.FAILED)

    assert (row.open_steps() != []) is blocks
    assert row.steps_in_motion() == []


def test_ssl_blocks_where_the_requirements_say_so():
    row = open_case(steps=(), optional_steps=[])
    VerificationStep.objects.create(application=row, key="ssl", state=StepState.FAILED, verdict=Verdict.FAILED)

    assert (row.open_steps(), row.steps_in_motion()) == (["ssl"], ["ssl"])


def test_a_look_asked_for_another_way_opens_the_refused_items_too(looked, officer, run_jobs, at):
    judge(looked, officer, but="prices", reason="price_missing")
    at(clock.now() + timedelta(minutes=1))
    use_cases.run(recheck, looked.reference, "content", actor=owner_of(looked))
    run_jobs()

    assert {key for key, state in states(looked).items() if state == ItemState.PENDING} == {"prices"}


def test_check_now_is_once_in_ten_seconds(looked, officer):
    judge(looked, officer, but="prices", reason="price_missing")
    with pytest.raises(Refused) as refused:
        use_cases.run(ask_recheck, looked.reference, actor=owner_of(looked))
    assert refused.value.refusals[0].code == "too_soon"
