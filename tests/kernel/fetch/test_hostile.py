"""The hostile servers of the security requirements, by their numbers there. Limits are shortened, code is not."""

import gzip
import time
import zlib
from ipaddress import ip_address

import pytest

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.results import Failure, Fetched
from tests.kernel.fetch.rig import (
    QUICK_PAGE,
    SHOP4,
    World,
    answer,
    drips,
    quick,
    redirect,
    resets,
    says,
)

C = FailureCode
GOOD = "192.0.32.20"


def outcome(world: World, url: str = "http://shop.ir/", **limits) -> FailureCode | int:
    """The failure code or the status; the next fetch must work and the wall time stay inside the total limit."""
    started = time.monotonic()
    door = world.door()
    result = door.get(url, limits=quick(QUICK_PAGE, **limits))
    assert time.monotonic() - started < 3.5
    world.shop(says(answer()), host="healthy.ir", at=GOOD)
    assert isinstance(door.get("http://healthy.ir/", limits=QUICK_PAGE), Fetched)
    return result.code if isinstance(result, Failure) else result.status


# Address and DNS


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:1:2:3:4:80ff:fffe",
        "0.0.0.0",
        "255.255.255.255", "224.0.0.1", "240.0.0.1", "fec0::1", "::127.0.0.1", "5f00::1", "3fff::1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_fet_4_cases_1_to_10_a_forbidden_address_is_never_dialled(world: World, address: str, scheme: str):
    world.name("shop.ir", address)
    result = world.door().get(f"{scheme}://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(result, Failure)
    assert (result.code, world.dialled) == (C.UNREACHABLE, [])
    assert address not in result.sentence
    assert result.hops[0].addresses == (str(ip_address(address)),)


@pytest.mark.parametrize("answers", [[SHOP4, "127.0.0.1"], ["127.0.0.1", SHOP4], [SHOP4, "::1"], ["fd00::1", SHOP4]])
def test_fet_3_case_11_one_bad_address_spoils_the_answer(world: World, answers: list[str]):
    world.shop(says(answer()))
    world.name("shop.ir", answers)
    result = world.door().get("http://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(result, Failure)
    assert (result.code, world.dialled) == (C.UNREACHABLE, [])


def test_fet_2_case_15_too_many_addresses(world: World):
    world.name("shop.ir", [f"192.0.33.{last}" for last in range(17)])
    assert outcome(world) == C.NAME_TROUBLE


@pytest.mark.parametrize(
    "authority",
    [
        "0x7f.1", "2130706433", "127.1", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "１２７.0.0.1", "a@127.0.0.1",
        "good.ir#@127.0.0.1\\", "good.ir\\@127.0.0.1", "%31%32%37.0.0.1",
    ],
)  # fmt: skip
def test_fet_11_case_16_an_address_in_disguise_is_no_host(world: World, authority: str):
    assert outcome(world, f"http://{authority}/") == C.HOST_REFUSED


def test_fet_11_case_16_localhost_and_a_name_that_leads_home(world: World):
    assert outcome(world, "http://localhost./") == C.HOST_IS_SUFFIX
    world.name("127.0.0.1.nip.io", "127.0.0.1")
    assert outcome(world, "http://127.0.0.1.nip.io/") == C.UNREACHABLE


def test_a_name_that_does_not_exist(world: World):
    assert outcome(world) == C.NAME_NOT_FOUND


# Connection and TLS


def test_fet_1_case_17_accepts_and_never_speaks(world: World):
    world.shop(drips(b"", b"", 5))
    assert outcome(world, hop_s=0.4) == C.UNREACHABLE
    world.secure_shop(drips(b"", b"", 5))
    assert outcome(world, "https://shop.ir/", hop_s=0.4) == C.UNREACHABLE


def test_fet_14_case_18_nothing_listens_looks_like_a_forbidden_address(world: World):
    world.name("shop.ir", "192.0.32.77")
    shut = world.door().get("http://shop.ir/", limits=QUICK_PAGE)
    world.name("shop.ir", "10.0.0.5")
    inside = world.door().get("http://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(shut, Failure)
    assert isinstance(inside, Failure)
    assert (shut.code, shut.sentence) == (inside.code, inside.sentence)
    assert shut.detail_for_staff != inside.detail_for_staff


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (b"", C.UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\nCont", C.BODY_CUT_SHORT),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nhalf", C.BODY_CUT_SHORT),
    ],
)
def test_case_19_reset_at_each_stage(world: World, before: bytes, code: FailureCode):
    world.shop(resets(before))
    assert outcome(world) == code


def test_fet_1_case_20_a_handshake_that_drips(world: World):
    world.name("shop.ir", SHOP4)
    hello = b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\0" * 100
    drip = world.serve(drips(b"", b"\x16", 0.05), port=443, reads=False)
    assert outcome(world, "https://shop.ir/", hop_s=0.6) in {C.UNREACHABLE, C.TLS_REFUSED}
    drip.script = lambda conn, _request: [drips(hello[i : i + 1], b"", 0.05, 1)(conn, b"") for i in range(90)]
    assert outcome(world, "https://shop.ir/", hop_s=0.6) == C.UNREACHABLE


def test_case_21_endless_empty_records(world: World):
    world.name("shop.ir", SHOP4)

    def flood(conn, request) -> None:
        while True:
            conn.sendall(b"\x17\x03\x03\x00\x00" * 2000)

    world.serve(flood, port=443, reads=False)
    assert outcome(world, "https://shop.ir/") in {C.TLS_REFUSED, C.UNREACHABLE}


def test_case_22_a_certificate_with_thousands_of_names(world: World):
    world.secure_shop(says(answer()), names=("shop.ir", *(f"n{count}.shop.ir" for count in range(12_000))))
    assert outcome(world, "https://shop.ir/") in {C.TLS_REFUSED, C.UNREACHABLE}


def test_case_23_and_26_the_certificate_of_another_host(world: World):
    world.secure_shop(says(answer()), names=("other.ir",))
    result = world.door().get("https://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(result, Failure)
    assert result.code == C.CERTIFICATE_REFUSED
    assert "62" in result.detail_for_staff


def test_case_24_plain_http_on_443_and_tls_on_80(world: World):
    world.name("shop.ir", SHOP4)
    world.serve(says(answer()), port=443, reads=False)
    assert outcome(world, "https://shop.ir/") == C.TLS_REFUSED
    world.serve(says(b"\x15\x03\x01\x00\x02\x02\x46"), port=80)
    assert outcome(world) == C.ANSWER_NOT_HTTP


@pytest.mark.parametrize(
    "banner",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"220 mail.shop.ir ESMTP\r\n",
        b"-ERR unknown command 'GET'\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" * 3,
    ],
)
def test_case_25_another_protocol(world: World, banner: bytes):
    world.shop(says(banner))
    assert outcome(world) == C.ANSWER_NOT_HTTP


# HTTP framing


def test_fet_1_case_27_headers_that_drip(world: World):
    world.shop(drips(b"HTTP/1.1 200 OK\r\n", b"X", 0.1))
    assert outcome(world) == C.TOO_SLOW


def test_fet_1_case_28_a_body_that_drips(world: World):
    world.shop(drips(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n", b"x", 0.1))
    assert outcome(world) == C.TOO_SLOW


def test_fet_1_a_body_above_the_minimum_rate_still_ends_at_the_deadline(world: World):
    start = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900000\r\n\r\n"
    world.shop(drips(start, b"x" * 1000, 0.05))
    assert outcome(world, hop_s=0.8) == C.TOO_SLOW


def test_fet_1_the_deadline_is_one_for_all_hops(world: World):
    count = iter(range(100))

    def late(conn, request) -> None:
        drips(b"", b"", 0.3, 1)(conn, b"")
        conn.sendall(redirect(f"/{next(count)}"))

    world.shop(late)
    assert outcome(world, total_s=0.8, hop_s=0.5) == C.UNREACHABLE


def test_fet_8_case_29_a_header_block_without_end(world: World):
    world.shop(says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: y\r\n"))
    assert outcome(world) == C.ANSWER_NOT_HTTP


def test_fet_8_case_30_one_huge_header_line(world: World):
    world.shop(says(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000_000 + b"\r\n\r\n"))
    assert outcome(world) == C.HEADERS_TOO_LARGE


def test_fet_8_case_31_too_many_headers(world: World):
    world.shop(says(answer(b"x", "200 OK", "text/html", *(f"X-{count}: 1" for count in range(99)))))
    assert outcome(world) == C.HEADERS_TOO_LARGE
    world.shop(says(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100_000 + b"\r\n"))
    assert outcome(world) == C.HEADERS_TOO_LARGE


def test_fet_8_case_32_informational_answers_are_counted(world: World):
    world.shop(says(b"HTTP/1.1 100 Continue\r\n\r\n" * 5 + answer()))
    assert outcome(world) == 200
    world.shop(says(b"HTTP/1.1 100 Continue\r\n\r\n" * 6 + answer()))
    assert outcome(world) == C.ANSWER_NOT_HTTP
    world.shop(says(b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000 + answer()))
    assert outcome(world) == C.ANSWER_NOT_HTTP


FRAMING = {
    "33 switching protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
    "34 length beside chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "35 two lengths": answer(b"abc", "200 OK", "text/html", "Content-Length: 4"),
    "36 negative length": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -1\r\n\r\nabc",
    "36 huge length": b"HTTP/1.1 200 OK\r\nContent-Length: 1" + b"0" * 30 + b"\r\n\r\nabc",
    "37 chunk size overflow": (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nabc"
    ),
    "40 HTTP/0.9": b"<html>hello",
    "40 NUL in a header": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: a\0b\r\n\r\n",
    "40 status that is no number": "HTTP/1.1 ۲۰۰ OK\r\n\r\n".encode(),
    "40 header name with a space": b"HTTP/1.1 200 OK\r\nBad Name: x\r\n\r\n",
    "unknown transfer coding": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("data", FRAMING.values(), ids=FRAMING.keys())
def test_fet_8_framing_that_is_no_http(world: World, data: bytes):
    world.shop(says(data))
    assert outcome(world) == C.ANSWER_NOT_HTTP


CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "tail",
    [b"1;" + b"x" * 100_000 + b"\r\na\r\n0\r\n\r\n", b"1\r\na\r\n0\r\n" + b"T: x\r\n" * 50_000 + b"\r\n"],
    ids=["endless extension", "endless trailers"],
)
def test_fet_8_case_37_chunks_that_never_end(world: World, tail: bytes):
    world.shop(says(CHUNKED + tail))
    assert outcome(world) in {C.HEADERS_TOO_LARGE, C.ANSWER_NOT_HTTP}


@pytest.mark.parametrize("tail", [b"5\r\nab", b"2\r\nab\r\n", b""])
def test_fet_8_case_38_chunks_cut_short(world: World, tail: bytes):
    world.shop(says(CHUNKED + tail))
    assert outcome(world) == C.BODY_CUT_SHORT


def test_fet_8_case_38_a_body_shorter_than_announced(world: World):
    world.shop(says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nshort"))
    assert outcome(world) == C.BODY_CUT_SHORT


def test_fet_7_case_39_a_body_without_end(world: World):
    def flood(conn, request) -> None:
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            conn.sendall(b"x" * 65536)

    world.shop(flood)
    assert outcome(world) == C.BODY_TOO_LARGE


def test_fet_7_a_length_over_the_limit_is_not_even_read(world: World):
    world.shop(says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2000000\r\n\r\n"))
    assert outcome(world) == C.BODY_TOO_LARGE


def test_case_40_bare_line_feeds_are_tolerated(world: World):
    world.shop(says(b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 2\n\nok"))
    assert outcome(world) == 200


# Content


def encoded(body: bytes, *encodings: str) -> bytes:
    return answer(body, "200 OK", "text/html", *(f"Content-Encoding: {name}" for name in encodings))


def test_fet_7_one_layer_of_gzip_or_deflate_is_undone(world: World):
    page = b"<p>hello" * 100
    raw = zlib.compressobj(wbits=-15)
    for body, name in (
        (gzip.compress(page, mtime=0), "gzip"),
        (zlib.compress(page), "deflate"),
        (raw.compress(page) + raw.flush(), "deflate"),
        (page, "identity"),
    ):
        world.shop(says(encoded(body, name)))
        fetched = world.door().get("http://shop.ir/", limits=QUICK_PAGE)
        assert isinstance(fetched, Fetched)
        assert fetched.body == page


def test_fet_7_case_41_a_bomb(world: World):
    world.shop(says(encoded(gzip.compress(b"\0" * 100_000_000), "gzip")))
    assert outcome(world) in {C.BODY_TOO_LARGE, C.COMPRESSION_REFUSED}  # whichever limit the first packet meets
    world.shop(says(encoded(gzip.compress(b"\0" * 1_500_000), "gzip")))
    assert outcome(world) == C.COMPRESSION_REFUSED
    noise = bytes(range(256)) * 40
    world.shop(says(encoded(gzip.compress(noise * 300, 1), "gzip")))
    assert outcome(world, ratio=10_000) == C.BODY_TOO_LARGE


@pytest.mark.parametrize("encodings", [("gzip", "gzip"), ("gzip, gzip",), ("gzip",) * 100, ("br",), ("zstd",), ("x",)])
def test_fet_7_cases_42_and_43_other_encodings(world: World, encodings: tuple[str, ...]):
    world.shop(says(encoded(gzip.compress(gzip.compress(b"x")), *encodings)))
    expected = C.HEADERS_TOO_LARGE if len(encodings) == 100 else C.COMPRESSION_REFUSED
    assert outcome(world) == expected


@pytest.mark.parametrize("body", [b"not gzip", gzip.compress(b"x" * 5000, mtime=0)[:-9], b"\x1f\x8b\x08"])
def test_fet_7_a_broken_stream(world: World, body: bytes):
    world.shop(says(encoded(body, "gzip")))
    assert outcome(world) in {C.COMPRESSION_REFUSED, C.BODY_CUT_SHORT}


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "", "text/html, text/plain", "text/plain"])
def test_fet_9_another_content_type(world: World, kind: str):
    world.shop(says(answer(b"%PDF", kind=kind)))
    assert outcome(world) == C.TYPE_REFUSED


# Redirects


def test_dcv_7_case_52_loops(world: World):
    world.shop(says(redirect("/")))
    assert outcome(world) == C.REDIRECT_LOOP

    def two(conn, request) -> None:
        conn.sendall(redirect("/b" if request.startswith(b"GET /a") else "/a"))

    world.shop(two)
    assert outcome(world, "http://shop.ir/a") == C.REDIRECT_LOOP
    count = iter(range(100))
    world.shop(lambda conn, _request: conn.sendall(redirect(f"/?n={next(count)}")))
    assert outcome(world) == C.REDIRECT_TOO_MANY


@pytest.mark.parametrize(("redirects", "expected"), [(5, 200), (6, C.REDIRECT_TOO_MANY)])
def test_dcv_7_case_53_five_redirects_are_the_most(world: World, redirects: int, expected):
    def script(conn, request) -> None:
        step = int(request.split(b" ")[1][1:] or b"0")
        conn.sendall(redirect(f"/{step + 1}") if step < redirects else answer())

    shop = world.shop(script)
    assert outcome(world) == expected
    assert shop.visits == 6


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "file:///etc/passwd",
        "gopher://shop.ir/", "data:text/html,x", "javascript:1", "http://shop.ir:22/", "http://shop.ir:6379/",
        "https://shop.ir:8080/", "http://user:pw@shop.ir/", "http://localhost/", "//127.0.0.1/", "http://0x7f.1/",
        "\\\\127.0.0.1/", "http://shop.ir\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_dcv_7_cases_54_and_55_a_redirect_into_the_house(world: World, location: str):
    world.shop(says(redirect(location)))
    assert outcome(world) in {C.HOST_REFUSED, C.HOST_IS_SUFFIX, C.REDIRECT_UNSAFE}


def test_dcv_7_case_56_another_registrable_domain(world: World):
    world.name("other.ir", "192.0.32.30")
    for location in ("http://other.ir/", "//other.ir", "http://shop.ir.other.ir/", "http://shop.co.ir/"):
        world.shop(says(redirect(location)))
        assert outcome(world) == C.REDIRECT_AWAY


@pytest.mark.parametrize(
    "data",
    [
        redirect("/x", "303 See Other"), redirect("/x", "300 Multiple Choices"), redirect("/x", "304 Not Modified"),
        redirect("/x", "305 Use Proxy"), b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
    ],
)  # fmt: skip
def test_dcv_7_case_59_other_kinds_of_redirect(world: World, data: bytes):
    shop = world.shop(says(data))
    assert outcome(world) == C.REDIRECT_KIND
    assert shop.visits == 1


def test_dcv_7_case_59_what_only_looks_like_a_redirect_is_not_followed(world: World):
    body = b'<meta http-equiv=refresh content="0;url=http://127.0.0.1/">'
    shop = world.shop(says(answer(body, "200 OK", "text/html", "Refresh: 0;url=/x", "Location: /y")))
    assert outcome(world) == 200
    assert shop.visits == 1


def test_fet_2_case_60_the_address_changes_between_hops(world: World):
    world.shop(says(redirect("/next")))
    world.name("shop.ir", SHOP4, "127.0.0.1")
    result = world.door().get("http://shop.ir/", limits=QUICK_PAGE)
    assert isinstance(result, Failure)
    assert result.code == C.UNREACHABLE
    assert world.dialled == [(SHOP4, 80)]
    assert [hop.addresses for hop in result.hops] == [(SHOP4,), ("127.0.0.1",)]


def test_dcv_7_https_never_falls_back_to_http(world: World):
    world.secure_shop(says(redirect("http://shop.ir/")))
    world.serve(says(answer()))
    assert outcome(world, "https://shop.ir/") == C.REDIRECT_UNSAFE


@pytest.mark.parametrize("location", [b"/\xff\xfe", b"/a b", b"/\x7f"])
def test_dcv_7_a_location_of_odd_bytes(world: World, location: bytes):
    world.shop(says(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"))
    assert outcome(world) in {C.REDIRECT_UNSAFE, C.ANSWER_NOT_HTTP}
