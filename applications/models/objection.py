"""An applicant's objection to a refusal, in his own words; who decided on it stands among the decisions."""

from django.db import models

from applications.models.application import Application
from enamad_portal.kernel import crypto


class Objection(crypto.Sealed):
    """اعتراض: sealed, because people write about themselves in it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="objections")
    reasons = crypto.SealedTextField("دلیل‌های متقاضی")
    made_at = models.DateTimeField("زمان")

    class Meta:
        verbose_name = "اعتراض"
        verbose_name_plural = "اعتراض‌ها"
        ordering = ["pk"]
