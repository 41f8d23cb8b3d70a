"""A domain proved by its title alone is looked at again 24 h after issue (contracts; DCV-6, ladder of DCV-11)."""

from datetime import timedelta

import pytest

from applications.lifecycle import BadgeState, RecheckState, State
from applications.models import Badge, DomainLook, DomainRecheck, DomainToken
from applications.selectors.case import case_page
from applications.selectors.domain import standing_after_issue
from applications.services.domain import (
    answer_domain_code,
    check_domain,
    offered_methods,
    send_domain_code,
    show_domain_tokens,
)
from applications.services.domain_again import close_recheck
from applications.services.domain_proofs import keep_look, proof_of, token_for
from applications.services.grant import issue
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.actors import SYSTEM, Actor, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.steps import Finding, Verdict
from tests.applications import factories
from tests.applications.factories import NOON

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MISSES = (24 * HOUR, 25 * HOUR, 31 * HOUR, 55 * HOUR, 55 * HOUR + 7 * DAY)
"""When an absent title is looked for: after issue, after 1, 6 and 24 hours, and at the end of the grace."""
SENIOR = Actor(frozenset({Role.SENIOR_REVIEWER}), 7)


class Case:
    """An issued badge whose domain was proved by these methods, and the clock of its second look."""

    def __init__(self, at, sandbox, run_jobs, *methods):
        self.at, self.sandbox, self.run_jobs = at, sandbox, run_jobs
        at(NOON)
        sandbox.shop("title.test")
        shop = factories.business(domain="title.test")
        self.row = factories.application(shop, State.PAYMENT_PENDING, issued_at=None)
        factories.passed_step(self.row, "domain", NOON)
        factories.passed_step(self.row, "fee", NOON)
        self.row.steps.filter(key="domain").update(expires_at=NOON + 30 * DAY)
        for method in methods:
            token_for(self.row, method)
            found = Finding(Verdict.PASSED, "domain_proved", {"method": method})
            use_cases.run(keep_look, self.row, found)
        use_cases.run(issue, self.row, actor=SYSTEM)

    @property
    def recheck(self):
        return DomainRecheck.objects.filter(badge__application=self.row).first()

    @property
    def who(self):
        return self.row.business.owner.user.actor()

    def show_title(self):
        proved = DomainToken(method="title", domain="title.test", nonce=self.recheck.nonce)
        token = proof_of(self.row, proved).token
        self.sandbox.put("title.test", "title", text=f"گلستان {token}")

    def after(self, passed):
        self.at(NOON + passed)
        self.run_jobs()
        return self.recheck.state

    def check(self, method):
        use_cases.run(check_domain, self.row.reference, method, actor=self.who)
        self.run_jobs()

    def show_meta(self):
        proof = use_cases.run(show_domain_tokens, self.row.reference, actor=self.who)["meta"]
        self.sandbox.put("title.test", "head", html=f'<meta name="enamad" content="{proof.token}">')
        self.check("meta")

    def told(self):
        names = Message.objects.order_by("created_at", "template").values_list("template", flat=True)
        return [name.removeprefix("sms_") for name in names if name.startswith("sms_")]

    def badge_state(self):
        return Badge.objects.get().state


@pytest.fixture
def titled(at, sandbox, run_jobs):
    """`titled("title", …)`: issued at NOON."""
    return lambda *methods: Case(at, sandbox, run_jobs, *methods)


@pytest.mark.parametrize("methods", [("meta",), ("title", "dns"), ("title", "email"), ("file", "title"), ()])
def test_dcv_6_a_stronger_proof_is_not_looked_at_again(titled, methods):
    assert titled(*methods).recheck is None


def test_dcv_6_a_title_that_stands_24_hours_after_issue_holds_and_the_owner_may_put_it_back(titled):
    case = titled("title")
    case.show_title()
    assert case.recheck.due_at == NOON + DAY
    assert case.after(23 * HOUR) == RecheckState.DUE
    assert DomainLook.objects.filter(method="title").count() == 1
    assert case.after(24 * HOUR) == RecheckState.HELD
    assert (case.told(), case.badge_state()) == (["issued", "title_stays", "title_may_go"], BadgeState.ACTIVE)
    assert "را تا ۱ آذر ۱۴۰۵" in Message.objects.get(template="sms_title_stays").body


def test_dcv_6_the_token_that_was_proved_is_looked_for_not_one_that_the_page_shows_by_then(titled):
    case = titled("title")
    case.show_title()
    case.row.domain_tokens.filter(method="title").update(nonce="0" * 32)
    assert case.after(24 * HOUR) == RecheckState.HELD


def test_dcv_11_four_misses_ask_the_owner_and_after_the_grace_officers_decide(titled):
    case = titled("title")
    seen = []
    for passed in MISSES[:4]:
        before = case.after(passed - HOUR / 2), case.recheck.misses
        seen.append((*before, case.after(passed), case.recheck.misses))
    assert seen == [
        ("due", 0, "due", 1),
        ("due", 1, "due", 2),
        ("due", 2, "due", 3),
        ("due", 3, "asked", 4),
    ]
    assert case.recheck.grace_until == NOON + 55 * HOUR + 7 * DAY
    page = case_page(case.row.reference, case.who)
    assert (page.turn.who, page.turn.action_href.endswith("/domain/")) == ("you", True)
    assert "۹ آذر ۱۴۰۵" in page.turn.text
    assert case.after(55 * HOUR + 6 * DAY) == RecheckState.ASKED
    assert case.after(55 * HOUR + 7 * DAY) == RecheckState.OVERDUE
    assert case.told() == ["issued", "title_stays", "domain_again", "domain_overdue"]
    assert case.badge_state() == BadgeState.ACTIVE
    moves = AuditEntry.objects.filter(subject=case.recheck.subject_key).values_list("action", flat=True)
    assert list(moves) == ["ask", "hand_over"]


@pytest.mark.parametrize("looks", [0, 1, 4, 5])
def test_dcv_11_a_stronger_method_ends_it_at_any_time(titled, looks):
    case = titled("title")
    for passed in MISSES[:looks]:
        case.after(passed)
    assert case.recheck.state == {0: "due", 1: "due", 4: "asked", 5: "overdue"}[looks]
    case.show_meta()
    assert case.recheck.state == RecheckState.PROVED
    assert offered_methods(case.row, case.row.steps.get(key="domain")) == ()


def test_dcv_11_the_title_put_back_within_the_grace_holds(titled):
    case = titled("title")
    for passed in MISSES[:4]:
        case.after(passed)
    assert offered_methods(case.row, case.row.steps.get(key="domain")) == ("meta", "file", "dns", "title")
    proof = use_cases.run(show_domain_tokens, case.row.reference, actor=case.who)["title"]
    case.sandbox.put("title.test", "title", text=proof.token)
    case.at(NOON + 3 * DAY)
    case.check("title")
    assert case.recheck.state == RecheckState.HELD


def test_dcv_2_an_e_mail_code_counts_beside_a_title_that_stands_and_not_beside_a_missed_one(titled):
    case = titled("title")
    use_cases.run(send_domain_code, case.row.reference, "admin", actor=case.who)
    case.run_jobs()
    code = case.sandbox.code("email", "admin@title.test")
    case.after(24 * HOUR)
    assert use_cases.run(answer_domain_code, case.row.reference, code, actor=case.who) == "spent"
    with pytest.raises(NotFound):
        use_cases.run(send_domain_code, case.row.reference, "admin", actor=case.who)
    assert (case.recheck.state, case.recheck.misses) == (RecheckState.DUE, 1)
    assert "ایمیل به‌تنهایی کافی نیست" in standing_after_issue(case.recheck).text


def test_dcv_2_an_e_mail_code_before_the_second_look_makes_it_needless(titled):
    case = titled("title")
    use_cases.run(send_domain_code, case.row.reference, "admin", actor=case.who)
    case.run_jobs()
    code = case.sandbox.code("email", "admin@title.test")
    assert use_cases.run(answer_domain_code, case.row.reference, code, actor=case.who) == "accepted"
    assert case.after(24 * HOUR) == RecheckState.PROVED
    assert case.told() == ["issued", "title_stays"]


def test_tls_9_a_site_out_of_reach_is_no_miss(titled):
    case = titled("title")
    case.show_title()
    case.sandbox.change_shop("title.test", down=True)
    assert (case.after(24 * HOUR), case.recheck.misses) == (RecheckState.DUE, 0)
    case.sandbox.change_shop("title.test", down=False)
    assert case.after(48 * HOUR) == RecheckState.HELD


def test_a_badge_that_has_ended_is_looked_at_no_more(titled):
    case = titled("title")
    use_cases.run(cancel)
    assert case.after(24 * HOUR) == RecheckState.CLOSED
    assert DomainLook.objects.count() == 1


def cancel():
    badge = Badge.objects.get()
    badge.lifecycle.fire(badge, "cancel", actor=Actor(frozenset({Role.APPLICANT}), 1), changed_at=clock.now())


def test_a_senior_officer_closes_what_is_overdue_with_a_note(titled):
    case = titled("title")
    for passed in MISSES:
        case.after(passed)
    with pytest.raises(Refused, match="note_missing"):
        use_cases.run(close_recheck, case.recheck.pk, note=" ", actor=SENIOR)
    with pytest.raises(Refused, match="role_missing"):
        use_cases.run(close_recheck, case.recheck.pk, note="دیدم", actor=Actor(frozenset({Role.REVIEWER}), 3))
    use_cases.run(close_recheck, case.recheck.pk, note="تعلیق پیشنهاد شد.", actor=SENIOR)
    assert case.recheck.state == RecheckState.CLOSED


def test_a_strangers_look_does_not_exist_and_one_look_in_ten_seconds(titled):
    case = titled("title")
    stranger = factories.applicant("+989120000009", national_code="0076229645").user.actor()
    with pytest.raises(NotFound):
        use_cases.run(check_domain, case.row.reference, "meta", actor=stranger)
    case.check("meta")
    with pytest.raises(Refused, match="too_soon"):
        case.check("meta")
    with pytest.raises(NotFound):
        case.check("title")
