"""تعهدنامه: the applicant accepts the text that is in force, unchanged."""

from collections.abc import Mapping
from typing import Any

from applications.lifecycle import State
from applications.verification.facts import CaseFacts
from enamad_portal.kernel.steps import Finding, Task, Verdict


class Commitment(Task[CaseFacts]):
    key = "commitment"
    title = "تعهدنامه"
    call = "راستی‌آزمایی پایان یافت. تعهدنامه را بخوانید و بپذیرید."
    words = {"commitment_accepted": "تعهدنامه پذیرفته شد."}
    opens_in = State.COMMITMENT

    def tally(self, _facts: CaseFacts, acts: Mapping[str, Any]) -> Finding | None:
        if "accepted_sha256" not in acts:
            return None
        evidence = {"text": acts["label"], "sha256": acts["accepted_sha256"]}
        return Finding(Verdict.PASSED, "commitment_accepted", evidence)
