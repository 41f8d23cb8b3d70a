"""Problem details (RFC 9457) for every error of the API: a stable `code`, a Persian `detail`, pointers."""

import logging
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from enamad_portal.api.words import DETAILS, TITLES
from enamad_portal.kernel.errors import Conflict, DomainError, NotFound, ProviderDown, Refused

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 30


class Problem(exceptions.APIException):
    """An error with our own code; its sentence stands in `words` unless one is given."""

    def __init__(self, status: HTTPStatus, code: str, detail: str = "", **more: Any) -> None:
        super().__init__(detail or DETAILS[code], code)
        self.status_code = status
        self.errors: list[dict[str, str]] = more.get("errors", [])
        self.wait: int | None = more.get("wait")


def type_of(code: str) -> str:
    """The URI that names the kind of problem; it opens the paragraph that explains it."""
    return f"{settings.BASE_URL}/api/v1/docs/#problem-{code}"


def problem_details(error: Exception, context: dict[str, Any]) -> Response:
    """REST_FRAMEWORK['EXCEPTION_HANDLER']: no error leaves the API in another shape, the unforeseen ones included."""
    known = _known(error, context)
    set_rollback()
    code = _code(known)
    body: dict[str, Any] = {
        "type": type_of(code),
        "title": TITLES.get(code, HTTPStatus(known.status_code).phrase),
        "status": int(known.status_code),
        "detail": _detail(known, code, context),
        "code": code,
    }
    if errors := _errors(known):
        body["errors"] = errors
    return Response(body, known.status_code, headers=_headers(known), content_type=MEDIA_TYPE)


def _known(error: Exception, context: Mapping[str, Any]) -> exceptions.APIException:
    if isinstance(error, exceptions.APIException):
        return error
    translate = next((one for kinds, one in _TRANSLATIONS if isinstance(error, kinds)), None)
    if translate is not None:
        return translate(error)
    logger.error("unforeseen error in %s", type(context.get("view")).__name__, exc_info=error)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "server_error")


def _refused(error: Any) -> Problem:
    errors = [{"pointer": "", "code": one.code, "detail": one.message} for one in error.refusals]
    return Problem(HTTPStatus.CONFLICT, "refused", errors=errors)


def _unavailable(_error: Any) -> Problem:
    return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", wait=RETRY_AFTER_S)


_TRANSLATIONS: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], Problem]], ...] = (
    ((Http404, NotFound), lambda _: Problem(HTTPStatus.NOT_FOUND, "not_found")),
    ((PermissionDenied,), lambda _: Problem(HTTPStatus.FORBIDDEN, "permission_denied")),
    ((RequestDataTooBig,), lambda _: Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")),
    ((SuspiciousOperation, RecursionError), lambda _: Problem(HTTPStatus.BAD_REQUEST, "parse_error")),
    ((Refused,), _refused),
    ((Conflict,), lambda _: Problem(HTTPStatus.CONFLICT, "conflict")),
    ((ProviderDown, DatabaseError, InterfaceError), _unavailable),
    ((DomainError,), lambda _: Problem(HTTPStatus.CONFLICT, "refused")),
)


def _code(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else "invalid"


def _detail(error: exceptions.APIException, code: str, context: Mapping[str, Any]) -> str:
    if isinstance(error, Problem):
        return str(error.detail)
    if isinstance(error, exceptions.MethodNotAllowed):
        return DETAILS[code].format(allowed="، ".join(context["view"].allowed_methods))
    return DETAILS.get(code, str(error.detail))


def _errors(error: exceptions.APIException) -> list[dict[str, str]]:
    if isinstance(error, Problem):
        return error.errors
    return list(_pointed(error.detail, "")) if isinstance(error, exceptions.ValidationError) else []


def _pointed(detail: Any, pointer: str) -> Iterator[dict[str, str]]:
    """Each message of a validation error with the JSON Pointer (RFC 6901) of its place."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from _pointed(inner, pointer + step)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            yield from _pointed(inner, f"{pointer}/{place}" if isinstance(inner, Mapping | list) else pointer)
    else:
        yield {"pointer": pointer, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers
