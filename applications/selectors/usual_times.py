"""How long cases really took: measured, so that the requirements page promises nothing it does not keep."""

from dataclasses import dataclass
from statistics import median

from applications.lifecycle import State
from applications.models import Application

ENOUGH_CASES = 5
"""Fewer finished cases than this tell no usual time."""
RECENT_CASES = 500
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class UsualTime:
    """Days from submission to issue, over the newest finished cases of one kind."""

    cases: int
    half: int
    most: int
    """Nine of ten cases were issued within so many days."""


def usual_times() -> dict[tuple[str, str], UsualTime]:
    """By person type and mode (one query); a kind with few cases is left out."""
    rows = Application.objects.filter(state=State.ISSUED, submitted_at__isnull=False).order_by("-issued_at")
    columns = ("requirement__person_type", "requirement__mode", "submitted_at", "issued_at")
    days: dict[tuple[str, str], list[int]] = {}
    for person_type, mode, submitted, issued in rows.values_list(*columns)[:RECENT_CASES]:
        spans = days.setdefault((person_type, mode), [])
        spans.append(max(1, -int(-(issued - submitted).total_seconds() // _DAY_S)))
    return {kind: _usual(sorted(spans)) for kind, spans in days.items() if len(spans) >= ENOUGH_CASES}


def _usual(spans: list[int]) -> UsualTime:
    ninth_of_ten = -(-9 * len(spans) // 10)
    return UsualTime(len(spans), round(median(spans)), spans[ninth_of_ten - 1])
