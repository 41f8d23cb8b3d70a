"""Whose page shows the picture: the Referer's host, compared to the letter (BDG-3).

Present and not exactly one of the badge's own hosts is foreign, also when the header is malformed: the picture for
strangers says nothing untrue on any page. `export.py` writes the same grammar for nginx; one table of cases tests both.
"""

import re
from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache

from enamad_portal.kernel.fetch.hosts import readable


class Origin(StrEnum):
    OWN = "own"
    ABSENT = "absent"
    FOREIGN = "foreign"


SITE = r"^https?://(?:[^/?#\\]*@)?([^/?#\\@:\[\]\x00-\x20]+?)\.?(?::[0-9]*)?(?:[/?#\\]|$)"
"""Group 1 is the host. A backslash ends the authority, as in browsers, so `evil.com\\@shop.ir` is evil.com."""

_site = re.compile(SITE, re.IGNORECASE)


def host_of(referer: str) -> str | None:
    """The host as spelled, in lower case; None when the header names none that a browser would send."""
    found = _site.match(referer.strip(" \t"))
    if found is None:
        return None
    host = found[1]
    # Only A-Z turn: bytes of an unencoded name would change under str.lower
    return host.lower() if host.isascii() else host.encode("latin-1", "replace").lower().decode("latin-1")


@lru_cache(maxsize=8192)
def own_hosts(domain: str, aliases: tuple[str, ...] = ()) -> frozenset[str]:
    """The domain and its listed aliases, each with and without `www.`; names of other scripts also as raw UTF-8."""
    names = {spelling for name in (domain, *aliases) for spelling in (name, _on_the_wire(name))}
    return frozenset(names | {f"www.{name}" for name in names})


def _on_the_wire(domain: str) -> str:
    """How WSGI hands over a header that holds the name unencoded (PEP 3333)."""
    return readable(domain).encode().decode("latin-1")


def judge(referer: str | None, hosts: Collection[str], *, subdomains: bool = False) -> Origin:
    """Where the picture is shown. `hosts`: see `own_hosts`; with `subdomains` the names below them are own too."""
    if referer is None or not referer.strip(" \t"):
        return Origin.ABSENT
    host = host_of(referer)
    if host is None:
        return Origin.FOREIGN
    if host in hosts or (subdomains and any(host.endswith(f".{name}") for name in hosts)):
        return Origin.OWN
    return Origin.FOREIGN
