"""The sandbox's names and addresses for the portal's fetcher: nothing outside the table can be resolved or dialled.

The production classifier stays in between unchanged: the shops' addresses pass it, and only then become loopback.
"""

import http.client
import json
import socket
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from enamad_portal.kernel.errors import ProviderDown
from enamad_portal.kernel.fetch.addresses import Address
from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.deadline import Deadline
from enamad_portal.kernel.fetch.dialer import DialRefused, confirm_peer
from enamad_portal.kernel.fetch.trouble import FetchTrouble

_LOOPBACK = ip_address("127.0.0.1")
_ASK_TIMEOUT_S = 5.0


class SandboxResolver:
    """Asks the sandbox's table; every name outside it is NXDOMAIN."""

    def __init__(self, sandbox_url: str) -> None:
        self._url = sandbox_url

    def resolve(self, host: str, deadline: Deadline) -> list[Address]:
        found = [ip_address(record) for kind in ("A", "AAAA") for record in self._ask(host, kind, deadline)]
        if not found:
            raise FetchTrouble(FailureCode.NAME_NOT_FOUND, f"{host} has no address in the sandbox")
        return found

    def txt(self, name: str, deadline: Deadline) -> list[bytes]:
        try:
            return [record.encode() for record in self._ask(name, "TXT", deadline)]
        except FetchTrouble as trouble:
            if trouble.code is FailureCode.NAME_NOT_FOUND:
                return []
            raise

    def _ask(self, name: str, kind: str, deadline: Deadline) -> list[str]:
        timeout = deadline.within(_ASK_TIMEOUT_S).need()
        try:
            status, answer = _get_json(self._url, "/dns", {"name": name, "type": kind}, timeout)
        except OSError as error:
            raise FetchTrouble(FailureCode.NAME_TROUBLE, f"sandbox: {type(error).__name__}") from None
        if status == http.HTTPStatus.OK and answer.get("rcode") == "NOERROR":
            return list(answer["records"])
        missing = answer.get("rcode") == "NXDOMAIN"
        code = FailureCode.NAME_NOT_FOUND if missing else FailureCode.NAME_TROUBLE
        raise FetchTrouble(code, f"sandbox: {answer.get('rcode')} for {name}")


class SandboxDialer:
    """Maps (address, port) of a shop to a loopback port, and refuses every other address."""

    def __init__(self, sandbox_url: str) -> None:
        self._url = sandbox_url

    def connect(self, address: Address, port: int, timeout: float) -> socket.socket:
        status, answer = _get_json(self._url, "/dial", {"address": str(address), "port": str(port)}, timeout)
        if status == http.HTTPStatus.GONE:
            raise ConnectionRefusedError(f"nothing listens on {address}:{port} in the sandbox")
        if status != http.HTTPStatus.OK or not isinstance(answer.get("port"), int):
            raise DialRefused(f"{address}:{port} is not in the sandbox's table")
        return _connect_loopback(answer["port"], timeout)


def sandbox_network(sandbox_url: str | None = None) -> tuple[SandboxResolver, SandboxDialer, str]:
    """Resolver, dialer and the PEM of the shops' authority. Raises ProviderDown when the sandbox does not answer."""
    url = (sandbox_url or settings.SANDBOX_URL).rstrip("/")
    try:
        status, raw = _get(url, "/ca.pem", {}, _ASK_TIMEOUT_S)
    except OSError as error:
        raise ProviderDown("sandbox", type(error).__name__) from None
    if status != http.HTTPStatus.OK:
        raise ProviderDown("sandbox", f"ca.pem: HTTP {status}")
    return SandboxResolver(url), SandboxDialer(url), raw.decode("ascii")


def _connect_loopback(port: int, timeout: float) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        sock.connect((str(_LOOPBACK), port))
        confirm_peer(sock, _LOOPBACK, port)
    except BaseException:
        sock.close()
        raise
    return sock


def _get_json(url: str, path: str, query: dict[str, str], timeout: float) -> tuple[int, dict[str, Any]]:
    status, raw = _get(url, path, query, timeout)
    try:
        answer = json.loads(raw)
    except ValueError:
        raise OSError("the sandbox's answer is not JSON") from None
    return status, answer


def _get(url: str, path: str, query: dict[str, str], timeout: float) -> tuple[int, bytes]:
    """One GET to the sandbox; every trouble is an OSError."""
    base = urlsplit(url)
    connection = http.client.HTTPConnection(base.hostname or "", base.port or 80, timeout=timeout)
    try:
        connection.request("GET", f"{path}?{urlencode(query)}")
        response = connection.getresponse()
        return response.status, response.read()
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from None
    finally:
        connection.close()
