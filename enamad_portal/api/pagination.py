"""Lists by cursor: `next`, `previous`, `results`; a page keeps its place while rows are added (contracts: REST API)."""

from http import HTTPStatus
from typing import Any

from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from enamad_portal.api.errors import Problem
from enamad_portal.kernel.iran.text import ascii_digits, persian_digits

MOST = 100


class PortalCursor(CursorPagination):
    """20 rows, at most 100; the view names its unique `ordering`. A wrong size is refused, never quietly changed."""

    page_size = 20
    max_page_size = MOST
    page_size_query_param = "page_size"
    cursor_query_param = "cursor"
    page_size_query_description = "شمار ردیف‌های هر صفحه، از ۱ تا ۱۰۰"
    cursor_query_description = "نشانگر صفحه؛ آن را از «next» یا «previous» بردارید"

    def get_page_size(self, request: Request) -> int:
        typed = request.query_params.get("page_size", str(self.page_size))
        digits = ascii_digits(typed)
        if not digits.isascii() or not digits.isdigit() or len(digits) > 9 or not 1 <= int(digits) <= MOST:
            detail = f"page_size باید عددی از ۱ تا {persian_digits(MOST)} باشد."
            error = {"pointer": "/page_size", "code": "page_size", "detail": detail}
            raise Problem(HTTPStatus.BAD_REQUEST, "invalid", errors=[error])
        return int(digits)

    def decode_cursor(self, request: Request) -> Any:
        if "\x00" in request.query_params.get("cursor", ""):
            raise self._bad_cursor()
        try:
            return super().decode_cursor(request)
        except Exception as error:
            raise self._bad_cursor() from error

    def _bad_cursor(self) -> Problem:
        detail = "این نشانگر خوانده نشد؛ آن را دست‌نخورده از «next» یا «previous» بردارید."
        error = {"pointer": "/cursor", "code": "cursor", "detail": detail}
        return Problem(HTTPStatus.BAD_REQUEST, "invalid", errors=[error])
