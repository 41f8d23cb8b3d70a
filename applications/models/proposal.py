"""پیشنهاد: what one officer wants done to a badge or a payment, waiting for a second one."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.lifecycle import BADGE, PAYMENT, PROPOSAL, ProposalState
from applications.models.badge import Badge
from applications.models.money import Payment
from enamad_portal.kernel.lifecycle import Lifecycle, Subject


class Proposal(Subject):
    """One move of one badge or one payment, with its reasons; at most one open proposal each."""

    lifecycle: ClassVar[Lifecycle] = PROPOSAL
    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals")
    move = models.CharField("کار", max_length=20)
    state = models.CharField("وضعیت", max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    reasons = models.JSONField("دلیل‌ها", default=list, blank=True)
    """Codes of `applications/data/review_reasons.csv`."""
    text = models.TextField("متن")
    """Why; for a badge, what its owner will read."""
    ref_id = models.CharField("شماره مرجع بانک", max_length=80, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="پیشنهاددهنده"
    )
    proposed_at = models.DateTimeField("زمان پیشنهاد")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="نفر دوم",
    )
    decided_at = models.DateTimeField("زمان تصمیم", null=True, blank=True)

    class Meta:
        verbose_name = "پیشنهاد"
        verbose_name_plural = "پیشنهادهای در انتظار نفر دوم"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_known"),
            models.CheckConstraint(
                condition=Q(badge=None, payment__isnull=False) | Q(badge__isnull=False, payment=None),
                name="proposal_of_one_subject",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(ProposalState.CONFIRMED, ProposalState.DECLINED))
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="proposal_two_officers",
            ),
            models.UniqueConstraint(
                fields=["badge"], condition=Q(state=ProposalState.OPEN), name="one_open_proposal_per_badge"
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(state=ProposalState.OPEN), name="one_open_proposal_per_payment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.badge or self.payment}"

    @property
    def label(self) -> str:
        """The move in words («تعلیق»)."""
        table: Any = BADGE if self.badge_id else PAYMENT
        return next((row.label for row in table.transitions if row.name == self.move), self.move)
