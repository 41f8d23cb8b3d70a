"""The company behind a business of a legal person: what its gazette notices say, and who speaks for it."""

from django.db import models

from applications.models.business import Business
from applications.models.choices import Capacity
from enamad_portal.kernel import crypto


class LegalPerson(crypto.Sealed):
    """شخص حقوقی: register data are public and lie open; what names a natural person is sealed."""

    business = models.OneToOneField(Business, on_delete=models.PROTECT, related_name="legal_person")
    registered_name = models.CharField("نام ثبتی", max_length=120)
    legal_id = models.CharField("شناسه ملی", max_length=11, db_index=True)
    registration_number = models.CharField("شماره ثبت", max_length=10)
    gazette_number = models.CharField("شماره روزنامه رسمی", max_length=10)
    gazette_date = models.DateField("تاریخ روزنامه رسمی")
    director_name = crypto.SealedTextField("مدیرعامل")
    director_national_code = crypto.SealedTextField("کد ملی مدیرعامل")
    capacity = models.CharField("سمت متقاضی", max_length=20, choices=Capacity)
    board = crypto.SealedTextField("اعضای هیئت مدیره")

    class Meta:
        verbose_name = "شخص حقوقی"
        verbose_name_plural = "اشخاص حقوقی"

    def __str__(self) -> str:
        return self.registered_name
