"""The logo before Django: a WSGI callable that answers pictures from memory and passes everything else on.

In Django the same answer costs forty times as much: request object, nine middleware, a query (docs: benchmarks).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from django.conf import settings

from applications.badge import misuse
from applications.badge.answer import SAME_ALWAYS, TYPE, Answer, answer, is_same, transport_security
from applications.badge.drawing import Variant
from applications.badge.table import Table, table

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX, SUFFIX = "/badge/", ".svg"
EARLIER_LOGO = "/trustseal/logo.aspx"


class BadgeShim:
    """Answers `/badge/<public_id>.svg` and the earlier system's logo; never sets a cookie, always a picture."""

    def __init__(self, django: "WSGIApplication", badges: Table = table) -> None:
        self._django = django
        self._badges = badges
        self._subdomains = settings.BADGE_COVERS_SUBDOMAINS
        self._headers = [("Content-Type", TYPE), *SAME_ALWAYS, *transport_security()]

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if path.startswith(PREFIX) and path.endswith(SUFFIX):
            # nginx, which may answer in our place, compares the id without regard to case
            return self._picture(path[len(PREFIX) : -len(SUFFIX)].lower(), environ, start_response)
        if path.startswith("/trustseal/") and path.lower() == EARLIER_LOGO:
            return self._picture(earlier_id(environ.get("QUERY_STRING", "")), environ, start_response)
        return self._django(environ, start_response)

    def _picture(self, public_id: str, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in {"GET", "HEAD"}:
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
            return [b""]
        self._badges.ensure_started()
        referer = environ.get("HTTP_REFERER")
        found = answer(self._badges.face(public_id), referer, fresh=self._badges.is_fresh, subdomains=self._subdomains)
        if found.variant is Variant.FOREIGN:
            misuse.record(public_id, referer or "", self._badges.now())
        return self._send(found, environ, start_response, empty=method == "HEAD")

    def _send(
        self, found: Answer, environ: "WSGIEnvironment", start_response: "StartResponse", *, empty: bool
    ) -> Iterable[bytes]:
        headers = [*self._headers, ("Cache-Control", found.life), ("ETag", found.etag)]
        if is_same(environ.get("HTTP_IF_NONE_MATCH"), found.etag):
            start_response("304 Not Modified", headers[1:])
            return [b""]
        body = found.body()
        headers.append(("Content-Length", str(len(body))))
        start_response("200 OK", headers)
        return [b"" if empty else body]


def earlier_id(query: str) -> str:
    """The public id behind the earlier system's `id` and `Code` (keys in any case); none is imported yet."""
    keys = {key.lower(): value for key, value in parse_qsl(query, max_num_fields=20)} if query.count("&") < 20 else {}
    return f"{keys.get('id', '')}:{keys.get('code', '')}"
