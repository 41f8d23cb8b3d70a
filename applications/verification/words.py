"""What the pages say about a step and its finding; each step's own words stand in its file."""

from applications.verification.steps import STEPS
from enamad_portal.kernel.fetch.codes import FailureCode

SHARED = {
    "could_not_tell": "پس از چند بار تلاش پاسخی نگرفتیم؛ کارشناس بررسی می‌کند و لازم نیست کاری بکنید.",
    **{f"fetch_{code.value}": code.sentence for code in FailureCode},
}


def sentence(key: str, code: str) -> str:
    """The Persian sentence of a finding; empty while there is none."""
    return STEPS[key].words.get(code) or SHARED.get(code, "")


def title(key: str) -> str:
    return STEPS[key].title
