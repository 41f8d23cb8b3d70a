"""What an applicant may be told when his site could not be read (FET-14).

The list is closed: a sentence never carries text of the server, an address of ours or the state of a port.
A refused connection, a silent host and an address we may not visit give the same code.
"""

from enum import StrEnum


class FailureCode(StrEnum):
    """Why a fetch gave no answer; applicants read `sentence`, staff see `Failure.detail_for_staff` as well."""

    HOST_REFUSED = "host_refused"
    HOST_IS_SUFFIX = "host_is_suffix"
    NAME_NOT_FOUND = "name_not_found"
    NAME_TROUBLE = "name_trouble"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too_slow"
    CERTIFICATE_REFUSED = "certificate_refused"
    TLS_REFUSED = "tls_refused"
    ANSWER_NOT_HTTP = "answer_not_http"
    HEADERS_TOO_LARGE = "headers_too_large"
    BODY_TOO_LARGE = "body_too_large"
    BODY_CUT_SHORT = "body_cut_short"
    COMPRESSION_REFUSED = "compression_refused"
    TYPE_REFUSED = "type_refused"
    STATUS_NOT_OK = "status_not_ok"
    REDIRECT_TOO_MANY = "redirect_too_many"
    REDIRECT_LOOP = "redirect_loop"
    REDIRECT_AWAY = "redirect_away"
    REDIRECT_UNSAFE = "redirect_unsafe"
    REDIRECT_KIND = "redirect_kind"
    PAGE_TOO_COMPLEX = "page_too_complex"
    PAGE_UNREADABLE = "page_unreadable"
    BUSY = "busy"

    @property
    def sentence(self) -> str:
        """What we saw and the cure, in Persian."""
        return _SENTENCES[self]

    @property
    def passing(self) -> bool:
        """Whether the network may be at fault, so that the check is repeated and never counted as a fail (TLS-9)."""
        return self in _PASSING


_PASSING = frozenset(
    {
        FailureCode.NAME_TROUBLE,
        FailureCode.UNREACHABLE,
        FailureCode.TOO_SLOW,
        FailureCode.BODY_CUT_SHORT,
        FailureCode.BUSY,
    }
)

_SENTENCES = {
    FailureCode.HOST_REFUSED: (
        "نشانی دامنه پذیرفتنی نیست؛ فقط نام دامنه را بنویسید، مانند shop.ir، بدون نشانی عددی، فاصله و نویسهٔ ویژه."
    ),
    FailureCode.HOST_IS_SUFFIX: (
        "این نام یک پسوند عمومی است و دامنهٔ یک کسب‌وکار نیست؛ نام کامل دامنهٔ خود را بنویسید، مانند shop.co.ir."
    ),
    FailureCode.NAME_NOT_FOUND: (
        "برای این دامنه در DNS نشانی‌ای ندیدیم؛ املای دامنه و رکوردهای A و AAAA آن را بررسی کنید."
    ),
    FailureCode.NAME_TROUBLE: (
        "کارساز نام (DNS) دامنهٔ شما پاسخ درستی نداد؛ تنظیم‌های DNS را بررسی کنید. دوباره خودکار تلاش می‌کنیم."
    ),
    FailureCode.UNREACHABLE: (
        "به سایت شما دست نیافتیم؛ بررسی کنید که سایت روی درگاه ۸۰ یا ۴۴۳ و با نشانی عمومی اینترنت در دسترس باشد. "
        "دوباره خودکار تلاش می‌کنیم."
    ),
    FailureCode.TOO_SLOW: (
        "پاسخ سایت شما در زمان مجاز (۲۰ ثانیه) کامل نرسید؛ سرعت سایت را بررسی کنید. دوباره خودکار تلاش می‌کنیم."
    ),
    FailureCode.CERTIFICATE_REFUSED: (
        "گواهی SSL سایت شما معتبر شناخته نشد؛ گواهی باید به نام همین دامنه، در تاریخ اعتبار و با زنجیرهٔ کامل باشد."
    ),
    FailureCode.TLS_REFUSED: (
        "ارتباط امن (TLS) با سایت شما برقرار نشد؛ سایت باید روی درگاه ۴۴۳ از TLS 1.2 یا TLS 1.3 پشتیبانی کند."
    ),
    FailureCode.ANSWER_NOT_HTTP: (
        "پاسخ سایت شما طبق استاندارد HTTP نبود؛ پیکربندی کارساز وب خود را با میزبان سایت بررسی کنید."
    ),
    FailureCode.HEADERS_TOO_LARGE: (
        "سرآیندهای پاسخ سایت شما بیش از اندازهٔ مجاز است (۱۰۰ سرآیند و ۱۶ کیلوبایت)؛ سرآیندهای اضافی را بردارید."
    ),
    FailureCode.BODY_TOO_LARGE: (
        "پاسخ سایت شما بزرگ‌تر از اندازهٔ مجاز است؛ صفحه باید کمتر از ۱ مگابایت و پروندهٔ نشانه کمتر از ۱ کیلوبایت باشد."
    ),
    FailureCode.BODY_CUT_SHORT: (
        "پاسخ سایت شما پیش از پایان قطع شد؛ پایداری کارساز وب را بررسی کنید. دوباره خودکار تلاش می‌کنیم."
    ),
    FailureCode.COMPRESSION_REFUSED: (
        "فشرده‌سازی پاسخ سایت شما پذیرفتنی نیست؛ پاسخ را بدون فشرده‌سازی یا فقط با یک لایهٔ gzip بفرستید."
    ),
    FailureCode.TYPE_REFUSED: (
        "نوع محتوای پاسخ (Content-Type) درست نیست؛ صفحه باید text/html و پروندهٔ نشانه باید text/plain باشد."
    ),
    FailureCode.STATUS_NOT_OK: (
        "سایت شما به جای صفحهٔ خواسته‌شده پاسخ ناموفق داد؛ نشانی باید بدون ورود به حساب و با وضعیت ۲۰۰ باز شود."
    ),
    FailureCode.REDIRECT_TOO_MANY: "سایت شما بیش از ۵ بار به نشانی دیگر هدایت می‌کند؛ هدایت‌ها را کمتر کنید.",
    FailureCode.REDIRECT_LOOP: "هدایت‌های سایت شما در یک حلقه تکرار می‌شود؛ تنظیم هدایت (redirect) را درست کنید.",
    FailureCode.REDIRECT_AWAY: ("سایت شما به دامنهٔ دیگری هدایت می‌کند؛ بررسی فقط روی همان دامنهٔ درخواست انجام می‌شود."),
    FailureCode.REDIRECT_UNSAFE: (
        "سایت شما به نشانی ناایمن هدایت می‌کند؛ هدایت باید به http یا https روی درگاه ۸۰ یا ۴۴۳ باشد "
        "و از https به http برنگردد."
    ),
    FailureCode.REDIRECT_KIND: (
        "نوع هدایت سایت شما پذیرفتنی نیست؛ فقط وضعیت‌های ۳۰۱، ۳۰۲، ۳۰۷ و ۳۰۸ با سرآیند Location دنبال می‌شود."
    ),
    FailureCode.PAGE_TOO_COMPLEX: (
        "ساختار صفحهٔ شما برای بررسی خودکار بیش از اندازه تودرتو یا سنگین است؛ صفحهٔ ساده‌تری بگذارید "
        "یا روش دیگری برای تأیید دامنه برگزینید."
    ),
    FailureCode.PAGE_UNREADABLE: "صفحهٔ شما به صورت HTML خوانده نشد؛ ساختار HTML صفحه را بررسی کنید.",
    FailureCode.BUSY: "در دقیقه‌های گذشته چند بار این سایت را بررسی کرده‌ایم؛ کمی بعد دوباره بررسی می‌شود.",
}
