"""Fields that every serializer shares."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from enamad_portal.kernel.calendar import jalali


@extend_schema_field({"type": "string", "pattern": r"^1[34]\d{2}-\d{2}-\d{2}$", "examples": ["1405-08-30"]})
class JalaliTwin(serializers.Field[datetime, Any, str, Any]):
    """The Jalali day of an instant in Tehran, read only: `1405-08-30` beside the Gregorian ISO 8601 field."""

    def __init__(self, source: str) -> None:
        super().__init__(read_only=True, source=source, help_text=f"روز جلالی {source} به وقت تهران")

    def to_representation(self, value: datetime) -> str:
        return jalali.iso(value)


class PointedError(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON Pointer (RFC 6901) به جای ایراد؛ تهی یعنی کل درخواست")
    code = serializers.CharField(help_text="شناسه پایدار ایراد")
    detail = serializers.CharField(help_text="ایراد و راه درست کردن آن، فارسی")


class ProblemBody(serializers.Serializer[Any]):
    """RFC 9457; `code` is stable, `title` and `detail` are for people."""

    type = serializers.URLField(help_text="نشانی گونه ایراد، با توضیح آن در مستندات")
    title = serializers.CharField(help_text="نام ایراد، فارسی")
    status = serializers.IntegerField(help_text="همان کد وضعیت HTTP")
    detail = serializers.CharField(help_text="چه شد و چه باید کرد، فارسی")
    code = serializers.CharField(help_text="شناسه پایدار ایراد؛ برنامه خود را بر آن بنا کنید")
    errors = PointedError(many=True, required=False, help_text="جای هر ایراد")  # type: ignore[assignment]  # a field of the answer
