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


class SectionKey(models.TextChoices):
    """The pages of the form; `applications/sections.py` says what each asks."""

    SHOP = "shop", "فروشگاه و دامنه"
    ACTIVITY = "activity", "زمینه فعالیت"
    CONTACT = "contact", "راه‌های تماس"
    TURNOVER = "turnover", "حجم فروش"
    VOLUME = "volume", "حجم فروش"
    LEGAL = "legal", "شخص حقوقی"
    PLACE = "place", "محل و تلفن ثابت"
    SHOP_ACCOUNT = "shop_account", "حساب آزمایشی فروشگاه"
    LOGO = "logo", "نشان فروشگاه"


class SaleMethod(models.TextChoices):
    DIRECT = "direct", "فروش مستقیم"
    INDIRECT = "indirect", "فروش غیرمستقیم (واسطه میان فروشنده و خریدار)"
    BOTH = "both", "مستقیم و غیرمستقیم"


class Premises(models.TextChoices):
    COMMERCIAL = "commercial", "تجاری"
    OFFICE = "office", "اداری"
    WORKSHOP = "workshop", "کارگاهی"
    RESIDENTIAL = "residential", "مسکونی"


class Tenure(models.TextChoices):
    OWNER = "owner", "مالک"
    TENANT = "tenant", "مستأجر"


class Capacity(models.TextChoices):
    """In which capacity the applicant signs for a legal person."""

    MANAGING_DIRECTOR = "managing_director", "مدیرعامل"
    BOARD_MEMBER = "board_member", "عضو هیئت مدیره دارای حق امضا"
    ATTORNEY = "attorney", "وکیل یا نماینده دارای وکالت‌نامه"


class RefusalReason(models.TextChoices):
    """Why a document is not accepted; the applicant reads the sentence."""

    UNREADABLE = "unreadable", "تصویر خوانا نیست؛ با نور کافی و از روبه‌رو دوباره عکس بگیرید."
    WRONG_DOCUMENT = "wrong_document", "این سند همان سندی نیست که خواسته شده است."
    INCOMPLETE = "incomplete", "بخشی یا صفحه‌ای از سند دیده نمی‌شود؛ همه صفحه‌ها را بفرستید."
    EXPIRED = "expired", "اعتبار این سند گذشته است؛ سند معتبر را بفرستید."
    NAME_DIFFERS = "name_differs", "نام روی سند با نام متقاضی یا شرکت یکی نیست."
    NOT_LATEST = "not_latest", "آگهی یا مجوز تازه‌تری منتشر شده است؛ آخرین آن را بفرستید."
    OTHER = "other", "دلیل در یادداشت کارشناس آمده است."


class DomainMethod(models.TextChoices):
    META = "meta", "متاتگ در صفحه اصلی"
    FILE = "file", "بارگذاری فایل"
    TITLE = "title", "عنوان صفحه اصلی"
    DNS = "dns", "رکورد TXT دامنه"
    EMAIL = "email", "کد به ایمیل دامنه"


class ChecklistGroup(models.TextChoices):
    """The three parts of the checklist."""

    LAWFULNESS = "lawfulness", "مدل کسب‌وکار و کالاها"
    SALE = "sale", "فرایند فروش و سفارش"
    PAGES = "pages", "صفحه‌های سایت"


class MachineLevel(models.TextChoices):
    """What a machine may contribute to an item; the verdict is a person's in every case."""

    NONE = "none", "هیچ"
    EVIDENCE = "evidence", "شواهد"
    VERDICT = "verdict", "شواهد و نظر"


class MachineSays(models.TextChoices):
    OK = "ok", "درست به نظر می‌رسد"
    NOT_OK = "not_ok", "ایراد دارد"


class SecondStar(models.TextChoices):
    """How the second star is earned."""

    SSL = "ssl", "با SSL هنگام صدور"
    RANKING = "ranking", "فقط با رتبه‌بندی پس از صدور"


class FeeKind(models.TextChoices):
    """Tariffs that have a name of their own; a row of the fees may bring another kind."""

    MICRO_YEAR_1 = "micro_year_1", "نماد بی‌ستاره، سال نخست"
    MICRO_YEAR_2 = "micro_year_2", "نماد بی‌ستاره، سال دوم"
    NORMAL = "normal", "نماد ستاره‌دار"
    POST_LETTER = "post_letter", "نامه پستی تأیید نشانی"


def fee_title(kind: str, otherwise: str = "") -> str:
    """What people call this tariff; a kind without a name is shown as its key, or as `otherwise`."""
    return str(FeeKind(kind).label) if kind in FeeKind.values else otherwise or kind
