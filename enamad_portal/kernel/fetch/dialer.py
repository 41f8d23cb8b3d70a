"""From a checked address to a connected socket (FET-5, FET-6).

No name, no proxy variable and no second address enters here: what is dialled is the literal that was classified.
"""

import socket
from ipaddress import ip_address
from typing import Protocol

from enamad_portal.kernel.fetch.addresses import Address


class DialRefused(OSError):
    """The dialer will not connect: an address outside its table, or a peer that is not the pinned one."""


class Dialer(Protocol):
    """Opens TCP to an address literal."""

    def connect(self, address: Address, port: int, timeout: float) -> socket.socket:
        """A connected socket whose peer is `address`, within `timeout` seconds.

        OSError when it cannot be had; DialRefused (an OSError) when it must not. A dialer that maps addresses
        elsewhere confirms the mapped peer itself and raises DialRefused for an address it does not know.
        """
        ...


class DirectDialer:
    """The real world."""

    def connect(self, address: Address, port: int, timeout: float) -> socket.socket:
        sock = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.settimeout(timeout)
            sock.connect((str(address), port))
            confirm_peer(sock, address, port)
        except BaseException:
            sock.close()
            raise
        return sock


def confirm_peer(sock: socket.socket, address: Address, port: int) -> None:
    """DialRefused unless `sock` ends at exactly `address` and `port`."""
    name = sock.getpeername()
    if ip_address(name[0]) != address or name[1] != port:
        raise DialRefused(f"peer {name[0]}:{name[1]} is not {address}:{port}")
