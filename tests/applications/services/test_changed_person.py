"""A badge names the person who was checked: another name, code or birth date goes through every check again."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from applications.lifecycle import InvoiceState, State
from applications.models import Applicant, Application, Badge, CommitmentAcceptance
from applications.services.cases import case as locked_case
from applications.services.commit import accept_commitment, text_for, text_hash
from applications.services.draft import fill_section, introduce_applicant
from applications.services.pay import verify_now
from applications.services.progress import advance
from applications.services.review import accept_step
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import SYSTEM, Role
from enamad_portal.kernel.errors import Refused
from enamad_portal.kernel.steps import StepState
from tests.applications import every_case, factories
from tests.applications.paying_case import payer, paying_case, visit
from tests.applications.review_case import officer, on_the_desk

pytestmark = pytest.mark.django_db
OTHER = {
    "first_name": "رضا",
    "last_name": "دیگری",
    "national_code": "0499370899",
    "birth_date": date(1980, 1, 1),
}
PERSON_STEPS = ("identity", "mobile", "company", "documents", "commitment", "police")
CONTACT = {"email": "new@paying.test", "province": "23", "city": "تهران", "answering_hours": "9 تا 17"}


def become(owner, **answers):
    """Another person in the row, however he came there."""
    row = Applicant.objects.get(pk=owner.pk)
    for name, value in (OTHER | answers).items():
        setattr(row, name, value)
    row.save()


def pay(case, sandbox):
    payment, authority = visit(case)
    sandbox.press(authority)
    return verify_now(payment)


def state(case):
    return Application.objects.get(pk=case.pk).state


def stands(case, *keys):
    found = dict(Application.objects.get(pk=case.pk).steps.values_list("key", "state"))
    return {key: found[key] for key in keys}


def accepted(case):
    return CommitmentAcceptance.objects.create(
        application=case, text=text_for(case), sha256="0" * 64, accepted_at=factories.NOON
    )


def test_no_badge_for_a_person_nobody_asked_about(sandbox):
    case = paying_case()
    become(case.business.owner)
    assert pay(case, sandbox) == InvoiceState.PAID
    assert (state(case), Badge.objects.count()) == (State.PAYMENT_PENDING, 0)
    assert stands(case, "identity", "mobile") == {"identity": StepState.RUNNING, "mobile": StepState.RUNNING}


def test_the_badge_follows_once_the_person_was_asked_about(sandbox, run_jobs):
    case = paying_case()
    become(case.business.owner)
    pay(case, sandbox)
    run_jobs()
    assert Badge.objects.get().holder_name == "رضا دیگری"


def test_no_badge_when_the_registry_does_not_know_the_new_person(sandbox, run_jobs):
    case = paying_case()
    become(case.business.owner, national_code="0012344014")
    pay(case, sandbox)
    run_jobs()
    assert (state(case), Badge.objects.count()) == (State.PAYMENT_PENDING, 0)
    assert stands(case, "identity") == {"identity": StepState.FAILED}


@pytest.mark.parametrize("name", OTHER)
def test_each_answer_about_the_person_reopens_every_check_of_him_in_every_open_case(name):
    case = every_case.case_in(State.PAYMENT_PENDING)
    owner, rows = case.business.owner, [case]
    for domain, where in (("second.test", State.IN_VERIFICATION), ("third.test", State.REJECTED)):
        shop = factories.business(owner, domain=domain)
        rows.append(factories.application(shop, where, requirement=case.requirement))
        for key in PERSON_STEPS:
            factories.passed_step(rows[-1], key)
    said = {one: getattr(owner, one) for one in OTHER} | {name: OTHER[name]}
    use_cases.run(introduce_applicant, owner.user.actor(), **said)
    still = [list(stands(row, *PERSON_STEPS).values()).count(StepState.PASSED) for row in rows]
    assert still == [0, 0, len(PERSON_STEPS)]


def test_a_badge_keeps_the_person_it_was_issued_to(sandbox):
    case = paying_case()
    pay(case, sandbox)
    with pytest.raises(Refused, match="identity_matched"):
        use_cases.run(introduce_applicant, payer(case), **OTHER)


def test_the_page_says_what_another_person_costs_before_it_saves(client):
    case = every_case.case_in(State.PAYMENT_PENDING)
    owner = case.business.owner
    client.force_login(owner.user)
    born = {"birth_date_day": "15", "birth_date_month": "2", "birth_date_year": "1367"}
    typed = {"first_name": "رضا", "last_name": owner.last_name, "national_code": owner.national_code} | born
    page = client.post("/panel/person/", typed).content.decode()
    for title in ("هویت", "مالکیت تلفن همراه", "ثبت شرکت", "مدارک", "تعهدنامه", "استعلام پلیس"):
        assert f"<li>{title}</li>" in page
    assert Applicant.objects.get(pk=owner.pk).first_name == "مریم"


def test_an_officer_accepts_the_person_who_is_there():
    case, judge = on_the_desk(unsure=("identity",)), officer("s", Role.SENIOR_REVIEWER)
    Application.objects.filter(pk=case.pk).update(assignee=judge)
    use_cases.run(accept_step, case.pk, "identity", note="کارت ملی را دیدم.", actor=judge.actor())
    assert case.checks_of_another_person() == []
    become(case.business.owner)
    assert case.checks_of_another_person() == ["identity", "mobile"]


def test_a_late_change_is_committed_to_again_and_both_acceptances_stay(sandbox):
    case = paying_case()
    accepted(case)
    use_cases.run(fill_section, case.reference, "contact", CONTACT, actor=payer(case))
    assert stands(case, "email", "commitment", "fee") == {
        "email": StepState.WAITING,
        "commitment": StepState.NOT_STARTED,
        "fee": StepState.NOT_STARTED,
    }
    case.steps.filter(key="email").delete()
    factories.passed_step(case, "email")
    use_cases.run(lambda: advance(locked_case(case.pk), actor=SYSTEM))
    assert state(case) == State.COMMITMENT
    use_cases.run(accept_commitment, case.reference, text_hash(text_for(case)), actor=payer(case))
    assert (state(case), case.acceptances.count()) == (State.PAYMENT_PENDING, 2)
    pay(case, sandbox)
    assert state(case) == State.ISSUED


def test_an_answer_may_change_while_the_police_are_asked_and_they_are_asked_again():
    case = every_case.case_in(State.POLICE_PENDING)
    answers = {"landline": "+982188776600"}
    use_cases.run(fill_section, case.reference, "place", answers, actor=case.business.owner.user.actor())
    assert state(case) in {State.IN_VERIFICATION, State.AWAITING_APPLICANT}
    assert stands(case, "commitment", "police") == dict.fromkeys(("commitment", "police"), StepState.NOT_STARTED)


@pytest.mark.parametrize("write", [lambda rows: rows.update(sha256="1" * 64), lambda rows: rows.delete()])
def test_an_acceptance_is_neither_changed_nor_deleted(write):
    accepted(paying_case())
    with pytest.raises(IntegrityError), transaction.atomic():
        write(CommitmentAcceptance.objects.all())
