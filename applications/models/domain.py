"""What was done to see that a domain is in the applicant's hands, before issue and once more after it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from applications.lifecycle import RECHECK, RECHECK_OPEN, RecheckState
from applications.models.application import Application
from applications.models.badge import Badge
from applications.models.choices import DomainMethod
from enamad_portal.kernel import guards
from enamad_portal.kernel.lifecycle import Lifecycle, Subject
from enamad_portal.kernel.steps import Verdict


class DomainLook(models.Model):
    """One look by one method, or one e-mail code that came back; written once with its evidence (DCV-8)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="domain_looks")
    method = models.CharField("روش", max_length=6, choices=DomainMethod)
    domain = models.CharField("دامنه", max_length=253)
    at = models.DateTimeField("زمان")
    verdict = models.CharField("نتیجه", max_length=8, choices=Verdict)
    code = models.CharField("یافته", max_length=60)
    evidence = models.JSONField("شواهد", default=dict)

    class Meta:
        verbose_name = "بررسی دامنه"
        verbose_name_plural = "بررسی‌های دامنه"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="domain_look_verdict_known")
        ]
        indexes = [models.Index(fields=["application", "domain", "-at"])]


class DomainRecheck(Subject):
    """احراز دوباره دامنه: the title that proved the domain is looked for once more after issue.

    The token is the one that was proved, derived from its nonce, whatever token the page shows by then.
    """

    lifecycle: ClassVar[Lifecycle] = RECHECK
    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="domain_rechecks", verbose_name="نماد")
    state = models.CharField("وضعیت", max_length=8, choices=RecheckState, default=RecheckState.DUE)
    nonce = models.CharField(max_length=32, editable=False)
    due_at = models.DateTimeField("نوبت بررسی")
    misses = models.PositiveSmallIntegerField("دفعات ندیدن", default=0)
    grace_until = models.DateTimeField("مهلت روش دوم", null=True, blank=True)
    created_at = models.DateTimeField("ایجاد")

    class Meta:
        verbose_name = "احراز دوباره دامنه"
        verbose_name_plural = "احرازهای دوباره دامنه"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RecheckState.values), name="domain_recheck_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=(RecheckState.ASKED, RecheckState.OVERDUE)) | Q(grace_until__isnull=False),
                name="domain_recheck_asked_has_grace",
            ),
            models.UniqueConstraint(
                fields=["badge"], condition=Q(state__in=RECHECK_OPEN), name="one_open_recheck_per_badge"
            ),
        ]

    def __str__(self) -> str:
        return self.badge.domain


guards.APPEND_ONLY.append(DomainLook)
