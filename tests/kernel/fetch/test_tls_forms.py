import pytest

from enamad_portal.kernel.fetch.html import PageFacts, read_page
from enamad_portal.kernel.fetch.tls_findings import TlsCode, TlsVerdict
from enamad_portal.kernel.fetch.tls_forms import judge_forms

SAFE = {
    "no form": "<p>x",
    "relative": "<form action=/login><input type=password></form>",
    "empty action": "<form><input type=password></form>",
    "absolute": "<form action=https://pay.ir/x></form>",
    "scheme relative": "<form action=//pay.ir/x></form>",
    "script without address": "<script>1</script>",
    "https frame and script": "<iframe src=https://a.ir></iframe><script src=https://b.ir/x.js></script>",
    "plain link is no form": "<a href=http://a.ir>x</a>",
}
UNSAFE = {
    "http action": ("<form action=http://shop.ir/login></form>", "form[action]"),
    "upper case": ("<form action=HTTP://shop.ir/login></form>", "form[action]"),
    "button": ("<form><button formaction=http://a.ir></button></form>", "button[formaction]"),
    "submit input": ("<form><input type=submit formaction=http://a.ir></form>", "button[formaction]"),
    "frame": ("<iframe src=http://a.ir></iframe>", "iframe[src]"),
    "script": ("<script src=http://a.ir/x.js></script>", "script[src]"),
    "base": ("<base href=http://a.ir/><form action=x></form>", "form[action]"),
}


@pytest.mark.parametrize("html", SAFE.values(), ids=SAFE.keys())
def test_tls_7_pass(html: str):
    finding = judge_forms([page(html)])
    assert (finding.verdict, finding.code) == (TlsVerdict.PASS, TlsCode.FINE)


@pytest.mark.parametrize(("html", "element"), UNSAFE.values(), ids=UNSAFE.keys())
def test_tls_7_fail_names_page_and_element(html: str, element: str):
    finding = judge_forms([page("<p>x"), page(html, "https://shop.ir/cart")])
    assert (finding.verdict, finding.code) == (TlsVerdict.FAIL, TlsCode.PLAIN_HTTP_ELEMENT)
    assert [(fault["page"], fault["element"]) for fault in finding.evidence["faults"]] == [
        ("https://shop.ir/cart", element)
    ]


def test_tls_7_a_password_on_a_plain_page():
    finding = judge_forms([page("<input type=password>", "http://shop.ir/login")])
    assert finding.evidence["faults"][0]["element"] == "input[type=password]"


def test_tls_7_nothing_crawled_is_unknown():
    assert judge_forms([]).verdict == TlsVerdict.UNKNOWN


def page(html: str, url: str = "https://shop.ir/") -> PageFacts:
    facts = read_page(html.encode(), "utf-8", url=url)
    assert isinstance(facts, PageFacts)
    return facts
