from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from applications.lifecycle import BadgeState
from enamad_portal.kernel import clock, organisation
from tests.applications.factories import CANARIES, NOON, applicant, business, issued_badge

pytestmark = pytest.mark.django_db
PERSIAN = "گلستان.ایران"
PERSIAN_ASCII = "xn--mgbaxm3e.xn--mgba3a4f16a"


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen_at(NOON + timedelta(hours=1)):
        yield


def ask(client, domain):
    return client.get("/check/", {"domain": domain})


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    "typed",
    [
        "golestan-shop.ir",
        "  Golestan-Shop.IR ",
        "https://golestan-shop.ir/product/3?a=b#c",
        "http://www.golestan-shop.ir",
        "www.golestan-shop.ir.",
        "\u200egolestan-shop.ir\u200f",
        "golestan-shop.ir:443",
        "//golestan-shop.ir/",
    ],
)
def test_any_spelling_finds_the_badge(client, typed):
    badge = issued_badge()
    response = ask(client, typed)
    assert response.status_code == 200
    assert (f"/v/{badge.public_id}/" in text_of(response), "این نماد معتبر است" in text_of(response)) == (True, True)


def test_persian_digits_find_the_badge(client):
    badge = issued_badge(domain="shop24.ir")
    assert f"/v/{badge.public_id}/" in text_of(ask(client, "shop۲۴.ir"))


@pytest.mark.parametrize("typed", ["نامه‌ای.com", "XN--MGBA3GCH31F060K.com", "https://نامه‌ای.com/سبد"])
def test_idn_shows_both_labels(client, typed):
    issued_badge(domain="xn--mgba3gch31f060k.com")
    text = text_of(ask(client, typed))
    assert ("نامه‌ای.com" in text, "xn--mgba3gch31f060k.com" in text, "معتبر است" in text) == (True, True, True)


def test_idn_without_zwnj_is_another_domain(client):
    issued_badge(domain="xn--mgba3gch31f060k.com")
    assert "هرگز نمادی صادر نشده" in text_of(ask(client, "نامهای.com"))


@pytest.mark.parametrize(
    ("state", "words", "day"),
    [
        (BadgeState.ACTIVE, "این نماد معتبر است", "اعتبار تا ۳۰ آبان ۱۴۰۶"),
        (BadgeState.ACTIVE_PENDING_LICENCE, "پروانه کسب هنوز ارائه نشده", "اعتبار تا ۳۰ آبان ۱۴۰۶"),
        (BadgeState.SUSPENDED, "تعلیق شده", "از ۳۰ آبان ۱۴۰۵"),
        (BadgeState.REVOKED, "ابطال شده", "از ۳۰ آبان ۱۴۰۵"),
        (BadgeState.CANCELLED, "لغو شده", "از ۳۰ آبان ۱۴۰۵"),
    ],
)
def test_each_state_with_its_day(client, state, words, day):
    issued_badge(state=state)
    text = text_of(ask(client, "golestan-shop.ir"))
    assert (words in text, day in text) == (True, True)


def test_expired_tells_the_last_day(client):
    last = NOON - timedelta(days=40)
    issued_badge(state=BadgeState.EXPIRED, valid_from=last - timedelta(days=365), valid_to=last)
    text = text_of(ask(client, "golestan-shop.ir"))
    assert ("پایان یافته" in text, "پایان اعتبار: ۲۰ مهر ۱۴۰۵" in text) == (True, True)


def test_a_live_badge_goes_before_an_older_revoked_one(client):
    owner = applicant()
    issued_badge(state=BadgeState.REVOKED, shop=business(owner), approved_at=NOON - timedelta(days=700))
    live = issued_badge(shop=business(owner))
    text = text_of(ask(client, "golestan-shop.ir"))
    assert (f"/v/{live.public_id}/" in text, "ابطال" in text) == (True, False)


def test_a_domain_that_never_had_one(client):
    response = ask(client, "never-heard.ir")
    assert response.status_code == 200
    assert "هرگز نمادی صادر نشده" in text_of(response)


def test_a_sub_domain_is_not_covered_by_its_parent(client):
    issued_badge()
    text = text_of(ask(client, "pay.golestan-shop.ir"))
    assert ("این زیردامنه نماد ندارد" in text, "golestan-shop.ir" in text) == (True, True)


@pytest.mark.parametrize("typed", ["golestan-shop.ir.evil.com", "evil-golestan-shop.ir", "golestan-shop.com"])
def test_neighbours_by_spelling_have_no_badge(client, typed):
    issued_badge()
    assert "هرگز نمادی صادر نشده" in text_of(ask(client, typed))


ADDRESS = "نشانی دامنه پذیرفتنی نیست؛ فقط نام دامنه را بنویسید، مانند shop.ir"
WRONG = {
    "": "دامنه یا نشانی فروشگاه را وارد کنید.",
    "   ": "دامنه یا نشانی فروشگاه را وارد کنید.",
    "فروشگاه گلستان": ADDRESS,
    "192.168.1.1": ADDRESS,
    "http://[::1]/": ADDRESS,
    "user@golestan-shop.ir": ADDRESS,
    "https://user:pw@golestan-shop.ir/": ADDRESS,
    "golestan_shop.ir": ADDRESS,
    "golestan-shop..ir": ADDRESS,
    "golestan-shop.ir:8080": ADDRESS,
    "-shop.ir": ADDRESS,
    "<script>alert(1)</script>": ADDRESS,
    "ftp://": ADDRESS,
    "xn--a.ir": ADDRESS,
    "\ud800.ir".encode("utf-8", "surrogatepass").decode("latin-1"): ADDRESS,
    "ir": "این نام یک پسوند عمومی است",
    "co.ir": "این نام یک پسوند عمومی است",
    "shop\x00.ir": "نشانی یک نویسهٔ پنهان (تهی) دارد",
    "a" * 254 + ".ir": ADDRESS,
    "b" * 2001: "باید حداکثر ۲۰۰۰ نویسه باشد؛ ۲۰۰۱ نویسه وارد شده است",
}


@pytest.mark.parametrize("typed", WRONG, ids=lambda typed: ascii(typed[:30]))
def test_wrong_input_is_400_with_its_cure_and_stays_in_the_box(client, typed):
    response = ask(client, typed)
    text = text_of(response)
    assert response.status_code == 400
    assert WRONG[typed] in text
    assert "<script>alert(1)" not in text
    assert response.context is None or response.context["form"]["domain"].value() == typed
    assert 'aria-invalid="true"' in text


def test_wrong_input_is_kept(client):
    assert 'value="golestan_shop.ir"' in text_of(ask(client, "golestan_shop.ir"))


def test_without_a_question_it_asks(client):
    response = client.get("/check/")
    assert (response.status_code, "این فروشگاه نماد دارد؟" in text_of(response)) == (200, True)


def test_pii_no_personal_data_on_the_check_page(client):
    issued_badge()
    text = text_of(ask(client, "golestan-shop.ir"))
    assert [name for name, canary in CANARIES.items() if canary in text] == []
    assert "نگارنده" not in text


@pytest.mark.parametrize("earlier", [0, 1, 3])
def test_query_count_does_not_grow_with_earlier_badges(client, django_assert_num_queries, earlier):
    owner = applicant()
    for _ in range(earlier):
        issued_badge(state=BadgeState.EXPIRED, shop=business(owner))
    issued_badge(shop=business(owner))
    organisation.forget()
    organisation.current()
    with django_assert_num_queries(2):
        ask(client, "golestan-shop.ir")


def test_bdg_5_without_a_database_it_says_so(client):
    def refuse(*_args):
        raise OperationalError("server closed the connection")

    with connection.execute_wrapper(refuse):
        response = ask(client, "golestan-shop.ir")
    assert response.status_code == 503


def test_bdg_12_no_cookie_no_store_no_index(client):
    client.cookies["sessionid"] = "x" * 32
    response = ask(client, "golestan-shop.ir")
    assert (response.cookies, response["Cache-Control"], response["X-Robots-Tag"]) == ({}, "no-store", "noindex")
    assert "Cookie" not in response.get("Vary", "")


def test_post_is_not_a_way_to_ask(client):
    assert client.post("/check/", {"domain": "golestan-shop.ir"}).status_code == 405
