"""The hostile internet on one machine: scripted raw-socket servers behind public-looking addresses.

The production classifier runs unchanged. Only the dialer is swapped: it maps (address, port) to a loopback port,
sends every forbidden address to the canary, which counts its visitors, and refuses all others.
"""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address

import trustme

from enamad_portal.kernel.fetch.addresses import Address, forbidden
from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.dialer import DialRefused
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.limits import ANY_ANSWER, PAGE, TOKEN_FILE, Limits
from enamad_portal.kernel.fetch.trouble import FetchTrouble

Script = Callable[[socket.socket, bytes], None]

AGENT = "enamad-portal/test (+https://portal.example/)"
SHOP4 = "192.0.32.10"
SHOP6 = "2620:0:2d0::10"
QUICK = {"total_s": 2.0, "hop_s": 1.2, "dns_s": 0.5, "ipv6_connect_s": 0.4, "rate_after_s": 0.3}
QUICK_PAGE = replace(PAGE, **QUICK)
QUICK_TOKEN = replace(TOKEN_FILE, **QUICK)
QUICK_ANY = replace(ANY_ANSWER, **QUICK)


def quick(limits: Limits, **changes) -> Limits:
    return replace(limits, **(QUICK | changes))


def answer(
    body: bytes = b"<p>hi", status: str = "200 OK", kind: str = "text/html; charset=utf-8", *extra: str
) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *extra]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return f"HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def says(data: bytes) -> Script:
    """A server that reads one request, sends `data` and closes."""
    return lambda conn, _request: conn.sendall(data)


def drips(before: bytes, drop: bytes, every_s: float, times: int = 400) -> Script:
    def script(conn: socket.socket, request: bytes) -> None:
        conn.sendall(before)
        for _ in range(times):
            conn.settimeout(every_s)
            with contextlib.suppress(TimeoutError):
                if not conn.recv(1):
                    return
            conn.sendall(drop)

    return script


def resets(before: bytes = b"") -> Script:
    def script(conn: socket.socket, request: bytes) -> None:
        conn.sendall(before)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return script


@dataclass
class FakeResolver:
    """Names to addresses; a list of lists gives one answer per look-up, the last one again and again."""

    table: dict[str, list[list[Address]]] = field(default_factory=dict)
    texts: dict[str, list[bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def resolve(self, host: str, deadline: Deadline) -> list[Address]:  # noqa: ARG002
        self.asked.append(host)
        answers = self.table.get(host)
        if not answers:
            raise FetchTrouble(FailureCode.NAME_NOT_FOUND, f"NXDOMAIN for {host}")
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def txt(self, name: str, deadline: Deadline) -> list[bytes]:  # noqa: ARG002
        return self.texts.get(name, [])


class Server:
    """One listener on loopback that plays `script` for each connection; `requests` keeps what it was sent."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None, *, reads: bool = True) -> None:
        self.script = script
        self.context = context
        self.reads = reads
        self.requests: list[bytes] = []
        self.visits = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open: list[socket.socket] = []
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            self.visits += 1
            self.open.append(conn)
            threading.Thread(target=self._talk, args=(conn,), daemon=True).start()

    def _talk(self, conn: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), contextlib.ExitStack() as stack:
            conn.settimeout(5)
            if self.context:
                conn = self.context.wrap_socket(conn, server_side=True)
            stack.enter_context(conn)
            request = b""
            while self.reads and b"\r\n\r\n" not in request and (piece := conn.recv(65536)):
                request += piece
            self.requests.append(request)
            self.script(conn, request)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for conn in self.open:
            with contextlib.suppress(OSError):
                conn.close()


class World:
    """A resolver, a dialer, a certificate authority, a canary, and servers that come and go."""

    def __init__(self, ca: trustme.CA) -> None:
        self.ca = ca
        self.resolver = FakeResolver()
        self.canary = Server(says(answer(b"internal")))
        self.servers = [self.canary]
        self.map: dict[tuple[Address, int], int] = {}
        self.dialled: list[tuple[str, int]] = []

    def close(self) -> None:
        for server in self.servers:
            server.close()

    def name(self, host: str, *answers: str | list[str]) -> None:
        lists = [[answer] if isinstance(answer, str) else answer for answer in answers]
        self.resolver.table[host] = [[ip_address(text) for text in texts] for texts in lists]

    def serve(
        self,
        script: Script,
        *,
        at: str = SHOP4,
        port: int = 80,
        context: ssl.SSLContext | None = None,
        reads: bool = True,
    ) -> Server:
        server = Server(script, context, reads=reads)
        self.servers.append(server)
        self.map[ip_address(at), port] = server.port
        return server

    def shop(self, script: Script, host: str = "shop.ir", **how) -> Server:
        """A plain HTTP shop with one address."""
        self.name(host, how.get("at", SHOP4))
        return self.serve(script, **how)

    def secure_shop(self, script: Script, host: str = "shop.ir", names: tuple[str, ...] = (), **how) -> Server:
        self.name(host, how.get("at", SHOP4))
        return self.serve(script, port=443, context=self.context(*(names or (host,))), **how)

    def context(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*names).configure_cert(context)
        return context

    def connect(self, address: Address, port: int, timeout: float) -> socket.socket:
        self.dialled.append((str(address), port))
        if (address, port) in self.map:
            return socket.create_connection(("127.0.0.1", self.map[address, port]), timeout)
        if forbidden(address):
            return socket.create_connection(("127.0.0.1", self.canary.port), timeout)
        raise DialRefused(f"nothing at {address}:{port}")

    def door(self, **how) -> Door:
        return Door(self.resolver, self, self.ca.cert_pem.bytes().decode(), AGENT, **how)


def empty_network() -> tuple[FakeResolver, "NoDialer", str]:
    """What a sandbox hands to the settings' door."""
    return FakeResolver(), NoDialer(), trustme.CA().cert_pem.bytes().decode()


class NoDialer:
    def connect(self, address: Address, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        raise DialRefused(f"nothing at {address}:{port}")
