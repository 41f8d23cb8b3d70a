"""Whatever a site or a person sends, each layer answers with its own refusal and nothing else."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from enamad_portal.kernel.fetch.charset import charset_of, text_of
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.hosts import HostRefused, canonical_host, host_from_typed
from enamad_portal.kernel.fetch.http import Exchange, Head, Request, Wire
from enamad_portal.kernel.fetch.limits import PAGE
from enamad_portal.kernel.fetch.tls_http import parse_hsts
from enamad_portal.kernel.fetch.tls_leaf import read_certificate
from enamad_portal.kernel.fetch.trouble import FetchTrouble
from enamad_portal.kernel.fetch.urls import join, parse_url

BASE = parse_url("https://shop.ir/a/b")
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 302 Found\r\n", b"HTTP/1.1 100 Continue\r\n\r\n",
            b"Content-Length: 5\r\n",
            b"Content-Type: text/html\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"\r\n",
            b"Content-Encoding: deflate\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n",
            b"\x1f\x8b\x08\0\0\0\0\0\0\3", b"x\x9c\xcbH\0",
            b"Location: /x\r\n", b" folded\r\n", b"\n", b"\0", b": \r\n", b"Content-Length: 99999999\r\n",
        ]
    ),
)  # fmt: skip


class Tape:
    """Stands where a socket stands and plays pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = [piece for piece in pieces if piece]

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def sendall(self, data: bytes) -> None:
        assert data.endswith(b"\r\n\r\n")

    def recv(self, _size: int) -> bytes:
        return self.pieces.pop(0) if self.pieces else b""


@given(st.lists(PIECES, max_size=12))
@settings(max_examples=600, deadline=None, database=None)
def test_fet_8_any_bytes_are_an_answer_or_trouble(pieces: list[bytes]):
    wire = Wire(Tape(pieces), Deadline(5), PAGE)
    with contextlib.suppress(FetchTrouble):
        exchange = Exchange(wire, Request("shop.ir", "/", ()), PAGE)
        head = exchange.head()
        assert isinstance(head, Head)
        assert isinstance(exchange.body(head), bytes)


@given(st.text(max_size=300))
@settings(max_examples=600, deadline=None, database=None)
def test_fet_11_any_text_is_a_host_or_refused(text: str):
    for reader in (canonical_host, host_from_typed):
        with contextlib.suppress(HostRefused):
            host = reader(text)
            assert canonical_host(host.a_label) == host


@given(st.text(max_size=100))
@settings(max_examples=600, deadline=None, database=None)
def test_dcv_7_any_location_is_a_target_or_trouble(text: str):
    for location in (text, f"//{text}", f"https://{text}", f"/{text}"):
        with contextlib.suppress(FetchTrouble):
            assert join(BASE, location).url.isascii()


@given(st.text(max_size=80), st.binary(max_size=200))
@settings(max_examples=300, deadline=None, database=None)
def test_fet_9_any_page_has_a_charset_and_a_text(header: str, body: bytes):
    assert isinstance(text_of(body, charset_of(header, body)), str)
    parse_hsts(header)
    read_certificate(body)
