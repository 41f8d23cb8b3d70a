"""The look at a domain against scripted servers: what counts as control, and what only looks like it."""

import pytest
import trustme

from applications.verification.facts import DomainProof
from applications.verification.steps.domain_control import DomainControl
from enamad_portal.kernel.steps import Verdict
from tests.applications.verification.content.test_site_content import facts
from tests.kernel.fetch.rig import World, answer, redirect, resets, says

TOKEN = "abcdefghijklmnopqrstuvwxyz234567"
PLACE = b"/.well-known/enamad-challenge/abc.txt"


@pytest.fixture
def world():
    world = World(trustme.CA())
    yield world
    world.close()


def look(world, method):
    facts_now = facts("shop.ir", proof=DomainProof(method, TOKEN, "abc"))
    finding = DomainControl(open_door=world.door).look(facts_now)
    return finding.verdict, finding.code


def places(control):
    """The token at its place, and this script at any other."""
    right = says(answer(TOKEN.encode(), kind="text/plain"))
    return lambda conn, request: (right if PLACE in request else control)(conn, request)


@pytest.mark.parametrize(
    "control",
    [
        says(answer(b"not here", status="404 Not Found")),
        says(answer(b"<title>Shop</title>")),
        says(answer(b"x" * 2000, kind="text/plain")),
        says(redirect("https://elsewhere.ir/")),
    ],
    ids=["not found", "a page for everything", "something long", "leads away"],
)
def test_dcv_4_another_answer_at_a_random_place_proves_the_file(world, control):
    world.shop(places(control))
    assert look(world, "file") == (Verdict.PASSED, "domain_proved")


def test_dcv_4_a_site_that_says_the_token_everywhere_proves_nothing(world):
    world.shop(says(answer(TOKEN.encode(), kind="text/plain")))
    assert look(world, "file") == (Verdict.FAILED, "file_everywhere")


def test_dcv_4_without_an_answer_to_the_control_nothing_is_known(world):
    world.shop(places(resets()))
    assert look(world, "file") == (Verdict.UNKNOWN, "fetch_unreachable")


META = f'<meta name="enamad" content="{TOKEN}">'


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (META, "domain_proved"),
        (META + META, "meta_twice"),
        (META + '<meta name="enamad" content="12345678">', "meta_twice"),
        ('<meta name="enamad" content="12345678">', "meta_differs"),
        ("", "meta_missing"),
    ],
    ids=["one", "twice the same", "two different", "another", "none"],
)
def test_dcv_5_exactly_one_meta_tag(world, head, code):
    world.shop(says(answer(f"<!doctype html><html><head>{head}<title>x</title></head><body></body></html>".encode())))
    assert look(world, "meta")[1] == code
