"""A micro badge through the services and the sandbox, without a browser: what must happen in which order."""

import re

import pytest

from applications.lifecycle import BadgeState, InvoiceState, State
from applications.models import Activity, Application, Badge, Invoice, LedgerEntry
from applications.services.commit import accept_commitment, text_for, text_hash
from applications.services.domain import check_domain, show_domain_tokens
from applications.services.draft import fill_section, introduce_applicant, open_business
from applications.services.pay import payment_of, start_payment, verify_now
from applications.services.submit import submit
from applications.services.verify import answer_code
from enamad_portal.accounts.models import User, mobile_index
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.codes import Judgement
from enamad_portal.kernel.errors import NotFound
from enamad_portal.kernel.iran.phones import parse_mobile
from enamad_portal.kernel.work import Job

pytestmark = pytest.mark.django_db
MOBILE = parse_mobile("09121234567")


@pytest.fixture
def merchant():
    user = User.objects.create(mobile=MOBILE, mobile_key=mobile_index(MOBILE))
    use_cases.run(
        introduce_applicant,
        user.actor(),
        first_name="مینا",
        last_name="رستمی",
        national_code="0012345679",
        birth_date=jalali.to_gregorian(1365, 5, 12),
    )
    return user.actor()


@pytest.fixture
def draft(merchant, sandbox):
    sandbox.shop("micro.test")
    case = use_cases.run(open_business, merchant, person_type="natural", mode="micro")
    sections = {
        "shop": {"name_fa": "گلستان", "name_latin": "Golestan", "domain": "micro.test"},
        "activity": {"activity": Activity.objects.get(code="handicraft"), "sale_method": "direct"},
        "contact": {"email": "mina@micro.test", "province": "23", "city": "تهران", "answering_hours": "۹ تا ۱۷"},
        "turnover": {"monthly_transactions": 20, "monthly_turnover_rial": 150_000_000},
    }
    for key, answers in sections.items():
        use_cases.run(fill_section, case.reference, key, answers, actor=merchant)
    return case.reference


def state(reference):
    return Application.objects.get(reference=reference).state


def steps(reference):
    return dict(Application.objects.get(reference=reference).steps.values_list("key", "state"))


def prove_domain(reference, merchant, sandbox, run_jobs):
    proof = use_cases.run(show_domain_tokens, reference, actor=merchant)["meta"]
    sandbox.put("micro.test", "head", html=f'<meta name="enamad" content="{proof.token}">')
    use_cases.run(check_domain, reference, "meta", actor=merchant)
    run_jobs()


def pay(reference, merchant, sandbox):
    page = start_payment(reference, "http://127.0.0.1/return/", actor=merchant)
    authority = re.search(r"/pay/([^/?]+)", page).group(1)
    sandbox.press(authority)
    return verify_now(payment_of(reference, authority))


def test_a_micro_badge_from_draft_to_issue(merchant, draft, sandbox, run_jobs):
    use_cases.run(submit, draft, actor=merchant)
    run_jobs()
    assert (state(draft), steps(draft)["identity"], steps(draft)["mobile"]) == (
        State.DOMAIN_PENDING,
        "passed",
        "passed",
    )

    prove_domain(draft, merchant, sandbox, run_jobs)
    assert (state(draft), steps(draft)["domain"]) == (State.AWAITING_APPLICANT, "passed")

    code = sandbox.code("email", "mina@micro.test")
    assert use_cases.run(answer_code, draft, "email", code, actor=merchant) is Judgement.ACCEPTED
    assert state(draft) == State.COMMITMENT

    shown = text_hash(text_for(Application.objects.get(reference=draft)))
    use_cases.run(accept_commitment, draft, shown, actor=merchant)
    assert (state(draft), Invoice.objects.get().amount_rial) == (State.PAYMENT_PENDING, 500_000)

    assert pay(draft, merchant, sandbox) == InvoiceState.PAID
    run_jobs()

    badge = Badge.objects.get()
    assert (state(draft), badge.state, badge.stars, badge.domain) == (State.ISSUED, BadgeState.ACTIVE, 0, "micro.test")
    assert len(badge.public_id) == 26
    assert badge.tax_tracking_code != ""
    assert Job.objects.get(kind="applications.expire_badge").run_at == badge.valid_to
    assert jalali.iso(badge.valid_to) == jalali.iso(jalali.add_months(jalali.tehran_day(badge.valid_from), 12))
    assert [entry.amount_rial for entry in LedgerEntry.objects.all()] == [500_000]


def test_a_wrong_token_is_shown_and_checked_again(merchant, draft, sandbox, run_jobs):
    use_cases.run(submit, draft, actor=merchant)
    use_cases.run(show_domain_tokens, draft, actor=merchant)
    sandbox.put("micro.test", "head", html='<meta name="enamad" content="12345678">')
    use_cases.run(check_domain, draft, "meta", actor=merchant)
    run_jobs()

    step = Application.objects.get(reference=draft).steps.get(key="domain")

    assert (step.state, step.code, step.evidence["saw"]) == (
        "failed",
        "meta_differs",
        ['<meta name="enamad" content="12345678">'],
    )
    assert state(draft) == State.DOMAIN_PENDING


def test_a_changed_domain_reopens_its_proof_and_goes_back_to_draft(merchant, draft, sandbox, run_jobs):
    use_cases.run(submit, draft, actor=merchant)
    prove_domain(draft, merchant, sandbox, run_jobs)
    sandbox.shop("other.test")

    answers = {"name_fa": "گلستان", "name_latin": "Golestan", "domain": "other.test"}
    use_cases.run(fill_section, draft, "shop", answers, actor=merchant)

    assert (state(draft), steps(draft)["domain"]) == (State.DRAFT, "not_started")


def test_pii_1_the_token_is_not_at_rest(merchant, draft, sandbox):
    use_cases.run(submit, draft, actor=merchant)
    proof = use_cases.run(show_domain_tokens, draft, actor=merchant)["meta"]

    rows = str(list(Application.objects.get(reference=draft).domain_tokens.values()))

    assert (len(proof.token), proof.token in rows) == (32, False)


def test_a_foreign_case_does_not_exist(draft):
    stranger = User.objects.create(mobile="+989129999999", mobile_key=mobile_index("+989129999999"))
    with pytest.raises(NotFound):
        use_cases.run(submit, draft, actor=stranger.actor())
