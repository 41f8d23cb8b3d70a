"""A small HTTP server on the standard library: requests and responses as values, routes as a table."""

import contextlib
import json
import logging
import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from enamad_portal.sandbox import clamd
from enamad_portal.sandbox.box import Box

logger = logging.getLogger(__name__)
_LONGEST_BODY = 4 * 1024 * 1024
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action *; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}


class Failed(Exception):
    """An HTTP status and a code instead of an answer."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Dropped(Exception):
    """Closes the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    target: str
    """Path with query, as it stood in the request line."""
    headers: Any
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """The JSON object of the body. Raises Failed(400)."""
        try:
            value = json.loads(self.body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise Failed(400, "body_is_not_a_json_object")
        return value


@dataclass(frozen=True, slots=True)
class Response:
    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def as_json(value: object, status: int = 200) -> Response:
    return Response(status, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def as_html(text: str, status: int = 200) -> Response:
    return Response(status, text.encode())


def redirect(url: str) -> Response:
    return Response(303, headers={"Location": url})


Endpoint = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    endpoint: Endpoint


def route(method: str, path: str, endpoint: Endpoint) -> Route:
    """`/shops/<domain>/pages`: each `<name>` is one path segment, given to the endpoint by name."""
    pattern = re.sub(r"<(\w+)>", r"(?P<\1>[^/]+)", path).replace("(?P<rest>[^/]+)", "(?P<rest>.*)")
    return Route(method, re.compile(pattern), endpoint)


def respond(routes: tuple[Route, ...], box: Box, request: Request) -> Response:
    """The answer of the first route that fits."""
    fitting = [(match, one) for one in routes if (match := one.pattern.fullmatch(request.path))]
    for match, one in fitting:
        if one.method == request.method or (one.method == "GET" and request.method == "HEAD"):
            return one.endpoint(box, request, **{name: unquote(part) for name, part in match.groupdict().items()})
    raise Failed(405 if fitting else 404, "method_not_allowed" if fitting else "not_found")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: "SandboxServer"

    def handle(self) -> None:
        """HTTP, or clamd's protocol, which begins with a byte that no request begins with."""
        with contextlib.suppress(OSError, struct.error):
            if self.connection.recv(1, socket.MSG_PEEK) == clamd.FIRST_BYTE:
                clamd.converse(self.server.box, self.rfile, self.wfile)
                return
        super().handle()

    def _serve(self) -> None:
        try:
            response = self._respond()
        except Failed as failed:
            response = self._refusal(failed)
        except Dropped:
            self.close_connection = True
            return
        except Exception:
            logger.exception("%s failed", self.command)
            response = as_json({"code": "sandbox_error"}, 500)
        self._send(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 — names of the standard library

    def _respond(self) -> Response:
        body = self._body()
        self._refuse_foreign_pages()
        return respond(self.server.routes, self.server.box, Request(self.command, self.path, self.headers, body))

    def _refusal(self, failed: Failed) -> Response:
        """A page for people, JSON for programs."""
        if "text/html" in self.headers.get("Accept", ""):
            return as_html(self.server.refusal_page(failed.code), failed.status)
        return as_json({"code": failed.code}, failed.status)

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LONGEST_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            raise Failed(413, "body_too_long_or_without_length")
        return self.rfile.read(int(length))

    def _refuse_foreign_pages(self) -> None:
        """A page open in the same browser must not drive the sandbox."""
        origin = self.headers.get("Origin")
        if self.command != "GET" and origin is not None and urlsplit(origin).netloc != self.headers["Host"]:
            raise Failed(403, "foreign_origin")

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in (_SECURITY | response.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD" and response.status != HTTPStatus.NO_CONTENT:
            self.wfile.write(response.body)

    def version_string(self) -> str:
        return "sandbox"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — signature of the standard library
        """Nothing: request lines carry phone numbers (PII-1)."""


class SandboxServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], routes: tuple[Route, ...], box: Box, refusal_page: Callable[[str], str]
    ) -> None:
        self.routes, self.box, self.refusal_page = routes, box, refusal_page
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        """Without the standard library's reverse look-up of our own name, which can hang without DNS."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that closes early is not news."""
