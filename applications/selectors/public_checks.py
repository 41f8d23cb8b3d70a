"""What a verification step means to a buyer: which facts stand behind a badge, and which do not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from applications.verification.steps import STEPS


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked before the badge was issued."""

    key: str
    title: str
    meaning: str
    at: datetime


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    meaning: str
    missed: str = ""
    """What a buyer reads when it was not checked; empty when its absence tells him nothing."""


KINDS: dict[str, _Kind] = {
    "identity": _Kind(
        "هویت صاحب امتیاز", "نام، کد ملی و تاریخ تولد با ثبت احوال سنجیده شد.", "هویت صاحب امتیاز با ثبت احوال"
    ),
    "company": _Kind("ثبت شرکت", "نام و شناسه ملی شرکت با ثبت شرکت‌ها سنجیده شد."),
    "mobile": _Kind("مالکیت تلفن همراه", "شماره همراه به نام خود صاحب امتیاز است.", "مالکیت تلفن همراه صاحب امتیاز"),
    "domain": _Kind(
        "دسترسی فنی به دامنه", "صاحب امتیاز نشان داد که این دامنه در اختیار اوست.", "در اختیار داشتن دامنه"
    ),
    "domain_holder": _Kind("صاحب ثبتی دامنه", "نام دارنده دامنه با ثبت‌کننده دامنه سنجیده شد."),
    "email": _Kind("پست الکترونیکی", "فروشگاه به ایمیلی که اعلام کرده دسترسی دارد.", "ایمیل فروشگاه"),
    "landline": _Kind("تلفن ثابت", "به تلفن ثابت اعلام‌شده پاسخ داده شد.", "تلفن ثابت فروشگاه"),
    "postal": _Kind(
        "نشانی پستی", "نامه کددار به نشانی اعلام‌شده رسید و کد آن بازگردانده شد.", "نشانی پستی فروشگاه با نامه کددار"
    ),
    "postal_code": _Kind("کد پستی", "کد پستی و نشانی اعلام‌شده با شرکت پست سنجیده شد."),
    "documents": _Kind("مدارک و مجوزها", "کارشناس مدارک فروشگاه را دید و پذیرفت.", "مدارک و مجوزهای صنفی فروشگاه"),
    "content": _Kind(
        "محتوای سایت",
        "کارشناس راه تماس، قواعد بازگشت کالا، قیمت و شرایط فروش را در سایت دید.",
        "محتوای سایت (راه تماس، قواعد بازگشت کالا و شرایط فروش)",
    ),
    "ssl": _Kind(
        "ارتباط امن (SSL)", "صفحه‌های سایت در روز بررسی با گواهی معتبر باز می‌شد.", "ارتباط امن (SSL) صفحه‌های سایت"
    ),
    "police": _Kind(
        "استعلام پلیس", "پلیس نظارت بر اماکن منعی برای صاحب امتیاز اعلام نکرد.", "سوابق صاحب امتیاز نزد پلیس"
    ),
}
NOT_FOR_BUYERS = frozenset({"commitment", "fee", "snippet", "tax"})
"""Steps between the holder and the portal: they say nothing about the shop."""
NEVER_CHECKED = (
    "کیفیت، اصالت و موجودی تک‌تک کالاها",
    "درستی قیمت‌ها و تبلیغ‌ها",
    "توان مالی فروشگاه و تحویل به‌موقع",
    "درگاه پرداخت؛ نشانی آن را خودتان بررسی کنید",
)
"""No badge speaks of these, whatever its stars."""


def check(key: str, at: datetime) -> Check | None:
    """The public face of a passed step, or None when it is no business of buyers."""
    if key in NOT_FOR_BUYERS:
        return None
    if kind := KINDS.get(key):
        return Check(key, kind.title, kind.meaning, at)
    return Check(key, STEPS[key].title, "", at) if key in STEPS else None


def unchecked(passed: Collection[str]) -> tuple[str, ...]:
    """What nobody looked at before this badge was issued, the specific things first."""
    return (*(kind.missed for key, kind in KINDS.items() if kind.missed and key not in passed), *NEVER_CHECKED)
