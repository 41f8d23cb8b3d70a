"""The one way a provider is called: bounded time, bounded answer, signed request, errors in two kinds.

Nothing of a request or an answer is logged or put into an error: both carry personal data (PII-1).
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.providers.signing import sign

_CONNECT_TIMEOUT_S = 3.05
_LONGEST_ANSWER = 1024 * 1024
_WORTH_ASKING_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON object of a call that the provider understood."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HttpClient:
    """Posts JSON objects to `{url}/{operation}`; `secret=None` leaves out the signature (Zarinpal has its own key)."""

    provider: str
    url: str
    secret: str | None
    timeout_s: float

    def call(self, operation: str, body: Mapping[str, Any], *, accept: frozenset[int] = frozenset()) -> Answer:
        """The answer to one request; statuses of `accept` are answers too, not errors.

        Raises ProviderDown: transient for time-outs, 5xx, 408/425/429 and unreadable answers; permanent for other 4xx.
        """
        url = f"{self.url.rstrip('/')}/{operation}"
        data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        status, raw = self._exchange(url, data)
        if not (200 <= status < 300 or status in accept):
            raise ProviderDown(self.provider, f"{operation}: HTTP {status}", transient=_is_transient(status))
        return Answer(status, self._object(operation, raw))

    def _exchange(self, url: str, data: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
        if self.secret is not None:
            headers |= sign(self.secret, "POST", urlsplit(url).path, data, at=int(time.time()))
        timeout = (min(_CONNECT_TIMEOUT_S, self.timeout_s), self.timeout_s)
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy, .netrc or CA bundle of the machine between us and a provider
                with session.post(
                    url, data=data, headers=headers, timeout=timeout, allow_redirects=False, stream=True
                ) as response:
                    return response.status_code, self._read(response)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise ProviderDown(self.provider, type(error).__name__) from None

    def _read(self, response: requests.Response) -> bytes:
        """The body within size and time: `requests` bounds each read only, so a dripping server would hold us."""
        end, chunks, size = time.monotonic() + self.timeout_s, [], 0
        while chunk := response.raw.read1(16 * 1024):  # what has come, not what was asked for: the time is looked at
            chunks.append(chunk)
            size += len(chunk)
            if size > _LONGEST_ANSWER or time.monotonic() > end:
                raise ProviderDown(self.provider, "answer too long or too slow")
        return b"".join(chunks)

    def _object(self, operation: str, raw: bytes) -> dict[str, Any]:
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise ProviderDown(self.provider, f"{operation}: answer is not a JSON object")
        return body

    def unreadable(self, operation: str) -> ProviderDown:
        """The error for an answer whose fields are missing or of the wrong kind."""
        return ProviderDown(self.provider, f"{operation}: answer lacks a field or has a wrong one")


def _is_transient(status: int) -> bool:
    return status >= 500 or status in _WORTH_ASKING_AGAIN
