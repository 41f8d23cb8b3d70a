"""Pages with a part that refreshes itself while something runs; without scripts the page is opened again by hand."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


def asked_by_script(request: HttpRequest) -> bool:
    """The request comes from htmx, which puts the answer into the page that is open."""
    return request.headers.get("HX-Request") == "true"


def live_page(
    request: HttpRequest,
    name: str,
    context: Mapping[str, Any],
    *,
    running: bool,
    address: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page `name` with its living part `_name` in `{{ living }}`; for the script the part alone, or 204 unchanged.

    `address` is the page's own where this answer stands at another. What a screen reader hears after a change is the
    first notice of the part (portal.js).
    """
    inner = render_to_string(f"applications/_{name}.html", dict(context), request)
    digest = sha256(_TOKEN.sub("", inner).encode()).hexdigest()[:16]
    script = asked_by_script(request)
    if script and request.method == "GET" and request.GET.get("seen") == digest:
        return HttpResponse(status=204)
    asked = request.GET.copy()
    asked["seen"] = digest
    frame = {"inner": inner, "running": running, "address": f"{address or request.path}?{asked.urlencode()}"}
    living = render_to_string("components/living.html", frame)
    if script:
        return HttpResponse(living, status=status)
    return render(request, f"applications/{name}.html", {**context, "living": living}, status=status)


def for_script(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Sends the browser, not the script, to another page; a session that ended costs nobody what he has typed."""
    if not asked_by_script(request) or "Location" not in response.headers:
        return response
    if not request.user.is_authenticated:
        return HttpResponse(status=401) if request.method == "POST" else HttpResponse(headers={"HX-Refresh": "true"})
    if urlsplit(response["Location"]).path == urlsplit(request.headers.get("HX-Current-URL", "")).path:
        return response
    return HttpResponse(headers={"HX-Redirect": response["Location"]})
