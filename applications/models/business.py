"""A shop and its domain, as its owner describes it."""

from django.db import models

from applications.models.applicant import Applicant
from applications.models.choices import BusinessMode, PersonType, Premises, SaleMethod, Tenure
from applications.models.reference import Activity
from enamad_portal.accounts.models import national_code_index
from enamad_portal.kernel import crypto


class Business(crypto.Sealed):
    """کسب‌وکار: one shop with one main domain; a further domain is a new business."""

    owner = models.ForeignKey(Applicant, on_delete=models.PROTECT, related_name="businesses")
    person_type = models.CharField("نوع شخص", max_length=12, choices=PersonType)
    mode = models.CharField("حالت کسب‌وکار", max_length=16, choices=BusinessMode)
    name_fa = models.CharField("نام فارسی", max_length=80, blank=True)
    name_latin = models.CharField("نام لاتین", max_length=80, blank=True)
    domain = models.CharField("دامنه", max_length=253, blank=True, help_text="A-label")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, verbose_name="رسته فعالیت")
    sale_method = models.CharField("نحوه فروش", max_length=10, choices=SaleMethod, blank=True)
    premises = models.CharField("نوع محل", max_length=12, choices=Premises, blank=True)
    tenure = models.CharField("مالک یا مستأجر", max_length=8, choices=Tenure, blank=True)
    province = models.CharField("استان", max_length=4, blank=True)
    city = models.CharField("شهر", max_length=60, blank=True)
    postal_code = crypto.SealedTextField("کد پستی", blank=True, default="")
    address = crypto.SealedTextField("نشانی", blank=True, default="")
    landline = crypto.SealedTextField("تلفن ثابت", blank=True, default="")
    email = crypto.SealedTextField("ایمیل", blank=True, default="")
    answering_hours = models.CharField("ساعات پاسخ‌گویی", max_length=120, blank=True)
    monthly_transactions = models.PositiveIntegerField("تراکنش ماهانه", null=True, blank=True)
    monthly_turnover_rial = models.PositiveBigIntegerField("گردش ماهانه (ریال)", null=True, blank=True)
    shop_test_account = crypto.SealedJSONField("حساب آزمایشی فروشگاه", null=True, blank=True)
    logo = models.OneToOneField(
        "kernel.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="نشان"
    )
    created_at = models.DateTimeField("ایجاد")

    class Meta:
        verbose_name = "کسب‌وکار"
        verbose_name_plural = "کسب‌وکارها"

    def __str__(self) -> str:
        return self.name_fa or self.domain or f"کسب‌وکار {self.pk}"

    @property
    def holder_name(self) -> str:
        """صاحب امتیاز: the company of a legal person, else the applicant."""
        legal = getattr(self, "legal_person", None)
        return legal.registered_name if legal else self.owner.full_name

    @property
    def people_keys(self) -> frozenset[str]:
        """Blind indexes of the national codes of the people behind it: the applicant and the company's director."""
        legal = getattr(self, "legal_person", None)
        director = {national_code_index(legal.director_national_code)} if legal else set()
        return frozenset({self.owner.national_code_key} | director)

    @property
    def taxpayer_id(self) -> str:
        legal = getattr(self, "legal_person", None)
        return legal.legal_id if legal else self.owner.national_code
