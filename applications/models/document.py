"""A document of a case and what an officer thought of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import DOCUMENT, DocumentState
from applications.models.application import Application
from applications.models.choices import RefusalReason
from enamad_portal.kernel.documents import Document
from enamad_portal.kernel.lifecycle import Lifecycle, Subject


class ApplicationDocument(Subject):
    """سند پرونده: the file that stands now for one document of the requirements, with its verdict."""

    lifecycle: ClassVar[Lifecycle] = DOCUMENT
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="documents")
    key = models.CharField("سند", max_length=40)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="+", verbose_name="پرونده")
    state = models.CharField("رأی", max_length=8, choices=DocumentState, default=DocumentState.PENDING)
    reasons = models.JSONField("دلیل‌ها", default=list, blank=True)
    remark = models.CharField("یادداشت برای متقاضی", max_length=500, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judged_at = models.DateTimeField("زمان رأی", null=True, blank=True)

    class Meta:
        verbose_name = "سند پرونده"
        verbose_name_plural = "سندهای پرونده"
        constraints = [
            models.UniqueConstraint(fields=["application", "key"], name="one_row_per_document"),
            models.CheckConstraint(condition=Q(state__in=DocumentState.values), name="document_state_known"),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(judged_by__isnull=False, judged_at__isnull=False),
                name="document_verdict_has_judge",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.key}"

    @property
    def said(self) -> list[str]:
        """Why it was refused, as the applicant reads it."""
        sentences = [str(RefusalReason(code).label) for code in self.reasons if code != RefusalReason.OTHER]
        return [*sentences, self.remark] if self.remark else sentences
