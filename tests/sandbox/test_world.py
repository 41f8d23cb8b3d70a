"""The sandbox's shops through the portal's own fetcher: unchanged classifier, real TLS."""

import ssl
from ipaddress import ip_address, ip_network

import pytest

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.dialer import DialRefused
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.results import Failure, Fetched
from enamad_portal.kernel.fetch.roots import trusted_roots
from enamad_portal.kernel.fetch.trouble import FetchTrouble
from enamad_portal.sandbox.shops import _BLOCK_V6, Shop, _number_of
from enamad_portal.sandbox.world import sandbox_network

FORUSHGAH = "xn--mgbtj4c7ad63e.test"
V4, V6 = ip_network("192.0.32.0/20"), ip_network("2620:0:2d0::/48")


@pytest.fixture
def network(sandbox):
    return sandbox_network(sandbox.url)


@pytest.fixture
def door(network):
    resolver, dialer, ca_pem = network
    return Door(resolver, dialer, trusted_roots(ca_pem), "test")


def test_shops_have_distinct_addresses_in_the_agreed_ranges(sandbox, network):
    shops = sandbox.json("GET", "/shops.json")
    found = [network[0].resolve(shop["domain"], Deadline(5)) for shop in shops]
    assert [shop["domain"] for shop in shops][:3] == ["golestan.test", "naqes.test", FORUSHGAH]
    assert len({address for addresses in found for address in addresses}) == 2 * len(shops)
    assert all(v4 in V4 and v6 in V6 for v4, v6 in found)


@pytest.mark.parametrize("name", ["example.com", "enamad.ir", "nobody.test", "x.golestan.test", "localhost"])
def test_every_other_name_is_nxdomain(network, name):
    with pytest.raises(FetchTrouble) as caught:
        network[0].resolve(name, Deadline(5))
    assert caught.value.code == FailureCode.NAME_NOT_FOUND


@pytest.mark.parametrize("address", ["127.0.0.1", "8.8.8.8", "192.0.47.255", "10.0.0.1", "::1", "2620:0:2d0::1"])
def test_fet_5_an_unmapped_address_is_refused(network, address):
    with pytest.raises(DialRefused):
        network[1].connect(ip_address(address), 443, 5)


@pytest.mark.parametrize("port", [22, 8001])
def test_only_the_web_ports_of_a_shop_listen(network, port):
    with pytest.raises(ConnectionRefusedError):
        network[1].connect(ip_address("192.0.33.1"), port, 5)


@pytest.mark.parametrize("host", ["golestan.test", "www.golestan.test", FORUSHGAH])
def test_a_shop_is_fetched_over_tls(door, host):
    found = door.get(f"https://{host}/contact")
    assert isinstance(found, Fetched)
    assert (found.status, found.content_type) == (200, "text/html")
    assert "تماس با ما" in found.text
    assert found.hops[0].tls_version == "TLSv1.3"


def test_golestan_sends_plain_http_to_tls(door):
    found = door.get("http://golestan.test/")
    assert isinstance(found, Fetched)
    assert found.final_url == "https://golestan.test/"
    assert len(found.hops) == 2


def test_naqes_has_no_tls(door):
    assert isinstance(door.get("http://naqes.test/"), Fetched)
    assert isinstance(door.get("https://naqes.test/"), Failure)


@pytest.mark.parametrize("mode", ["expired", "wrong_name", "untrusted"])
def test_a_bad_certificate_is_refused(sandbox, door, mode):
    sandbox.shop(f"{mode.replace('_', '-')}.test", tls=mode)
    found = door.get(f"https://{mode.replace('_', '-')}.test/")
    assert (type(found), found.code) == (Failure, FailureCode.CERTIFICATE_REFUSED)


def test_without_the_sandbox_authority_no_shop_is_trusted(network):
    found = Door(network[0], network[1], trusted_roots(""), "test").get("https://golestan.test/")
    assert found.code == FailureCode.CERTIFICATE_REFUSED


def test_the_authority_is_one_certificate(network):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=network[2])
    assert len(context.get_ca_certs()) == 1


def test_dcv_all_proofs_can_be_put_on_a_shop(sandbox, door):
    sandbox.shop("proof.test")
    sandbox.put("proof.test", "head", html='<meta name="enamad" content="abc">')
    sandbox.put("proof.test", "title", text="توکن abc فروشگاه")
    sandbox.put("proof.test", "body", html='<a href="x"><img src="y"></a>')
    sandbox.put("proof.test", "file", path="/.well-known/enamad-challenge/7.txt", text="abc")
    sandbox.put("proof.test", "txt", name="_enamad-challenge.proof.test", values=["abc", "def"])
    home = door.get("https://proof.test/").text
    head, _, body = home.partition("</head>")
    assert '<meta name="enamad" content="abc">' in head
    assert "<title>توکن abc فروشگاه</title>" in head
    assert '<a href="x"><img src="y"></a>\n</body>' in body
    file = door.get("https://proof.test/.well-known/enamad-challenge/7.txt", accept=("text/plain",))
    assert (file.content_type, file.body) == ("text/plain", b"abc")
    assert door.txt("_enamad-challenge.proof.test") == [b"abc", b"def"]
    assert door.txt("_enamad-challenge.nobody.test") == []


def test_pasting_the_same_tag_twice_changes_nothing(sandbox):
    sandbox.shop("twice.test", pages={"/": "<html><head></head><body></body></html>"})
    for _ in range(2):
        shop = sandbox.put("twice.test", "head", html="<meta>")
    assert shop["pages"]["/"]["body"].count("<meta>") == 1


def test_a_shop_answers_what_it_is_told(sandbox, door):
    pages = {"/": {"body": "x", "status": 500}, "/moved": {"body": "", "status": 302, "headers": {"Location": "/"}}}
    sandbox.shop("odd.test", pages=pages)
    assert door.get("https://odd.test/").status == 500
    assert door.get("https://odd.test/none", accept=()).status == 404
    assert [hop.status for hop in door.get("https://odd.test/moved").hops] == [302, 500]


def test_a_shop_that_is_down_or_has_no_name(sandbox, door):
    sandbox.shop("down.test", down=True)
    sandbox.shop("lame.test", name_trouble="SERVFAIL")
    assert door.get("https://down.test/").code == FailureCode.UNREACHABLE
    assert door.get("https://lame.test/").code == FailureCode.NAME_TROUBLE
    sandbox.change_shop("down.test", down=False)
    assert door.get("https://down.test/").ok


@pytest.mark.parametrize("domain", ["shop.ir", "golestan.test.ir", "a b.test", "..test", "test", "-a.test"])
def test_only_names_under_test_become_shops(sandbox, domain):
    assert sandbox.call("POST", "/shops", {"domain": domain})[0] == 422


def test_an_idn_shop_is_created_by_its_own_name(sandbox, door):
    shop = sandbox.shop("گلفروشی.test")
    assert shop["domain_unicode"] == "گلفروشی.test"
    assert door.get(f"https://{shop['domain']}/").ok


def test_a_page_can_be_taken_away(sandbox, door):
    sandbox.shop("lacking.test", template="golestan", pages={"/rules": None})
    assert door.get("https://lacking.test/rules", accept=()).status == 404
    assert door.get("https://lacking.test/about").status == 200


def test_a_removed_shop_leaves_nothing(sandbox, network):
    sandbox.shop("gone.test")
    sandbox.json("DELETE", "/shops/gone.test")
    with pytest.raises(FetchTrouble):
        network[0].resolve("gone.test", Deadline(5))


def test_many_shops_are_made_in_one_go(sandbox, door):
    made = sandbox.json("POST", "/shops/many", {"domains": [f"many-{n}.test" for n in range(50)], "tls": "valid"})
    assert len({shop["address4"] for shop in made}) == 50
    assert door.get("https://many-49.test/").ok


def test_a_removed_shops_address_serves_the_next_one(sandbox):
    first = sandbox.shop("first.test")
    sandbox.json("DELETE", "/shops/first.test")
    assert sandbox.shop("second.test")["address4"] == first["address4"]


def test_fet_13_two_shops_are_two_customers_to_the_fetchers_politeness():
    """An IPv6 /56 counts as one address: shops that shared one would wait for each other."""
    shops = [Shop(f"s{number}.test", number) for number in range(600)]
    assert len({shop.address6 for shop in shops}) == 600
    assert [_number_of(int(ip_address(shop.address6)) - _BLOCK_V6) for shop in shops] == list(range(600))
    assert len({ip_network(f"{shop.address6}/56", strict=False) for shop in shops}) == 254
    assert all(ip_address(shop.address6) in V6 for shop in shops)
