"""Why a file is not taken, in words for the person who chose it."""

from enamad_portal.kernel.errors import Refusal
from enamad_portal.kernel.iran.text import persian_digits

MESSAGES = {
    "upload_empty": "پرونده خالی است؛ پروندهٔ درست را دوباره انتخاب کنید.",
    "upload_kind": (
        "فقط پروندهٔ PDF، JPG یا PNG پذیرفته می‌شود؛ پسوند این پرونده «{extension}» است. سند را "
        "به یکی از این سه قالب ذخیره کنید."
    ),
    "upload_no_extension": ("نام پرونده پسوند ندارد؛ آن را با پسوند pdf، jpg یا png ذخیره کنید و دوباره بفرستید."),
    "upload_too_large": "حجم پرونده باید حداکثر {limit} مگابایت باشد؛ حجم این پرونده {size} مگابایت است.",
    "upload_content_differs": (
        "محتوای این پرونده با پسوند «{extension}» یکی نیست؛ سند را از نو به قالب PDF، JPG یا PNG "
        "ذخیره کنید، فقط عوض کردن نام کافی نیست."
    ),
    "upload_infected": (
        "در این پرونده بدافزار ({found}) دیده شد و ذخیره نشد؛ دستگاه خود را بررسی کنید "
        "و از سند دوباره عکس بگیرید یا آن را از نو اسکن کنید."
    ),
    "upload_scan_down": (
        "بررسی بدافزار اکنون پاسخ نمی‌دهد و پرونده ذخیره نشد؛ چند دقیقه دیگر همین پرونده را دوباره بفرستید."
    ),
    "upload_image_broken": ("تصویر ناقص یا خراب است و باز نمی‌شود؛ دوباره از سند عکس بگیرید یا آن را از نو ذخیره کنید."),
    "upload_image_too_many_pixels": (
        "ابعاد تصویر باید حداکثر {limit} مگاپیکسل باشد؛ این تصویر بزرگ‌تر است. با وضوح کمتر عکس "
        "بگیرید یا آن را کوچک کنید."
    ),
    "upload_image_animated": "تصویر متحرک پذیرفته نمی‌شود؛ یک تصویر ثابت از سند بفرستید.",
    "upload_pdf_broken": (
        "پروندهٔ PDF ناقص یا خراب است و باز نمی‌شود؛ آن را باز کنید، دوباره به PDF ذخیره یا چاپ کنید و بفرستید."
    ),
    "upload_pdf_encrypted": "پروندهٔ PDF رمز یا محدودیت دسترسی دارد؛ نسخهٔ بدون رمز آن را بفرستید.",
    "upload_pdf_no_pages": "پروندهٔ PDF هیچ صفحه‌ای ندارد؛ پروندهٔ درست را دوباره انتخاب کنید.",
    "upload_pdf_too_many_pages": (
        "پروندهٔ PDF باید حداکثر {limit} صفحه باشد؛ این پرونده {pages} صفحه دارد. فقط صفحه‌های لازم را بفرستید."
    ),
    "upload_pdf_too_complex": (
        "ساختار پروندهٔ PDF بیش از اندازه پیچیده است؛ آن را به PDF چاپ کنید و نسخهٔ چاپ‌شده را بفرستید."
    ),
    "upload_pdf_form": ("فرم پویای PDF (XFA) پذیرفته نمی‌شود؛ فرم پرشده را به PDF چاپ کنید و نسخهٔ چاپ‌شده را بفرستید."),
    "upload_too_heavy": (
        "باز کردن این پرونده بیش از اندازهٔ مجاز زمان یا حافظه می‌خواهد؛ نسخهٔ ساده‌تر یا کم‌حجم‌تری از سند بفرستید."
    ),
    "upload_no_such_page": "صفحهٔ {page} در این سند نیست؛ سند {pages} صفحه دارد.",
    "upload_too_many_files": (
        "حداکثر {limit} پرونده می‌توانید نگه دارید؛ برای فرستادن پروندهٔ تازه یکی از پرونده‌های پیشین را پاک کنید."
    ),
    "upload_quota": ("مجموع حجم پرونده‌های شما باید حداکثر {limit} مگابایت باشد؛ با این پرونده {size} مگابایت می‌شود."),
}


def refusal(code: str, **facts: object) -> Refusal:
    """The refusal with this code; `facts` fill its message, with Persian digits where they are numbers."""
    message = MESSAGES[code].format(**{name: _shown(fact) for name, fact in facts.items()})
    return Refusal(code, message, {name: str(fact) for name, fact in facts.items()})


def megabytes(size: int) -> float:
    """Bytes in MiB with one decimal, rounded up so that a file over the limit never shows the limit itself."""
    return -(-size * 10 // (1024 * 1024)) / 10


def _shown(fact: object) -> str:
    if isinstance(fact, float):
        return persian_digits(f"{fact:.1f}".removesuffix(".0").replace(".", "٫"))
    return persian_digits(fact) if isinstance(fact, int) else str(fact)
