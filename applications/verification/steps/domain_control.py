"""احراز دسترسی فنی به دامنه: the token stands where only someone in control of the domain can put it (DCV-1…10)."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from applications.verification.domain_tokens import masked
from applications.verification.facts import CaseFacts, DomainProof
from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.html import PageFacts, read_page
from enamad_portal.kernel.fetch.limits import TOKEN_FILE
from enamad_portal.kernel.fetch.results import Failure, Fetched
from enamad_portal.kernel.fetch.settings_door import door_from_settings
from enamad_portal.kernel.iran.text import ascii_digits
from enamad_portal.kernel.steps import Finding, Probe, Verdict

META_NAME = "enamad"
_SHOWN = 5
_NO_HTTPS = frozenset({FailureCode.UNREACHABLE, FailureCode.TLS_REFUSED, FailureCode.CERTIFICATE_REFUSED})
_OTHER_ANSWERS = frozenset(
    {
        FailureCode.TYPE_REFUSED,
        FailureCode.BODY_TOO_LARGE,
        FailureCode.REDIRECT_AWAY,
        FailureCode.REDIRECT_LOOP,
        FailureCode.REDIRECT_TOO_MANY,
        FailureCode.REDIRECT_UNSAFE,
        FailureCode.REDIRECT_KIND,
    }
)
"""The random place was answered, and not with the token; any other failure leaves the negative control undone."""
_WORD = re.compile(r"[0-9A-Za-z_-]+")


class DomainControl(Probe[CaseFacts]):
    key = "domain"
    title = "دسترسی فنی به دامنه"
    call = "نشان دهید که دامنه در اختیار شماست: یک خط در سایت بگذارید و بررسی را بزنید."
    prompted = True
    life_limit = "domain_proof_days"
    words = {
        "domain_proved": "در اختیار داشتن دامنه ثابت شد.",
        "method_missing": "روش احراز را برگزینید، کد آن را در سایت بگذارید و بررسی را بزنید.",
        "home_not_ok": "صفحه اصلی سایت پاسخ درست نداد. سایت باید با کد ۲۰۰ باز شود.",
        "meta_missing": (
            "در بخش head صفحه اصلی متاتگی با نام enamad ندیدیم. خط بالا را درون head بگذارید؛ "
            "اگر سایت با جاوااسکریپت ساخته می‌شود، خط باید در HTML خام سرور باشد. حافظه نهان سایت را هم پاک کنید."
        ),
        "meta_differs": "متاتگ enamad هست ولی کد آن این کد نیست. خط را با دکمه رونوشت کپی و جایگزین کنید.",
        "meta_twice": "بیش از یک متاتگ enamad در صفحه است. یکی را نگه دارید که این کد را دارد و بقیه را بردارید.",
        "title_differs": (
            "عنوان صفحه اصلی این کد را نداشت. کد را به صورت یک واژه جدا در عنوان بگذارید و بررسی را دوباره بزنید."
        ),
        "domain_code_returned": (
            "کد ایمیل دامنه درست بود، ولی ایمیل به‌تنهایی کافی نیست: یکی از چهار روش دیگر (متاتگ، فایل، رکورد TXT یا "
            "عنوان صفحه اصلی) را هم انجام دهید."
        ),
        "file_missing": "فایل در نشانی خواسته‌شده نبود. نام پوشه و فایل را درست همان‌گونه که نوشته‌ایم بسازید.",
        "file_differs": "فایل هست ولی متن آن این کد نیست. در فایل فقط همین کد را بنویسید.",
        "file_everywhere": (
            "سایت برای هر نشانی همین پاسخ را می‌دهد، پس فایل چیزی را ثابت نمی‌کند. "
            "پاسخ همگانی را برای پوشه ‎.well-known خاموش کنید یا روش دیگری برگزینید."
        ),
        "dns_missing": "رکورد TXT را ندیدیم. پس از ثبت رکورد چند دقیقه صبر کنید و دوباره بررسی کنید.",
        "dns_differs": "رکورد TXT هست ولی کد آن این کد نیست. مقدار رکورد را با این کد جایگزین کنید.",
    }

    def __init__(self, open_door: Callable[[], Door] = door_from_settings) -> None:
        self._open_door = open_door

    def look(self, facts: CaseFacts) -> Finding:
        if facts.proof is None:
            return Finding(Verdict.FAILED, "method_missing")
        door = self._open_door()
        match facts.proof.method:
            case "file":
                return _look_at_file(door, facts.domain, facts.proof)
            case "dns":
                return _look_at_dns(door, facts.domain, facts.proof)
            case "title":
                return _look_at_home(door, facts.domain, facts.proof, _judge_title)
            case _:
                return _look_at_home(door, facts.domain, facts.proof, _judge_meta)


def _evidence(proof: DomainProof, looked_for: str, saw: list[str], **more: Any) -> dict[str, Any]:
    return {"method": proof.method, "looked_for": looked_for, "saw": saw, **more}


def _missed(failure: Failure, proof: DomainProof, looked_for: str) -> Finding:
    verdict = Verdict.UNKNOWN if failure.passing else Verdict.FAILED
    evidence = _evidence(proof, looked_for, [failure.sentence], fetch=failure.evidence())
    return Finding(verdict, f"fetch_{failure.code.value}", evidence)


def _fetch(door: Door, domain: str, path: str, **options: Any) -> Fetched | Failure:
    """Https first; plain http only where https cannot be had at all, and then what http said is told."""
    secure = door.get(f"https://{domain}{path}", **options)
    if isinstance(secure, Failure) and secure.code in _NO_HTTPS:
        plain = door.get(f"http://{domain}{path}", **options)
        silent = isinstance(plain, Failure) and plain.code is FailureCode.UNREACHABLE
        return secure if silent else plain
    return secure


def _look_at_home(
    door: Door, domain: str, proof: DomainProof, judge: Callable[[PageFacts, DomainProof], tuple[str, str, list[str]]]
) -> Finding:
    fetched = _fetch(door, domain, "/")
    if isinstance(fetched, Failure):
        return _missed(fetched, proof, "")
    if not fetched.ok:
        evidence = _evidence(proof, "", [f"HTTP {fetched.status}"], fetch=fetched.evidence())
        return Finding(Verdict.FAILED, "home_not_ok", evidence)
    page = read_page(fetched.body, fetched.charset, url=fetched.final_url)
    if isinstance(page, Failure):
        return _missed(page, proof, "")
    code, looked_for, saw = judge(page, proof)
    verdict = Verdict.PASSED if code == "domain_proved" else Verdict.FAILED
    return Finding(verdict, code, _evidence(proof, looked_for, saw, fetch=fetched.evidence(), bytes=len(fetched.body)))


def _judge_meta(page: PageFacts, proof: DomainProof) -> tuple[str, str, list[str]]:
    """Exactly one meta of our name in head, with our content (DCV-5)."""
    contents = [meta.content.strip() for meta in page.metas if meta.name.strip().lower() == META_NAME]
    saw = [f'<meta name="{META_NAME}" content="{masked(content)}">' for content in contents[:_SHOWN]]
    looked_for = f'<meta name="{META_NAME}" content="{masked(proof.token)}">'
    if not contents:
        return "meta_missing", looked_for, [f"<title>{page.title or ''}</title>"]
    if contents == [proof.token]:
        return "domain_proved", looked_for, saw
    return ("meta_twice" if proof.token in contents else "meta_differs"), looked_for, saw


def _judge_title(page: PageFacts, proof: DomainProof) -> tuple[str, str, list[str]]:
    """The token as a whole word of the first head > title (DCV-6)."""
    title = page.title or ""
    words = {word.lower() for word in _WORD.findall(ascii_digits(title))}
    code = "domain_proved" if proof.token in words else "title_differs"
    return (
        code,
        f"<title>{masked(proof.token)}</title>",
        [f"<title>{title[:120].replace(proof.token, masked(proof.token))}</title>"],
    )


def _look_at_file(door: Door, domain: str, proof: DomainProof) -> Finding:
    """The fixed path holds exactly the token, and a random path does not (DCV-3, DCV-4)."""
    path = f"/.well-known/enamad-challenge/{proof.challenge_id}.txt"
    looked_for = f"https://{domain}{path} = {masked(proof.token)}"
    fetched = _fetch(door, domain, path, limits=TOKEN_FILE)
    if isinstance(fetched, Failure):
        return _missed(fetched, proof, looked_for)
    if not fetched.ok:
        evidence = _evidence(proof, looked_for, [f"HTTP {fetched.status}"], fetch=fetched.evidence())
        return Finding(Verdict.FAILED, "file_missing", evidence)
    body = fetched.text.strip("\ufeff \t\r\n")
    saw = [masked(body[:60])]
    evidence = _evidence(proof, looked_for, saw, fetch=fetched.evidence())
    if body != proof.token:
        return Finding(Verdict.FAILED, "file_differs", evidence)
    control = _fetch(door, domain, f"/.well-known/enamad-challenge/{secrets.token_hex(13)}.txt", limits=TOKEN_FILE)
    if isinstance(control, Failure):
        if control.code not in _OTHER_ANSWERS:
            return Finding(Verdict.UNKNOWN, f"fetch_{control.code.value}", evidence | {"control": control.evidence()})
    elif control.ok and proof.token in control.text:
        return Finding(Verdict.FAILED, "file_everywhere", evidence)
    return Finding(Verdict.PASSED, "domain_proved", evidence)


def _look_at_dns(door: Door, domain: str, proof: DomainProof) -> Finding:
    name = f"_enamad-challenge.{domain}"
    looked_for = f'{name} TXT "{masked(proof.token)}"'
    records = door.txt(name)
    if isinstance(records, Failure):
        return _missed(records, proof, looked_for)
    texts = [record.decode("ascii", "replace").strip() for record in records]
    evidence = _evidence(proof, looked_for, [masked(text[:60]) for text in texts[:_SHOWN]])
    if proof.token in texts:
        return Finding(Verdict.PASSED, "domain_proved", evidence)
    return Finding(Verdict.FAILED, "dns_differs" if texts else "dns_missing", evidence)
