"""What an applicant typed into a section and has not saved yet."""

from django.db import models

from applications.models.application import Application
from applications.models.choices import SectionKey
from enamad_portal.kernel import crypto


class SectionDraft(crypto.Sealed):
    """پیش‌نویس یک بخش: the boxes as they were typed, unchecked; gone when the section is saved or the case closes."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="section_drafts")
    section = models.CharField("بخش", max_length=20, choices=SectionKey)
    typed = crypto.SealedJSONField("نوشته‌ها")
    kept_at = models.DateTimeField("زمان")

    class Meta:
        verbose_name = "پیش‌نویس بخش"
        verbose_name_plural = "پیش‌نویس‌های بخش‌ها"
        constraints = [models.UniqueConstraint(fields=["application", "section"], name="one_draft_per_section")]
