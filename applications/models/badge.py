"""نماد: the licence to show the mark for one domain, and how often it was clicked."""

import base64
import secrets
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from applications.lifecycle import BADGE, LIVE, PUBLIC_CODE, BadgeState
from applications.models.application import Application
from applications.models.business import Business
from enamad_portal.kernel.lifecycle import Lifecycle, Subject


def new_public_id() -> str:
    """26 lower-case base32 characters of 130 random bits; carries no meaning (contracts: public web)."""
    return base64.b32encode(secrets.token_bytes(17)).decode("ascii").rstrip("=").lower()[:26]


class Badge(Subject):
    """One badge; the dates of approval, validity and first grant are kept apart, as the real register does."""

    lifecycle: ClassVar[Lifecycle] = BADGE
    public_id = models.CharField("شناسه", max_length=26, unique=True, default=new_public_id, editable=False)
    business = models.ForeignKey(Business, on_delete=models.PROTECT, related_name="badges", verbose_name="کسب‌وکار")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="badge")
    state = models.CharField("وضعیت", max_length=24, choices=BadgeState, default=BadgeState.ACTIVE)
    domain = models.CharField("دامنه", max_length=253)
    stars = models.PositiveSmallIntegerField("ستاره")
    holder_name = models.CharField("صاحب امتیاز", max_length=160)
    approved_at = models.DateTimeField("تأیید")
    first_granted_at = models.DateTimeField("نخستین اعطا")
    valid_from = models.DateTimeField("اعتبار از")
    valid_to = models.DateTimeField("اعتبار تا")
    tax_tracking_code = models.CharField("کد رهگیری مالیاتی", max_length=32, blank=True)
    postal_passed_at = models.DateTimeField(null=True, blank=True)
    landline_passed_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(
        max_length=20, default="portal", choices=[("portal", "همین سامانه"), ("earlier_system", "سامانه پیشین")]
    )
    changed_at = models.DateTimeField("آخرین تغییر", db_index=True)

    class Meta:
        verbose_name = "نماد"
        verbose_name_plural = "نمادها"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BadgeState.values), name="badge_state_known"),
            models.CheckConstraint(condition=Q(stars__lte=5), name="badge_stars_in_range"),
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="badge_dates"),
            models.CheckConstraint(
                condition=Q(stars=0)
                | Q(source="earlier_system")
                | Q(postal_passed_at__isnull=False, landline_passed_at__isnull=False),
                name="badge_star_needs_postal_and_landline",
            ),
            models.UniqueConstraint(fields=["domain"], condition=Q(state__in=LIVE), name="one_live_badge_per_domain"),
        ]

    def __str__(self) -> str:
        return self.domain

    @property
    def public_code(self) -> int:
        return PUBLIC_CODE[BadgeState(self.state)]


class ClickCount(models.Model):
    """Clicks of one badge on one day: a number, nobody's address."""

    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="clicks")
    day = models.DateField("روز")
    clicks = models.PositiveIntegerField("کلیک", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["badge", "day"], name="one_counter_per_badge_and_day")]


class ClickSpool(models.Model):
    """How far one spool file has been folded; moved in the transaction that counts."""

    file = models.CharField(max_length=120, unique=True)
    position = models.PositiveBigIntegerField(default=0)
