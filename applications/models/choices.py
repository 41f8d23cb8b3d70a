"""Closed lists of the field's terms (docs/glossary.md)."""

from django.db import models


class PersonType(models.TextChoices):
    NATURAL = "natural", "شخص حقیقی"
    LEGAL = "legal", "شخص حقوقی"
    GOVERNMENT = "government", "دستگاه دولتی"
    FOREIGN = "foreign", "اتباع خارجی"


class BusinessMode(models.TextChoices):
    NO_ONLINE_SALE = "no_online_sale", "بدون فرایند فروش اینترنتی"
    MICRO = "micro", "کسب‌وکار خرد (بدون ستاره)"
    NORMAL = "normal", "نماد معمولی (ستاره‌دار)"


class SaleMethod(models.TextChoices):
    DIRECT = "direct", "فروش مستقیم"
    INDIRECT = "indirect", "فروش غیرمستقیم (واسطه میان فروشنده و خریدار)"
    BOTH = "both", "مستقیم و غیرمستقیم"


class Premises(models.TextChoices):
    COMMERCIAL = "commercial", "تجاری"
    OFFICE = "office", "اداری"
    WORKSHOP = "workshop", "کارگاهی"
    RESIDENTIAL = "residential", "مسکونی"


class DomainMethod(models.TextChoices):
    META = "meta", "متاتگ در صفحه اصلی"
    FILE = "file", "بارگذاری فایل"
    TITLE = "title", "عنوان صفحه اصلی"
    DNS = "dns", "رکورد TXT دامنه"
    EMAIL = "email", "کد به ایمیل دامنه"
