"""What officers leave behind: decisions with the words the applicant reads, and the personal data they looked at."""

from django.conf import settings
from django.db import models

from applications.models.application import Application
from enamad_portal.kernel import guards


class Decision(models.Model):
    """One move of an officer on a case, with its reasons and the text as it was sent; append-only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    move = models.CharField("تصمیم", max_length=40)
    reasons = models.JSONField("دلیل‌ها", default=list)
    """Codes of `applications/data/review_reasons.csv`."""
    text = models.TextField("متن برای متقاضی", blank=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("زمان")

    class Meta:
        verbose_name = "تصمیم"
        verbose_name_plural = "تصمیم‌ها"
        ordering = ["pk"]


class Reveal(models.Model):
    """An officer opened one masked field of one case and said why (PII-4); append-only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reveals")
    field = models.CharField("داده", max_length=40)
    reason = models.CharField("دلیل", max_length=200)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("زمان")

    class Meta:
        verbose_name = "آشکارسازی"
        verbose_name_plural = "آشکارسازی‌ها"
        indexes = [models.Index(fields=["officer", "at"])]


guards.APPEND_ONLY += [Decision, Reveal]
