"""The base of the API's views, and the answer to addresses that are none."""

from http import HTTPStatus
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from enamad_portal.api.errors import Problem
from enamad_portal.api.throttles import AnonymousThrottle

_SHOWN = 5


class PublicView(APIView):
    """Readable without a key. A query parameter that the view does not list is refused: a misspelt filter that is
    quietly ignored would answer another question than the one asked.
    """

    permission_classes = (AllowAny,)
    throttle_classes = (AnonymousThrottle,)
    http_method_names = ["get", "head"]
    query_parameters: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method in {"GET", "HEAD"} and (unknown := set(request.query_params) - self.query_parameters):
            raise unknown_parameters(unknown)
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """A badge's state is read on every request and stored nowhere (BDG-4)."""
        answered = super().finalize_response(request, response, *args, **kwargs)
        answered.headers.setdefault("Cache-Control", "no-store")
        return answered


def unknown_parameters(names: set[str]) -> Problem:
    errors = [
        {"pointer": f"/{name[:60]}", "code": "unknown_parameter", "detail": "این پارامتر در این نشانی نیست."}
        for name in sorted(names)[:_SHOWN]
    ]
    return Problem(HTTPStatus.BAD_REQUEST, "unknown_parameter", errors=errors)


@extend_schema(exclude=True)
class NowhereView(APIView):
    """Any method at an address that is none: a problem, not a page."""

    permission_classes = (AllowAny,)

    def initial(self, *_args: Any, **_kwargs: Any) -> None:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found")
