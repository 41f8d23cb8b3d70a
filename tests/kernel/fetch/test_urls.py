import contextlib
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.http import Exchange, Request, Wire
from enamad_portal.kernel.fetch.limits import PAGE
from enamad_portal.kernel.fetch.trouble import FetchTrouble
from enamad_portal.kernel.fetch.urls import join, parse_url

EXAMPLES = int(os.environ.get("URL_EXAMPLES", "1500"))  # 20,000 in the full-size run
BASE = parse_url("https://shop.ir/a/b?c=d")


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/x", "https://shop.ir/x"),
        ("x", "https://shop.ir/a/x"),
        ("?q=1", "https://shop.ir/a/b?q=1"),
        ("//www.shop.ir/x", "https://www.shop.ir/x"),
        ("http://shop.ir", "http://shop.ir/"),
        ("https://shop.ir:443/x#frag", "https://shop.ir/x"),
        ("HTTPS://SHOP.IR./x", "https://shop.ir/x"),
        ("/فروش", "https://shop.ir/%D9%81%D8%B1%D9%88%D8%B4"),
        ("https://ایران.com/", "https://xn--mgba3a4f16a.com/"),
        ("../../x", "https://shop.ir/x"),
    ],
)
def test_dcv_7_where_a_location_leads(location: str, url: str):
    assert join(BASE, location).url == url


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd", "gopher://shop.ir/", "data:text/html,x", "javascript:alert(1)", "ftp://shop.ir/",
        "http://shop.ir:22/", "http://shop.ir:6379/", "https://shop.ir:8080/", "http://shop.ir:443/",
        "https://shop.ir:80/",
        "https://a@shop.ir/", "https://a:b@shop.ir/", "https://good.ir\\@127.0.0.1/", "https://127.0.0.1/", "https://[::1]/",
        "https://0x7f.1/", "https://shop.ir%2f@evil.ir/",
        "///evil.ir/", "https:///evil.ir", "https:evil.ir", "http:\\\\evil.ir",
        "https://shop.ir /", "https://shop.ir/\r\nX: y", "https://", "https:", "/" + "x" * 3000, "https://shop.ir:99999/",
        "https://shop.ir:٤٤٣/", "https://localhost/", "\x00/",
    ],
)  # fmt: skip
def test_dcv_7_where_no_location_may_lead(location: str):
    with pytest.raises(FetchTrouble) as trouble:
        join(BASE, location)
    assert trouble.value.code in {
        FailureCode.REDIRECT_UNSAFE,
        FailureCode.HOST_REFUSED,
        FailureCode.HOST_IS_SUFFIX,
    }


class Ear:
    """Stands where a socket stands and keeps what is written to it."""

    def __init__(self) -> None:
        self.heard = b""

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def sendall(self, data: bytes) -> None:
        self.heard += data


SIGNS = st.sampled_from(
    [*"aA1.-_@:/\\?#%[]; \t\r\n\0", "xn--", "۱", "ک", "ي", "\u200c", "。", "ß", "１", "%2e", "127.0.0.1", "::1"]
)
AUTHORITY = st.lists(SIGNS, max_size=12).map("".join)
URLS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["http://", "https://", "HTTP://", "http:", "//", ""]),
    AUTHORITY,
    st.sampled_from([".ir", ".co.ir", ".ایران", ".test", ".com.", ""]),
    st.lists(SIGNS, max_size=6).map("".join),
)


@given(URLS)
@settings(max_examples=EXAMPLES, deadline=None, database=None)
def test_fet_5_the_host_we_check_is_the_host_we_dial_is_the_host_header(url: str):
    with contextlib.suppress(FetchTrouble):
        target = parse_url(url)
        ear = Ear()
        Exchange(Wire(ear, Deadline(5), PAGE), Request(target.host.a_label, target.path, ()), PAGE)
        lines = ear.heard.decode("ascii").split("\r\n")
        assert lines[1] == f"Host: {target.host.a_label}"
        assert lines[0] == f"GET {target.path} HTTP/1.1"
        assert parse_url(target.url) == target
        assert target.host.a_label.endswith(target.host.registrable)
        assert set(target.host.a_label) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
