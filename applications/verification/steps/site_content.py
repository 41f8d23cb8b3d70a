"""محتوای سایت: machine evidence for the checklist; the verdict of each item, and so of the step, is a person's."""

from collections.abc import Callable
from typing import Any

from applications.verification.content.collect import collect
from applications.verification.content.collected import Collected
from applications.verification.content.crawl import Crawl, NotOk
from applications.verification.content.pages import CHECKED_PAGES, Site
from applications.verification.facts import CaseFacts
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.results import Failure
from enamad_portal.kernel.fetch.settings_door import door_from_settings
from enamad_portal.kernel.steps import Finding, Probe, Verdict


class SiteContent(Probe[CaseFacts]):
    key = "content"
    title = "محتوای سایت"
    call = "بندهای ردشده را در سایت اصلاح کنید و بررسی دوباره بخواهید."
    needs = ("domain",)
    words = {
        "content_collected": "سایت را دیدیم. کارشناس بند به بند آن را بررسی می‌کند و کاری از شما لازم نیست.",
        "content_accepted": "همه بندهای سایت درست است.",
        "content_refused": "بندهایی از سایت اصلاح می‌خواهد. فقط همین بندها دوباره بررسی می‌شود.",
        "home_not_ok": (
            "صفحه اصلی سایت پاسخ درست نداد. سایت باید با کد ۲۰۰ باز شود؛ پس از رفع مشکل، بررسی دوباره بخواهید."
        ),
    }

    def __init__(self, open_door: Callable[[], Door] = door_from_settings) -> None:
        self._open_door = open_door

    def look(self, facts: CaseFacts) -> Finding:
        """Never a pass: the site answers and a person judges it, or it does not answer and the step says the cure."""
        site = Crawl(self._open_door(), facts.domain).visit(CHECKED_PAGES)
        if isinstance(site, Failure):
            verdict = Verdict.UNKNOWN if site.passing else Verdict.FAILED
            return Finding(verdict, f"fetch_{site.code.value}", {"fetch": site.evidence()})
        if isinstance(site, NotOk):
            return Finding(Verdict.FAILED, "home_not_ok", {"status": site.status})
        return Collected(
            Verdict.UNSURE,
            "content_collected",
            _evidence(site),
            pages=site.pages,
            observations=collect(site, facts),
        )


def _evidence(site: Site) -> dict[str, Any]:
    return {
        "pages": [{"role": page.role.value, "url": page.url, "sha256": page.sha256} for page in site.pages],
        "broken": {role.value: why for role, why in site.broken.items()},
    }
