"""From a host to one connected socket: resolve, classify all, choose one, connect to exactly that (FET-2 to FET-5)."""

import hashlib
import socket
import ssl
from collections.abc import Sequence
from ipaddress import IPv6Address

from enamad_portal.kernel.fetch.addresses import Address, Network, forbidden
from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.dialer import Dialer
from enamad_portal.kernel.fetch.hosts import CanonicalHost
from enamad_portal.kernel.fetch.limits import Limits
from enamad_portal.kernel.fetch.politeness import Politeness
from enamad_portal.kernel.fetch.resolver import MAX_ADDRESSES, Resolver
from enamad_portal.kernel.fetch.results import HopTrace
from enamad_portal.kernel.fetch.trouble import FetchTrouble


class Pin:
    """The only code that opens a connection to a host a user named (TLS-10)."""

    def __init__(
        self, resolver: Resolver, dialer: Dialer, own_networks: Sequence[Network], politeness: Politeness | None
    ) -> None:
        self._resolver = resolver
        self._dialer = dialer
        self._own_networks = own_networks
        self._politeness = politeness

    def connect(self, host: CanonicalHost, trace: HopTrace, limits: Limits, deadline: Deadline) -> socket.socket:
        """A socket to `trace.port` of `host`; what was seen is written into `trace`. FetchTrouble otherwise."""
        if self._politeness:
            self._politeness.ask_domain(host.registrable)
        addresses = self._resolver.resolve(host.a_label, deadline.within(limits.dns_s))
        trace.addresses = tuple(str(address) for address in addresses[:MAX_ADDRESSES])
        self._judge(addresses)
        sixth = next((address for address in addresses if isinstance(address, IPv6Address)), None)
        fourth = next((address for address in addresses if not isinstance(address, IPv6Address)), None)
        if sixth is not None and fourth is not None:
            try:
                return self._dial(sixth, trace, deadline.within(limits.ipv6_connect_s))
            except FetchTrouble:
                return self._dial(fourth, trace, deadline)
        return self._dial(sixth or fourth or addresses[0], trace, deadline)

    def _judge(self, addresses: Sequence[Address]) -> None:
        """One forbidden address among good ones is an attack, not an accident: the hop fails (FET-3)."""
        if not addresses or len(addresses) > MAX_ADDRESSES:
            raise FetchTrouble(FailureCode.NAME_TROUBLE, f"{len(addresses)} addresses")
        for address in addresses:
            if reason := forbidden(address, self._own_networks):
                raise FetchTrouble(FailureCode.UNREACHABLE, f"forbidden address {reason}")

    def _dial(self, address: Address, trace: HopTrace, deadline: Deadline) -> socket.socket:
        if self._politeness:
            self._politeness.ask_address(address)
        trace.address = str(address)
        try:
            return self._dialer.connect(address, trace.port, deadline.need())
        except OSError as error:
            detail = f"connect to {address}: {type(error).__name__}"
            raise FetchTrouble(FailureCode.UNREACHABLE, detail) from None


def secure(
    sock: socket.socket, host: CanonicalHost, context: ssl.SSLContext, trace: HopTrace, deadline: Deadline
) -> ssl.SSLSocket:
    """TLS for exactly the A-label; `sock` is used up or closed. FetchTrouble(CERTIFICATE_REFUSED, TLS_REFUSED, …)."""
    wrapped = context.wrap_socket(sock, server_hostname=host.a_label, do_handshake_on_connect=False)
    try:
        deadline.arm(wrapped)
        wrapped.do_handshake()
        trace.tls_version = wrapped.version()
        trace.cert_sha256 = hashlib.sha256(wrapped.getpeercert(binary_form=True) or b"").hexdigest()
    except (OSError, FetchTrouble) as error:
        wrapped.close()
        raise _tls_trouble(error) from None
    return wrapped


def _tls_trouble(error: OSError | FetchTrouble) -> FetchTrouble:
    if isinstance(error, FetchTrouble):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return FetchTrouble(FailureCode.CERTIFICATE_REFUSED, f"verify code {error.verify_code}: {error.verify_message}")
    if isinstance(error, ssl.SSLError):
        return FetchTrouble(FailureCode.TLS_REFUSED, f"handshake: {error.reason}")
    return FetchTrouble(FailureCode.UNREACHABLE, f"handshake: {type(error).__name__}")
