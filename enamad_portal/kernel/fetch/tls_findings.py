"""What the TLS check may conclude (TLS-1 to TLS-9): a verdict, a code with its Persian sentence, and evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class TlsCheck(StrEnum):
    """The questions of the check, in the order they are shown."""

    CHAIN = "chain"
    LEAF = "leaf"
    VALIDITY = "validity"
    VERSIONS = "versions"
    HTTPS_REDIRECT = "https_redirect"
    HSTS = "hsts"
    FORMS = "forms"
    REVOCATION = "revocation"


class TlsVerdict(StrEnum):
    """`unknown` is trouble of the network or a thing not tested: never a fail of the merchant nor a pass (TLS-9)."""

    PASS = "pass"  # noqa: S105  a verdict
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class TlsCode(StrEnum):
    """Why; `sentence` says what we saw and the cure."""

    FINE = "fine"
    NOT_SEEN = "not_seen"
    NOT_TESTED = "not_tested"
    NO_TLS = "no_tls"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRES_SOON = "expires_soon"
    SELF_SIGNED = "self_signed"
    UNKNOWN_CA = "unknown_ca"
    INCOMPLETE_CHAIN = "incomplete_chain"
    NAME_MISMATCH = "name_mismatch"
    CHAIN_REFUSED = "chain_refused"
    UNREADABLE = "unreadable"
    NO_SAN = "no_san"
    WEAK_KEY = "weak_key"
    WEAK_SIGNATURE = "weak_signature"
    CA_AS_LEAF = "ca_as_leaf"
    WRONG_PURPOSE = "wrong_purpose"
    NO_MODERN_VERSION = "no_modern_version"
    OLD_VERSION_OFFERED = "old_version_offered"
    NO_HTTPS_REDIRECT = "no_https_redirect"
    LATE_HTTPS_REDIRECT = "late_https_redirect"
    TEMPORARY_REDIRECT = "temporary_redirect"
    HSTS_MISSING = "hsts_missing"
    HSTS_INVALID = "hsts_invalid"
    HSTS_SHORT = "hsts_short"
    PLAIN_HTTP_ELEMENT = "plain_http_element"
    REVOKED = "revoked"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    TlsCode.FINE: "این بخش درست است.",
    TlsCode.NOT_SEEN: "در این نوبت پاسخی از سایت نگرفتیم؛ بررسی خودکار تکرار می‌شود.",
    TlsCode.NOT_TESTED: "این بخش بررسی نشد.",
    TlsCode.NO_TLS: "سایت روی درگاه ۴۴۳ به TLS پاسخ درست نمی‌دهد؛ گواهی SSL را روی کارساز وب نصب و فعال کنید.",
    TlsCode.EXPIRED: "اعتبار گواهی SSL پایان یافته است؛ گواهی تازه نصب کنید.",
    TlsCode.NOT_YET_VALID: "تاریخ آغاز اعتبار گواهی SSL هنوز نرسیده است؛ ساعت کارساز و تاریخ گواهی را بررسی کنید.",
    TlsCode.EXPIRES_SOON: "کمتر از ۷ روز به پایان اعتبار گواهی SSL مانده است؛ گواهی را تمدید کنید.",
    TlsCode.SELF_SIGNED: "گواهی SSL را خود سایت امضا کرده است؛ از یک مرکز صدور معتبر گواهی بگیرید.",
    TlsCode.UNKNOWN_CA: "صادرکنندهٔ گواهی SSL نزد مرورگرها شناخته‌شده نیست؛ از یک مرکز صدور معتبر گواهی بگیرید.",
    TlsCode.INCOMPLETE_CHAIN: "گواهی میانی فرستاده نمی‌شود؛ زنجیرهٔ کامل گواهی (fullchain) را روی کارساز نصب کنید.",
    TlsCode.NAME_MISMATCH: "گواهی SSL به نام این دامنه نیست؛ گواهی‌ای بگیرید که نام دقیق همین دامنه در آن باشد.",
    TlsCode.CHAIN_REFUSED: "زنجیرهٔ گواهی SSL پذیرفته نشد؛ گواهی و گواهی‌های میانی را از نو نصب کنید.",
    TlsCode.UNREADABLE: "گواهی SSL خوانا نیست؛ گواهی را از نو صادر کنید.",
    TlsCode.NO_SAN: "نام دامنه در بخش SAN گواهی SSL نیامده است؛ گواهی تازه بگیرید.",
    TlsCode.WEAK_KEY: "کلید گواهی SSL ضعیف است؛ کلید RSA دست‌کم ۲۰۴۸ بیتی یا ECDSA دست‌کم ۲۵۶ بیتی به کار ببرید.",
    TlsCode.WEAK_SIGNATURE: "امضای گواهی SSL با الگوریتم کنارگذاشته (SHA-1 یا MD5) است؛ گواهی تازه بگیرید.",
    TlsCode.CA_AS_LEAF: "به جای گواهی سایت، گواهی یک مرکز صدور نصب شده است؛ گواهی خود سایت را نصب کنید.",
    TlsCode.WRONG_PURPOSE: "گواهی نصب‌شده برای کارساز وب صادر نشده است؛ گواهی با کاربرد serverAuth بگیرید.",
    TlsCode.NO_MODERN_VERSION: "سایت از TLS 1.2 و TLS 1.3 پشتیبانی نمی‌کند؛ یکی از این دو را فعال کنید.",
    TlsCode.OLD_VERSION_OFFERED: "سایت هنوز نسخه‌های قدیمی TLS 1.0 یا TLS 1.1 را می‌پذیرد؛ آن‌ها را خاموش کنید.",
    TlsCode.NO_HTTPS_REDIRECT: "نشانی http سایت به https هدایت نمی‌شود؛ هدایت ۳۰۱ به https همین دامنه بگذارید.",
    TlsCode.LATE_HTTPS_REDIRECT: "سایت پس از بیش از ۲ هدایت به https می‌رسد؛ هدایت نخست را به https بگذارید.",
    TlsCode.TEMPORARY_REDIRECT: "هدایت http به https موقت (۳۰۲ یا ۳۰۷) است؛ بهتر است ۳۰۱ یا ۳۰۸ باشد.",
    TlsCode.HSTS_MISSING: "سرآیند Strict-Transport-Security فرستاده نمی‌شود؛ آن را با max-age دست‌کم ۱۵۵۵۲۰۰۰ بیفزایید.",
    TlsCode.HSTS_INVALID: "سرآیند Strict-Transport-Security خوانا نیست؛ آن را به شکل max-age=15552000 بنویسید.",
    TlsCode.HSTS_SHORT: "مدت HSTS کمتر از ۱۸۰ روز است؛ max-age را دست‌کم ۱۵۵۵۲۰۰۰ بگذارید.",
    TlsCode.PLAIN_HTTP_ELEMENT: "در صفحه‌ها فرم، قاب، اسکریپت یا خانهٔ گذرواژهٔ بدون https هست؛ همه را به https ببرید.",
    TlsCode.REVOKED: "صادرکننده این گواهی SSL را باطل کرده است؛ گواهی تازه نصب کنید.",
}


@dataclass(frozen=True, slots=True)
class TlsFinding:
    """One answer; `evidence` is plain data for the officer."""

    check: TlsCheck
    verdict: TlsVerdict
    code: TlsCode
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return self.code.sentence


def passed(check: TlsCheck, **evidence: Any) -> TlsFinding:
    return TlsFinding(check, TlsVerdict.PASS, TlsCode.FINE, evidence)


def warned(check: TlsCheck, code: TlsCode, **evidence: Any) -> TlsFinding:
    return TlsFinding(check, TlsVerdict.WARN, code, evidence)


def failed(check: TlsCheck, code: TlsCode, **evidence: Any) -> TlsFinding:
    return TlsFinding(check, TlsVerdict.FAIL, code, evidence)


def unknown(check: TlsCheck, code: TlsCode = TlsCode.NOT_SEEN, /, **evidence: Any) -> TlsFinding:
    return TlsFinding(check, TlsVerdict.UNKNOWN, code, evidence)


@dataclass(frozen=True, slots=True)
class TlsPolicy:
    """What a warning is and what a fail is; seconds and days as TLS-3 to TLS-6 set them."""

    old_versions: TlsVerdict = TlsVerdict.WARN
    no_hsts: TlsVerdict = TlsVerdict.WARN
    min_days_left: int = 7
    hsts_max_age_s: int = 15_552_000
    redirect_hops: int = 2


@dataclass(frozen=True, slots=True)
class TlsReport:
    """All findings about one host; `certificate` holds the facts of the leaf when one was seen."""

    host: str
    findings: tuple[TlsFinding, ...]
    certificate: Mapping[str, Any]
    roots_version: str

    def of(self, check: TlsCheck) -> tuple[TlsFinding, ...]:
        return tuple(finding for finding in self.findings if finding.check is check)

    @property
    def verdict(self) -> TlsVerdict:
        """The worst one; revocation is advisory and counts only as the warning it may be (TLS-8)."""
        seen = {finding.verdict for finding in self.findings if finding.check is not TlsCheck.REVOCATION}
        for verdict in (TlsVerdict.FAIL, TlsVerdict.UNKNOWN, TlsVerdict.WARN):
            if verdict in seen:
                return verdict
        return TlsVerdict.PASS

    def as_evidence(self) -> dict[str, Any]:
        """Plain data to store."""
        return {
            "host": self.host,
            "roots_version": self.roots_version,
            "certificate": dict(self.certificate),
            "findings": [
                {
                    "check": finding.check.value,
                    "verdict": finding.verdict.value,
                    "code": finding.code.value,
                    "evidence": dict(finding.evidence),
                }
                for finding in self.findings
            ],
        }
