"""The child process that parses a stranger's page (FET-10). Run as a script, never imported by the portal.

Reads on stdin: one JSON line {charset, url, libraries}, then the page. Writes one JSON object on stdout.
It limits itself before the first byte of the page is read, so a parser that runs wild dies alone.
"""

import json
import resource
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

CPU_SECONDS = 2
MEMORY_BYTES = 256 * 1024 * 1024
MAX_ITEMS = 2000
MAX_VALUE = 2048
MAX_TEXT = 100_000
_SILENT = frozenset({"script", "style", "noscript", "template", "textarea", "iframe", "head", "title", "svg", "math"})


def limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    limit_self()
    order = json.loads(sys.stdin.buffer.readline())
    sys.path.append(order["libraries"])
    from lxml import etree  # noqa: PLC0415  only after the limits hold

    page = sys.stdin.buffer.read().decode(order["charset"], errors="replace").replace("\0", "\ufffd")
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # all code is loaded: no file and no socket opens from here on
    parser = etree.HTMLParser(huge_tree=False, no_network=True, encoding="utf-8")
    parser.feed(page.encode("utf-8", errors="replace") or b" ")
    root = parser.close()
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.feed_error_log):
        facts: dict[str, Any] = {"refused": "too deep"}
    else:
        facts = Page(etree.Element("html") if root is None else root, order["url"]).facts()
    json.dump(facts, sys.stdout)


class Page:
    """The facts of one tree; every list and every value is bounded."""

    def __init__(self, root: Any, url: str) -> None:
        self.root = root
        self.head = root.find("head") if root.tag == "html" else None
        self.url = self.base = url
        base = next(root.iter("base"), None)
        if base is not None:
            self.base = self.resolved(base.get("href")) or url

    def facts(self) -> dict[str, Any]:
        return {
            "metas": self.metas(),
            "title": self.title(),
            "links": [self.link(anchor) for anchor in self.some("a")],
            "forms": [self.form(form) for form in self.some("form")],
            "form_actions": [
                self.resolved(tag.get("formaction")) for tag in self.some("button", "input", need="formaction")
            ],
            "iframes": [self.resolved(tag.get("src")) for tag in self.some("iframe", need="src")],
            "scripts": [self.resolved(tag.get("src")) for tag in self.some("script", need="src")],
            "password_fields": sum(1 for tag in self.root.iter("input") if is_password(tag)),
            "text": self.text(),
            "images": [self.image(image) for image in self.some("img")],
        }

    def some(self, *names: str, need: str = "") -> list[Any]:
        found = []
        for tag in self.root.iter(*names):
            if need and tag.get(need) is None:
                continue
            found.append(tag)
            if len(found) == MAX_ITEMS:
                break
        return found

    def metas(self) -> list[list[str]]:
        """Only children of the head itself count (DCV-5)."""
        tags = self.head.findall("meta") if self.head is not None else []
        return [[cut(tag.get("name")), cut(tag.get("content"))] for tag in tags[:MAX_ITEMS] if tag.get("name")]

    def title(self) -> str | None:
        tag = self.head.find("title") if self.head is not None else None
        return None if tag is None else cut("".join(tag.itertext()))

    def link(self, anchor: Any) -> dict[str, Any]:
        image = anchor.find(".//img")
        return {
            "href": cut(anchor.get("href")),
            "url": self.resolved(anchor.get("href")),
            "text": cut(" ".join("".join(anchor.itertext()).split())),
            "rel": cut(anchor.get("rel")),
            "target": cut(anchor.get("target")),
            "referrerpolicy": cut(anchor.get("referrerpolicy")),
            "image": None if image is None else self.image(image),
        }

    def image(self, image: Any) -> dict[str, Any]:
        names = ("src", "referrerpolicy", "alt", "width", "height")
        return {name: cut(image.get(name)) for name in names} | {"url": self.resolved(image.get("src"))}

    def form(self, form: Any) -> dict[str, Any]:
        action = form.get("action")
        return {
            "url": self.resolved(action) if action else self.url,
            "method": (form.get("method") or "get").lower()[:10],
            "has_password": any(is_password(tag) for tag in form.iter("input")),
        }

    def resolved(self, value: str | None) -> str:
        try:
            return cut(urljoin(self.base, (value or "").strip()))
        except ValueError:
            return cut(value)

    def text(self) -> str:
        """What a reader sees, roughly: words outside scripts, styles and hidden containers."""
        pieces: list[str] = []
        size = 0
        for words in visible(self.root):
            pieces.append(" ".join(words.split()))
            size += len(pieces[-1]) + 1
            if size > MAX_TEXT:
                break
        return " ".join(pieces)[:MAX_TEXT]


def visible(root: Any) -> Iterator[str]:
    """The pieces of text in reading order; a silent tag is left out with all it holds, its tail is not."""
    waiting: list[Any] = [root]
    while waiting:
        tag = waiting.pop()
        if isinstance(tag, str):
            if tag.strip():
                yield tag
            continue
        waiting.append(tag.tail or "")
        if isinstance(tag.tag, str) and tag.tag not in _SILENT:
            waiting += [*reversed(tag), tag.text or ""]


def is_password(tag: Any) -> bool:
    return (tag.get("type") or "").strip().lower() == "password"


def cut(value: str | None) -> str:
    return (value or "")[:MAX_VALUE]


if __name__ == "__main__":
    main()
