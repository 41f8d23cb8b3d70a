"""Facts about a page, read by a child process that may die without harm (FET-10). No script ever runs.

The standard library's parser can be hung by 20 KB of `<a `; lxml survived all known hostile pages, and the child's
limits (2 s of CPU, 256 MiB, 5 s of wall time) hold for the unknown ones.
"""

import json
import select
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lxml

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.limits import KIB, MIB
from enamad_portal.kernel.fetch.results import Failure, Fetched

PARSED_BYTES = 512 * KIB
WALL_S = 5.0
_MAX_OUTPUT = 16 * MIB
_CHILD = Path(__file__).with_name("html_child.py")
_LIBRARIES = Path(lxml.__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Meta:
    """A `<meta name content>` that is a child of the head; `name` as written."""

    name: str
    content: str


@dataclass(frozen=True, slots=True)
class Image:
    """An `<img>`; `url` is `src` resolved against the page."""

    src: str
    url: str
    alt: str
    width: str
    height: str
    referrerpolicy: str


@dataclass(frozen=True, slots=True)
class Link:
    """An `<a>` anywhere in the page; `url` is `href` resolved against the page and its `<base>`."""

    href: str
    url: str
    text: str
    rel: str
    target: str
    referrerpolicy: str
    image: Image | None


@dataclass(frozen=True, slots=True)
class Form:
    """A `<form>`; without an action `url` is the page itself."""

    url: str
    method: str
    has_password: bool


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the checks may know of a page. Addresses are resolved, values cut at 2048 signs, lists at 2000 items.

    `whole` is False when the page was longer than 512 KiB and only its beginning was read.
    """

    url: str
    whole: bool
    metas: tuple[Meta, ...]
    title: str | None
    links: tuple[Link, ...]
    forms: tuple[Form, ...]
    form_actions: tuple[str, ...]
    iframes: tuple[str, ...]
    scripts: tuple[str, ...]
    password_fields: int
    text: str
    images: tuple[Image, ...] = ()
    """Every `<img>` of the page, those inside links too."""

    def meta(self, name: str) -> tuple[str, ...]:
        """The contents of all meta tags of that name (any case), in page order (DCV-5)."""
        return tuple(meta.content for meta in self.metas if meta.name.strip().lower() == name)


def read_fetched(fetched: Fetched) -> PageFacts | Failure:
    """The facts of an answer of the door."""
    return read_page(fetched.body, fetched.charset, url=fetched.final_url)


def read_page(body: bytes, charset: str, *, url: str = "", wall_s: float = WALL_S) -> PageFacts | Failure:
    """The facts of the first 512 KiB of `body`; Failure(PAGE_TOO_COMPLEX or PAGE_UNREADABLE) for a hostile page."""
    output, ended = _run_child(body[:PARSED_BYTES], charset, url, wall_s)
    if not ended or len(output) > _MAX_OUTPUT:
        return Failure(FailureCode.PAGE_TOO_COMPLEX, (), "the parser was killed by its limits")
    try:
        facts = json.loads(output)
        if "refused" in facts:
            return Failure(FailureCode.PAGE_TOO_COMPLEX, (), f"the parser refused: {facts['refused']}")
        return _page_facts(facts, url, whole=len(body) <= PARSED_BYTES)
    except (ValueError, TypeError, KeyError) as error:
        return Failure(FailureCode.PAGE_UNREADABLE, (), f"the parser's answer: {type(error).__name__}")


def _run_child(body: bytes, charset: str, url: str, wall_s: float) -> tuple[bytes, bool]:
    """(output, whether the child ended well and in time). It inherits no variable, no file and no group of ours."""
    order = json.dumps({"charset": charset, "url": url, "libraries": str(_LIBRARIES)}).encode()
    with tempfile.TemporaryFile() as page:
        page.write(order + b"\n" + body)
        page.seek(0)
        child = subprocess.Popen(  # noqa: S603  our own interpreter and our own file, nothing of the page
            [sys.executable, "-I", "-S", "-E", "-B", str(_CHILD)],
            stdin=page,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
    with child:
        try:
            output = _read_all(child, time.monotonic() + wall_s)
        finally:
            if child.poll() is None:
                child.kill()
    return output, child.returncode == 0


def _read_all(child: subprocess.Popen[bytes], until: float) -> bytes:
    """All output until the child closes it, the time is over or the limit is passed."""
    assert child.stdout is not None
    output = bytearray()
    while len(output) <= _MAX_OUTPUT:
        ready, _, _ = select.select([child.stdout], [], [], max(0.0, until - time.monotonic()))
        piece = child.stdout.read1(64 * KIB) if ready else b""  # type: ignore[attr-defined]
        if not piece:
            break
        output += piece
    if time.monotonic() < until:
        _wait(child, until)
    return bytes(output)


def _wait(child: subprocess.Popen[bytes], until: float) -> None:
    try:
        child.wait(max(0.01, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        child.kill()


def _page_facts(facts: dict[str, Any], url: str, *, whole: bool) -> PageFacts:
    return PageFacts(
        url=url,
        whole=whole,
        metas=tuple(Meta(name, content) for name, content in facts["metas"]),
        title=facts["title"],
        links=tuple(_link(row) for row in facts["links"]),
        forms=tuple(Form(**row) for row in facts["forms"]),
        form_actions=tuple(facts["form_actions"]),
        iframes=tuple(facts["iframes"]),
        scripts=tuple(facts["scripts"]),
        password_fields=int(facts["password_fields"]),
        text=str(facts["text"]),
        images=tuple(Image(**row) for row in facts["images"]),
    )


def _link(row: dict[str, Any]) -> Link:
    image = row.pop("image")
    return Link(**row, image=None if image is None else Image(**image))
