"""Every request has a number that its audit rows, its log lines and its answer share (AUD-1)."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from enamad_portal.kernel import visitors


class VisitMiddleware:
    """Opens the visit before anybody acts; the number goes back as X-Request-ID, for the person to quote."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        visit = visitors.Visit(uuid.uuid4().hex, visitors.address_of(request))
        with visitors.during(visit):
            response = self._get_response(request)
        response.headers["X-Request-ID"] = visit.request_id
        return response


class VisitFilter:
    """Gives log lines the number of the request or job; a dash outside both."""

    def filter(self, record: object) -> bool:
        record.visit = visitors.visit().request_id or "-"  # type: ignore[attr-defined]
        return True
