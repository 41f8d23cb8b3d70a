"""Reading a URL and the target of a redirect, strictly (FET-11, DCV-7).

One parser decides the host that is checked, dialled and written into the Host header, so the three cannot differ.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.hosts import CanonicalHost, HostRefused, canonical_host
from enamad_portal.kernel.fetch.trouble import FetchTrouble

MAX_TARGET = 2000
PORTS = {"http": 80, "https": 443}

_BAD_SIGNS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_AUTHORITY = re.compile(r"([^:]+)(?::([0-9]{0,5}))?")


@dataclass(frozen=True, slots=True)
class Target:
    """One address on the web: `path` begins with / and holds the query, without fragment."""

    scheme: str
    host: CanonicalHost
    port: int
    path: str

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host.a_label}{self.path}"

    @property
    def secure(self) -> bool:
        return self.scheme == "https"


def parse_url(text: str) -> Target:
    """The target that `text` names. FetchTrouble(HOST_REFUSED, HOST_IS_SUFFIX or REDIRECT_UNSAFE)."""
    match = _URL.fullmatch(text)
    if match is None or _BAD_SIGNS.search(text):
        raise FetchTrouble(FailureCode.REDIRECT_UNSAFE, "not a plain http(s) URL")
    scheme = match[1].lower()
    host = _host(match[2], PORTS[scheme])
    path = quote(match[3], safe="%/?:@!$&'()*+,;=-._~[]|")
    path = path if path.startswith("/") else f"/{path}"
    if len(path) > MAX_TARGET:
        raise FetchTrouble(FailureCode.REDIRECT_UNSAFE, "path longer than 2000 bytes")
    return Target(scheme, host, PORTS[scheme], path)


def _host(authority: str, port: int) -> CanonicalHost:
    match = _AUTHORITY.fullmatch(authority)
    if "@" in authority or match is None or (match[2] and int(match[2]) != port):
        raise FetchTrouble(FailureCode.REDIRECT_UNSAFE, "credentials, port or host in an unusual form")
    try:
        return canonical_host(match[1])
    except HostRefused as refused:
        raise FetchTrouble(refused.code, "host of the URL") from None


def join(base: Target, location: str) -> Target:
    """The target of a Location header seen on `base`; FetchTrouble as `parse_url`."""
    if _BAD_SIGNS.search(location) or location.startswith("///"):
        raise FetchTrouble(FailureCode.REDIRECT_UNSAFE, "Location holds signs that no URL may hold")
    if _SCHEME.match(location):
        return parse_url(location)
    if location.startswith("//"):
        return parse_url(f"{base.scheme}:{location}")
    return parse_url(urljoin(base.url, location))
