"""The public shape of a badge: the fields of the published contract and nothing else."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from applications.lifecycle import BadgeState
from applications.selectors.badge_page import PublicBadge
from enamad_portal.api.fields import JalaliTwin


class CheckBody(serializers.Serializer[Any]):
    """One thing that was checked before the badge was issued."""

    key = serializers.CharField(help_text="شناسه پایدار بررسی")
    title = serializers.CharField(help_text="نام بررسی، فارسی")
    checked_at = serializers.DateTimeField(source="at", help_text="زمان تأیید، ISO 8601 میلادی")
    checked_at_jalali = JalaliTwin("at")


class BadgeBody(serializers.Serializer[PublicBadge]):
    """What everyone may know of a badge; no personal data of its holder."""

    public_id = serializers.RegexField("^[a-z2-7]{26}$", help_text="شناسه عمومی نماد")
    domain = serializers.CharField(help_text="دامنه به صورت A-label (لاتین)")
    domain_unicode = serializers.CharField(help_text="دامنه به صورت خوانا (U-label)")
    status = serializers.ChoiceField(BadgeState.choices, source="state", help_text="وضعیت در همین لحظه")
    status_code = serializers.IntegerField(
        help_text="کد عمومی: ۱ معتبر، ۳ معتبر در انتظار پروانه کسب، ۵ منقضی، ۶ تعلیق، ۷ ابطال، ۸ لغو به درخواست صاحب"
    )
    stars = serializers.IntegerField(min_value=0, max_value=5, help_text="شمار ستاره‌ها")
    business_name = serializers.CharField(help_text="نام فروشگاه")
    first_granted_at = serializers.DateTimeField(help_text="نخستین اعطا")
    first_granted_at_jalali = JalaliTwin("first_granted_at")
    valid_from = serializers.DateTimeField(help_text="آغاز اعتبار")
    valid_from_jalali = JalaliTwin("valid_from")
    valid_to = serializers.DateTimeField(help_text="پایان اعتبار")
    valid_to_jalali = JalaliTwin("valid_to")
    checks = CheckBody(many=True, help_text="آنچه پیش از صدور سنجیده شد، به ترتیب زمان")
    verify_url = serializers.SerializerMethodField(help_text="صفحه اعتبار نماد؛ پیوند درست همین است")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_verify_url(self, badge: PublicBadge) -> str:
        return f"{settings.BASE_URL}/v/{badge.public_id}/"
