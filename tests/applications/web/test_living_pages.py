"""The part of a page that refreshes itself: what the script gets, when it stops asking, and what it never swaps in."""

import re

import pytest
from django.urls import reverse

from applications.lifecycle import State
from applications.models import VerificationStep
from enamad_portal.kernel.steps import StepState
from tests.applications import factories
from tests.applications.address_case import open_case

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def running(client):
    """A case whose domain is being looked at; its owner is signed in."""
    case = factories.application(state=State.DOMAIN_PENDING, issued_at=None)
    stands(case, "domain", StepState.RUNNING)
    client.force_login(case.business.owner.user)
    return case


def stands(case, key, state, **more):
    """The step as it would stand after its moves."""
    case.steps.filter(key=key).delete()
    passed = {"verified_at": factories.NOON, "received_at": factories.NOON} if state == StepState.PASSED else {}
    VerificationStep.objects.create(application=case, key=key, state=state, **passed | more)


def at(name, case):
    return reverse(f"applications:{name}", args=[case.reference])


def asks_again(page):
    """The address that the living part asks for, None when it has stopped."""
    found = re.search(r'<div id="living"[^>]*hx-get="([^"]+)" hx-trigger="every 3s"', page)
    return found[1].replace("&amp;", "&") if found else None


@pytest.mark.parametrize("name", ["case", "domain"])
def test_the_part_alone_comes_when_it_has_changed_and_nothing_while_it_has_not(client, running, name):
    address = asks_again(client.get(at(name, running)).content.decode())

    same = client.get(address, headers=SCRIPT)
    stands(running, "domain", StepState.FAILED, code="meta_differs", received_at=factories.NOON)
    changed = client.get(address, headers=SCRIPT)

    assert (same.status_code, same.content) == (204, b"")
    assert (changed.status_code, b"<html" in changed.content, b'id="living"' in changed.content) == (200, False, True)


@pytest.mark.parametrize("name", ["case", "domain"])
def test_nothing_is_asked_when_nothing_runs(client, running, name):
    stands(running, "domain", StepState.FAILED, code="meta_differs")
    page = client.get(at(name, running)).content.decode()
    assert ('id="living"' in page, asks_again(page), "data-poll" in page) == (True, None, False)


def test_the_domain_page_asks_for_the_method_that_is_open(client, running):
    page = client.get(f"{at('domain', running)}?method=dns").content.decode()
    assert asks_again(page).startswith(f"{at('domain', running)}?method=dns&seen=")


def test_a_letter_on_its_way_is_not_asked_for_every_three_seconds(client, sandbox):
    case = open_case("postal", "landline", started=False)
    stands(case, "postal", StepState.ASKED)
    stands(case, "landline", StepState.WAITING)
    client.force_login(case.business.owner.user)
    assert asks_again(client.get(at("case", case)).content.decode()) is None


def test_the_timeline_ends_with_whose_turn_it_is(client, running):
    events = client.get(at("case", running)).context["page"].events
    assert (events[-1]["title"], events[-1]["state"]) == ("در انتظار سامانه", "now")


def test_check_now_answers_with_the_part(client, running):
    stands(running, "domain", StepState.FAILED, code="meta_differs")
    here = {"HX-Current-URL": f"http://testserver{at('domain', running)}", **SCRIPT}

    answer = client.post(at("domain", running), {"method": "meta"}, headers=here)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{at('domain', running)}?method=meta")
    part = client.get(answer.headers["Location"], headers=here).content.decode()
    assert ("در حال بررسی سایت شما هستیم" in part, asks_again(part) is not None) == (True, True)


def test_a_refused_look_answers_with_the_part_which_asks_for_the_page_itself(client):
    badge = factories.issued_badge()
    client.force_login(badge.business.owner.user)
    check = reverse("applications:snippet_check", args=[badge.application.reference])
    client.post(check)

    part = client.post(check, headers=SCRIPT)

    assert (part.status_code, b"<html" in part.content) == (409, False)
    assert asks_again(part.content.decode()).startswith(at("badge", badge.application) + "?seen=")


def test_the_browser_not_the_script_is_sent_to_another_page(client, running):
    stands(running, "identity", StepState.FAILED, code="not_found")
    here = {"HX-Current-URL": "http://testserver/elsewhere/", **SCRIPT}

    answer = client.post(reverse("applications:step", args=[running.reference, "identity"]), headers=here)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, at("case", running))


def test_a_session_that_ended_swaps_no_sign_in_page_into_the_case(client, running):
    client.logout()
    asked, sent = client.get(at("case", running), headers=SCRIPT), client.post(at("domain", running), headers=SCRIPT)
    assert (asked.status_code, asked.headers["HX-Refresh"], asked.content) == (200, "true", b"")
    assert (sent.status_code, sent.content) == (401, b"")


def test_authz_1_the_part_of_a_foreign_case_is_not_found(client, running):
    client.force_login(factories.applicant("+989121110000", national_code="0499370899").user)
    assert client.get(at("case", running), headers=SCRIPT).status_code == 404


def test_htmx_is_told_to_evaluate_nothing_and_to_keep_nothing(client, running):
    page = client.get(at("case", running)).content.decode()
    told = ('"includeIndicatorStyles":false', '"allowEval":false', '"allowScriptTags":false', '"historyEnabled":false')
    assert [word for word in told if word not in page] == []
    assert "unsafe" not in client.get(at("case", running)).headers["Content-Security-Policy"]
    assert "htmx" not in client.get("/").content.decode()
