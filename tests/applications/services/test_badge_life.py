"""What becomes of an issued badge: two officers end it, one lifts, its holder cancels, its last day expires it."""

from datetime import timedelta

import pytest
from django.test import Client

from applications.badge.table import Table
from applications.lifecycle import BADGE, BadgeState, ProposalState
from applications.models import Badge, Proposal
from applications.services import badge as verbs
from applications.services import proposals
from applications.services.formal_letters import letters_of
from applications.tasks import begin_day
from enamad_portal.accounts.models import RoleGrant, User
from enamad_portal.kernel import audit, clock, use_cases
from enamad_portal.kernel.actors import SYSTEM, Role
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.messaging import Message
from enamad_portal.kernel.work import Job
from tests.applications import factories
from tests.applications.factories import NOON, issued_badge

pytestmark = pytest.mark.django_db
TEXT = "به نامه ۱۲ پاسخ ندادید."


@pytest.fixture(autouse=True)
def noon(at):
    at(NOON)


@pytest.fixture
def badge():
    return issued_badge()


def senior(name="first"):
    found = User.objects.filter(username=name).first()
    return (found or User.objects.create_staff(name, "a long enough one", Role.SENIOR_REVIEWER)).actor()


def run(verb, *args, **more):
    return use_cases.run(verb, *args, **more)


def ended(badge, move="suspend"):
    proposal = run(verbs.propose, badge.pk, move, reasons=["notice_unanswered"], text=TEXT, actor=senior())
    run(verbs.confirm, proposal.pk, actor=senior("second"))
    badge.refresh_from_db()
    return badge


def owner(badge):
    return badge.business.owner.user.actor()


def codes_of(refused):
    return [one.code for one in refused.value.refusals]


def told(template):
    return Message.objects.filter(template=f"sms_{template}").count()


@pytest.mark.parametrize(
    ("move", "state", "code", "word"),
    [("suspend", BadgeState.SUSPENDED, 6, "تعلیق"), ("revoke", BadgeState.REVOKED, 7, "ابطال")],
)
def test_two_officers_end_a_badge_and_page_and_logo_say_so_at_once(badge, move, state, code, word):
    table = Table()
    table.refresh()
    ended(badge, move)
    table.refresh()
    assert (badge.state, badge.changed_at, table.face(badge.public_id).code) == (state, NOON, code)
    page = Client().get(f"/v/{badge.public_id}/").content.decode()
    assert word in page
    assert Client().get(f"/api/v1/badges/{badge.public_id}/").json()["status_code"] == code


@pytest.mark.parametrize(("move", "kind"), [("suspend", "badge_suspension"), ("revoke", "badge_revocation")])
def test_the_owner_is_told_by_a_numbered_letter_and_an_sms(badge, move, kind):
    ended(badge, move)
    (letter,) = letters_of(badge.application)
    assert (letter.kind, told({"suspend": "badge_suspended", "revoke": "badge_revoked"}[move])) == (kind, 1)
    browser = Client()
    browser.force_login(badge.business.owner.user)
    page = browser.get(f"/panel/{badge.application.reference}/badge/").content.decode()
    assert f"/letters/{letter.pk}/" in page
    assert TEXT in browser.get(f"/panel/{badge.application.reference}/letters/{letter.pk}/").content.decode()


def test_the_history_names_both_officers_and_the_reasons(badge):
    ended(badge)
    entries = [(entry.action, entry.actor) for entry in audit.history(badge.subject_key)]
    assert entries == [("propose_suspend", senior().name), ("suspend", senior("second").name)]
    assert list(audit.history(badge.subject_key))[-1].facts["reasons"] == ["notice_unanswered"]


@pytest.mark.parametrize("move", verbs.BY_TWO)
def test_authz_5_one_officer_ends_no_badge(badge, move):
    with pytest.raises(Refused) as refused:
        run(lambda: BADGE.fire(badge, move, actor=senior(), note="x", changed_at=NOON))
    assert codes_of(refused) == ["not_proposed"]
    proposal = run(verbs.propose, badge.pk, move, text=TEXT, actor=senior())
    with pytest.raises(Refused) as refused:
        run(verbs.confirm, proposal.pk, actor=senior())
    assert codes_of(refused) == ["same_officer"]
    badge.refresh_from_db()
    assert (badge.state, told("badge_suspended"), letters_of(badge.application)) == (BadgeState.ACTIVE, 0, [])


def test_a_proposal_of_one_move_confirms_no_other(badge):
    run(verbs.propose, badge.pk, "suspend", text=TEXT, actor=senior())
    with pytest.raises(Refused) as refused:
        run(lambda: BADGE.fire(badge, "revoke", actor=senior("second"), note="x", changed_at=NOON))
    assert codes_of(refused) == ["not_proposed"]


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SENIOR_REVIEWER, Role.SYSTEM}])
def test_only_seniors_end_or_lift(badge, role):
    actor = User.objects.create_staff("other", "a long enough one", role).actor()
    for act in (
        lambda: verbs.propose(badge.pk, "suspend", text=TEXT, actor=actor),
        lambda: verbs.propose(badge.pk, "revoke", text=TEXT, actor=actor),
    ):
        with pytest.raises(Refused, match="role_missing"):
            run(act)
    proposal = run(verbs.propose, badge.pk, "suspend", text=TEXT, actor=senior())
    with pytest.raises(Refused, match="role_missing"):
        run(verbs.confirm, proposal.pk, actor=actor)
    ended_badge = ended(issued_badge("other-shop.ir", shop=_other_shop()))
    with pytest.raises(Refused, match="role_missing"):
        run(verbs.lift, ended_badge.pk, note="x", actor=actor)


def _other_shop():
    return factories.business(factories.applicant("+989350000009", national_code="0499370899"), "other-shop.ir")


def test_authz_5_nobody_decides_on_his_own_badge(badge):
    user = badge.business.owner.user
    User.objects.filter(pk=user.pk).update(is_staff=True)
    RoleGrant.objects.create(user=user, role=Role.SENIOR_REVIEWER)
    with pytest.raises(Refused) as refused:
        run(verbs.propose, badge.pk, "suspend", text=TEXT, actor=User.objects.get(pk=user.pk).actor())
    assert codes_of(refused) == ["own_case"]


def test_a_suspension_without_reason_is_not_proposed(badge):
    with pytest.raises(Refused) as refused:
        run(verbs.propose, badge.pk, "suspend", text=" ", actor=senior())
    assert codes_of(refused) == ["note_missing"]


def test_one_proposal_at_a_time_and_a_declined_one_makes_room(badge):
    first = run(verbs.propose, badge.pk, "suspend", text=TEXT, actor=senior())
    with pytest.raises(Refused, match="already_proposed"):
        run(verbs.propose, badge.pk, "revoke", text=TEXT, actor=senior("second"))
    run(proposals.decline, first.pk, note="مهلت هنوز نگذشته است", actor=senior("second"))
    run(verbs.propose, badge.pk, "revoke", text=TEXT, actor=senior("second"))
    assert [entry.action for entry in audit.history(badge.subject_key)] == [
        "propose_suspend",
        "decline_suspend",
        "propose_revoke",
    ]


def test_one_senior_lifts_a_suspension(badge):
    ended(badge)
    run(verbs.lift, badge.pk, note="پاسخ رسید", actor=senior())
    badge.refresh_from_db()
    assert (badge.state, told("badge_lifted")) == (BadgeState.ACTIVE, 1)


def test_lifting_needs_a_reason_and_a_suspension(badge):
    with pytest.raises(Refused, match="not_in_this_state"):
        run(verbs.lift, badge.pk, note="x", actor=senior())
    ended(badge)
    with pytest.raises(Refused, match="note_missing"):
        run(verbs.lift, badge.pk, note="", actor=senior())


@pytest.mark.parametrize("typed", ["golestan-shop.ir", " HTTPS://Golestan-Shop.ir/x "])
def test_the_holder_cancels_by_typing_the_domain(badge, typed):
    open_one = run(verbs.propose, badge.pk, "revoke", text=TEXT, actor=senior())
    run(verbs.cancel, badge.application.reference, typed_domain=typed, actor=owner(badge))
    badge.refresh_from_db()
    open_one.refresh_from_db()
    assert (badge.state, open_one.state, told("badge_cancelled")) == (
        BadgeState.CANCELLED,
        ProposalState.WITHDRAWN,
        1,
    )
    with pytest.raises(Refused):
        run(verbs.confirm, open_one.pk, actor=senior("second"))


@pytest.mark.parametrize("typed", ["", "golestan.ir", "=1", "ا" * 300])
def test_another_domain_cancels_nothing(badge, typed):
    with pytest.raises(Refused, match="domain_differs"):
        run(verbs.cancel, badge.application.reference, typed_domain=typed, actor=owner(badge))


def test_authz_1_a_stranger_cancels_nothing(badge):
    stranger = factories.applicant("+989350000009", national_code="0499370899").user.actor()
    with pytest.raises(NotFound):
        run(verbs.cancel, badge.application.reference, typed_domain=badge.domain, actor=stranger)


def test_the_holder_cancels_on_his_page(badge):
    browser = Client()
    browser.force_login(badge.business.owner.user)
    page = f"/panel/{badge.application.reference}/badge/"
    wrong = browser.post(f"{page}cancel/", {"domain": "golestan.ir"})
    assert (wrong.status_code, "همان‌گونه بنویسید" in wrong.content.decode()) == (400, True)
    assert 'value="golestan.ir"' in wrong.content.decode()
    assert browser.post(f"{page}cancel/", {"domain": "golestan-shop.ir"}).status_code == 302
    text = browser.get(page).content.decode()
    assert ("لغو به درخواست" in text, "نماد را لغو می‌کنم" in text, "کد نمایش نماد" in text) == (True, False, False)


def test_a_badge_expires_once_and_its_owner_is_told(badge, at):
    at(badge.valid_to)
    for _ in range(2):
        use_cases.run(verbs.expire(Job(payload={"badge": badge.pk})))
    badge.refresh_from_db()
    assert (badge.state, told("badge_expired")) == (BadgeState.EXPIRED, 1)


def test_a_badge_does_not_expire_before_its_day(badge):
    with pytest.raises(Refused, match="still_valid"):
        run(lambda: BADGE.fire(badge, "expire", actor=SYSTEM, changed_at=NOON))


def test_a_badge_that_no_job_watches_gets_one_the_day_before(badge, at, run_jobs):
    begin_day()
    assert not Job.objects.filter(kind="applications.expire_badge").exists()
    at(badge.valid_to - timedelta(hours=20))
    begin_day()
    begin_day()
    assert Job.objects.get(kind="applications.expire_badge").run_at == badge.valid_to
    at(badge.valid_to)
    run_jobs()
    badge.refresh_from_db()
    assert badge.state == BadgeState.EXPIRED


def test_a_revoked_domain_is_free_for_a_new_application(badge):
    assert badge.application.domain_is_taken()
    ended(badge, "revoke")
    assert not badge.application.domain_is_taken()


def test_nothing_happens_to_what_is_not_there():
    for act in (
        lambda: verbs.propose(10**9, "suspend", text=TEXT, actor=senior()),
        lambda: verbs.lift(10**9, note="x", actor=senior()),
        lambda: verbs.confirm(10**9, actor=senior()),
    ):
        with pytest.raises(NotFound):
            run(act)
    assert Proposal.objects.count() == 0


def test_an_unknown_move_is_not_proposed(badge):
    with pytest.raises(NotFound):
        run(verbs.propose, badge.pk, "expire", text=TEXT, actor=senior())
    assert Badge.objects.get().state == BadgeState.ACTIVE
    assert clock.now() == NOON
