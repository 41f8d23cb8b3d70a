"""مدارک: every document the requirements ask for is here, and an officer has accepted each."""

from collections.abc import Mapping
from typing import Any

from applications.lifecycle import DocumentState
from applications.verification.facts import CaseFacts
from enamad_portal.kernel.steps import Finding, Task, Verdict


class Documents(Task[CaseFacts]):
    key = "documents"
    title = "مدارک"
    call = "مدارک خواسته‌شده را بفرستید."
    words = {
        "documents_uploaded": "همه مدارک رسیده است و کارشناس آنها را می‌بیند.",
        "documents_accepted": "همه مدارک پذیرفته شد.",
        "documents_refused": "دست‌کم یک سند پذیرفته نشد. دلیل آن را بخوانید و فقط همان سند را دوباره بفرستید.",
    }

    def tally(self, _facts: CaseFacts, acts: Mapping[str, Any]) -> Finding | None:
        """`needed`: keys that must be there; `states`: the state of each document that is there, optional ones too."""
        states: Mapping[str, str] = acts["states"]
        if any(key not in states for key in acts["needed"]):
            return None
        evidence = {state: sorted(key for key in states if states[key] == state) for state in DocumentState.values}
        if evidence[DocumentState.REFUSED]:
            return Finding(Verdict.FAILED, "documents_refused", evidence)
        if evidence[DocumentState.PENDING]:
            return Finding(Verdict.UNSURE, "documents_uploaded", evidence)
        return Finding(Verdict.PASSED, "documents_accepted", evidence)
