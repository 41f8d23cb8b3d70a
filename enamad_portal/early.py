"""Pages that are the same for every visitor are answered before anybody asks who the visitor is (BDG-12).

Session, CSRF, sign-in and messages cost such a page more than its own work, and it must know none of them.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve


class EarlyAnswerMiddleware:
    """Calls the view of an address below `settings.SAME_FOR_EVERYBODY` itself; stands before the first that asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._later = get_response
        self._prefixes = tuple(settings.SAME_FOR_EVERYBODY)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(self._prefixes):
            return self._later(request)
        request.resolver_match = match = resolve(request.path_info)
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer
