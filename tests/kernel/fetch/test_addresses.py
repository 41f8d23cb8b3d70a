import hashlib
from datetime import date
from ipaddress import ip_address, ip_network

import pytest

from enamad_portal.kernel.fetch.addresses import (
    COMPARED_ON,
    DATA,
    REGISTRIES,
    embedded_ipv4,
    forbidden,
    forbidden_blocks,
    tables_are_old,
)

HASHES = {
    "iana_ipv4_special.csv": "bf48a0efcc10284069c78fe757ae2e7ea62c70121c9f04dfba9dee521640adf4",
    "iana_ipv6_special.csv": "02863c04704f5678193ae511c8289d856a6ae4c3cc0ff243ed4b6caa46c70c5a",
    "also_forbidden.csv": "d1634feec864c6d3677d475aa5b20492319d3615168b27149f67e81c8fa83239",
}


def words(text: str) -> list[str]:
    return text.split()


# First and last of every block, written by hand from the registries, not derived from the table under test.
FORBIDDEN = words("""
0.0.0.0 0.0.0.1 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.0 127.0.0.1 127.255.255.255
169.254.0.0 169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.7 192.0.0.8 192.0.0.9
192.0.0.10 192.0.0.170 192.0.0.171 192.0.0.255 192.0.2.0 192.0.2.255 192.31.196.0 192.31.196.255 192.52.193.0
192.52.193.255 192.88.99.0 192.88.99.255 192.168.0.0 192.168.255.255 192.175.48.0 192.175.48.255 198.18.0.0
198.19.255.255 198.51.100.0 198.51.100.255 203.0.113.0 203.0.113.255 224.0.0.0 224.0.0.1 239.255.255.255 240.0.0.0
240.0.0.1 255.255.255.254 255.255.255.255 168.63.129.16
:: ::1 ::2 ::127.0.0.1 ::ffff:0:0 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:255.255.255.255 ::ffff:0:127.0.0.1
::ffff:0:8.8.8.8 64:ff9b:: 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b::ffff:ffff 64:ff9b:1:: 64:ff9b:1::a9fe:a9fe
64:ff9b:1:ffff:ffff:ffff:ffff:ffff 100:: 100::ffff:ffff:ffff:ffff 100:0:0:1:: 100:0:0:1:ffff:ffff:ffff:ffff 2001::
2001:0:ffff:ffff:ffff:ffff:ffff:ffff 2001:1::1 2001:1::2 2001:1::3 2001:2:: 2001:2:0:ffff:ffff:ffff:ffff:ffff 2001:3::
2001:3:ffff:ffff:ffff:ffff:ffff:ffff 2001:4:112:: 2001:10:: 2001:1f:ffff:ffff:ffff:ffff:ffff:ffff 2001:20::
2001:2f:ffff:ffff:ffff:ffff:ffff:ffff 2001:30:: 2001:3f:ffff:ffff:ffff:ffff:ffff:ffff
2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff 2002:: 2002:7f00:1::
2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2620:4f:8000:: 2620:4f:8000:ffff:ffff:ffff:ffff:ffff 3fff::
3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff 5f00:: 5f00::1 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff fc00:: fd00::1
fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe80:: fe80::1 febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff fec0:: fec0::1
feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ff00:: ff02::1 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 4000:: 64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff 64:ff9b:2:: 100:0:0:2::
5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 5f01:: fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff fe00:: 8000::
2a00:1450:4001:800:0:5efe:7f00:1 2a00:1450:4001:800:200:5efe:a00:1
""")

# One before and one after every block that borders on free space.
ALLOWED = words("""
1.0.0.0 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255
169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 192.0.1.0 192.0.1.255 192.0.3.0 192.0.32.0 192.0.47.255
192.31.195.255 192.31.197.0 192.52.192.255 192.52.194.0 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0
192.175.47.255 192.175.49.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 203.0.112.255 203.0.114.0
223.255.255.255 168.63.129.15 168.63.129.17
2000:: 2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2001:200:: 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9::
2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2003:: 2620:0:2d0:: 2620:0:2d0:ffff:ffff:ffff:ffff:ffff
2620:4f:7fff:ffff:ffff:ffff:ffff:ffff 2620:4f:8001:: 2a00:1450:4001:800::200e 3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff
3fff:1000:: 3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 2a00:1450:4001:800:0:5efe:808:808
""")


@pytest.mark.parametrize("address", FORBIDDEN)
def test_fet_4_forbidden(address: str):
    assert forbidden(address) is not None
    assert forbidden(ip_address(address)) is not None


@pytest.mark.parametrize("address", ALLOWED)
def test_fet_4_allowed(address: str):
    assert forbidden(address) is None


def test_fet_4_there_are_at_least_120_vectors():
    assert len(set(FORBIDDEN)) + len(set(ALLOWED)) >= 120


@pytest.mark.parametrize(
    "text", ["", "localhost", "0x7f.1", "2130706433", "127.1", "0177.0.0.1", "2a00::1%eth0", "[::1]"]
)
def test_fet_4_what_is_no_plain_address_is_forbidden(text: str):
    assert forbidden(text) is not None


def test_fet_4_own_networks_are_forbidden_even_inside_ipv6():
    own = [ip_network("8.8.8.0/24"), ip_network("2a00:1450::/32")]
    assert forbidden("8.8.8.8", own) == "8.8.8.8: own network"
    assert forbidden("2a00:1450:4001:800::200e", own) == "2a00:1450:4001:800::200e: own network"
    assert forbidden("2a00:9999::5efe:808:808", own) == "8.8.8.8: own network"
    assert forbidden("8.8.9.8", own) is None


def test_fet_4_the_reason_names_the_narrowest_block():
    assert forbidden("192.0.0.9") == "192.0.0.9: Port Control Protocol Anycast (192.0.0.9/32)"


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::127.0.0.1", "127.0.0.1"),
        ("::ffff:0:127.0.0.1", "127.0.0.1"),
        ("64:ff9b::169.254.169.254", "169.254.169.254"),
        ("2002:7f00:1::", "127.0.0.1"),
        ("2001:0:1:2:3:4:80ff:fffe", "127.0.0.1"),
        ("2a00::5efe:10.0.0.1", "10.0.0.1"),
    ],
)
def test_fet_4_embedded_ipv4_is_unwrapped(address: str, carried: str):
    assert ip_address(carried) in embedded_ipv4(ip_address(address))


def test_fet_4_the_embedded_tables_are_the_committed_ones():
    assert {name: hashlib.sha256((DATA / name).read_bytes()).hexdigest() for name in REGISTRIES} == HASHES
    assert len(forbidden_blocks()) == 56


def test_fet_4_tables_older_than_a_year_are_reported():
    assert not tables_are_old(COMPARED_ON)
    assert not tables_are_old(date(2027, 11, 21))
    assert tables_are_old(date(2027, 11, 22))
