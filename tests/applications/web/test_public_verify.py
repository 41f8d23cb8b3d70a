from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from applications.lifecycle import BadgeState
from applications.models import Badge, Business
from enamad_portal.kernel import clock, organisation
from tests.applications.factories import CANARIES, NOON, issued_badge

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen_at(NOON + timedelta(hours=1)):
        yield


@pytest.fixture
def counted():
    """Clicks written since the test began; the process keeps one spool file open."""
    before = _lines()
    return lambda: _lines() - before


def _lines():
    folder = Path(settings.CLICK_SPOOL_DIR)
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*") if path.is_file())


def page(client, badge, **headers):
    return client.get(f"/v/{badge.public_id}/", headers=headers)


def text_of(response):
    return " ".join(response.content.decode().split())


def test_bdg_1_the_page_names_domain_state_stars_holder_and_dates(client):
    badge = issued_badge(domain="xn--mgba3gch31f060k.com")
    response = page(client, badge)
    text = text_of(response)
    assert response.status_code == 200
    told = (
        "نامه‌ای.com", "xn--mgba3gch31f060k.com", "این نماد معتبر است", "مریم نگارنده", "گلستان", "۳۰ آبان ۱۴۰۵",
        "۳۰ آبان ۱۴۰۶", "۹ تا ۱۷", "تهران", "نشانی بالای مرورگر را با این دامنه مقایسه کنید", "راه شکایت",
        "دسترسی فنی به دامنه", "نشانی پستی فروشگاه با نامه کددار", "بی‌ستاره",
    )  # fmt: skip
    assert [word for word in told if word not in text] == []


@pytest.mark.parametrize(
    ("state", "words", "tone"),
    [
        (BadgeState.ACTIVE, "این نماد معتبر است", "tone-ok"),
        (BadgeState.ACTIVE_PENDING_LICENCE, "پروانه کسب هنوز ارائه نشده", "tone-ok"),
        (BadgeState.EXPIRED, "اعتبار این نماد پایان یافته است", "tone-quiet"),
        (BadgeState.SUSPENDED, "این نماد تعلیق شده است", "tone-turn"),
        (BadgeState.REVOKED, "این نماد ابطال شده است", "tone-danger"),
        (BadgeState.CANCELLED, "به درخواست صاحب آن لغو شده است", "tone-danger"),
    ],
)
def test_every_state_has_words_and_colour(client, state, words, tone):
    text = text_of(page(client, issued_badge(state=state)))
    assert (words in text, f"verdict {tone}" in text) == (True, True)


def test_bdg_4_a_badge_past_its_last_day_is_expired_before_the_job_has_run(client):
    badge = issued_badge(valid_from=NOON - timedelta(days=400), valid_to=NOON - timedelta(days=1))
    text = text_of(page(client, badge))
    assert "اعتبار این نماد پایان یافته است" in text
    assert "پایان اعتبار: ۲۹ آبان ۱۴۰۵" in text


def test_pii_no_personal_data_but_the_holder_name(client):
    text = text_of(page(client, issued_badge()))
    assert [name for name, canary in CANARIES.items() if canary in text] == []
    assert "9351112233" not in text


def test_the_tax_code_is_not_shown(client):
    assert "TAX-CANARY-77" not in text_of(page(client, issued_badge(tax_tracking_code="TAX-CANARY-77")))


def test_a_hostile_name_is_escaped(client):
    text = text_of(page(client, issued_badge(holder_name="<script>alert(1)</script>{{7*7}}")))
    assert ("<script>alert" in text, "{{7*7}}" in text, "49" in text) == (False, True, False)


def test_bdg_4_bdg_12_headers_no_store_no_cookie_no_vary(client):
    client.cookies["sessionid"] = "x" * 32
    response = page(client, issued_badge())
    assert response["Cache-Control"] == "no-store"
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("steps", [("identity",), ("identity", "mobile", "domain", "email", "commitment", "fee"), ()])
def test_one_query_whatever_was_checked_and_whoever_asks(client, django_assert_num_queries, steps):
    badge = issued_badge(checked=steps)
    client.force_login(badge.business.owner.user)
    organisation.forget()
    organisation.current()
    with django_assert_num_queries(1):
        page(client, badge)


def test_bdg_4_the_page_drawn_before_never_outlives_what_it_says(client):
    badge = issued_badge()
    assert "این نماد معتبر است" in text_of(page(client, badge))
    Business.objects.filter(pk=badge.business_id).update(answering_hours="8 تا 13")
    badge.application.steps.filter(key="email").delete()
    text = text_of(page(client, badge))
    assert ("۸ تا ۱۳" in text, "پست الکترونیکی" in text) == (True, False)
    Badge.objects.filter(pk=badge.pk).update(state=BadgeState.REVOKED, version=badge.version + 1)
    text = text_of(page(client, badge))
    assert ("این نماد ابطال شده است" in text, "این نماد معتبر است" in text) == (True, False)


def test_bdg_4_the_last_day_ends_a_page_drawn_before(client):
    badge = issued_badge()
    assert "این نماد معتبر است" in text_of(page(client, badge))
    with clock.frozen_at(badge.valid_to):
        assert "اعتبار این نماد پایان یافته است" in text_of(page(client, badge))


def test_a_changed_imprint_shows_on_a_page_drawn_before(client):
    badge = issued_badge()
    page(client, badge)
    organisation.Organisation.objects.update_or_create(pk=1, defaults={"name": "اتحادیه آزمون"})
    organisation.forget()
    assert "اتحادیه آزمون" in text_of(page(client, badge))
    organisation.forget()


def test_steps_between_holder_and_portal_are_not_shown_as_checks(client):
    text = text_of(page(client, issued_badge(checked=("identity", "commitment", "fee"))))
    assert ("پرداخت تعرفه" in text, "تعهدنامه" in text) == (False, False)


UNKNOWN = [
    "a" * 26,
    "A" * 26,
    "a" * 25,
    "a" * 2000,
    "1",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%0d%0aX-Evil:1",
    "<script>",
    "{{7*7}}",
    "۱۲۳",
    "a/b/c",
    "%ed%a0%80",
    "a' OR 1=1--",
]


def test_bdg_6_bdg_11_unknown_and_malformed_ids_answer_alike(client):
    answers = {typed: client.get(f"/v/{typed}/") for typed in UNKNOWN}
    assert {typed: answer.status_code for typed, answer in answers.items()} == dict.fromkeys(UNKNOWN, 404)
    assert len({answer.content for answer in answers.values()}) == 1
    assert {answer["X-Robots-Tag"] for answer in answers.values()} == {"noindex"}
    assert {answer["Cache-Control"] for answer in answers.values()} == {"no-store"}
    assert 'action="/check/"' in answers["1"].content.decode()


def test_bdg_11_nothing_of_the_query_is_echoed(client):
    response = client.get("/v/" + "b" * 26 + "/?q=%D8%AC%D8%A7%DB%8C%D8%B2%D9%87-bet365")
    assert ("bet365" in response.content.decode(), "b" * 26 in response.content.decode()) == (False, False)


def test_bdg_5_without_a_database_the_page_says_so(client):
    badge = issued_badge()

    def refuse(*_args):
        raise OperationalError("server closed the connection")

    organisation.forget()
    with connection.execute_wrapper(refuse):
        response = page(client, badge)
    assert response.status_code == 503
    assert (response["Cache-Control"], response["Retry-After"]) == ("no-store", "30")
    assert "وضعیت نماد را اکنون نمی‌توان نشان داد" in text_of(response)
    assert "معتبر است" not in text_of(response)


def test_a_click_is_counted_once(client, counted):
    page(client, issued_badge())
    assert counted() == 1


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X-Moz": "prefetch"}]
)
def test_a_look_ahead_of_the_browser_is_no_click(client, counted, headers):
    assert page(client, issued_badge(), **headers).status_code == 200
    assert counted() == 0


def test_head_unknown_and_post_are_no_clicks(client, counted):
    badge = issued_badge()
    statuses = [
        client.head(f"/v/{badge.public_id}/").status_code,
        client.get("/v/" + "b" * 26 + "/").status_code,
        client.post(f"/v/{badge.public_id}/").status_code,
    ]
    assert (statuses, counted()) == ([200, 404, 405], 0)


def test_the_page_is_light_and_has_no_inline_script_or_style(client):
    html = page(client, issued_badge()).content.decode()
    assert len(html.encode()) < 30_000
    assert (html.count("<script"), html.count("<script src=")) == (2, 2)
    assert ("<style" in html, " style=" in html, "onclick" in html) == (False, False, False)


def test_the_sentence_about_forged_pages_names_our_address(client):
    assert f"{settings.BASE_URL}/v/" in text_of(page(client, issued_badge()))
