"""Our resolver against a scripted DNS server on loopback (FET-2)."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset
import pytest

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.resolver import DnsResolver
from enamad_portal.kernel.fetch.trouble import FetchTrouble

Answerer = Callable[[dns.message.Message], "dns.message.Message | bytes | None"]


class NameServer:
    """UDP and TCP on one loopback port; `answer` decides, None stays silent."""

    def __init__(self) -> None:
        self.answer: Answerer = lambda _query: None
        self.asked: list[tuple[str, str]] = []
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        for run in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=run, daemon=True).start()

    def _reply(self, wire: bytes) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        self.asked.append((question.name.to_text(), question.rdtype.name))
        reply = self.answer(query)
        return reply if reply is None or isinstance(reply, bytes) else reply.to_wire(max_size=65535)

    def _serve_udp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                wire, peer = self.udp.recvfrom(4096)
                reply = self._reply(wire)
                if reply is None:
                    continue
                if len(reply) > 1232:
                    short = dns.message.make_response(dns.message.from_wire(wire))
                    short.flags |= dns.flags.TC
                    reply = short.to_wire()
                self.udp.sendto(reply, peer)

    def _serve_tcp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                conn, _ = self.tcp.accept()
                with conn:
                    size = int.from_bytes(conn.recv(2), "big")
                    reply = self._reply(conn.recv(size)) or b""
                    conn.sendall(len(reply).to_bytes(2, "big") + reply)

    def close(self) -> None:
        self.udp.close()
        with contextlib.suppress(OSError):
            self.tcp.shutdown(socket.SHUT_RDWR)
        self.tcp.close()


@pytest.fixture
def server() -> Iterator[NameServer]:
    server = NameServer()
    yield server
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:  # wakes the thread that waits for a datagram
        server.answer = lambda _query: None
        last.sendto(dns.message.make_query("end.", "A").to_wire(), ("127.0.0.1", server.port))
    server.close()


def records(*rows: str, code: dns.rcode.Rcode = dns.rcode.NOERROR) -> Answerer:
    """Answers with those rows (`name ttl IN type data`) whose type fits the question, and all CNAMEs."""

    def answer(query: dns.message.Message) -> dns.message.Message:
        reply = dns.message.make_response(query)
        reply.set_rcode(code)
        wanted = {query.question[0].rdtype.name, "CNAME"}
        for row in rows:
            name, ttl, kind, data = row.split(" ", 3)
            if kind in wanted:
                reply.find_rrset(
                    reply.answer,
                    dns.name.from_text(name),
                    dns.rdataclass.IN,
                    dns.rdatatype.from_text(kind),
                    create=True,
                ).add(dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(kind), data), int(ttl))
        return reply

    return answer


def resolver(server: NameServer) -> DnsResolver:
    return DnsResolver(["127.0.0.1"], port=server.port)


def trouble(server: NameServer, *, within_s: float = 2.0) -> FailureCode:
    started = time.monotonic()
    with pytest.raises(FetchTrouble) as raised:
        resolver(server).resolve("shop.ir", Deadline(within_s))
    assert time.monotonic() - started < within_s + 0.5
    return raised.value.code


def test_fet_2_both_families_are_asked_for(server: NameServer):
    server.answer = records("shop.ir. 60 A 192.0.32.10", "shop.ir. 60 A 192.0.32.11", "shop.ir. 60 AAAA 2620:0:2d0::10")
    found = resolver(server).resolve("shop.ir", Deadline(2))
    assert {str(address) for address in found} == {"192.0.32.10", "192.0.32.11", "2620:0:2d0::10"}
    assert [kind for _, kind in server.asked] == ["A", "AAAA"]


def test_fet_2_nothing_is_kept_between_two_look_ups(server: NameServer):
    server.answer = records("shop.ir. 3600 A 192.0.32.10")
    ours = resolver(server)
    assert [str(address) for address in ours.resolve("shop.ir", Deadline(2))] == ["192.0.32.10"]
    server.answer = records("shop.ir. 3600 A 127.0.0.1")
    assert [str(address) for address in ours.resolve("shop.ir", Deadline(2))] == ["127.0.0.1"]
    server.answer = records(code=dns.rcode.NXDOMAIN)
    with pytest.raises(FetchTrouble):
        ours.resolve("shop.ir", Deadline(2))


def test_fet_2_a_name_that_is_not_there(server: NameServer):
    server.answer = records(code=dns.rcode.NXDOMAIN)
    assert trouble(server) == FailureCode.NAME_NOT_FOUND
    server.answer = records()
    assert trouble(server) == FailureCode.NAME_NOT_FOUND


def test_fet_2_no_search_list_is_tried(server: NameServer):
    server.answer = records(code=dns.rcode.NXDOMAIN)
    trouble(server)
    assert {name for name, _ in server.asked} == {"shop.ir."}


def test_fet_2_case_13_eight_aliases_are_followed_and_no_more(server: NameServer):
    def chain(length: int) -> Answerer:
        links = [f"n{step}.ir. 60 CNAME n{step + 1}.ir." for step in range(1, length)]
        return records("shop.ir. 60 CNAME n1.ir.", *links, f"n{length}.ir. 60 A 192.0.32.10")

    server.answer = chain(8)
    assert len(resolver(server).resolve("shop.ir", Deadline(2))) == 1
    for length in (9, 50):
        server.answer = chain(length)
        assert trouble(server) == FailureCode.NAME_TROUBLE


def test_fet_2_case_13_an_alias_loop_and_an_alias_to_the_house(server: NameServer):
    server.answer = records("shop.ir. 60 CNAME a.ir.", "a.ir. 60 CNAME shop.ir.")
    assert trouble(server) in {FailureCode.NAME_TROUBLE, FailureCode.NAME_NOT_FOUND}
    server.answer = records("shop.ir. 60 CNAME localhost.")
    assert trouble(server) == FailureCode.NAME_NOT_FOUND


def test_fet_2_case_14_a_silent_server_costs_no_more_than_the_deadline(server: NameServer):
    assert trouble(server, within_s=0.4) == FailureCode.NAME_TROUBLE


@pytest.mark.parametrize("code", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
def test_fet_2_a_server_in_trouble(server: NameServer, code: dns.rcode.Rcode):
    server.answer = records(code=code)
    assert trouble(server, within_s=0.5) == FailureCode.NAME_TROUBLE


def test_fet_2_trouble_with_one_family_leaves_the_other(server: NameServer):
    good = records("shop.ir. 60 A 192.0.32.10")
    bad = records(code=dns.rcode.SERVFAIL)
    server.answer = lambda query: (good if query.question[0].rdtype.name == "A" else bad)(query)
    assert len(resolver(server).resolve("shop.ir", Deadline(1))) == 1


def test_fet_2_case_15_sixteen_addresses_are_the_most(server: NameServer):
    server.answer = records(*(f"shop.ir. 60 A 192.0.33.{last}" for last in range(16)))
    assert len(resolver(server).resolve("shop.ir", Deadline(2))) == 16
    server.answer = records(*(f"shop.ir. 60 A 192.0.33.{last}" for last in range(17)))
    assert trouble(server) == FailureCode.NAME_TROUBLE
    server.answer = records(*(f"shop.ir. 60 A 192.{high}.33.{last}" for high in range(20) for last in range(200)))
    assert trouble(server) == FailureCode.NAME_TROUBLE


def test_fet_2_case_15_an_answer_to_another_question(server: NameServer):
    def wrong_id(query: dns.message.Message) -> dns.message.Message:
        reply = records("shop.ir. 60 A 192.0.32.10")(query)
        reply.id = (query.id + 1) % 65536
        return reply

    server.answer = wrong_id
    assert trouble(server, within_s=0.4) == FailureCode.NAME_TROUBLE
    server.answer = lambda query: query.id.to_bytes(2, "big") + b"\xff" * 30
    assert trouble(server, within_s=0.4) == FailureCode.NAME_TROUBLE


def test_txt_records_have_their_strings_joined(server: NameServer):
    server.answer = records('_enamad-challenge.shop.ir. 60 TXT "abc" "def"', '_enamad-challenge.shop.ir. 60 TXT "x"')
    assert set(resolver(server).txt("_enamad-challenge.shop.ir", Deadline(2))) == {b"abcdef", b"x"}
    server.answer = records(code=dns.rcode.NXDOMAIN)
    assert resolver(server).txt("_enamad-challenge.shop.ir", Deadline(2)) == []
