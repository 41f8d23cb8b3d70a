import pytest

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.results import Failure, Fetched
from tests.kernel.fetch.rig import (
    AGENT,
    QUICK_PAGE,
    QUICK_TOKEN,
    SHOP4,
    SHOP6,
    World,
    answer,
    redirect,
    says,
)


def test_dcv_8_a_page_is_fetched_with_the_evidence_of_its_hop(world: World):
    world.secure_shop(says(answer("سلام".encode())))
    fetched = world.door().get("https://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(fetched, Fetched)
    assert (fetched.status, fetched.text, fetched.content_type, fetched.charset) == (200, "سلام", "text/html", "utf-8")
    hop = fetched.hops[0]
    assert (hop.url, hop.addresses, hop.address, hop.port, hop.status) == (
        "https://shop.ir/",
        (SHOP4,),
        SHOP4,
        443,
        200,
    )
    assert hop.tls_version == "TLSv1.3"
    assert len(hop.cert_sha256 or "") == 64
    assert hop.bytes > 8
    assert fetched.evidence()["hops"][0]["url"] == "https://shop.ir/"


def test_fet_6_the_request_carries_nothing_but_what_is_needed(world: World, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    shop = world.shop(says(answer()))
    assert isinstance(world.door().get("http://shop.ir/a?b=1#c", limits=QUICK_PAGE), Fetched)
    lines = shop.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /a?b=1 HTTP/1.1"
    assert sorted(line.lower() for line in lines[1:] if line) == [
        "accept-encoding: identity",
        "accept: text/html, application/xhtml+xml",
        "connection: close",
        "host: shop.ir",
        f"user-agent: {AGENT}".lower(),
    ]


def test_dcv_3_a_token_file_is_plain_text_of_at_most_one_kilobyte(world: World):
    world.shop(says(answer(b"x" * 1024, kind="text/plain")))
    fetched = world.door().get("http://shop.ir/t.txt", limits=QUICK_TOKEN)
    assert isinstance(fetched, Fetched)
    world.shop(says(answer(b"x" * 1025, kind="text/plain")))
    assert code(world.door().get("http://shop.ir/t.txt", limits=QUICK_TOKEN)) == FailureCode.BODY_TOO_LARGE
    world.shop(says(answer(b"x", kind="text/html")))
    assert code(world.door().get("http://shop.ir/t.txt", limits=QUICK_TOKEN)) == FailureCode.TYPE_REFUSED


def test_dcv_7_a_redirect_inside_the_domain_is_followed_with_every_hop_recorded(world: World):
    world.shop(says(redirect("https://www.shop.ir/fa/")))
    world.secure_shop(says(answer()), host="www.shop.ir", at="192.0.32.11")
    fetched = world.door().get("http://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(fetched, Fetched)
    assert fetched.final_url == "https://www.shop.ir/fa/"
    assert [(hop.status, hop.address) for hop in fetched.hops] == [(302, SHOP4), (200, "192.0.32.11")]


def test_fet_5_one_fallback_from_ipv6_to_ipv4_on_connect_errors_only(world: World):
    world.name("shop.ir", [SHOP4, SHOP6])
    world.serve(says(answer()), at=SHOP4)
    fetched = world.door().get("http://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(fetched, Fetched)
    assert world.dialled == [(SHOP6, 80), (SHOP4, 80)]


def test_fet_5_no_fallback_after_the_connection_stood(world: World):
    world.name("shop.ir", [SHOP4, SHOP6])
    four = world.serve(says(answer()), at=SHOP4)
    world.serve(says(b""), at=SHOP6)
    assert code(world.door().get("http://shop.ir/", limits=QUICK_PAGE)) == FailureCode.UNREACHABLE
    assert four.visits == 0


def test_a_404_is_an_answer(world: World):
    world.shop(says(answer(b"", status="404 Not Found", kind="application/json")))
    fetched = world.door().get("http://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(fetched, Fetched)
    assert (fetched.status, fetched.ok) == (404, False)


def test_without_follow_a_redirect_is_an_answer(world: World):
    world.shop(says(redirect("https://other.ir/")))
    fetched = world.door().get("http://shop.ir/", limits=QUICK_PAGE, follow=False)
    assert isinstance(fetched, Fetched)
    assert (fetched.status, fetched.header("location")) == (302, "https://other.ir/")


def test_a_webhook_is_posted_and_its_redirect_not_followed(world: World):
    shop = world.shop(says(redirect("http://shop.ir/other")))
    fetched = world.door().post(
        "http://shop.ir/hook", b'{"a":1}', [("Content-Type", "application/json"), ("Host", "x")]
    )
    assert isinstance(fetched, Fetched)
    assert fetched.status == 302
    assert shop.requests[0].startswith(b"POST /hook HTTP/1.1\r\nHost: shop.ir\r\n")
    assert shop.visits == 1


def test_txt_records_are_read_through_the_same_resolver(world: World):
    world.resolver.texts["_enamad-challenge.shop.ir"] = [b"token"]
    assert world.door().txt("_enamad-challenge.shop.ir") == [b"token"]


@pytest.mark.parametrize(
    "url", ["http://", "ftp://shop.ir/", "shop.ir", "http://a@shop.ir/", "http://shop.ir:8080/", ""]
)
def test_a_url_that_is_none_is_refused_without_a_look_up(world: World, url: str):
    assert code(world.door().get(url)) == FailureCode.HOST_REFUSED
    assert world.resolver.asked == []


def code(result: Fetched | Failure) -> FailureCode | None:
    return result.code if isinstance(result, Failure) else None
