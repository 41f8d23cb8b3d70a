"""What the police answered and what the applicant said against it: seen by the police liaison alone (AUTHZ-3)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from enamad_portal.kernel import crypto
from enamad_portal.kernel.documents import Document


class ProofKind(models.TextChoices):
    """The three kinds of proof that open a re-examination (فرجام‌خواهی)."""

    ACQUITTAL = "acquittal", "حکم تبرئه"
    SENTENCE_SERVED = "sentence_served", "برگه اجرای حکم"
    OTHER = "other", "سند دیگری که نشان می‌دهد سابقه پاک شده است"


class PoliceAnswer(crypto.Sealed):
    """Positive or negative, a date and a reference: never a reason. Sealed, because nobody searches by it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="police_answers")
    round = models.PositiveIntegerField("دور")
    positive = crypto.SealedTextField("پاسخ")
    """`yes` or `no`."""
    police_reference = crypto.SealedTextField("شماره پلیس")
    answered_at = models.DateTimeField("زمان پاسخ")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The liaison who typed it; empty when the adapter brought it."""

    class Meta:
        verbose_name = "پاسخ پلیس"
        verbose_name_plural = "پاسخ‌های پلیس"
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="one_police_answer_per_round")]

    @property
    def is_positive(self) -> bool:
        return bool(self.positive == "yes")


class PoliceAppeal(models.Model):
    """فرجام‌خواهی: one kind of proof with its document, and how it was decided."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="police_appeals")
    proof_kind = models.CharField("نوع مدرک", max_length=16, choices=ProofKind)
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="مدرک"
    )
    """NULL once the days of a closed case's documents are over."""
    made_at = models.DateTimeField("زمان درخواست")
    ask_again = models.BooleanField("استعلام دوباره", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField("زمان تصمیم", null=True, blank=True)

    class Meta:
        verbose_name = "فرجام‌خواهی"
        verbose_name_plural = "فرجام‌خواهی‌ها"
        constraints = [
            models.CheckConstraint(condition=Q(proof_kind__in=ProofKind.values), name="police_proof_known"),
            models.CheckConstraint(
                condition=Q(ask_again=None) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="police_appeal_has_decider",
            ),
            models.UniqueConstraint(fields=["application"], condition=Q(ask_again=None), name="one_open_police_appeal"),
        ]
