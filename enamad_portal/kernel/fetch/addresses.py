"""Which addresses the fetcher never visits (FET-4).

`ipaddress.is_private` and `is_global` are no filter: they let NAT64, 6to4, multicast and site-local addresses pass.
So every block of the two IANA special-purpose registries is forbidden, whatever its "globally reachable" column says,
plus `data/also_forbidden.csv`, plus all of IPv6 outside 2000::/3, the only space IANA gives out as global unicast.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DATA = Path(__file__).parent / "data"
REGISTRIES = ("iana_ipv4_special.csv", "iana_ipv6_special.csv", "also_forbidden.csv")
COMPARED_ON = date(2026, 11, 21)
"""The day the tables were last compared with the IANA registries."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE = IPv6Network("::/96")
_TRANSLATED = IPv6Network("::ffff:0:0:0/96")
_ISATAP_MARKS = (0x00005EFE, 0x02005EFE)


def tables_are_old(today: date) -> bool:
    """Whether the embedded registries were last compared more than twelve months before `today`."""
    return today - COMPARED_ON > timedelta(days=365)


@cache
def forbidden_blocks() -> tuple[tuple[Network, str], ...]:
    """(block, name) of every embedded row, the narrowest block first so that the reason is the exact one."""
    rows = [row for name in REGISTRIES for row in _rows(name)]
    return tuple(sorted(rows, key=lambda row: -row[0].prefixlen))


def _rows(name: str) -> Iterator[tuple[Network, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            yield ip_network(row["block"]), row["name"]


def forbidden(address: Address | str, own_networks: Sequence[Network] = ()) -> str | None:
    """Why this address must not be visited, in words for staff; None when it may be.

    An IPv4 address carried inside an IPv6 one is judged too, not instead.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(parsed, IPv6Address) and parsed.scope_id is not None:
        return "zone id"
    for form in (parsed, *embedded_ipv4(parsed)):
        if reason := _reason(form, own_networks):
            return f"{form}: {reason}"
    return None


def _reason(address: Address, own_networks: Sequence[Network]) -> str | None:
    if any(address in network for network in own_networks if network.version == address.version):
        return "own network"
    for block, name in forbidden_blocks():
        if block.version == address.version and address in block:
            return f"{name} ({block})"
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "outside global unicast 2000::/3"
    return None


def embedded_ipv4(address: Address) -> tuple[IPv4Address, ...]:
    """Every IPv4 address an IPv6 address carries (mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP)."""
    if isinstance(address, IPv4Address):
        return ()
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    low = int(address) & 0xFFFFFFFF
    marked = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_MARKS
    if marked or any(address in block for block in (_COMPATIBLE, _TRANSLATED, _NAT64, _NAT64_LOCAL)):
        found.append(IPv4Address(low))
    return tuple(carried for carried in found if carried is not None)
