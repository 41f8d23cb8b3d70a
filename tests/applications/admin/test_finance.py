"""The desk of finance and the badge's page in the browser's terms: what is shown, who may press what, the file."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.lifecycle import BadgeState, InvoiceState, PaymentState, State
from applications.models import Application, Invoice, LedgerEntry, Limit, Payment, Proposal, VerificationStep
from enamad_portal.kernel.actors import Role
from enamad_portal.kernel.audit import AuditEntry
from tests.accounts.staff_member import member, sign_in
from tests.applications import factories
from tests.applications.factories import CANARIES, NOON

pytestmark = pytest.mark.django_db
DESK = "/admin/applications/payment/desk/"
DAYS = "/admin/applications/ledgerentry/days/"
EXPORT = "/admin/applications/ledgerentry/export/"


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def browser():
    """`browser(role, name)` is signed in as that officer, the same one when asked again."""
    officers = {}

    def opened(role=Role.FINANCE, name=""):
        name = name or role.value
        if name not in officers:
            member(name, role)
            officers[name] = Client()
            sign_in(officers[name], name)
        return officers[name]

    return opened


def text_of(response):
    return response.content.decode()


def money(state=PaymentState.PUZZLE, owed=InvoiceState.NEEDS_RECONCILIATION, fact="receipt_reused", **more):
    """A payment as it would stand after the gateway's answer."""
    number = Payment.objects.count()
    owner = factories.applicant(f"+9893500{number:05}", national_code=f"{number:010}")
    case = factories.application(factories.business(owner, f"shop{number}.ir"), State.PAYMENT_PENDING, issued_at=None)
    VerificationStep.objects.create(application=case, key="fee")
    invoice = Invoice.objects.create(
        application=case, kind="normal", amount_rial=1_750_000, state=owed, created_at=NOON, **_paid(owed)
    )
    facts = {"gateway": "sandbox", "authority": f"A{number:035}", "started_at": NOON - timedelta(hours=2)}
    payment = Payment.objects.create(invoice=invoice, state=state, card_mask="603799******1402", **facts | more)
    if fact:
        LedgerEntry.objects.create(payment=payment, kind=fact, amount_rial=1_750_000, at=NOON)
    return payment


def _paid(state):
    return {"paid_at": NOON} if state == InvoiceState.PAID else {}


def page(payment):
    return reverse("admin:applications_payment_change", args=[payment.pk])


def act(payment, name):
    return reverse("admin:applications_payment_act", args=[payment.pk, name])


def test_the_desk_lists_what_waits_and_says_why(browser):
    puzzle = money()
    silent = money(PaymentState.ASKED, fact="")
    fine = money(PaymentState.VERIFIED, InvoiceState.PAID, "captured", ref_id="900", verified_at=NOON)
    text = text_of(browser().get(DESK))
    assert "شماره مرجع پیش‌تر برای پرداخت دیگری آمده بود" in text
    assert "درگاه تاکنون پاسخ نداده است" in text
    assert [one for one in (puzzle, silent) if page(one) not in text] == []
    assert page(fine) not in text


def test_the_desk_costs_the_same_for_one_row_and_for_three(browser, django_assert_num_queries):
    client = browser()
    money()
    client.get(DESK)
    with django_assert_num_queries(7) as one:
        client.get(DESK)
    money()
    money(PaymentState.ASKED, fact="")
    with django_assert_num_queries(len(one)):
        client.get(DESK)


def test_an_empty_desk_says_so(browser):
    assert "مغایرتی نیست" in text_of(browser().get(DESK))


def test_a_payment_shows_gateway_ledger_and_masked_card_and_no_person(browser):
    text = text_of(browser().get(page(money())))
    told = ("603799******1402", "۱٬۷۵۰٬۰۰۰ ریال", "درگاه آزمایشی", "۳۰ آبان ۱۴۰۵")
    assert [word for word in told if word not in text] == []
    assert [name for name, value in CANARIES.items() if value in text] == []
    assert "مریم" not in text


def test_two_officers_settle_money_on_the_page(browser):
    payment = money()
    first = browser(name="finance")
    assert 'name="ref_id"' in text_of(first.get(page(payment)))
    first.post(act(payment, "settle"), {"ref_id": "۷۷۷۰۰۱", "note": "در صورت‌حساب ۳۰ آبان هست"})
    proposal = Proposal.objects.get()
    own = text_of(first.get(page(payment)))
    assert ("همکار دیگری درباره آن تصمیم می‌گیرد" in own, "پس گرفتن پیشنهاد" in own) == (True, True)
    decide = reverse("admin:applications_payment_decide", args=[payment.pk, proposal.pk, "confirm"])
    first.post(decide)
    payment.refresh_from_db()
    assert payment.state == PaymentState.PUZZLE, "one officer is not two"
    second = browser(name="finance2")
    assert "در انتظار تأیید شما" in text_of(second.get(DESK))
    second.post(decide)
    payment.refresh_from_db()
    assert (payment.state, payment.ref_id) == (PaymentState.VERIFIED, "777001")
    assert Invoice.objects.get(pk=payment.invoice_id).state == InvoiceState.PAID


def test_money_is_declared_unpaid_asked_about_and_written_off_on_the_page(browser):
    silent, puzzle = money(PaymentState.ASKED, fact=""), money()
    client = browser()
    client.post(act(silent, "set_unpaid"), {"note": "در صورت‌حساب نیست"})
    client.post(act(puzzle, "ask"))
    client.post(act(puzzle, "resolve"), {"note": "بازگشت دیده شد"})
    silent.refresh_from_db()
    assert (silent.state, Invoice.objects.get(pk=silent.invoice_id).state) == ("not_paid", InvoiceState.OPEN)
    assert Proposal.objects.get().move == "resolve"
    assert AuditEntry.objects.filter(action__in=["set_unpaid", "asked_again", "propose_resolve"]).count() == 3


def test_an_act_without_a_note_is_refused_with_its_cure(browser):
    silent = money(PaymentState.ASKED, fact="")
    answer = browser().post(act(silent, "set_unpaid"), {"note": " "})
    assert (answer.status_code, "دلیل این کار را بنویسید" in text_of(answer)) == (409, True)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"ref_id": "۱۲", "note": "هست"}, "۴ تا ۸۰ رقم یا حرف لاتین"),
        ({"ref_id": "1" * 81, "note": "هست"}, "شماره مرجع"),
        ({"ref_id": "777001", "note": "ه" * 501}, "یادداشت"),
        ({"ref_id": "777001", "note": "a\0b"}, "یادداشت"),
    ],
)
def test_a_wrong_box_is_told_and_keeps_what_was_typed(browser, values, told):
    answer = browser().post(act(money(), "settle"), values)
    text = text_of(answer)
    assert (answer.status_code, told in text, Proposal.objects.exists()) == (409, True, False)
    assert f'value="{values["ref_id"]}"' in text


@pytest.mark.parametrize("name", ["explode", "confirm", "verify"])
def test_an_act_that_is_none_is_not_found(browser, name):
    assert browser().post(act(money(), name)).status_code == 404


def test_a_proposal_is_decided_at_its_own_payment_only(browser):
    payment, other = money(), money()
    first = browser(name="finance")
    first.post(act(payment, "resolve"), {"note": "بازگشت"})
    proposal = Proposal.objects.get()
    wrong = reverse("admin:applications_payment_decide", args=[other.pk, proposal.pk, "withdraw"])
    assert first.post(wrong).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.FINANCE, 200),
        (Role.AUDITOR, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.REVIEWER, 403),
        (Role.SENIOR_REVIEWER, 403),
        (Role.SUPPORT, 403),
        (Role.POLICE_LIAISON, 403),
    ],
)
def test_authz_3_who_sees_money_and_who_moves_it(browser, role, status):
    payment = money(PaymentState.ASKED, fact="")
    client = browser(role)
    looked = {client.get(address).status_code for address in (DESK, DAYS, page(payment))}
    assert looked == {status}
    for name in ("set_unpaid", "ask", "settle"):
        client.post(act(payment, name), {"note": "x", "ref_id": "777001"})
    payment.refresh_from_db()
    changed = payment.state != PaymentState.ASKED
    assert (changed, Proposal.objects.exists()) == (role == Role.FINANCE, False)
    if role != Role.FINANCE and status == 200:
        text = text_of(client.get(page(payment)))
        assert [word for word in ("پرسش دوباره از درگاه", 'name="ref_id"', EXPORT) if word in text] == []


def test_days_are_summed_by_jalali_month_in_one_query(browser, django_assert_num_queries):
    money(PaymentState.VERIFIED, InvoiceState.PAID, "captured", ref_id="900", verified_at=NOON)
    puzzle = money()
    LedgerEntry.objects.create(payment=puzzle, kind="returned", amount_rial=-1_750_000, at=NOON + timedelta(minutes=1))
    late = money(PaymentState.VERIFIED, InvoiceState.PAID, "", ref_id="901", verified_at=NOON)
    midnight = NOON.replace(hour=20, minute=30)
    LedgerEntry.objects.create(payment=late, kind="captured", amount_rial=500_000, at=midnight)
    text = text_of(browser().get(DAYS))
    assert "آبان ۱۴۰۵" in text
    assert text.count("۱٬۷۵۰٬۰۰۰ ریال") == 8, "captured, surplus, returned and balance of the day and of the month"
    assert "۵۰۰٬۰۰۰" not in text, "20:30 UTC is midnight in Tehran: the first of Azar"
    assert "۵۰۰٬۰۰۰" in text_of(browser().get(f"{DAYS}?month=1405-09"))


@pytest.mark.parametrize("month", ["", "1405", "1405-13", "x-y", "0-0", "99999-01", "1405-8", "۱۴۰۵-۰۸"])
def test_a_month_that_is_none_shows_this_one(browser, month):
    answer = browser().get(DAYS, {"month": month})
    assert (answer.status_code, "آبان ۱۴۰۵" in text_of(answer)) == (200, True)


def taken(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def days(first="1405/08/01", last="1405/08/30", reason="تطبیق با صورت‌حساب بانک"):
    return {"first": first, "last": last, "reason": reason}


def test_csv_1_the_file_holds_the_ledger_with_money_in_and_back_apart_and_is_recorded(browser):
    puzzle = money()
    LedgerEntry.objects.create(payment=puzzle, kind="returned", amount_rial=-1_750_000, at=NOON)
    answer = browser().post(EXPORT, days())
    rows = taken(answer)
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("text/csv; charset=utf-8", True)
    assert [(row["دریافت (ریال)"], row["بازگشت (ریال)"]) for row in rows] == [("1750000", ""), ("", "1750000")]
    assert (rows[0]["روز"], rows[0]["تاریخ میلادی"]) == ("1405-08-30", "2026-11-21")
    entry = AuditEntry.objects.get(action="exported")
    assert (entry.note, entry.facts["rows"], entry.facts["first"]) == ("تطبیق با صورت‌حساب بانک", 2, "2026-10-23")


def test_csv_1_no_cell_of_the_file_is_a_formula_or_a_person(browser):
    payment = money(gateway="=cmd", ref_id="@SUM(1)")
    Application.objects.filter(pk=payment.invoice.application_id).update(domain="-evil.ir")
    (row,) = taken(browser().post(EXPORT, days()))
    assert (row["درگاه"], row["شماره مرجع"], row["دامنه"]) == ("'=cmd", "'@SUM(1)", "'-evil.ir")
    assert [name for name, value in CANARIES.items() if value in str(row)] == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"reason": ""}, "برای چه کاری را وارد کنید"),
        ({"reason": "چرا"}, "دست‌کم"),
        ({"first": "2026-11-01"}, "میلادی است"),
        ({"first": "1405/08/31"}, "آبان ۱۴۰۵ از روز ۱ تا ۳۰ دارد"),
        ({"last": "1405/07/01"}, "همان روز آغاز یا پس از آن"),
        ({"last": ""}, "تاریخ را وارد کنید"),
    ],
)
def test_a_wrong_box_of_the_export_is_told_and_keeps_what_was_typed(browser, values, told):
    answer = browser().post(EXPORT, days() | values)
    text = text_of(answer)
    assert (answer.status_code, told in text) == (400, True)
    assert [value for value in (days() | values).values() if value and value not in text and "میلادی" not in told] == []
    assert not AuditEntry.objects.filter(action="exported").exists()


def test_csv_1_more_rows_than_the_policy_allows_are_refused(browser):
    money()
    money()
    Limit.objects.filter(key="export_rows").update(value=1)
    answer = browser().post(EXPORT, days(), follow=True)
    assert "بازه را کوتاه کنید" in text_of(answer)
    assert not AuditEntry.objects.filter(action="exported").exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_csv_1_who_only_looks_takes_no_file(browser, role):
    answer = browser(role).post(EXPORT, days(), follow=True)
    assert "در اختیار نقش شما نیست" in text_of(answer)
    assert not AuditEntry.objects.filter(action="exported").exists()


@pytest.mark.parametrize("term", ["900123", "۹۰۰۱۲۳", " 900123 "])
def test_payments_are_found_by_the_banks_number_in_any_digits(browser, term):
    found = money(PaymentState.VERIFIED, InvoiceState.PAID, "captured", ref_id="900123", verified_at=NOON)
    other = money()
    text = text_of(browser().get(reverse("admin:applications_payment_changelist"), {"q": term}))
    assert (page(found) in text, page(other) in text) == (True, False)


# Badges


def test_two_seniors_suspend_and_one_lifts_on_the_page(browser):
    badge = factories.issued_badge()
    here = reverse("admin:applications_badge_change", args=[badge.pk])
    propose = reverse("admin:applications_badge_propose", args=[badge.pk, "suspend"])
    first = browser(Role.SENIOR_REVIEWER, "senior")
    assert propose in text_of(first.get(here))
    empty = first.post(propose, {"send": "1"})
    assert (empty.status_code, "دست‌کم یک دلیل" in text_of(empty)) == (400, True)
    looked = text_of(first.post(propose, {"reasons": ["notice_unanswered"], "look": "1"}))
    assert ("صاحب نماد این نامه را می‌خواند" in looked, "تعلیق نماد" in looked) == (True, True)
    assert not Proposal.objects.exists(), "looking proposes nothing"
    first.post(propose, {"reasons": ["notice_unanswered"], "text": "پاسخ ندادید.", "send": "1"})
    decide = reverse("admin:applications_badge_decide", args=[badge.pk, Proposal.objects.get().pk, "confirm"])
    first.post(decide)
    badge.refresh_from_db()
    assert badge.state == BadgeState.ACTIVE, "one officer is not two"
    second = browser(Role.SENIOR_REVIEWER, "senior2")
    assert decide in text_of(second.get(here))
    second.post(decide)
    badge.refresh_from_db()
    assert badge.state == BadgeState.SUSPENDED
    assert "پیشنهاد تعلیق" in text_of(second.get(here)), "history"
    second.post(reverse("admin:applications_badge_move", args=[badge.pk, "lift"]), {"note": "پاسخ رسید"})
    badge.refresh_from_db()
    assert badge.state == BadgeState.ACTIVE


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR, Role.SUPPORT])
def test_authz_3_other_roles_see_the_badge_and_end_nothing(browser, role):
    badge = factories.issued_badge()
    client = browser(role)
    here = reverse("admin:applications_badge_change", args=[badge.pk])
    propose = reverse("admin:applications_badge_propose", args=[badge.pk, "revoke"])
    text = text_of(client.get(here))
    assert ("/propose/" in text, "/move/" in text) == (False, False)
    assert client.get(propose).status_code == 404
    assert client.post(propose, {"text": "x", "send": "1"}).status_code == 404
    assert not Proposal.objects.exists()


def test_a_badge_past_its_day_reads_expired_before_the_job_has_run(browser, at):
    badge = factories.issued_badge()
    at(badge.valid_to + timedelta(minutes=1))
    text = text_of(browser(Role.REVIEWER).get(reverse("admin:applications_badge_change", args=[badge.pk])))
    assert "منقضی شده" in text
