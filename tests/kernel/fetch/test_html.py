import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from enamad_portal.kernel.fetch import html_child
from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.html import PARSED_BYTES, Failure, Form, Image, Link, PageFacts, read_page

T = '<meta name="enamad" content="tok">'

# (placement, page, what counts as found)
PLACEMENTS = {
    "in the head": (f"<html><head>{T}<title>x</title></head><body>b</body></html>", ("tok",)),
    "in the head, upper case": ('<HTML><HEAD><META NAME="ENAMAD" CONTENT="tok"></HEAD><BODY>b</BODY></HTML>', ("tok",)),
    "in a head that is not written": (f"<!doctype html>{T}<title>x</title><p>b", ("tok",)),
    "self closed": ('<head><meta name="enamad" content="tok" /></head>', ("tok",)),
    "twice, the same": (f"<head>{T}{T}</head>", ("tok", "tok")),
    "twice, different": (f'<head>{T}<meta name="enamad" content="other"></head>', ("tok", "other")),
    "in the body": (f"<html><head></head><body>{T}</body></html>", ()),
    "in a div before any head": (f"<div>comment {T}</div>", ()),
    "in noscript of the head": (f"<head><noscript>{T}</noscript></head>", ()),
    "in noscript of the body": (f"<body><noscript>{T}</noscript></body>", ()),
    "in a template of the head": (f"<head><template>{T}</template></head>", ()),
    "in a comment": (f"<head><!-- {T} --></head>", ()),
    "in a conditional comment": (f"<head><!--[if IE]>{T}<![endif]--></head>", ()),
    "in the title": (f"<head><title>{T}</title></head>", ()),
    "in a textarea": (f"<body><textarea>{T}</textarea></body>", ()),
    "in a script string": (f"<head><script>var a='{T}';</script></head>", ()),
    "in a style": (f"<head><style>{T}</style></head>", ()),
    "in srcdoc": (f"<body><iframe srcdoc='{T}'></iframe></body>", ()),
    "in an attribute": (f"<head><link rel='x' title='{T}'></head>", ()),
    "escaped": ("<head></head><body>&lt;meta name=enamad content=tok&gt;</body>", ()),
    "in a second head": (f"<html><head></head><body><p>x</p><head>{T}</head></body></html>", ()),
    "after the end": (f"<html><head></head><body></body></html>{T}", ()),
    "in svg": (f"<body><svg><head>{T}</head></svg></body>", ()),
    "in noframes": (f"<head></head><noframes>{T}</noframes>", ()),
    "as property instead of name": ('<head><meta property="enamad" content="tok"></head>', ()),
    "after a title that never ends": (f"<head><title>x {T}", ()),
}


@pytest.mark.parametrize(("page", "found"), PLACEMENTS.values(), ids=PLACEMENTS.keys())
def test_dcv_5_case_50_where_the_meta_tag_counts(page: str, found: tuple[str, ...]):
    assert facts(page).meta("enamad") == found


def test_dcv_5_there_are_at_least_22_placements():
    assert len(PLACEMENTS) >= 22


def test_dcv_6_the_first_title_of_the_head():
    assert facts("<head><title> فروشگاه tok </title><title>b</title></head>").title == " فروشگاه tok "
    assert facts("<body><svg><title>tok</title></svg></body>").title is None
    assert facts("<p>x").title is None


def test_what_a_badge_check_needs_of_a_link():
    page = (
        '<body><a href="/v/abc/" target="_blank" rel="noopener" referrerpolicy="origin">'
        '<img src="badge.svg" width="120" height="120" alt="نماد" referrerpolicy="origin">x</a></body>'
    )
    assert facts(page).links == (
        Link(
            href="/v/abc/",
            url="https://shop.ir/v/abc/",
            text="x",
            rel="noopener",
            target="_blank",
            referrerpolicy="origin",
            image=Image(
                src="badge.svg",
                url="https://shop.ir/fa/badge.svg",
                alt="نماد",
                width="120",
                height="120",
                referrerpolicy="origin",
            ),
        ),
    )


def test_tls_7_forms_frames_and_scripts_with_resolved_addresses():
    page = (
        "<base href='http://cdn.ir/x/'><form method=POST action=pay><input type=PassWord>"
        "<button formaction='//a.ir/b'></button></form><form></form><iframe src=f></iframe><script src=/s.js></script>"
        "<script>1</script><input type=password>"
    )
    read = facts(page)
    assert read.forms == (Form("http://cdn.ir/x/pay", "post", True), Form("https://shop.ir/fa/", "get", False))
    assert read.form_actions == ("http://a.ir/b",)
    assert read.iframes == ("http://cdn.ir/x/f",)
    assert read.scripts == ("http://cdn.ir/s.js",)
    assert read.password_fields == 2


def test_the_visible_text_leaves_out_what_nobody_reads():
    page = (
        "<head><title>t</title><style>s</style></head><body>یک<!-- c --> دو <script>x</script><b>سه</b> چهار<template>z"
    )
    assert facts(page).text == "یک دو سه چهار"


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("<title>سلام</title>".encode(), "utf-8"),
        ("<meta charset=utf-8><title>سلام</title>".encode("cp1256"), "cp1256"),
        ("<title>سلام</title>".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_fet_9_the_charset_of_the_answer_rules(body: bytes, charset: str):
    read = read_page(body, charset)
    assert isinstance(read, PageFacts)
    assert read.title == "سلام"


@pytest.mark.parametrize(
    "pattern",
    ["<a ", "<!--", '<a x="', "<p>", "&", "</", "<![CDATA[", "<a href=x><img src=y>", "<script>", "<select><option>"],
)
def test_fet_10_case_46_hostile_patterns_at_full_length(pattern: str):
    started = time.monotonic()
    page = pattern * (PARSED_BYTES // len(pattern))
    assert isinstance(read_page(page.encode(), "utf-8"), PageFacts | Failure)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<table><tr><td>", "<ul><li>"])
def test_fet_10_case_47_nested_without_end(tag: str):
    read = read_page(tag.encode() * 100_000, "utf-8")
    assert isinstance(read, Failure)
    assert read.code == FailureCode.PAGE_TOO_COMPLEX


def test_fet_10_only_the_first_512_kib_are_read():
    read = read_page(b"<p>x" + b" " * PARSED_BYTES + b"<a href=y>y</a>", "utf-8")
    assert isinstance(read, PageFacts)
    assert (read.whole, read.links, read.text) == (False, (), "x")


def test_fet_10_a_child_that_takes_too_long_is_killed():
    read = read_page(b"<p>x", "utf-8", wall_s=0.001)
    assert isinstance(read, Failure)
    assert read.code == FailureCode.PAGE_TOO_COMPLEX


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 1000, b"%PDF-1.4", b"\xff" * 1000, b"<?xml version='1.0' encoding='x'?><p>a"]
)
def test_fet_10_what_is_no_page_gives_empty_facts(body: bytes):
    read = read_page(body, "utf-8")
    assert isinstance(read, PageFacts)
    assert read.metas == ()


def test_fet_10_entities_are_not_read_from_files():
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><body>&x;</body>'
    assert "root:" not in facts(page).text


def facts(page: str) -> PageFacts:
    read = read_page(page.encode(), "utf-8", url="https://shop.ir/fa/")
    assert isinstance(read, PageFacts)
    return read


@pytest.mark.parametrize(
    ("wild", "ends"),
    [
        ("while True: pass", (-signal.SIGXCPU, -signal.SIGKILL)),
        ("bytearray(300 * 1024 * 1024)", (1,)),
    ],
)
def test_fet_10_the_child_limits_itself(wild: str, ends: tuple[int, ...]):
    """The child's own limits around code that runs wild as a parser might."""
    started = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", f"import html_child\nhtml_child.limit_self()\n{wild}"],
        cwd=Path(html_child.__file__).parent,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert ended.returncode in ends
    assert time.monotonic() - started < 5
