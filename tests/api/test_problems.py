import logging

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from enamad_portal.api import throttles
from enamad_portal.api.pagination import PortalCursor
from enamad_portal.kernel.errors import Conflict, NotFound, ProviderDown, Refusal, Refused

PROBLEM = "application/problem+json"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_counted():
    throttles.forget()


def body_of(response):
    assert response["Content-Type"] == PROBLEM
    body = response.json()
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "code"}
    assert body["status"] == response.status_code
    assert body["type"].endswith(f"/api/v1/docs/#problem-{body['code']}")
    assert any("\u0600" <= letter <= "\u06ff" for letter in body["detail"])
    return body


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_another_method_is_405_with_the_allowed_ones(client, method):
    response = getattr(client, method)("/api/v1/domains/golestan-shop.ir/")
    assert (response.status_code, response["Allow"], body_of(response)["code"]) == (
        405, "GET, HEAD", "method_not_allowed",
    )  # fmt: skip


def test_another_form_of_answer_is_406(client):
    response = client.get("/api/v1/domains/golestan-shop.ir/", headers={"Accept": "text/csv"})
    assert (response.status_code, body_of(response)["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize("query", ["?x=1", "?format=xml", "?page=2", "?%00=1", "?" + "a" * 3000 + "=1"])
def test_an_unknown_parameter_is_400_with_its_name(client, query):
    response = client.get("/api/v1/domains/golestan-shop.ir/" + query)
    body = body_of(response)
    assert (response.status_code, body["code"], len(body["errors"])) == (400, "unknown_parameter", 1)
    assert body["errors"][0]["pointer"].startswith("/")
    assert len(body["errors"][0]["pointer"]) <= 61


@pytest.mark.parametrize("address", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/badges/", "/api/v1/badges/a/b/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_none_is_a_problem(client, address, method):
    response = getattr(client, method)(address)
    assert (response.status_code, body_of(response)["code"]) == (404, "not_found")


def test_a_forgotten_slash_is_sent_on(client):
    response = client.get("/api/v1/domains/golestan-shop.ir")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/domains/golestan-shop.ir/")


def test_api_3_fairness_answers_429_and_says_how_long(client, monkeypatch):
    monkeypatch.setattr(throttles, "PER_MINUTE", 2)
    answers = [client.get("/api/v1/domains/golestan-shop.ir/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert (answers[2]["Retry-After"], body_of(answers[2])["code"]) == ("60", "throttled")
    assert client.get("/api/v1/domains/golestan-shop.ir/", REMOTE_ADDR="192.0.2.9").status_code == 404


def test_api_3_a_dead_cache_lets_reads_through(client, monkeypatch):
    class Dead:
        def add(self, *_args):
            raise ConnectionRefusedError

    monkeypatch.setattr(throttles, "_own", Dead())
    assert client.get("/api/v1/domains/golestan-shop.ir/").status_code == 404


def test_a_forwarded_header_is_believed_only_behind_our_own_proxy(settings):
    request = APIRequestFactory().get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.5, 192.0.2.77")
    assert throttles.address_of(Request(request)) == "192.0.2.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert throttles.address_of(Request(request)) == "192.0.2.77"


def raising(error):
    class Raising(APIView):
        def get(self, _request):
            raise error

        def post(self, request):
            return request.data

    return Raising.as_view()


def answer_to(error):
    response = raising(error)(APIRequestFactory().get("/"))
    response.render()
    return response


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("secret-reference"), 404, "not_found"),
        (Conflict("row 5"), 409, "conflict"),
        (ProviderDown("police", "connect 10.1.1.1"), 503, "unavailable"),
        (RuntimeError("SELECT secret"), 500, "server_error"),
        (ValidationError({"a": ["x"]}), 400, "invalid"),
    ],
)
def test_every_error_is_a_problem_and_tells_nothing_of_the_inside(error, status, code, caplog):
    caplog.set_level(logging.CRITICAL)
    response = answer_to(error)
    assert (response.status_code, response.data["code"], response["Content-Type"]) == (status, code, PROBLEM)
    assert "secret" not in response.content.decode()
    assert "10.1.1.1" not in response.content.decode()


def test_refusals_travel_with_their_codes():
    response = answer_to(Refused(Refusal("fee_unpaid", "تعرفه هنوز پرداخت نشده است.")))
    assert (response.status_code, response.data["errors"]) == (
        409,
        [{"pointer": "", "code": "fee_unpaid", "detail": "تعرفه هنوز پرداخت نشده است."}],
    )


def test_pointers_reach_into_lists_and_escape_their_names():
    class Item(serializers.Serializer):
        count = serializers.IntegerField()

    class Order(serializers.Serializer):
        items = Item(many=True)

    form = Order(data={"items": [{"count": 1}, {"count": "x"}]})
    assert not form.is_valid()
    response = answer_to(ValidationError(form.errors))
    assert [(one["pointer"], one["code"]) for one in response.data["errors"]] == [("/items/1/count", "invalid")]
    response = answer_to(ValidationError({"a/b~c": ["x"], "non_field_errors": ["y"]}))
    assert [one["pointer"] for one in response.data["errors"]] == ["/a~1b~0c", ""]


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"{", "application/json", 400, "parse_error"),
        (b'"\xff"', "application/json", 400, "parse_error"),
        (b"[" * 100_000, "application/json", 400, "parse_error"),
        (b'"' + b"a" * 1_048_576 + b'"', "application/json", 413, "too_large"),
    ],
    ids=["form", "cut", "not utf-8", "deep", "large"],
)
def test_hostile_bodies(content, kind, status, code, caplog):
    caplog.set_level(logging.CRITICAL)
    response = raising(None)(APIRequestFactory().post("/", content, content_type=kind))
    response.render()
    assert (response.status_code, response.data["code"]) == (status, code)


WRONG_SIZES = ["0", "101", "-1", "x", "", "1.5", "²", "9" * 40, "\x00"]


@pytest.mark.parametrize("typed", WRONG_SIZES, ids=ascii)
def test_a_wrong_page_size_is_refused_with_the_rule(typed):
    request = Request(APIRequestFactory().get("/", {"page_size": typed}))
    with pytest.raises(Exception) as caught:
        PortalCursor().get_page_size(request)
    assert caught.value.errors == [
        {"pointer": "/page_size", "code": "page_size", "detail": "page_size باید عددی از ۱ تا ۱۰۰ باشد."}
    ]


@pytest.mark.parametrize(("typed", "size"), [("1", 1), ("100", 100), ("۵۰", 50)])
def test_a_right_page_size(typed, size):
    assert PortalCursor().get_page_size(Request(APIRequestFactory().get("/", {"page_size": typed}))) == size


@pytest.mark.parametrize("typed", ["x", "\x00", "bz0x\x00", "é" * 9])
def test_a_wrong_cursor_is_refused(typed):
    with pytest.raises(Exception) as caught:
        PortalCursor().decode_cursor(Request(APIRequestFactory().get("/", {"cursor": typed})))
    assert caught.value.errors[0]["pointer"] == "/cursor"
