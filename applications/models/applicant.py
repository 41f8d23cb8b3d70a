"""The person behind the applications: identity data are sealed, looked up by blind index only."""

from django.conf import settings
from django.db import models

from enamad_portal.accounts.models import User
from enamad_portal.kernel import crypto


def person_keys(user_id: int) -> frozenset[str]:
    """Blind indexes of the national code of whoever signs in with this account, as staff or as applicant."""
    found = User.objects.filter(pk=user_id).values_list("national_code_key", "applicant__national_code_key").first()
    return frozenset(key for key in found or () if key)


class Applicant(crypto.Sealed):
    """متقاضی: one account's identity, as typed by the person and later matched by the identity provider."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applicant")
    first_name = crypto.SealedTextField("نام")
    last_name = crypto.SealedTextField("نام خانوادگی")
    national_code = crypto.SealedTextField("کد ملی")
    national_code_key = models.CharField(max_length=64, editable=False)
    birth_date = crypto.SealedDateField("تاریخ تولد")
    matched_at = models.DateTimeField("تطبیق با ثبت احوال", null=True, blank=True)
    created_at = models.DateTimeField("ایجاد")

    class Meta:
        verbose_name = "متقاضی"
        verbose_name_plural = "متقاضیان"
        constraints = [
            models.UniqueConstraint(
                fields=["national_code_key"],
                condition=models.Q(matched_at__isnull=False),
                name="one_matched_account_per_person",
            )
        ]

    @property
    def person_key(self) -> str:
        """Blind index of who this is, as the civil registry is asked; a check keeps it to say whom it passed for."""
        said = (self.national_code, self.first_name, self.last_name, self.birth_date.isoformat())
        return crypto.blind_index("checked-person", "\n".join(said))

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"
