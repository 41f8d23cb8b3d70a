"""نصب نماد: after issue, whether the snippet stands on the home page as given; a step of the badge, never of issue."""

from collections.abc import Callable

from django.conf import settings

from applications.verification.content.crawl import Crawl, NotOk
from applications.verification.content.snippet import WORDS, judge_snippet
from applications.verification.facts import CaseFacts
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.results import Failure
from enamad_portal.kernel.fetch.settings_door import door_from_settings
from enamad_portal.kernel.steps import Finding, Probe, Verdict


class SnippetInstalled(Probe[CaseFacts]):
    key = "snippet"
    title = "نصب نماد در سایت"
    words = WORDS | {"home_not_ok": "صفحه اصلی سایت پاسخ درست نداد. سایت باید با کد ۲۰۰ باز شود."}
    budget_s = 20

    def __init__(self, open_door: Callable[[], Door] = door_from_settings) -> None:
        self._open_door = open_door

    def look(self, facts: CaseFacts) -> Finding:
        site = Crawl(self._open_door(), facts.domain).visit(())
        if isinstance(site, Failure):
            verdict = Verdict.UNKNOWN if site.passing else Verdict.FAILED
            return Finding(verdict, f"fetch_{site.code.value}", {"fetch": site.evidence()})
        if isinstance(site, NotOk):
            return Finding(Verdict.FAILED, "home_not_ok", {"status": site.status})
        home = site.home
        code, saw = judge_snippet(home.facts, base_url=settings.BASE_URL, public_id=facts.badge_id)
        evidence = {"url": home.url, "sha256": home.sha256, "saw": saw[:5]}
        return Finding(Verdict.PASSED if code == "snippet_correct" else Verdict.FAILED, code, evidence)
