"""One bounded HTTP/1.1 exchange over a socket that is already connected (FET-1, FET-6 to FET-8).

h11 refuses unfinished headers, conflicting lengths and endless chunk extensions; the deadline, the count of 1xx
answers, Content-Length beside Transfer-Encoding, and the byte limits are ours.
"""

import socket
from dataclasses import dataclass

import h11

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline, MinimumRate
from enamad_portal.kernel.fetch.limits import Limits
from enamad_portal.kernel.fetch.results import Headers
from enamad_portal.kernel.fetch.trouble import FetchTrouble
from enamad_portal.kernel.fetch.unpack import Unpacker

_READ = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; `headers` come after Host and before nothing else: no cookie, no referer, no credentials."""

    host: str
    path: str
    headers: tuple[tuple[str, str], ...]
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Head:
    """Status line and headers, names in lower case."""

    status: int
    headers: Headers

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def tokens(self, name: str) -> list[str]:
        """The comma separated words of all headers of that name, lower case."""
        return [word.strip().lower() for value in self.values(name) for word in value.split(",") if word.strip()]


class Wire:
    """Reads and writes under the deadline, the minimum rate and the byte limit."""

    def __init__(self, sock: socket.socket, deadline: Deadline, limits: Limits) -> None:
        self._sock = sock
        self._deadline = deadline
        self._rate = MinimumRate(limits.rate_bytes_per_s, limits.rate_after_s)
        self._limit = limits.wire_bytes + limits.header_bytes * (limits.informational + 1)

    @property
    def received(self) -> int:
        """Bytes so far."""
        return self._rate.received

    def write(self, data: bytes) -> None:
        self._deadline.arm(self._sock)
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise FetchTrouble(FailureCode.UNREACHABLE, f"sending: {type(error).__name__}") from None

    def read(self) -> bytes:
        """The next bytes, empty at the end of the stream."""
        self._rate.hold()
        if self._deadline.left() <= 0:
            raise self._late()
        self._deadline.arm(self._sock, self._rate.patience())
        try:
            data = self._sock.recv(_READ)
        except TimeoutError:
            raise self._late() from None
        except OSError as error:
            code = FailureCode.BODY_CUT_SHORT if self.received else FailureCode.UNREACHABLE
            raise FetchTrouble(code, f"receiving: {type(error).__name__}") from None
        self._rate.add(len(data))
        if self.received > self._limit:
            raise FetchTrouble(FailureCode.BODY_TOO_LARGE, f"more than {self._limit} bytes on the wire")
        return data

    def _late(self) -> FetchTrouble:
        """A host that never spoke looks like a closed port (FET-14)."""
        code = FailureCode.TOO_SLOW if self.received else FailureCode.UNREACHABLE
        return FetchTrouble(code, f"late after {self.received} bytes")


class Exchange:
    """One request and its answer: `head()` once, then `body()` or nothing."""

    def __init__(self, wire: Wire, request: Request, limits: Limits) -> None:
        self._wire = wire
        self._limits = limits
        self._connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.header_bytes)
        self._send(request)

    def _send(self, request: Request) -> None:
        headers = [("Host", request.host), *request.headers, ("Connection", "close")]
        if request.body:
            headers.append(("Content-Length", str(len(request.body))))
        start = h11.Request(method=request.method, target=request.path, headers=headers)
        parts = [self._connection.send(start)]
        if request.body:
            parts.append(self._connection.send(h11.Data(data=request.body)))
        parts.append(self._connection.send(h11.EndOfMessage()))
        self._wire.write(b"".join(part for part in parts if part))

    def head(self) -> Head:
        """The final status and headers. FetchTrouble(ANSWER_NOT_HTTP, HEADERS_TOO_LARGE, TOO_SLOW, …)."""
        for _ in range(self._limits.informational + 1):
            event = self._next()
            if isinstance(event, h11.Response):
                return self._checked(event)
            if not isinstance(event, h11.InformationalResponse):
                break
        raise FetchTrouble(FailureCode.ANSWER_NOT_HTTP, "no final answer, or too many 1xx answers")

    def _checked(self, response: h11.Response) -> Head:
        if len(response.headers) > self._limits.header_count:
            raise FetchTrouble(FailureCode.HEADERS_TOO_LARGE, f"{len(response.headers)} headers")
        head = Head(
            response.status_code,
            tuple((name.decode("ascii"), value.decode("latin-1")) for name, value in response.headers),
        )
        if head.values("content-length") and head.values("transfer-encoding"):
            raise FetchTrouble(FailureCode.ANSWER_NOT_HTTP, "Content-Length beside Transfer-Encoding")
        if any(int(length) > self._limits.wire_bytes for length in head.values("content-length")):
            raise FetchTrouble(FailureCode.BODY_TOO_LARGE, "Content-Length over the limit")
        return head

    def body(self, head: Head) -> bytes:
        """The whole body, unpacked. FetchTrouble(BODY_TOO_LARGE, BODY_CUT_SHORT, COMPRESSION_REFUSED, TOO_SLOW)."""
        unpacker = Unpacker(head.tokens("content-encoding"), self._limits)
        while isinstance(event := self._next(in_body=True), h11.Data):
            unpacker.add(bytes(event.data))
        if not isinstance(event, h11.EndOfMessage):
            raise FetchTrouble(FailureCode.BODY_CUT_SHORT, "body without end")
        return unpacker.finish()

    def _next(self, *, in_body: bool = False) -> object:
        try:
            while (event := self._connection.next_event()) is h11.NEED_DATA:
                self._connection.receive_data(self._wire.read())
        except h11.RemoteProtocolError as error:
            raise FetchTrouble(self._code(error, in_body=in_body), f"h11: {error}"[:200]) from None
        return event

    def _code(self, error: h11.RemoteProtocolError, *, in_body: bool) -> FailureCode:
        if not self._wire.received:
            return FailureCode.UNREACHABLE
        if error.error_status_hint == 431:
            return FailureCode.HEADERS_TOO_LARGE
        return FailureCode.BODY_CUT_SHORT if in_body and "closed" in str(error) else FailureCode.ANSWER_NOT_HTTP
