"""What operators' machines ask: is the process alive, is the portal ready; and the last answer when all else failed.

The answers name no host, path or version: `manage.py doctor` tells those to people on the machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from enamad_portal.api.errors import MEDIA_TYPE, type_of
from enamad_portal.api.words import DETAILS, TITLES
from enamad_portal.kernel import clock, work
from enamad_portal.kernel.management.commands import doctor

LATE_S = 300
"""A due job older than this means that no worker is at work (the sweeper wakes them every 30 s)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing looked at; `needed` tells whether the portal can serve without it."""

    ok: bool
    needed: bool = True
    figures: tuple[tuple[str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        state = "ok" if self.ok else "failed" if self.needed else "warning"
        return {"state": state, **dict(self.figures)}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the signature of a view
    """The process answers; asks nothing of the database, so that a slow one does not get every process killed."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - the signature of a view
    """503 when something needed fails; a warning never takes a machine out of service."""
    readings = {name: look() for name, look in _READINGS.items()}
    ready = all(one.ok for one in readings.values() if one.needed)
    body = {
        "status": "ready" if ready else "not_ready",
        "checks": {name: one.as_json() for name, one in readings.items()},
    }
    return JsonResponse(body, status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE)


def _database() -> Reading:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return Reading(ok=False)
    return Reading(ok=True)


def _broker() -> Reading:
    return Reading(doctor.broker().ok)


def _disk() -> Reading:
    return Reading(doctor.disk().ok and doctor.folder().ok)


def _pdf_engine() -> Reading:
    return Reading(not doctor.absent_libraries(), needed=False)


def _oldest_due_job() -> Reading:
    """Late work is a warning: the pages are served all the same."""
    try:
        now = clock.now()
        run_at = work.due(now).order_by("run_at").values_list("run_at", flat=True).first()
    except (DatabaseError, InterfaceError):
        return Reading(ok=False, needed=False)
    age = int((now - run_at).total_seconds()) if run_at else 0
    return Reading(age <= LATE_S, needed=False, figures=(("age_seconds", age),))


_READINGS: dict[str, Callable[[], Reading]] = {
    "database": _database,
    "broker": _broker,
    "disk": _disk,
    "pdf_engine": _pdf_engine,
    "oldest_due_job": _oldest_due_job,
}


def server_error(request: HttpRequest) -> HttpResponseBase:
    """handler500: what fails outside every view; the API keeps its shape."""
    return (
        _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error") if _api(request) else defaults.server_error(request)
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler400: what was too large is told apart from what could not be read."""
    large = isinstance(exception, RequestDataTooBig)
    if _api(request):
        code = "too_large" if large else "parse_error"
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if large else HTTPStatus.BAD_REQUEST, code)
    if large:
        return HttpResponse(render_to_string("413.html"), status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return defaults.bad_request(request, exception)


def _api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _problem(status: HTTPStatus, code: str) -> HttpResponse:
    body = {"type": type_of(code), "title": TITLES[code], "status": int(status), "detail": DETAILS[code], "code": code}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
