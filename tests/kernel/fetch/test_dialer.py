import socket
from ipaddress import ip_address

import pytest

from enamad_portal.kernel.fetch.dialer import DialRefused, DirectDialer, confirm_peer

LOOPBACK = ip_address("127.0.0.1")


def test_fet_5_the_direct_dialer_connects_to_the_literal():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with DirectDialer().connect(LOOPBACK, port, 2) as sock:
            assert sock.getpeername() == ("127.0.0.1", port)


def test_fet_5_a_peer_that_is_not_the_pinned_one_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as sock:
            confirm_peer(sock, LOOPBACK, port)
            with pytest.raises(DialRefused):
                confirm_peer(sock, ip_address("127.0.0.2"), port)
            with pytest.raises(DialRefused):
                confirm_peer(sock, LOOPBACK, port + 1)


def test_fet_5_a_closed_port_is_an_os_error():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(OSError):
        DirectDialer().connect(LOOPBACK, port, 2)
