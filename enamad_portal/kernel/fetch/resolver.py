"""Names to addresses by our own resolver (FET-2).

The system's `getaddrinfo` cannot be interrupted, follows IDNA 2003 and takes `0x7f.1` for an address.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Protocol

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from enamad_portal.kernel.fetch.addresses import Address
from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.trouble import FetchTrouble

MAX_CNAMES = 8
MAX_ADDRESSES = 16
MAX_TEXTS = 32
MAX_ANSWER_BYTES = 4096
LIFETIME_S = 5.0


class Resolver(Protocol):
    """Looks a name up each time it is asked; nothing is kept between two hops of one fetch."""

    def resolve(self, host: str, deadline: Deadline) -> list[Address]:
        """All A and AAAA addresses of an A-label. FetchTrouble(NAME_NOT_FOUND or NAME_TROUBLE) when there is none."""
        ...

    def txt(self, name: str, deadline: Deadline) -> list[bytes]:
        """The TXT records of `name`, the strings of one record joined; empty when there is none."""
        ...


class DnsResolver:
    """Asks the given recursive resolvers (or those of the machine) over UDP, then TCP, inside one lifetime."""

    def __init__(self, nameservers: Sequence[str] = (), port: int = 53) -> None:
        self._resolver = dns.resolver.Resolver(configure=not nameservers)
        if nameservers:
            self._resolver.nameservers = list(nameservers)
        self._resolver.port = port
        self._resolver.cache = None

    def resolve(self, host: str, deadline: Deadline) -> list[Address]:
        whole = deadline.within(LIFETIME_S)
        found: list[Address] = []
        troubles: list[FetchTrouble] = []
        for kind, share in ((dns.rdatatype.A, 0.6), (dns.rdatatype.AAAA, 1.0)):
            try:
                found += self._addresses(host, kind, whole.left() * share)
            except FetchTrouble as trouble:
                if trouble.code is FailureCode.NAME_NOT_FOUND:
                    raise
                troubles.append(trouble)
        return _bounded(found, troubles)

    def txt(self, name: str, deadline: Deadline) -> list[bytes]:
        try:
            answer = self._ask(name, dns.rdatatype.TXT, deadline.within(LIFETIME_S).left())
        except FetchTrouble as trouble:
            if trouble.code is FailureCode.NAME_NOT_FOUND:
                return []
            raise
        records = list(answer.rrset or ())[:MAX_TEXTS]
        return [b"".join(record.strings) for record in records]

    def _addresses(self, host: str, kind: dns.rdatatype.RdataType, lifetime: float) -> list[Address]:
        answer = self._ask(host, kind, lifetime)
        return [ip_address(record.address) for record in answer.rrset or ()]

    def _ask(self, name: str, kind: dns.rdatatype.RdataType, lifetime: float) -> dns.resolver.Answer:
        try:
            answer = self._resolver.resolve(
                dns.name.from_text(f"{name}."),
                kind,
                lifetime=max(lifetime, 0.01),
                raise_on_no_answer=False,
                search=False,
            )
        except dns.resolver.NXDOMAIN:
            raise FetchTrouble(FailureCode.NAME_NOT_FOUND, f"NXDOMAIN for {name}") from None
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise FetchTrouble(FailureCode.NAME_TROUBLE, f"{kind.name} {name}: {type(error).__name__}") from None
        _check_size(answer)
        return answer


def _check_size(answer: dns.resolver.Answer) -> None:
    wire = answer.response.wire or b""
    if len(wire) > MAX_ANSWER_BYTES or len(answer.chaining_result.cnames) > MAX_CNAMES:
        raise FetchTrouble(FailureCode.NAME_TROUBLE, "answer over 4 KiB or more than 8 CNAMEs")


def _bounded(found: list[Address], troubles: list[FetchTrouble]) -> list[Address]:
    if len(found) > MAX_ADDRESSES:
        raise FetchTrouble(FailureCode.NAME_TROUBLE, f"{len(found)} addresses, 16 are allowed")
    if found:
        return found
    raise troubles[0] if troubles else FetchTrouble(FailureCode.NAME_NOT_FOUND, "no A and no AAAA record")
