"""A browser without scripts: follows links and sends the forms it sees."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import requests
from lxml import html

PATIENCE_S = 60.0


class JobFailedError(RuntimeError):
    """The portal did not do what a person would expect; the message says at which page."""


class Visitor:
    """One person's browser, with his cookies and the page before his eyes."""

    def __init__(self, base: str) -> None:
        self.base, self.session = base, requests.Session()
        self.url = base
        self.page: Any = html.fromstring("<html></html>")  # lxml's stubs know neither forms nor text_content

    def open(self, path: str) -> "Visitor":
        return self._take(self.session.get(urljoin(self.url, path), timeout=20))

    def has_form(self, marker: str) -> bool:
        return self._form(marker) is not None

    def submit(self, marker: str, **answers: str) -> "Visitor":
        """Fills the first form whose markup holds `marker` and sends it; hidden fields go along as they are."""
        return self._send(marker, answers, {})

    def upload(self, marker: str, field: str, file: tuple[str, bytes, str]) -> "Visitor":
        """The same with a file: its name, content and media type."""
        return self._send(marker, {}, {field: file})

    def sees(self, text: str) -> bool:
        return text in self.page.text_content()

    def until(self, seen: Callable[["Visitor"], bool], path: str) -> "Visitor":
        """Reloads a page until it shows what is awaited."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            if seen(self.open(path)):
                return self
            time.sleep(0.2)
        raise JobFailedError(f"{self.url}: waited {PATIENCE_S:.0f} s in vain\n{self._words()}")

    def _form(self, marker: str) -> Any:
        posting = (form for form in self.page.forms if form.method == "POST")
        return next((form for form in posting if marker in html.tostring(form, encoding="unicode")), None)

    def _send(self, marker: str, answers: dict[str, str], files: dict[str, tuple[str, bytes, str]]) -> "Visitor":
        form = self._form(marker)
        if form is None:
            raise JobFailedError(f"{self.url}: no form with {marker!r}\n{self._words()}")
        data = {name: value for name, value in form.form_values() if name not in answers} | answers
        target = urljoin(self.url, form.action or self.url)
        headers = {"Referer": self.url}
        return self._take(self.session.post(target, data=data, files=files, headers=headers, timeout=20))

    def _take(self, response: requests.Response) -> "Visitor":
        self.url = response.url
        self.page = html.fromstring(response.text or "<html></html>")
        if response.status_code >= 400:
            raise JobFailedError(f"{response.request.method} {response.url}: {response.status_code}\n{self._words()}")
        return self

    def _words(self) -> str:
        main = self.page.xpath("//main") or [self.page]
        return " ".join(main[0].text_content().split())[:600]
