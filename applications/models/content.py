"""The checklist of a shop's site: its items as dated rows, what stood on the site, and a person's verdict per item."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import CHECK_ITEM, ItemState
from applications.models.application import Application
from applications.models.badge import Badge
from applications.models.choices import ChecklistGroup, MachineLevel, MachineSays
from applications.models.reference import Activity
from enamad_portal.kernel.dated import DatedRow
from enamad_portal.kernel.lifecycle import Lifecycle, Subject
from enamad_portal.kernel.steps import Verdict

SNAPSHOT_CHARACTERS = 20_000
"""How much of a page's text is kept."""


class ChecklistItem(DatedRow):
    """بند چک‌لیست الزامات: one duty of the site, as published on one day; empty activity means every shop."""

    rule = ("key", "activity_id")
    key = models.CharField("کلید", max_length=40)
    number = models.PositiveSmallIntegerField("شماره")
    group = models.CharField("بخش", max_length=12, choices=ChecklistGroup)
    title = models.CharField("عنوان", max_length=200)
    machine = models.CharField("سهم ماشین", max_length=8, choices=MachineLevel)
    reasons = models.JSONField("دلیل‌های رد", default=list, help_text="فهرستی از {code, cure}")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, verbose_name="رسته")

    class Meta(DatedRow.Meta):
        verbose_name = "بند چک‌لیست"
        verbose_name_plural = "چک‌لیست الزامات"
        ordering = ["number"]
        constraints = [
            *DatedRow.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(group=ChecklistGroup.LAWFULNESS) | ~Q(machine=MachineLevel.VERDICT),
                name="machine_never_judges_lawfulness",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def cures(self) -> dict[str, str]:
        """What the applicant is told, by reason code."""
        return {reason["code"]: reason["cure"] for reason in self.reasons}


class SiteSnapshot(models.Model):
    """One public page of a site as it stood when we looked; text only, bounded."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="snapshots")
    role = models.CharField("صفحه", max_length=12)
    url = models.CharField("نشانی", max_length=2048)
    fetched_at = models.DateTimeField("زمان")
    sha256 = models.CharField("چکیده", max_length=64)
    text = models.TextField("متن")

    class Meta:
        verbose_name = "تصویر صفحه سایت"
        verbose_name_plural = "تصویرهای صفحه سایت"
        indexes = [models.Index(fields=["application", "-fetched_at"])]


class ItemVerdict(Subject):
    """An item of one case: what the machine saw, and what a person decided about it."""

    lifecycle: ClassVar[Lifecycle] = CHECK_ITEM
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="checklist")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("رأی", max_length=8, choices=ItemState, default=ItemState.PENDING)
    says = models.CharField("نظر ماشین", max_length=8, choices=MachineSays, blank=True)
    evidence = models.JSONField(
        "شواهد", default=list, blank=True, help_text="فهرستی از {code, good, url, sha256, excerpt}"
    )
    basis = models.CharField("پاسخ‌های سنجیده", max_length=64, help_text="نمایه پاسخ‌هایی که رأی با آنها سنجیده شده است")
    seen_at = models.DateTimeField("آخرین نگاه", null=True, blank=True)
    reasons = models.JSONField("دلیل‌ها", default=list, blank=True)
    note = models.CharField("یادداشت برای متقاضی", max_length=500, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField("زمان رأی", null=True, blank=True)

    class Meta:
        verbose_name = "رأی بند چک‌لیست"
        verbose_name_plural = "رأی‌های چک‌لیست"
        constraints = [
            models.UniqueConstraint(fields=["application", "item"], name="one_verdict_per_item"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="item_state_known"),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(judged_by__isnull=False, judged_at__isnull=False),
                name="item_verdict_has_judge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.item.key}"

    @property
    def is_clean(self) -> bool:
        """Open, seen by the machine, and all it saw speaks for the item; lawfulness is a person's to look at."""
        seen = [stored["good"] for stored in self.evidence]
        judged_by_eye = self.item.group == ChecklistGroup.LAWFULNESS
        return self.state == ItemState.PENDING and bool(seen) and all(seen) and not judged_by_eye

    @property
    def said(self) -> list[str]:
        """Why it was not accepted and the cure, as the applicant reads it."""
        cures = self.item.cures()
        sentences = [cures[code] for code in self.reasons if code in cures]
        return [*sentences, self.note] if self.note else sentences


class SnippetLook(models.Model):
    """One look for the badge's snippet on its home page; never decides anything about the badge."""

    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="snippet_looks")
    asked_at = models.DateTimeField("درخواست")
    due_at = models.DateTimeField("نوبت بررسی")
    looked_at = models.DateTimeField("زمان بررسی", null=True, blank=True)
    verdict = models.CharField("نتیجه", max_length=8, choices=Verdict, default=Verdict.UNKNOWN)
    code = models.CharField("یافته", max_length=60, blank=True)
    evidence = models.JSONField("شواهد", default=dict, blank=True)
    tries = models.PositiveSmallIntegerField("تعداد تلاش", default=0)

    class Meta:
        verbose_name = "بررسی نصب نماد"
        verbose_name_plural = "بررسی‌های نصب نماد"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(verdict="passed") | Q(looked_at__isnull=False), name="snippet_seen")
        ]
