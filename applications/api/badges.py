"""The state of a badge, by its id or by its domain, without a key."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from applications.api.serializers import BadgeBody
from applications.selectors.badge_page import PublicBadge, badge_by_public_id, domain_answer
from enamad_portal.api.errors import MEDIA_TYPE, Problem
from enamad_portal.api.fields import ProblemBody
from enamad_portal.api.views import PublicView
from enamad_portal.kernel import clock
from enamad_portal.kernel.fetch.hosts import HostRefused, host_from_typed

EXAMPLE = {
    "public_id": "k7c2vq5n3x4mzt6jw2yhd5rbae",
    "domain": "xn--mgba3gch31f060k.com",
    "domain_unicode": "نامه‌ای.com",
    "status": "active",
    "status_code": 1,
    "stars": 0,
    "business_name": "نامه‌ای",
    "first_granted_at": "2026-11-21T12:00:00+03:30",
    "first_granted_at_jalali": "1405-08-30",
    "valid_from": "2026-11-21T12:00:00+03:30",
    "valid_from_jalali": "1405-08-30",
    "valid_to": "2027-11-21T12:00:00+03:30",
    "valid_to_jalali": "1406-08-30",
    "checks": [
        {
            "key": "domain",
            "title": "دسترسی فنی به دامنه",
            "checked_at": "2026-11-18T10:05:00+03:30",
            "checked_at_jalali": "1405-08-27",
        }
    ],
    "verify_url": "https://portal.example.ir/v/k7c2vq5n3x4mzt6jw2yhd5rbae/",
}


def _answers(*statuses: tuple[int, str]) -> dict[Any, OpenApiResponse]:
    """The good answer and the problems a caller may meet."""
    good = OpenApiResponse(BadgeBody, "نماد پیدا شد", [OpenApiExample("badge", EXAMPLE)])
    problems = {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemBody, meaning)
        for status, meaning in (
            *statuses,
            (406, "پاسخ جز JSON خواسته شد"),
            (429, "درخواست‌های پیاپی زیاد"),
            (503, "سامانه موقتاً در دسترس نیست"),
        )
    }
    return {(200, "application/json"): good, **problems}


class BadgeView(PublicView):
    """By the public id that stands in the snippet."""

    @extend_schema(
        operation_id="badge_by_public_id",
        summary="وضعیت نماد با شناسه",
        description="وضعیت همین لحظه، خوانده از پایگاه داده؛ پاسخ را نگه ندارید.",
        tags=["نماد"],
        auth=[],
        parameters=[
            OpenApiParameter(
                "public_id", {"type": "string", "pattern": "^[a-z2-7]{26}$"}, "path",
                description="شناسه ۲۶ نویسه‌ای نماد، همان که در پیوند صفحه اعتبار است",
            )
        ],
        responses=_answers((400, "پارامتر ناشناخته"), (404, "نمادی با این شناسه نیست")),
    )  # fmt: skip
    def get(self, request: Request, public_id: str) -> Response:  # noqa: ARG002 - the signature of a view
        return _answer(badge_by_public_id(public_id, clock.now()))


class DomainView(PublicView):
    """By the domain, in any spelling that names it."""

    @extend_schema(
        operation_id="badge_by_domain",
        summary="وضعیت نماد یک دامنه",
        description=(
            "دامنه را به هر املایی بفرستید: A-label یا فارسی، با www یا بی آن. اگر دامنه چند نماد داشته است، نماد زنده "
            "و سپس تازه‌ترین پاسخ داده می‌شود. نماد دامنه بالادست درباره زیردامنه چیزی نمی‌گوید و ۴۰۴ است."
        ),
        tags=["نماد"],
        auth=[],
        parameters=[
            OpenApiParameter("domain", OpenApiTypes.STR, "path", description="نام دامنه، مانند shop.ir یا نامه‌ای.com")
        ],
        responses=_answers(
            (400, "نام دامنه خوانده نشد یا پارامتر ناشناخته"), (404, "برای این دامنه هرگز نمادی صادر نشده است")
        ),
    )
    def get(self, request: Request, domain: str) -> Response:  # noqa: ARG002 - the signature of a view
        try:
            host = host_from_typed(domain)
        except HostRefused as refused:
            error = {"pointer": "/domain", "code": refused.code.value, "detail": refused.code.sentence}
            raise Problem(HTTPStatus.BAD_REQUEST, "domain_refused", errors=[error]) from None
        answer = domain_answer(host, clock.now())
        return _answer(answer.badge if answer.covers else None)


def _answer(badge: PublicBadge | None) -> Response:
    if badge is None:
        raise Problem(HTTPStatus.NOT_FOUND, "not_found", "چنین نمادی هرگز صادر نشده است؛ شناسه یا دامنه را بررسی کنید.")
    return Response(BadgeBody(badge).data)
