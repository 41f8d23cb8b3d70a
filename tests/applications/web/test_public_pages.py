from datetime import timedelta

import pytest

from applications.models import Application, Fee, Requirement
from enamad_portal.kernel import clock, organisation
from tests.applications.factories import NOON, applicant, application, business

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with clock.frozen_at(NOON + timedelta(hours=1)):
        yield


def text_of(response):
    return " ".join(response.content.decode().split())


def test_home_answers_three_visitors(client):
    text = text_of(client.get("/"))
    told = ('action="/check/"', 'href="/panel/"', 'href="/help/buyers/#complain"')
    assert [word for word in told if word not in text] == []


def test_requirements_come_from_the_rows_in_force(client):
    text = text_of(client.get("/requirements/"))
    told = (
        "شخص حقیقی، کسب‌وکار خرد", "۵۰٬۰۰۰ تومان", "۱۲ ماه", "دسترسی فنی به دامنه", "فروشگاه و دامنه", "۱۰۰ تراکنش",
        "۱۰۰٬۰۰۰٬۰۰۰ تومان", "حریم خصوصی مشتریان", "مصوبه ۲۸۸",
    )  # fmt: skip
    assert [word for word in told if word not in text] == []
    assert "۵۰ تراکنش" not in text


def test_a_new_fee_shows_on_its_day_and_not_before(client):
    Fee.objects.create(
        kind="micro_year_1", amount_rial=7_770_000, valid_from=(NOON + timedelta(days=2)).date(), clause="مصوبه تازه"
    )
    assert "۷۷۷٬۰۰۰ تومان" not in text_of(client.get("/requirements/"))
    with clock.frozen_at(NOON + timedelta(days=3)):
        assert "۷۷۷٬۰۰۰ تومان" in text_of(client.get("/requirements/"))


def test_the_usual_time_is_measured_and_left_out_while_cases_are_few(client):
    owner = applicant()
    for days in (1, 2, 3, 4):
        application(business(owner, domain=f"shop{days}.ir"), submitted_at=NOON - timedelta(days=days))
    assert "پرونده تازه" not in text_of(client.get("/requirements/"))
    application(business(owner, domain="shop5.ir"), submitted_at=NOON - timedelta(days=30))
    text = text_of(client.get("/requirements/"))
    assert "در ۵ پرونده تازه، نیمی تا ۳ روز و نُه تا از هر ده تا، تا ۳۰ روز" in text


@pytest.mark.parametrize("cases", [1, 12])
def test_requirements_take_eight_queries(client, django_assert_num_queries, cases):
    owner = applicant()
    for place in range(cases):
        application(business(owner, domain=f"shop{place}.ir"))
    assert Application.objects.count() == cases
    organisation.forget()
    organisation.current()
    with django_assert_num_queries(8):
        client.get("/requirements/")


def test_limits_of_the_inside_stay_inside(client):
    text = text_of(client.get("/requirements/"))
    assert "مهلت اعتراض به رد پرونده" in text
    assert [word for word in ("آشکار کردن داده شخصی", "یادآوری", "پرونده‌ای که برداشته شود") if word in text] == []


def test_a_kind_without_a_declared_time_is_told_what_the_deadlines_say(client):
    Requirement.objects.update(usual_time="")
    text = text_of(client.get("/requirements/"))
    assert text.count("تا ۷ روز کاری برای بررسی کارشناس") > 1
    assert "بررسی کارشناس لازم نیست" in text


@pytest.mark.parametrize("query", ["", "?id=1&Code=abc", "?ID=1&code=abc", "?id=%00&Code=%FF", "?id=" + "9" * 5000])
def test_an_address_of_the_earlier_system_leads_to_help(client, query):
    response = client.get(f"/trustseal/{query}")
    text = text_of(response)
    assert (response.status_code, response["X-Robots-Tag"], response.cookies) == (404, "noindex", {})
    assert ("سامانه پیشین نماد" in text, 'action="/check/"' in text) == (True, True)


def test_help_tells_rights_and_how_to_complain(client):
    text = text_of(client.get("/help/buyers/"))
    told = ("۷ روز کاری", "ماده ۳۷", 'id="complain"', "shaparak.ir", "/v/")
    assert [word for word in told if word not in text] == []


@pytest.mark.parametrize("address", ["/", "/requirements/", "/help/buyers/"])
def test_bdg_12_a_visitor_gets_no_cookie(client, address):
    assert client.get(address).cookies == {}
