"""SSL: certificate, versions, redirect and forms of the site (TLS-1…10); the shipped rule gives a star for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from applications.verification.content.crawl import Crawl
from applications.verification.content.pages import DATA_PAGES, Site
from applications.verification.facts import CaseFacts
from enamad_portal.kernel import clock
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.hosts import canonical_host
from enamad_portal.kernel.fetch.settings_door import door_from_settings
from enamad_portal.kernel.fetch.tls import probe_tls
from enamad_portal.kernel.fetch.tls_findings import TlsCheck, TlsCode, TlsFinding, TlsReport, TlsVerdict, unknown
from enamad_portal.kernel.fetch.tls_forms import judge_forms
from enamad_portal.kernel.steps import Finding, Probe, Verdict

PROBE_S, PAGES_S = 22.0, 20.0
"""Both parts fit the job's 45 seconds."""
CHECKS = {
    TlsCheck.CHAIN: "زنجیره گواهی",
    TlsCheck.LEAF: "گواهی سایت",
    TlsCheck.VALIDITY: "تاریخ گواهی",
    TlsCheck.VERSIONS: "نسخه TLS",
    TlsCheck.HTTPS_REDIRECT: "هدایت به https",
    TlsCheck.HSTS: "سرآیند HSTS",
    TlsCheck.FORMS: "فرم‌ها و اسکریپت‌ها",
    TlsCheck.REVOCATION: "ابطال گواهی",
}


class SecureConnection(Probe[CaseFacts]):
    key = "ssl"
    title = "گواهی SSL و ارتباط امن"
    call = "ایرادهای SSL را رفع کنید و بررسی دوباره بخواهید."
    needs = ("domain",)
    words = {
        "ssl_good": "ارتباط با سایت امن است.",
        "ssl_good_with_warnings": "ارتباط با سایت امن است؛ چند نکته برای بهتر شدن هست که مانع نیست.",
        "tls_not_seen": "در این نوبت پاسخی از سایت نگرفتیم؛ بررسی خودکار تکرار می‌شود.",
        **{f"tls_{code.value}": code.sentence for code in TlsCode if code is not TlsCode.NOT_SEEN},
    }

    def __init__(
        self, open_door: Callable[[], Door] = door_from_settings, now: Callable[[], datetime] = clock.now
    ) -> None:
        self._open_door, self._now = open_door, now

    def look(self, facts: CaseFacts) -> Finding:
        door = self._open_door()
        report = probe_tls(door, canonical_host(facts.domain), now=self._now(), within_s=PROBE_S)
        return conclude(report, _forms(door, facts.domain, report))


def _forms(door: Door, domain: str, report: TlsReport) -> TlsFinding:
    """The pages that take data (TLS-7); without any TLS there is nothing to look for."""
    if any(finding.code is TlsCode.NO_TLS for finding in report.findings):
        return unknown(TlsCheck.FORMS, TlsCode.NOT_TESTED)
    site = Crawl(door, domain, PAGES_S).visit(DATA_PAGES)
    return judge_forms([page.facts for page in site.pages]) if isinstance(site, Site) else unknown(TlsCheck.FORMS)


def conclude(report: TlsReport, forms: TlsFinding) -> Finding:
    """A fail of any check fails; trouble of the network is unknown and is tried again, never a fail (TLS-9)."""
    whole = TlsReport(report.host, (*report.findings, forms), report.certificate, report.roots_version)
    evidence = whole.as_evidence()
    match whole.verdict:
        case TlsVerdict.FAIL:
            return Finding(Verdict.FAILED, f"tls_{_first(whole, TlsVerdict.FAIL).value}", evidence)
        case TlsVerdict.UNKNOWN:
            return Finding(Verdict.UNKNOWN, "tls_not_seen", evidence)
        case TlsVerdict.WARN:
            return Finding(Verdict.PASSED, "ssl_good_with_warnings", evidence)
        case _:
            return Finding(Verdict.PASSED, "ssl_good", evidence)


def _first(report: TlsReport, verdict: TlsVerdict) -> TlsCode:
    seen = (one for one in report.findings if one.check is not TlsCheck.REVOCATION)
    return next(one.code for one in seen if one.verdict is verdict)


def rows(evidence: dict[str, Any]) -> list[dict[str, str]]:
    """The stored report as people read it: check, verdict, and the sentence with its cure."""
    return [
        {
            "title": CHECKS[TlsCheck(row["check"])],
            "verdict": row["verdict"],
            "said": _said(TlsCode(row["code"])),
        }
        for row in evidence.get("findings", [])
    ]


def _said(code: TlsCode) -> str:
    """A stored report is closed: what was not seen in it is not looked at again by itself."""
    return "در این نوبت پاسخی نگرفتیم؛ با بررسی دوباره روشن می‌شود." if code is TlsCode.NOT_SEEN else code.sentence
