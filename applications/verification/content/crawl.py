"""A small polite crawl: the home page and at most four pages it leads to, in one job (contracts: politeness)."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace

from applications.verification.content.pages import PageRole, SeenPage, Site, Way, ways_of
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.hosts import canonical_host
from enamad_portal.kernel.fetch.html import read_fetched
from enamad_portal.kernel.fetch.limits import PAGE
from enamad_portal.kernel.fetch.results import Failure, Fetched

MOST_PAGES = 5
CRAWL_S = 38.0
"""All pages together: what is left of the job's 45 seconds is for reading the database and writing the result."""
_PAGE_S = 12.0
_TRY_PLAIN_AFTER = frozenset({"unreachable", "tls_refused", "certificate_refused"})


class NotOk(Exception):
    """The page answered with something else than success."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Crawl:
    """One visit. Raises nothing for what site or network do: a home page that cannot be had is a Failure or NotOk."""

    def __init__(self, door: Door, domain: str, within_s: float = CRAWL_S) -> None:
        self._door, self._domain, self._until = door, domain, time.monotonic() + within_s
        self.asked = 0

    def visit(self, roles: Sequence[PageRole]) -> Site | Failure | NotOk:
        """The home page and, as far as it leads there, one page of each role."""
        home = self._home()
        if not isinstance(home, SeenPage):
            return home
        ways = ways_of(home.facts, canonical_host(self._domain))
        pages, broken = [home], {}
        for way in _wanted(ways, roles):
            page = self._page(way.role, way.url)
            if isinstance(page, SeenPage):
                pages.append(page)
            else:
                broken[way.role] = _why(page)
        return Site(tuple(pages), ways, broken)

    def _home(self) -> SeenPage | Failure | NotOk:
        """By https; plain http only where https cannot be had at all."""
        secure = self._page(PageRole.HOME, f"https://{self._domain}/")
        if isinstance(secure, Failure) and secure.code.value in _TRY_PLAIN_AFTER:
            plain = self._page(PageRole.HOME, f"http://{self._domain}/")
            return secure if isinstance(plain, Failure) else plain
        return secure

    def _page(self, role: PageRole, url: str) -> SeenPage | Failure | NotOk:
        left = max(1.0, min(_PAGE_S, self._until - time.monotonic()))
        self.asked += 1
        fetched = self._door.get(url, limits=replace(PAGE, total_s=left))
        if isinstance(fetched, Failure):
            return fetched
        if not fetched.ok:
            return NotOk(fetched.status)
        return _read(role, fetched)


def _wanted(ways: Sequence[Way], roles: Sequence[PageRole]) -> list[Way]:
    by_role = {way.role: way for way in ways}
    chosen = [by_role[role] for role in roles if role in by_role]
    distinct = {way.url: way for way in reversed(chosen)}
    return [way for way in chosen if distinct[way.url] is way][: MOST_PAGES - 1]


def _read(role: PageRole, fetched: Fetched) -> SeenPage | Failure:
    facts = read_fetched(fetched)
    if isinstance(facts, Failure):
        return facts
    return SeenPage(role, fetched.final_url, hashlib.sha256(fetched.body).hexdigest(), facts)


def _why(answer: Failure | NotOk) -> str:
    return answer.sentence if isinstance(answer, Failure) else str(answer)
