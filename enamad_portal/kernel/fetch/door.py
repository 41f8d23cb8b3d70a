"""The door: one call fetches a page of a host that a user named, or says why not (FET-15).

Every hop of a redirect goes through the whole pipeline again: parse, policy, resolve, classify, pin, bounded HTTP.
"""

import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network

from enamad_portal.kernel.fetch.charset import charset_of
from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.dialer import Dialer
from enamad_portal.kernel.fetch.hosts import CanonicalHost
from enamad_portal.kernel.fetch.http import Exchange, Head, Request, Wire
from enamad_portal.kernel.fetch.limits import ANY_ANSWER, PAGE, Limits
from enamad_portal.kernel.fetch.pin import Pin, secure
from enamad_portal.kernel.fetch.politeness import Politeness
from enamad_portal.kernel.fetch.resolver import Resolver
from enamad_portal.kernel.fetch.results import Failure, Fetched, Hop, HopTrace
from enamad_portal.kernel.fetch.roots import verifying_context
from enamad_portal.kernel.fetch.trouble import FetchTrouble
from enamad_portal.kernel.fetch.urls import Target, join, parse_url

FOLLOWED = frozenset({301, 302, 307, 308})
_OWN_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent"})


@dataclass(slots=True)
class _Trip:
    """A fetch on its way: what it may cost and what it saw."""

    limits: Limits
    deadline: Deadline
    request_headers: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    body: bytes = b""
    hops: list[Hop] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


class Door:
    """Fetches from user-supplied hosts. One instance serves any number of fetches, one after the other or in threads.

    Every call raises AskedTooOften when `politeness` has no request left for the site or its address.
    `roots_pem`: see `roots.trusted_roots`. `own_networks`: CIDR blocks of this installation, never visited (FET-4).
    """

    def __init__(
        self,
        resolver: Resolver,
        dialer: Dialer,
        roots_pem: str,
        user_agent: str,
        *,
        own_networks: Sequence[str] = (),
        politeness: Politeness | None = None,
    ) -> None:
        self._resolver = resolver
        self._user_agent = user_agent
        self.roots_pem = roots_pem
        self._context = verifying_context(roots_pem)
        networks = [ip_network(block, strict=False) for block in own_networks]
        self._pin = Pin(resolver, dialer, networks, politeness)

    def get(
        self, url: str, *, limits: Limits = PAGE, accept: tuple[str, ...] | None = None, follow: bool = True
    ) -> Fetched | Failure:
        """The answer at `url` after allowed redirects, of any status. Never raises for what network or site do.

        `accept` replaces the content types of `limits`, which are demanded of a 2xx answer only.
        With `follow=False` a redirect is an answer like any other.
        """
        accepted = limits.content_types if accept is None else accept
        headers = (("Accept", ", ".join(accepted) or "*/*"),)
        trip = _Trip(limits, Deadline(limits.total_s), headers)
        return self._travel(url, trip, accepted, follow=follow)

    def post(
        self, url: str, body: bytes, headers: Sequence[tuple[str, str]], *, limits: Limits = ANY_ANSWER
    ) -> Fetched | Failure:
        """Send `body` (a webhook) and give the answer of any status; redirects are not followed."""
        own = tuple((name, value) for name, value in headers if name.lower() not in _OWN_HEADERS)
        trip = _Trip(limits, Deadline(limits.total_s), own, method="POST", body=body)
        return self._travel(url, trip, limits.content_types, follow=False)

    def txt(self, name: str, *, within_s: float = 5.0) -> list[bytes] | Failure:
        """The TXT records at `name` (an A-label name, a leading `_label.` allowed); empty when there are none."""
        try:
            return self._resolver.txt(name, Deadline(within_s))
        except FetchTrouble as trouble:
            return Failure(trouble.code, (), trouble.detail)

    def open(self, host: CanonicalHost, trace: HopTrace, limits: Limits, deadline: Deadline) -> socket.socket:
        """A pinned TCP connection to `trace.port`, for the TLS probe. FetchTrouble when it cannot be had."""
        return self._pin.connect(host, trace, limits, deadline)

    def _travel(self, url: str, trip: _Trip, accepted: tuple[str, ...], *, follow: bool) -> Fetched | Failure:
        try:
            target: Target | None = _first(url)
            while target is not None:
                trip.seen.add(target.url)
                answer = self._hop(target, trip, accepted, follow=follow)
                if isinstance(answer, Fetched):
                    return answer
                target = _allowed(target, answer, trip)
        except FetchTrouble as trouble:
            return Failure(trouble.code, tuple(trip.hops), trouble.detail)
        raise AssertionError("a trip ends with an answer or with trouble")

    def _hop(self, target: Target, trip: _Trip, accepted: tuple[str, ...], *, follow: bool) -> Fetched | Head:
        """One request: the final answer, or the head of a redirect to follow."""
        trace = HopTrace(target.url, target.port)
        started = time.monotonic()
        deadline = trip.deadline.within(trip.limits.hop_s)
        try:
            head, body = self._exchange(target, trip, trace, deadline, accepted, follow=follow)
        finally:
            trace.ms = round((time.monotonic() - started) * 1000)
            trip.hops.append(trace.done())
        if body is None:
            return head
        kind = (head.values("content-type") or [""])[0]
        return Fetched(
            final_url=target.url,
            status=head.status,
            headers=head.headers,
            body=body,
            content_type=media_type(kind),
            charset=charset_of(kind, body),
            hops=tuple(trip.hops),
        )

    def _exchange(
        self,
        target: Target,
        trip: _Trip,
        trace: HopTrace,
        deadline: Deadline,
        accepted: tuple[str, ...],
        *,
        follow: bool,
    ) -> tuple[Head, bytes | None]:
        sock = self._pin.connect(target.host, trace, trip.limits, deadline)
        if target.secure:
            sock = secure(sock, target.host, self._context, trace, deadline)
        with sock:
            wire = Wire(sock, deadline, trip.limits)
            try:
                exchange = Exchange(wire, self._request(target, trip), trip.limits)
                head = exchange.head()
                trace.status = head.status
                if follow and 300 <= head.status < 400:
                    return head, None
                _check_type(head, accepted)
                return head, exchange.body(head)
            finally:
                trace.bytes = wire.received

    def _request(self, target: Target, trip: _Trip) -> Request:
        fixed = (("User-Agent", self._user_agent), ("Accept-Encoding", "identity"))
        return Request(target.host.a_label, target.path, (*fixed, *trip.request_headers), trip.method, trip.body)


def _first(url: str) -> Target:
    try:
        return parse_url(url)
    except FetchTrouble as trouble:
        suffix = trouble.code is FailureCode.HOST_IS_SUFFIX
        raise FetchTrouble(trouble.code if suffix else FailureCode.HOST_REFUSED, trouble.detail) from None


def _allowed(base: Target, head: Head, trip: _Trip) -> Target:
    """Where the redirect may lead (DCV-7). FetchTrouble(REDIRECT_…) when it may not."""
    locations = set(head.values("location"))
    if head.status not in FOLLOWED or len(locations) != 1:
        raise FetchTrouble(FailureCode.REDIRECT_KIND, f"status {head.status} with {len(locations)} locations")
    target = join(base, _as_text(locations.pop()))
    if not target.host.same_site(base.host):
        raise FetchTrouble(FailureCode.REDIRECT_AWAY, f"to {target.host.a_label}")
    if base.secure and not target.secure:
        raise FetchTrouble(FailureCode.REDIRECT_UNSAFE, "from https to http")
    if target.url in trip.seen:
        raise FetchTrouble(FailureCode.REDIRECT_LOOP, f"back to {target.url}")
    if len(trip.hops) > trip.limits.redirects:
        raise FetchTrouble(FailureCode.REDIRECT_TOO_MANY, f"more than {trip.limits.redirects} redirects")
    return target


def _as_text(location: str) -> str:
    """Headers travel as Latin-1; sites that write a raw Persian path mean UTF-8."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        raise FetchTrouble(FailureCode.REDIRECT_UNSAFE, "Location is not UTF-8") from None


def _check_type(head: Head, accepted: tuple[str, ...]) -> None:
    if not accepted or not 200 <= head.status < 300:
        return
    kinds = {media_type(value) for value in head.values("content-type")}
    if len(kinds) != 1 or not kinds <= set(accepted):
        raise FetchTrouble(FailureCode.TYPE_REFUSED, f"content type {sorted(kinds)!r}"[:200])


def media_type(content_type: str) -> str:
    """`text/html` of `Text/HTML; charset=utf-8`."""
    return content_type.split(";", 1)[0].strip().lower()
