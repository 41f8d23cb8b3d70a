import pytest
from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.test import Client

from enamad_portal.early import EarlyAnswerMiddleware


def parts(policy):
    return {part.strip() for part in policy.split(";")}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/v/unknown/", "/healthz", "/nowhere/", "/accounts/sign-in/"])
def test_every_answer_carries_the_policy_and_the_other_headers(client, path):
    response = client.get(path)
    assert parts(response[HEADER]) == parts(build_policy())
    assert "default-src 'none'" in parts(response[HEADER])
    assert (response["X-Frame-Options"], response["Cross-Origin-Resource-Policy"]) == ("DENY", "same-origin")
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_under_the_same_policy():
    response = Client(enforce_csrf_checks=True).post("/accounts/sign-in/", {"mobile": "09123456789"})
    assert (response.status_code, parts(response[HEADER])) == (403, parts(build_policy()))


def test_only_listed_addresses_are_answered_before_the_session(rf):
    early = EarlyAnswerMiddleware(lambda request: request.path)
    asked = ("/healthz", "/", "/panel/", "/vendor/", "/admin/v/")
    assert [path for path in asked if early(rf.get(path)) != path] == ["/healthz"]


def test_whoever_asks_for_the_visitor_stands_after_the_early_answers():
    order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    early = order.index("EarlyAnswerMiddleware")
    assert set(order[early + 1 :]) >= {
        "SessionMiddleware", "CsrfViewMiddleware", "AuthenticationMiddleware", "MessageMiddleware", "AccountMiddleware",
    }  # fmt: skip
