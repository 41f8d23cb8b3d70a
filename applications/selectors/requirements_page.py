"""شرایط، مدارک و هزینه‌ها: what a person needs for each kind of badge, from the rows in force on a day.

The same rows drive the forms, the steps and the invoices, so the page cannot promise another rule than the code keeps.
"""

from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any, cast

from applications.lifecycle import State
from applications.models import Activity, Application, CommitmentText, Fee, Limit, Requirement
from applications.models.choices import PersonType
from applications.sections import SECTIONS
from applications.selectors.public_checks import KINDS
from applications.verification.steps import STEPS
from enamad_portal.kernel.dated import in_force

if TYPE_CHECKING:
    from django.db.models import QuerySet

ENOUGH_CASES = 5
"""Fewer finished cases than this tell no usual time."""
RECENT_CASES = 500
FEE_TITLES = {
    "micro_year_1": "نماد بی‌ستاره، سال نخست",
    "micro_year_2": "نماد بی‌ستاره، سال دوم",
    "normal": "نماد ستاره‌دار",
    "post_letter": "نامه پستی تأیید نشانی",
}


@dataclass(frozen=True, slots=True)
class UsualTime:
    """Days from submission to issue, over the newest finished cases of one kind."""

    cases: int
    half: int
    most: int
    """Nine of ten cases were issued within so many days."""


@dataclass(frozen=True, slots=True)
class KindOfBadge:
    anchor: str
    title: str
    stars: int
    condition: str
    """The activity or premises that this row is narrowed to; empty for the general row."""
    sections: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str], ...]
    waivable: tuple[str, ...]
    documents: tuple[str, ...]
    fee: Fee | None
    validity: Limit | None
    usual: UsualTime | None
    clause: str


@dataclass(frozen=True, slots=True)
class RequirementsPage:
    day: date
    kinds: tuple[KindOfBadge, ...]
    fees: tuple[tuple[str, Fee], ...]
    limits: tuple[Limit, ...]
    commitments: tuple[tuple[str, CommitmentText], ...]
    activities: int


def requirements_page(day: date) -> RequirementsPage:
    """Six queries, however many kinds of badge there are."""
    fees = _newest(in_force(Fee, day), "kind")
    limits = _newest(in_force(Limit, day), "key")
    usual = _usual_times()
    rows = cast("QuerySet[Requirement]", in_force(Requirement, day))
    ordered = sorted(rows.select_related("activity"), key=_order)
    texts = _newest(in_force(CommitmentText, day), "person_type")
    return RequirementsPage(
        day=day,
        kinds=tuple(_kind(row, fees, limits, usual) for row in ordered),
        fees=tuple((FEE_TITLES.get(kind, fee.clause), fee) for kind, fee in sorted(fees.items())),
        limits=tuple(limits[key] for key in sorted(limits)),
        commitments=tuple((PersonType(key).label, texts[key]) for key in sorted(texts)),
        activities=Activity.objects.count(),
    )


def _order(row: Requirement) -> tuple[str, int, str, int, str]:
    return row.person_type, row.stars, row.mode, row.activity_id or 0, row.premises


def _newest(rows: Any, key: str) -> dict[str, Any]:
    """The newest row of each key; `in_force` lists the newest first."""
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(getattr(row, key), row)
    return found


def _kind(
    row: Requirement, fees: dict[str, Fee], limits: dict[str, Limit], usual: dict[tuple[str, str], UsualTime]
) -> KindOfBadge:
    narrowed = (row.activity.title if row.activity else "", row.get_premises_display() if row.premises else "")
    return KindOfBadge(
        anchor=f"kind-{row.pk}",
        title=str(row),
        stars=row.stars,
        condition="، ".join(part for part in narrowed if part),
        sections=tuple((SECTIONS[key].title, SECTIONS[key].hint) for key in row.sections if key in SECTIONS),
        steps=tuple(_step(key) for key in row.steps if key in STEPS),
        waivable=tuple(STEPS[key].title for key in row.waivable if key in STEPS),
        documents=tuple(_document(entry) for entry in row.documents),
        fee=fees.get(row.fee_kind),
        validity=limits.get(row.validity_limit),
        usual=usual.get((row.person_type, row.mode)),
        clause=row.clause,
    )


def _step(key: str) -> tuple[str, str]:
    kind = KINDS.get(key)
    return STEPS[key].title, kind.meaning if kind else ""


def _document(entry: Any) -> str:
    """A document is written in the row as a title, or as data with a title."""
    return str(entry.get("title") or entry.get("label") or "") if isinstance(entry, dict) else str(entry)


def _usual_times() -> dict[tuple[str, str], UsualTime]:
    rows = Application.objects.filter(state=State.ISSUED, submitted_at__isnull=False).order_by("-issued_at")
    columns = ("requirement__person_type", "requirement__mode", "submitted_at", "issued_at")
    days: dict[tuple[str, str], list[int]] = {}
    for person_type, mode, submitted, issued in rows.values_list(*columns)[:RECENT_CASES]:
        days.setdefault((person_type, mode), []).append(max(1, -(-(issued - submitted).total_seconds() // 86_400)))
    return {kind: _usual(sorted(spans)) for kind, spans in days.items() if len(spans) >= ENOUGH_CASES}


def _usual(spans: list[int]) -> UsualTime:
    return UsualTime(len(spans), round(median(spans)), int(spans[-(-9 * len(spans) // 10) - 1]))
