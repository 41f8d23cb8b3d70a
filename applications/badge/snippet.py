"""The embed code: `<a><img></a>` and nothing else, to the letter of the published contract (BDG-2)."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.html import escape

from enamad_portal.kernel.fetch.hosts import readable

_SHAPE = (
    '<a href="{base}/v/{public_id}/" target="_blank" rel="noopener" referrerpolicy="origin">'
    '<img src="{base}/badge/{public_id}.svg" width="120" height="120" alt="{alt}" loading="lazy" decoding="async" '
    'referrerpolicy="origin"></a>'
)


@dataclass(frozen=True, slots=True)
class Instruction:
    """How to place the snippet in one kind of site."""

    title: str
    text: str
    code: str


def alt_text(domain: str) -> str:
    return f"نماد {readable(domain)}؛ برای دیدن اعتبار کلیک کنید"


def snippet(public_id: str, domain: str) -> str:
    return _SHAPE.format(base=settings.BASE_URL, public_id=public_id, alt=escape(alt_text(domain)))


def instructions(public_id: str, domain: str) -> list[Instruction]:
    code = snippet(public_id, domain)
    react = code.replace("referrerpolicy", "referrerPolicy").replace('"origin"></a>', '"origin" /></a>')
    return [
        Instruction("HTML ساده", "خط زیر را در پایین صفحه اصلی، جایی که همه می‌بینند، بگذارید.", code),
        Instruction(
            "وردپرس",
            "در «نمایش ← ابزارک‌ها» یک بلوک «HTML سفارشی» بسازید و خط زیر را در آن بگذارید. "
            "افزونه‌هایی که rel=noreferrer می‌افزایند را برای این پیوند خاموش کنید.",
            code,
        ),
        Instruction(
            "React و Next.js",
            "img معمولی به کار ببرید، نه next/image؛ نام ویژگی در React به شکل referrerPolicy نوشته می‌شود.",
            react,
        ),
        Instruction(
            "سیاست امنیت محتوا (CSP)",
            "اگر سایت شما CSP دارد، این نشانی را به img-src بیفزایید. Referrer-Policy سایت نباید no-referrer باشد.",
            f"img-src 'self' {settings.BASE_URL}",
        ),
    ]
