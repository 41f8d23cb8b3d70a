"""The domain page in the browser's terms: five tabs, the code by e-mail, and what exactly is still asked."""

import pytest
from django.urls import reverse

from applications.lifecycle import State
from applications.models import DomainRecheck
from applications.services.domain import check_domain, show_domain_tokens
from applications.services.submit import submit
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.steps import StepState
from tests.accounts.staff_member import member, sign_in
from tests.applications import factories
from tests.applications.factories import NOON

pytestmark = pytest.mark.django_db
IDN = "xn--mgbp6dk53c.test"


@pytest.fixture
def pending(client, sandbox, run_jobs):
    """`pending(domain)`: a case whose domain waits to be shown, its owner signed in."""

    def opened(domain="paged.test"):
        sandbox.shop(domain)
        case = factories.application(
            factories.business(domain=domain),
            State.DRAFT,
            submitted_at=None,
            issued_at=None,
            done_sections=["shop", "activity", "contact", "turnover"],
        )
        use_cases.run(submit, case.reference, actor=case.business.owner.user.actor())
        run_jobs()
        client.force_login(case.business.owner.user)
        return case

    return opened


def page(client, case, method="", **kwargs):
    return client.get(reverse("applications:domain", args=[case.reference]) + f"?method={method}", **kwargs)


def post(client, case, name, **data):
    return client.post(reverse(f"applications:{name}", args=[case.reference]), data)


def said(response):
    return response.content.decode()


@pytest.mark.parametrize("domain", ["paged.test", IDN])
def test_dcv_2_the_mail_tab_says_that_mail_is_not_enough_and_what_is(client, pending, sandbox, run_jobs, domain):
    case = pending(domain)
    text = said(page(client, case, "email"))
    assert ["ایمیل به‌تنهایی کافی نیست" in text, f"hostmaster@{domain}" in text, "ایمیل دامنه" in text] == [True] * 3
    assert post(client, case, "domain_mail", mailbox="hostmaster").status_code == 302
    run_jobs()
    assert "کد را فرستادیم" in said(page(client, case, "email"))
    token = sandbox.code("email", f"hostmaster@{domain}")
    assert post(client, case, "domain_code", code=token).status_code == 302
    text = said(page(client, case))
    assert "یکی از چهار روش دیگر (متاتگ، فایل، رکورد TXT یا عنوان صفحه اصلی) را هم انجام دهید." in text
    assert case.steps.get(key="domain").state == StepState.WAITING


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("domain_mail", {"mailbox": "sales"}, "گزینه"),
        ("domain_mail", {}, "کد به کدام صندوق برود؟"),
        ("domain_code", {"code": "۱۲۳۴۵۶"}, "کد باید ۳۲ نویسه باشد"),
        ("domain_code", {"code": ""}, "کد ایمیل دامنه"),
        ("domain_code", {"code": "a" * 32}, "این کد درست نیست"),
        ("domain_code", {"code": "a" * 90}, "کد ایمیل دامنه"),
    ],
)
def test_wrong_inputs_have_their_sentence(client, pending, run_jobs, name, data, sentence):
    case = pending()
    post(client, case, "domain_mail", mailbox="admin")
    run_jobs()
    answer = post(client, case, name, **data)
    assert (answer.status_code, sentence in said(answer), "field-error" in said(answer)) == (400, True, True)


def test_a_mailbox_that_refuses_mail_is_told_and_takes_no_code(client, pending, sandbox, run_jobs):
    case = pending()
    sandbox.behave(mail={"status": 422})
    post(client, case, "domain_mail", mailbox="admin")
    run_jobs()
    text = said(page(client, case, "email"))
    assert ("این صندوق را نپذیرفت" in text, 'name="code"' in text) == (True, False)


def test_dcv_6_a_title_is_to_be_kept_unless_another_method_stands_beside_it(client, pending, sandbox, run_jobs):
    case = pending()
    actor = case.business.owner.user.actor()
    proof = use_cases.run(show_domain_tokens, case.reference, actor=actor)["title"]
    sandbox.put("paged.test", "title", text=proof.token)
    use_cases.run(check_domain, case.reference, "title", actor=actor)
    run_jobs()
    text = said(page(client, case))
    assert ("کد را فعلاً در عنوان صفحه نگه دارید" in text, "۲۴ ساعت پس از صدور" in text) == (True, True)
    assert page(client, case, "title").status_code == 404
    meta = use_cases.run(show_domain_tokens, case.reference, actor=actor)["meta"]
    sandbox.put("paged.test", "head", html=f'<meta name="enamad" content="{meta.token}">')
    assert post(client, case, "domain", method="meta").status_code == 302
    run_jobs()
    text = said(page(client, case))
    assert ("اکنون می‌توانید آنچه را در سایت گذاشته‌اید بردارید" in text, "tabs" in text) == (True, False)


def test_the_page_costs_the_same_queries_on_every_tab(client, pending, django_assert_max_num_queries):
    case = pending()
    page(client, case, "meta")
    for method in ("meta", "file", "dns", "title", "email"):
        with django_assert_max_num_queries(32):
            assert page(client, case, method).status_code == 200


def test_authz_1_a_foreign_case_is_not_found(client, pending):
    case = pending()
    client.force_login(factories.applicant("+989120000009", national_code="0076229645").user)
    answers = [
        page(client, case).status_code,
        post(client, case, "domain_mail", mailbox="admin").status_code,
        post(client, case, "domain_code", code="a" * 32).status_code,
    ]
    assert answers == [404, 404, 404]


def test_dcv_11_officers_see_what_is_overdue_and_a_senior_closes_it(client, at):
    at(NOON)
    badge = factories.issued_badge()
    row = DomainRecheck.objects.create(
        badge=badge, nonce="0" * 32, due_at=NOON, created_at=NOON, state="overdue", grace_until=NOON, misses=4
    )
    member("boss", Role.SENIOR_REVIEWER)
    sign_in(client, "boss")
    text = said(client.get(reverse("admin:applications_domainrecheck_changelist") + "?state__exact=overdue"))
    assert ("golestan-shop.ir" in text, "نزد کارشناس" in text) == (True, True)
    change = reverse("admin:applications_domainrecheck_change", args=[row.pk])
    assert "بستن با تصمیم کارشناس" in said(client.get(change))
    client.post(reverse("admin:applications_domainrecheck_move", args=[row.pk, "close"]), {"note": "تعلیق پیشنهاد شد."})
    row.refresh_from_db()
    assert row.state == "closed"
