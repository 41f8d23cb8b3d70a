"""What the pages say about a step and its finding; each step's own words stand in its file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.verification.steps import STEPS
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.steps import StepRecord, StepState

AGAIN_AT = "again_at"
BUSY = f"fetch_{FailureCode.BUSY.value}"

SHARED = {
    "could_not_tell": "پس از چند بار تلاش پاسخی نگرفتیم؛ کارشناس بررسی می‌کند و لازم نیست کاری بکنید.",
    **{f"fetch_{code.value}": code.sentence for code in FailureCode},
}


def sentence(key: str, code: str) -> str:
    """The Persian sentence of a finding; empty while there is none."""
    return STEPS[key].words.get(code) or SHARED.get(code, "")


def planned(until: datetime | None) -> dict[str, str]:
    """The part of a finding's evidence that tells when the next look comes by itself."""
    return {AGAIN_AT: until.isoformat()} if until else {}


def next_time(evidence: Mapping[str, Any]) -> str:
    """When the next look comes, as people read it; empty when none is planned."""
    until = evidence.get(AGAIN_AT)
    return f"نوبت بعدی: {jalali.date_time(datetime.fromisoformat(until))}." if until else ""


def waits(step: StepRecord) -> str:
    """Why a look has not ended yet and when it goes on; empty while none is put off."""
    later = next_time(step.evidence) if step.state in {StepState.RUNNING, StepState.ASKED} else ""
    return f"{sentence(step.key, step.code)} {later}".strip() if later else ""


def said(step: StepRecord) -> str:
    """What a stored step says: its finding's sentence, and when the look is repeated if it is."""
    return waits(step) or sentence(step.key, step.code)


def title(key: str) -> str:
    return STEPS[key].title
