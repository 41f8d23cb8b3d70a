"""The fifth method of domain control: a code to a mailbox of the domain, never alone (DCV-2, CODE-1…6)."""

import pytest
from django.db import IntegrityError, transaction

from applications.lifecycle import State
from applications.models import Application, DomainLook
from applications.services.domain import (
    answer_domain_code,
    check_domain,
    mailed_to,
    offered_methods,
    send_domain_code,
    show_domain_tokens,
)
from applications.services.domain_proofs import is_whole, proved_by
from applications.services.draft import fill_section
from applications.services.submit import submit
from applications.verification.domain_tokens import EMAIL_LOCAL_PARTS
from applications.verification.words import said
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.codes import Code, Judgement
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.steps import StepState
from tests.applications import factories

pytestmark = pytest.mark.django_db
DONE = ["shop", "activity", "contact", "turnover"]


def pending(domain="mailed.test"):
    """A micro application whose domain waits to be shown."""
    shop = factories.business(domain=domain)
    case = factories.application(shop, State.DRAFT, submitted_at=None, issued_at=None, done_sections=DONE)
    use_cases.run(submit, case.reference, actor=who(case))
    return case


def who(case):
    return case.business.owner.user.actor()


def step(case):
    return case.steps.get(key="domain")


def send(case, mailbox="admin"):
    use_cases.run(send_domain_code, case.reference, mailbox, actor=who(case))


def answer(case, guess):
    return use_cases.run(answer_domain_code, case.reference, guess, actor=who(case))


def mail_proof(case, sandbox, run_jobs, mailbox="admin"):
    send(case, mailbox)
    run_jobs()
    return answer(case, sandbox.code("email", f"{mailbox}@{case.business.domain}"))


def prove_by_title(case, sandbox, run_jobs):
    proof = use_cases.run(show_domain_tokens, case.reference, actor=who(case))["title"]
    sandbox.put(case.business.domain, "title", text=proof.token)
    use_cases.run(check_domain, case.reference, "title", actor=who(case))
    run_jobs()


@pytest.fixture
def case(sandbox, run_jobs):
    sandbox.shop("mailed.test")
    case = pending()
    run_jobs()
    return case


def test_dcv_2_a_code_to_a_mailbox_of_the_domain_alone_proves_nothing(case, sandbox, run_jobs):
    assert mail_proof(case, sandbox, run_jobs) is Judgement.ACCEPTED
    found = step(case)
    assert (found.state, Application.objects.get(pk=case.pk).state) == (StepState.WAITING, State.DOMAIN_PENDING)
    assert (proved_by(case_now(case)), is_whole(proved_by(case_now(case)))) == (frozenset({"email"}), False)
    assert "ایمیل به‌تنهایی کافی نیست" in said(found)


def case_now(case):
    return Application.objects.get(pk=case.pk)


def test_dcv_2_beside_a_title_it_leaves_nothing_to_be_asked_again(case, sandbox, run_jobs):
    mail_proof(case, sandbox, run_jobs)
    prove_by_title(case, sandbox, run_jobs)
    assert step(case).state == StepState.PASSED
    assert is_whole(proved_by(case_now(case))) is True
    assert offered_methods(case_now(case), step(case)) == ()


def test_dcv_2_after_a_title_it_is_still_offered_and_completes_the_proof(case, sandbox, run_jobs):
    prove_by_title(case, sandbox, run_jobs)
    assert offered_methods(case_now(case), step(case)) == ("meta", "file", "dns", "email")
    assert mail_proof(case, sandbox, run_jobs, "postmaster") is Judgement.ACCEPTED
    assert offered_methods(case_now(case), step(case)) == ()


@pytest.mark.parametrize(
    ("methods", "whole"),
    [
        ({"email"}, False),
        ({"title"}, False),
        ({"meta"}, True),
        ({"file"}, True),
        ({"dns"}, True),
        ({"title", "email"}, True),
        (set(), False),
    ],
)
def test_dcv_2_and_6_which_methods_are_enough(methods, whole):
    assert is_whole(frozenset(methods)) is whole


def test_dcv_2_only_the_six_constructed_mailboxes(case):
    assert EMAIL_LOCAL_PARTS == ("admin", "administrator", "hostmaster", "postmaster", "webmaster", "info")
    for mailbox in ("root", "sales", "", "ADMIN", "admin@mailed.test", "admin\nbcc: x"):
        with pytest.raises(NotFound):
            send(case, mailbox)
    assert Code.objects.filter(purpose="domain-email").count() == 0


def test_dcv_2_the_code_goes_to_exactly_the_domain_also_when_it_is_persian(sandbox, run_jobs):
    domain = "xn--mgbp6dk53c.test"
    sandbox.shop(domain)
    case = pending(domain)
    run_jobs()
    assert mail_proof(case, sandbox, run_jobs, "info") is Judgement.ACCEPTED
    assert sandbox.inbox("email", f"info@{domain}")[0]["codes"][0].isascii()


def test_dcv_1_the_code_is_160_bits_hashed_and_bound_to_its_destination(case, sandbox, run_jobs):
    send(case)
    run_jobs()
    token = sandbox.code("email", "admin@mailed.test")
    assert (len(token), set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")) == (32, True)
    assert token not in str(list(Code.objects.values())) + Message.objects.get(template="domain_code").body
    assert mailed_to(case_now(case))[0] == "admin"


def test_code_1_a_wrong_guess_counts_and_the_sixth_is_not_looked_at(case, sandbox, run_jobs):
    send(case)
    run_jobs()
    wrong = [answer(case, "a" * 32) for _ in range(6)]
    assert wrong == [Judgement.WRONG] * 5 + [Judgement.SPENT]
    assert answer(case, sandbox.code("email", "admin@mailed.test")) is Judgement.SPENT


def test_people_paste_it_with_spaces_and_capitals(case, sandbox, run_jobs):
    send(case)
    run_jobs()
    token = sandbox.code("email", "admin@mailed.test")
    assert answer(case, f" {token[:16].upper()}-{token[16:]} ") is Judgement.ACCEPTED


def test_code_4_a_code_for_the_earlier_domain_is_worth_nothing(case, sandbox, run_jobs):
    send(case)
    run_jobs()
    token = sandbox.code("email", "admin@mailed.test")
    sandbox.shop("other.test")
    answers = {"name_fa": "گلستان", "name_latin": "Golestan", "domain": "other.test"}
    use_cases.run(fill_section, case.reference, "shop", answers, actor=who(case))
    use_cases.run(submit, case.reference, actor=who(case))
    assert answer(case, token) is Judgement.SPENT
    assert proved_by(case_now(case)) == frozenset()


def test_dcv_10_a_proof_of_one_domain_is_none_of_another(case, sandbox, run_jobs):
    mail_proof(case, sandbox, run_jobs)
    sandbox.shop("other.test")
    answers = {"name_fa": "گلستان", "name_latin": "Golestan", "domain": "other.test"}
    use_cases.run(fill_section, case.reference, "shop", answers, actor=who(case))
    use_cases.run(submit, case.reference, actor=who(case))
    assert proved_by(case_now(case)) == frozenset()


def test_code_1_a_strangers_domain_is_not_flooded(case, at):
    for minutes in range(10):
        at(factories.NOON.replace(hour=minutes))
        send(case, EMAIL_LOCAL_PARTS[minutes % 6])
    with pytest.raises(Refused, match="too_many_codes"):
        send(case, "info")


def test_a_mailbox_that_is_not_there_is_told(case, sandbox, run_jobs):
    sandbox.behave(mail={"status": 422})
    send(case)
    run_jobs()
    assert Message.objects.get(template="domain_code").fate == "failed"


def test_dcv_8_every_look_is_kept_and_never_changed(case, sandbox, run_jobs):
    use_cases.run(show_domain_tokens, case.reference, actor=who(case))
    use_cases.run(check_domain, case.reference, "meta", actor=who(case))
    run_jobs()
    mail_proof(case, sandbox, run_jobs)
    looks = list(DomainLook.objects.values_list("method", "verdict", "code", "domain"))
    assert looks == [
        ("email", "passed", "domain_code_returned", "mailed.test"),
        ("meta", "failed", "meta_missing", "mailed.test"),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        DomainLook.objects.update(verdict="passed")
    with pytest.raises(IntegrityError), transaction.atomic():
        DomainLook.objects.all()._raw_delete("default")


def test_a_strong_method_beside_the_mail_is_enough_at_once(case, sandbox, run_jobs):
    mail_proof(case, sandbox, run_jobs)
    proof = use_cases.run(show_domain_tokens, case.reference, actor=who(case))["meta"]
    sandbox.put("mailed.test", "head", html=f'<meta name="enamad" content="{proof.token}">')
    use_cases.run(check_domain, case.reference, "meta", actor=who(case))
    run_jobs()
    assert (step(case).state, offered_methods(case_now(case), step(case))) == (StepState.PASSED, ())
