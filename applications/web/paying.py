"""Pages whose form leads to the bank: Chromium applies `form-action` to the redirect too, so its origin is named."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def leads_to_gateway(view: View[P]) -> View[P]:
    """Lets the page's forms end at the gateway, and nowhere else beyond us."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        widened = csp_update({"form-action": gateway_origins()})(lambda _request: view(request, *args, **kwargs))
        response = widened(request)
        assert isinstance(response, HttpResponse)
        return response

    return cast("View[P]", allowed)


def gateway_origins() -> list[str]:
    """Scheme, host and port of the payment pages."""
    if settings.WORLD != "sandbox":
        return list(settings.PAYMENT_ORIGINS)
    parts = urlsplit(settings.SANDBOX_URL)
    return [f"{parts.scheme}://{parts.netloc}"]
