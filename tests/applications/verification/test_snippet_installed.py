"""Five ways to place the snippet give five findings (domain 19.14), on pages read by the real parser."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.badge.snippet import snippet
from applications.models import Badge, SnippetLook
from applications.selectors.checklist import snippet_state
from applications.services.snippet import check_snippet, plan_first_look
from applications.verification.content.snippet import WORDS, judge_snippet
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.errors import NotFound, Refused
from enamad_portal.kernel.fetch.html import PageFacts, read_page
from enamad_portal.kernel.steps import Verdict
from tests.applications import factories

ID, OTHER = "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba"
PAGE = "https://golestan.test/"


@pytest.fixture(autouse=True)
def base(settings):
    settings.BASE_URL = "https://enamad.example"


def right():
    return snippet(ID, "golestan.test")


def image(number=ID):
    return f'<img src="https://enamad.example/badge/{number}.svg" alt="نماد">'


def judged(body):
    facts = read_page(f"<!doctype html><body>{body}</body>".encode(), "utf-8", url=PAGE)
    assert isinstance(facts, PageFacts)
    return judge_snippet(facts, base_url="https://enamad.example", public_id=ID)[0]


def test_five_ways_give_five_different_findings():
    ways = [
        image(),
        f'<a href="https://enamad.example/v/{ID}/">نماد ما</a>',
        snippet(OTHER, "golestan.test"),
        right().replace('rel="noopener"', 'rel="noopener noreferrer"'),
        right(),
    ]
    assert [judged(way) for way in ways] == [
        "logo_without_link",
        "link_without_logo",
        "wrong_id",
        "noreferrer",
        "snippet_correct",
    ]


def test_other_ways_of_placing_it():
    ways = {
        "<p>سلام</p>": "snippet_absent",
        f"<a href='https://enamad.example/v/{ID}/'><span>{image()}</span></a>": "snippet_correct",
        f"<a href='https://enamad.example/v/{ID}/' rel='NoReferrer'>{image()}</a>": "noreferrer",
        right().replace('referrerpolicy="origin"', 'referrerpolicy="no-referrer"'): "noreferrer",
        right().replace(' referrerpolicy="origin"', ""): "snippet_correct",
        image(OTHER): "wrong_id",
        snippet(OTHER, "x.test") + right(): "snippet_correct",
        image() + right(): "snippet_correct",
        right().replace("enamad.example", "enamad.evil"): "snippet_absent",
        "<!--" + right() + "-->": "snippet_absent",
        f"<a href='/'>{image()}</a>": "logo_without_link",
    }
    assert {way: judged(way) for way in ways} == ways


def test_every_finding_has_its_cure():
    assert set(WORDS) == {
        "snippet_correct",
        "snippet_absent",
        "logo_without_link",
        "link_without_logo",
        "wrong_id",
        "noreferrer",
    }


@given(st.text(max_size=200))
def test_any_text_around_the_right_snippet_changes_nothing(text):
    facts = PageFacts(PAGE, True, (), None, (), (), (), (), (), 0, text)
    assert judge_snippet(facts, base_url="https://enamad.example", public_id=ID) == ("snippet_absent", [])


# The job after issue


@pytest.fixture
def badge(db, sandbox):
    sandbox.shop("badged.test", template="golestan", https_redirect=True)
    return factories.issued_badge(domain="badged.test")


def holder(badge):
    return badge.business.owner.user.actor()


def ask(badge):
    return use_cases.run(check_snippet, badge.application.reference, actor=holder(badge))


def test_the_holder_sees_what_was_found_and_the_badge_stays_as_it_is(badge, sandbox, run_jobs):
    ask(badge)
    assert snippet_state(badge.pk).running is True
    run_jobs()
    state = snippet_state(badge.pk)

    assert (state.running, state.tone, state.said) == (False, "turn", WORDS["snippet_absent"])
    assert (Badge.objects.get().version, Badge.objects.get().state) == (badge.version, badge.state)


def test_a_snippet_that_stands_right_is_found(badge, sandbox, run_jobs):
    sandbox.put("badged.test", "body", html=snippet(badge.public_id, "badged.test"))
    ask(badge)
    run_jobs()

    look = SnippetLook.objects.get()
    assert (look.verdict, look.code, len(look.evidence["sha256"])) == (Verdict.PASSED, "snippet_correct", 64)


def test_check_now_is_once_in_ten_seconds(badge):
    ask(badge)
    with pytest.raises(Refused) as refused:
        ask(badge)
    assert refused.value.refusals[0].code == "too_soon"


def test_authz_1_a_stranger_finds_no_badge_to_check(badge):
    stranger = factories.applicant(mobile="+989350000000", national_code="0012345679").user.actor()
    with pytest.raises(NotFound):
        use_cases.run(check_snippet, badge.application.reference, actor=stranger)


def test_the_first_look_comes_a_day_after_issue(badge, sandbox, run_jobs, at):
    use_cases.run(plan_first_look, badge)
    assert (run_jobs(), snippet_state(badge.pk).running) == (0, False)

    at(clock.now() + timedelta(hours=24, minutes=1))
    assert (run_jobs(), SnippetLook.objects.get().code) == (1, "snippet_absent")


def test_tls_9_a_silent_site_is_looked_at_again(badge, sandbox, run_jobs):
    sandbox.change_shop("badged.test", down=True)
    ask(badge)
    run_jobs()

    assert SnippetLook.objects.get().verdict == Verdict.UNKNOWN
