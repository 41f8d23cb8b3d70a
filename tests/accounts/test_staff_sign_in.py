import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import URLResolver, reverse

from enamad_portal.accounts import second_factor
from enamad_portal.accounts.models import SignInTry, User
from enamad_portal.accounts.services import staff_accounts, staff_sign_in
from enamad_portal.kernel import use_cases
from enamad_portal.kernel.actors import Actor, Role
from enamad_portal.kernel.audit import AuditEntry
from enamad_portal.kernel.errors import Refused
from enamad_portal.sandbox import staff
from tests.accounts.staff_member import PASSWORD, give_password, member, sign_in

NOON = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
OPEN_PAGES = {"admin:login", "admin:logout", "admin:second_factor", "admin:enrol"}


def admin_addresses(patterns=None, prefix="/admin/", names=()):
    """Every address under /admin/, with 1 for each number and text."""
    for pattern in admin.site.get_urls() if patterns is None else patterns:
        route = str(pattern.pattern)
        if route.startswith("^"):
            continue
        address = prefix + re.sub(r"<[^>]*>", "1", route)
        if isinstance(pattern, URLResolver):
            yield from admin_addresses(pattern.url_patterns, address)
        elif f"admin:{pattern.name}" not in OPEN_PAGES:
            yield address


def gate(response):
    return response.status_code == 302 and response["Location"].startswith("/admin/login/")


@pytest.mark.django_db
def test_auth_1_a_password_alone_opens_no_admin_page(client):
    member(roles := "reviewer", Role.REVIEWER)
    answer = give_password(client, roles)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/second-factor/")
    addresses = sorted(set(admin_addresses()))
    assert len(addresses) > 20
    answered = {address: client.get(address) for address in addresses}
    assert [address for address, response in answered.items() if not gate(response)] == []
    posted = {address: client.post(address, {"x": "1"}) for address in addresses}
    assert [address for address, response in posted.items() if not gate(response)] == []


@pytest.mark.django_db
def test_auth_1_a_signed_in_account_without_a_verified_second_factor_opens_nothing(client):
    client.force_login(member("admin", Role.ADMINISTRATOR))
    assert [address for address in sorted(set(admin_addresses())) if not gate(client.get(address))] == []


@pytest.mark.django_db
def test_auth_1_both_factors_open_the_desk_with_a_new_session_key(client):
    member()
    give_password(client)
    before = client.session.session_key
    answer = client.post("/admin/second-factor/", {"code": staff.totp_code()})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert client.session.session_key != before
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db
def test_auth_1_a_code_opens_one_session_only(client):
    member()
    assert sign_in(client).status_code == 302
    client.post("/admin/logout/")
    assert sign_in(client).status_code == 400
    assert sign_in(client, drift=1).status_code == 302


@pytest.mark.django_db
def test_auth_1_persian_digits_and_spaces_are_taken(client):
    member()
    give_password(client)
    code = staff.totp_code().translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert client.post("/admin/second-factor/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


@pytest.mark.django_db
def test_auth_1_an_account_without_a_device_is_led_to_enrol(client):
    user = member(enrolled=False)
    answer = give_password(client)
    assert answer["Location"] == "/admin/second-factor/enrol/"
    assert client.get("/admin/second-factor/")["Location"] == "/admin/second-factor/enrol/"
    page = client.get("/admin/second-factor/enrol/").content.decode()
    secret = re.search(r'class="secret" dir="ltr">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
    assert client.post("/admin/second-factor/enrol/", {"code": "000000"}).status_code == 400
    assert not second_factor.is_enrolled(user)
    done = client.post("/admin/second-factor/enrol/", {"code": staff.totp_code(secret)})
    recovery = re.findall(r"<code dir=\"ltr\">(\d{8})</code>", done.content.decode())
    assert (done.status_code, len(recovery)) == (200, 10)
    assert client.get("/admin/").status_code == 200
    client.post("/admin/logout/")
    give_password(client)
    assert client.post("/admin/second-factor/", {"code": recovery[3]}).status_code == 302
    client.post("/admin/logout/")
    give_password(client)
    assert client.post("/admin/second-factor/", {"code": recovery[3]}).status_code == 400


@pytest.mark.django_db
def test_pii_2_the_secret_of_a_device_is_sealed():
    member()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert [row for row in cursor.fetchall() if staff.TOTP_SECRET in str(row)] == []


@pytest.mark.django_db
def test_auth_2_at_most_five_guesses_of_a_name_are_judged_in_a_quarter_of_an_hour(client, at):
    member()
    at(NOON)
    for place in range(30):
        assert give_password(client, password="wrong", REMOTE_ADDR=f"192.0.2.{place}").status_code == 400
    assert SignInTry.objects.filter(outcome=SignInTry.Outcome.WRONG).count() == 5
    assert give_password(client).status_code == 400, "the right password is not judged either"
    at(NOON + timedelta(minutes=16))
    assert give_password(client).status_code == 302


@pytest.mark.django_db
def test_auth_2_at_most_twenty_guesses_of_an_address_are_judged(client, at):
    at(NOON)
    for place in range(30):
        give_password(client, username=f"nobody{place}", password="wrong")
    assert SignInTry.objects.filter(outcome=SignInTry.Outcome.WRONG).count() == 20


@pytest.mark.django_db
def test_auth_2_codes_are_counted_too(client, at):
    at(NOON)
    member()
    give_password(client)
    for _ in range(8):
        client.post("/admin/second-factor/", {"code": "123123"})
    wrong = SignInTry.objects.filter(kind=SignInTry.Kind.SECOND_FACTOR, outcome=SignInTry.Outcome.WRONG)
    assert wrong.count() == 5
    assert client.post("/admin/second-factor/", {"code": staff.totp_code()}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_auth_2_parallel_guesses_are_no_more_than_five():
    member()

    def guess(_):
        try:
            return staff_sign_in.password_matches("reviewer", "wrong", source="192.0.2.1")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(24))) == {None}
    assert SignInTry.objects.filter(outcome=SignInTry.Outcome.WRONG).count() <= 5


@pytest.mark.django_db
def test_auth_4_a_known_and_an_unknown_name_get_the_same_answer(client):
    member()
    pages = [give_password(client, username=name, password="wrong") for name in ("reviewer", "nobody")]
    without_noise = [re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages]
    assert without_noise[0] == without_noise[1]


@pytest.mark.django_db
def test_auth_2_an_applicant_account_does_not_sign_in_here(client):
    user = User(username="applicant", is_staff=False)
    user.set_password(PASSWORD)
    user.save()
    assert give_password(client, "applicant").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/admin/", "/\\evil", "javascript:1", "/panel/"]
)
def test_auth_5_next_stays_on_the_desk(client, target):
    member()
    client.post("/admin/login/", {"username": "reviewer", "password": PASSWORD, "next": target})
    assert client.post("/admin/second-factor/", {"code": staff.totp_code()})["Location"] == "/admin/"


@pytest.mark.django_db
def test_auth_3_a_session_ends_when_idle_and_after_eight_hours(client, at):
    at(NOON)
    member()
    sign_in(client)
    at(NOON + timedelta(minutes=19))
    assert client.get("/admin/").status_code == 200
    at(NOON + timedelta(minutes=38))
    assert client.get("/admin/").status_code == 200
    at(NOON + timedelta(minutes=59))
    assert gate(client.get("/admin/"))
    at(NOON)
    sign_in(client, drift=1)
    for minutes in range(0, 8 * 60, 15):
        at(NOON + timedelta(minutes=minutes))
        assert client.get("/admin/").status_code == 200
    at(NOON + timedelta(hours=8))
    assert gate(client.get("/admin/"))


@pytest.mark.django_db
def test_auth_3_a_closed_account_is_out_by_its_next_request(client):
    user = member()
    boss = member("boss", Role.ADMINISTRATOR)
    sign_in(client)
    use_cases.run(staff_accounts.set_active, user.pk, active=False, actor=boss.actor())
    assert gate(client.get("/admin/"))


@pytest.mark.django_db
def test_auth_3_resetting_the_second_factor_ends_all_sessions(client):
    user = member()
    boss = member("boss", Role.ADMINISTRATOR)
    sign_in(client)
    use_cases.run(staff_accounts.reset_second_factor, user.pk, actor=boss.actor())
    assert gate(client.get("/admin/"))
    assert give_password(client)["Location"] == reverse("admin:enrol")


@pytest.mark.django_db
def test_aud_1_permission_changes_are_recorded_and_nobody_changes_his_own():
    user, boss = member(), member("boss", Role.ADMINISTRATOR)
    use_cases.run(staff_accounts.set_roles, user.pk, frozenset({Role.AUDITOR}), actor=boss.actor())
    row = AuditEntry.objects.get(subject=f"accounts.user:{user.pk}", action="roles_changed")
    assert (row.actor, row.facts) == (f"user:{boss.pk}", {"before": ["reviewer"], "after": ["auditor"]})
    with pytest.raises(Refused, match="own_account"):
        use_cases.run(staff_accounts.set_roles, boss.pk, frozenset(Role), actor=boss.actor())
    with pytest.raises(Refused, match="role_missing"):
        use_cases.run(staff_accounts.set_roles, boss.pk, frozenset(), actor=Actor(frozenset({Role.REVIEWER}), user.pk))


@pytest.mark.django_db
def test_aud_1_every_try_is_recorded_without_the_name(client):
    member()
    give_password(client, password="wrong")
    sign_in(client)
    rows = AuditEntry.objects.filter(action__startswith="staff_").order_by("seq")
    assert [(row.action, row.facts["outcome"]) for row in rows] == [
        ("staff_password_tried", "wrong"),
        ("staff_password_tried", "right"),
        ("staff_second_factor_tried", "right"),
    ]
