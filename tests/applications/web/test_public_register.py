from datetime import timedelta

import pytest

from applications.lifecycle import BadgeState
from enamad_portal.kernel import clock, organisation
from tests.applications.factories import CANARIES, NOON, applicant, business, issued_badge

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen_at(NOON + timedelta(hours=1)):
        yield


def text_of(response):
    return " ".join(response.content.decode().split())


def ask(client, **query):
    return client.get("/register/", query)


def shops(*domains, **more):
    owner = applicant()
    return [issued_badge(shop=business(owner, domain=domain), **more) for domain in domains]


def test_valid_badges_stand_on_the_first_shelf(client):
    owner = applicant()
    live = issued_badge(shop=business(owner, domain="live-shop.ir"))
    issued_badge(shop=business(owner, domain="gone-shop.ir"), state=BadgeState.REVOKED)
    last = NOON - timedelta(days=1)
    issued_badge(shop=business(owner, domain="late-shop.ir"), valid_from=last - timedelta(days=9), valid_to=last)
    text = text_of(ask(client))
    assert [name for name in ("live-shop.ir", "gone-shop.ir", "late-shop.ir") if name in text] == ["live-shop.ir"]
    assert f"/v/{live.public_id}/" in text
    ended = text_of(ask(client, shelf="ended"))
    assert [name for name in ("live-shop.ir", "gone-shop.ir", "late-shop.ir") if name in ended] == [
        "gone-shop.ir", "late-shop.ir",
    ]  # fmt: skip
    assert "منقضی شده" in ended


@pytest.mark.parametrize(
    "typed",
    ["گلستان", "گلس", "golestan", "https://www.golestan-shop.ir/x", "GOLESTAN-SHOP.ir", "golestan-shop.ir "],
)
def test_search_by_name_or_domain_in_any_spelling(client, typed):
    owner = applicant()
    issued_badge(shop=business(owner))
    issued_badge(shop=business(owner, domain="other.ir", name_fa="کتاب پارسی"))
    text = text_of(ask(client, q=typed))
    assert ("golestan-shop.ir</bdi>" in text, "other.ir" in text) == (True, False)


def test_both_keyboards_find_the_same_name(client):
    shops_owner = applicant()
    issued_badge(shop=business(shops_owner, domain="ketab.ir", name_fa="کتاب پارسی"))
    assert "ketab.ir" in text_of(ask(client, q="كتاب پارسي"))


def test_pii_no_personal_data_in_the_register(client):
    shops("golestan-shop.ir")
    text = text_of(ask(client))
    assert [name for name, canary in CANARIES.items() if canary in text] == []
    assert "نگارنده" not in text


@pytest.mark.parametrize("count", [1, 3, 25])
def test_two_queries_however_many_rows(client, django_assert_num_queries, count):
    shops(*(f"shop{place}.ir" for place in range(count)))
    organisation.forget()
    organisation.current()
    with django_assert_num_queries(2):
        ask(client)


def test_pages_keep_the_search(client):
    shops(*(f"shop{place}.ir" for place in range(25)))
    assert 'href="?q=shop&amp;shelf=valid&amp;page=2"' in text_of(ask(client, q="shop"))
    assert "shop0.ir" in text_of(ask(client, q="shop", page="۲"))


WRONG = {
    ("q", "x" * 201): "نام فروشگاه یا دامنه باید حداکثر ۲۰۰ نویسه باشد؛ ۲۰۱ نویسه وارد شده است.",
    ("q", "a\x00b"): "نام یک نویسهٔ پنهان (تهی) دارد",
    ("page", "x"): "شماره صفحه باید عدد درست باشد",
    ("page", "0"): "شماره صفحه نباید از ۱ کمتر باشد",
    ("page", "-3"): "شماره صفحه نباید از ۱ کمتر باشد",
    ("page", "9" * 30): "شماره صفحه نباید از ۱۰۰٬۰۰۰ بیشتر باشد",
    ("page", "1.5"): "شماره صفحه باید عدد درست باشد",
    ("shelf", "all"): "فهرست باید یکی از گزینه‌های همین فهرست باشد",
}


@pytest.mark.parametrize("wrong", WRONG, ids=ascii)
def test_wrong_input_is_400_with_its_cure(client, wrong):
    name, typed = wrong
    response = ask(client, **{name: typed})
    assert response.status_code == 400
    assert WRONG[wrong] in text_of(response)


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "' OR 1=1 --", "%", "_", "\u202egnp", "{{7*7}}", "💩"])
def test_a_hostile_search_finds_nothing_and_is_escaped(client, typed):
    shops("golestan-shop.ir")
    response = ask(client, q=typed)
    assert response.status_code == 200
    assert ("<script>alert" in text_of(response), "golestan-shop.ir</bdi>" in text_of(response)) == (False, False)


def test_a_page_beyond_the_last_is_404(client):
    response = ask(client, page="2")
    assert (response.status_code, "چنین صفحه‌ای ندارد" in text_of(response)) == (404, True)


def test_bdg_12_no_cookie_no_store_no_index(client):
    response = ask(client)
    assert (response.cookies, response["Cache-Control"], response["X-Robots-Tag"]) == ({}, "no-store", "noindex")
