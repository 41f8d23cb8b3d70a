"""Values that make the outside world say no. The home page and the README are written from this table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Magic:
    """One documented value: where it is recognised, an example that passes every check of form, what then happens."""

    where: str
    mark: str
    example: str
    result: str
    """Persian, for the home page."""


def national_code(nine_digits: str) -> str:
    """Completes nine digits with the check digit of the national code."""
    remainder = sum(int(digit) * (10 - place) for place, digit in enumerate(nine_digits)) % 11
    return nine_digits + str(remainder if remainder < 2 else 11 - remainder)


def legal_id(ten_digits: str) -> str:
    """Completes ten digits with the check digit of a legal person's id."""
    weights = (29, 27, 23, 19, 17) * 2
    shift = int(ten_digits[9]) + 2
    remainder = sum((shift + int(digit)) * weight for digit, weight in zip(ten_digits, weights, strict=True)) % 11
    return ten_digits + str(0 if remainder == 10 else remainder)


def national_mark(code: str) -> str:
    """Digits 7 to 9: the last ones before the check digit."""
    return code[6:9]


def legal_mark(code: str) -> str:
    """Digits 8 to 10: the last ones before the check digit."""
    return code[7:10]


def ending(value: str) -> str:
    return value[-3:]


PERSON = {"401": "not_found", "402": "name_differs", "403": "deceased", "404": "birth_date_differs"}
NOT_OWN_MOBILE = "405"
NO_TAX_FILE = "406"
POLICE_NEGATIVE, POLICE_SILENT, POLICE_WAITS = "501", "502", "503"
COMPANY = {"401": "not_found", "402": "dissolved"}
NOT_DIRECTOR = "403"
SMS_UNDELIVERED, SMS_REFUSED = "000", "001"
CALL = {"000": "no_answer", "001": "busy"}
POSTAL_UNKNOWN, LETTER_RETURNED, LETTER_WAITS, LETTER_LOST = "999", "888", "777", "666"
MAIL_REFUSED = "bounce@"
HOLDER = {"hidden": "hidden", "differs": "differs", "unregistered": "unregistered"}

GOOD_NATIONAL_CODE = national_code("001234567")
GOOD_LEGAL_ID = legal_id("1038028479")

_NATIONAL = "رقم‌های ۷ تا ۹ کد ملی"
_LEGAL = "رقم‌های ۸ تا ۱۰ شناسه ملی"
_POSTAL = "سه رقم آخر کد پستی"


def _national(mark: str, result: str) -> Magic:
    return Magic(_NATIONAL, mark, national_code("001234" + mark), result)


def _legal(mark: str, result: str) -> Magic:
    return Magic(_LEGAL, mark, legal_id("1038028" + mark), result)


def _postal(mark: str, result: str) -> Magic:
    return Magic(_POSTAL, mark, "1193653" + mark, result)


MAGIC = (
    _national("401", "ثبت احوال چنین فردی را نمی‌شناسد"),
    _national("402", "نام با کد ملی نمی‌خواند"),
    _national("403", "دارنده کد ملی درگذشته است"),
    _national("404", "تاریخ تولد با کد ملی نمی‌خواند"),
    _national(NOT_OWN_MOBILE, "شاهکار: تلفن همراه به نام این فرد نیست"),
    _national(NO_TAX_FILE, "سازمان مالیاتی پرونده‌ای ندارد"),
    _national(POLICE_NEGATIVE, "پاسخ پلیس منفی است"),
    _national(POLICE_SILENT, "پاسخ پلیس مثبت است ولی اعلان آن گم می‌شود (باید پرسیده شود)"),
    _national(POLICE_WAITS, "پلیس تا فشردن دکمه در همین صفحه پاسخ نمی‌دهد"),
    _legal("401", "شرکت در اداره ثبت نیست"),
    _legal("402", "شرکت منحل شده است"),
    _legal(NOT_DIRECTOR, "متقاضی عضو هیئت مدیره نیست"),
    _postal(POSTAL_UNKNOWN, "پست این کد پستی را نمی‌شناسد"),
    _postal(LETTER_RETURNED, "نامه برگشت می‌خورد"),
    _postal(LETTER_WAITS, "نامه تا فشردن دکمه در همین صفحه در راه می‌ماند"),
    _postal(LETTER_LOST, "نامه گم می‌شود"),
    Magic("سه رقم آخر تلفن همراه", SMS_UNDELIVERED, "09121234000", "پیامک پذیرفته می‌شود ولی نمی‌رسد"),
    Magic("سه رقم آخر تلفن همراه", SMS_REFUSED, "09121234001", "سامانه پیامک شماره را نمی‌پذیرد"),
    Magic("سه رقم آخر تلفن ثابت", "000", "02188776000", "کسی گوشی را برنمی‌دارد"),
    Magic("سه رقم آخر تلفن ثابت", "001", "02188776001", "خط اشغال است"),
    Magic("آغاز نشانی ایمیل", MAIL_REFUSED, "bounce@golestan.test", "کارساز ایمیل نشانی را نمی‌پذیرد"),
    Magic("درون پرونده بارگذاری‌شده", "EICAR", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "پویشگر بدافزار می‌بیند"),
    Magic("بخشی از نام دامنه", "hidden", "hidden-shop.test", "ایرنیک: مشخصات دارنده پنهان است"),
    Magic("بخشی از نام دامنه", "differs", "differs-shop.test", "ایرنیک: دامنه به نام دیگری است"),
    Magic("بخشی از نام دامنه", "unregistered", "unregistered-shop.test", "ایرنیک: دامنه ثبت نشده است"),
)
