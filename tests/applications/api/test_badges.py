from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from applications.lifecycle import BadgeState
from enamad_portal.api import throttles
from enamad_portal.kernel import clock
from tests.applications.factories import CANARIES, NOON, issued_badge

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def _noon():
    throttles.forget()
    with clock.frozen_at(NOON + timedelta(hours=1)):
        yield


def test_a_badge_answers_exactly_the_published_fields(client):
    badge = issued_badge(domain="xn--mgba3gch31f060k.com", checked=("domain", "commitment", "fee"))
    response = client.get(f"/api/v1/badges/{badge.public_id}/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "public_id": badge.public_id,
        "domain": "xn--mgba3gch31f060k.com",
        "domain_unicode": "نامه‌ای.com",
        "status": "active",
        "status_code": 1,
        "stars": 0,
        "business_name": "گلستان",
        "first_granted_at": "2026-11-21T12:00:00+03:30",
        "first_granted_at_jalali": "1405-08-30",
        "valid_from": "2026-11-21T12:00:00+03:30",
        "valid_from_jalali": "1405-08-30",
        "valid_to": "2027-11-21T12:00:00+03:30",
        "valid_to_jalali": "1406-08-30",
        "checks": [
            {
                "key": "domain",
                "title": "دسترسی فنی به دامنه",
                "checked_at": "2026-11-15T12:00:00+03:30",
                "checked_at_jalali": "1405-08-24",
            }
        ],
        "verify_url": f"{settings.BASE_URL}/v/{badge.public_id}/",
    }


@pytest.mark.parametrize("typed", ["golestan-shop.ir", "WWW.Golestan-Shop.IR", "golestan-shop.ir."])
def test_the_same_by_domain(client, typed):
    badge = issued_badge()
    by_id = client.get(f"/api/v1/badges/{badge.public_id}/").json()
    assert client.get(f"/api/v1/domains/{typed}/").json() == by_id


@pytest.mark.parametrize("typed", ["نامه‌ای.com", "XN--MGBA3GCH31F060K.com"])
def test_by_idn(client, typed):
    issued_badge(domain="xn--mgba3gch31f060k.com")
    assert client.get(f"/api/v1/domains/{typed}/").json()["domain_unicode"] == "نامه‌ای.com"


@pytest.mark.parametrize(
    ("state", "code"),
    [("active", 1), ("active_pending_licence", 3), ("expired", 5), ("suspended", 6), ("revoked", 7), ("cancelled", 8)],
)
def test_public_status_codes(client, state, code):
    badge = issued_badge(state=BadgeState(state))
    answer = client.get(f"/api/v1/badges/{badge.public_id}/").json()
    assert (answer["status"], answer["status_code"]) == (state, code)


def test_bdg_4_past_its_last_day_it_is_expired(client):
    badge = issued_badge(valid_from=NOON - timedelta(days=400), valid_to=NOON)
    assert client.get(f"/api/v1/badges/{badge.public_id}/").json()["status_code"] == 5


def test_pii_no_personal_data_in_the_api(client):
    badge = issued_badge()
    text = client.get(f"/api/v1/badges/{badge.public_id}/").content.decode()
    assert [name for name, canary in CANARIES.items() if canary in text] == []
    assert "نگارنده" not in text


def test_bdg_12_no_cookie_and_no_store(client):
    client.cookies["sessionid"] = "x" * 32
    response = client.get(f"/api/v1/badges/{issued_badge().public_id}/")
    assert (response.cookies, response["Cache-Control"]) == ({}, "no-store")
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("steps", [(), ("identity", "mobile", "domain", "email")])
def test_one_query_by_id_and_two_by_domain(client, django_assert_num_queries, steps):
    badge = issued_badge(checked=steps)
    with django_assert_num_queries(1):
        client.get(f"/api/v1/badges/{badge.public_id}/")
    with django_assert_num_queries(2):
        client.get(f"/api/v1/domains/{badge.domain}/")


WRONG_IDS = ["a" * 26, "A" * 26, "x", "a" * 4000, "%00", "%0d%0aX:1", "{{7*7}}", "۱۲۳", "%ed%a0%80", "%F0%9F%92%A9"]


def test_bdg_6_unknown_and_malformed_ids_answer_alike(client):
    answers = [client.get(f"/api/v1/badges/{typed}/") for typed in WRONG_IDS]
    assert {(answer.status_code, answer["Content-Type"], answer.content) for answer in answers} == {
        (404, PROBLEM, answers[0].content)
    }
    assert answers[0].json()["code"] == "not_found"


WRONG_DOMAINS = {
    "ir": "host_is_suffix",
    "co.ir": "host_is_suffix",
    "127.0.0.1": "host_refused",
    "[::1]": "host_refused",
    "shop%00.ir": "host_refused",
    "shop%20one.ir": "host_refused",
    "a" * 300 + ".ir": "host_refused",
    "%ed%a0%80.ir": "host_refused",
    "%F0%9F%92%A9.ir": "host_refused",
    "xn--a.ir": "host_refused",
    "user@golestan-shop.ir": "host_refused",
    "golestan-shop.ir:22": "host_refused",
    "%E2%80%AEir": "host_is_suffix",
    "%0d%0a": "host_refused",
    "golestan_shop.ir": "host_refused",
}


@pytest.mark.parametrize("typed", WRONG_DOMAINS, ids=lambda typed: typed[:30])
def test_a_wrong_domain_is_400_with_its_place_and_cure(client, typed):
    response = client.get(f"/api/v1/domains/{typed}/")
    body = response.json()
    assert (response.status_code, response["Content-Type"], body["code"]) == (400, PROBLEM, "domain_refused")
    assert (body["errors"][0]["pointer"], body["errors"][0]["code"]) == ("/domain", WRONG_DOMAINS[typed])
    assert ("نشانی دامنه پذیرفتنی نیست" in body["errors"][0]["detail"]) == (WRONG_DOMAINS[typed] == "host_refused")


@pytest.mark.parametrize("typed", ["never-heard.ir", "pay.golestan-shop.ir", "golestan-shop.ir.evil.com"])
def test_a_domain_without_a_badge_of_its_own_is_404(client, typed):
    issued_badge()
    response = client.get(f"/api/v1/domains/{typed}/")
    assert (response.status_code, response["Content-Type"], response.json()["code"]) == (404, PROBLEM, "not_found")


def test_bdg_5_without_a_database_it_says_so(client):
    def refuse(*_args):
        raise OperationalError("server closed the connection at 10.0.0.5")

    with connection.execute_wrapper(refuse):
        response = client.get("/api/v1/domains/golestan-shop.ir/")
    assert (response.status_code, response["Retry-After"], response.json()["code"]) == (503, "30", "unavailable")
    assert "10.0.0.5" not in response.content.decode()
