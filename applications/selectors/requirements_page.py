"""شرایط، مدارک و هزینه‌ها: what a person needs for each kind of badge, from the rows in force on a day.

The same rows drive the forms, the steps and the invoices, so the page cannot promise another rule than the code keeps.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from applications import policy
from applications.models import Activity, ChecklistItem, CommitmentText, Fee, Limit, Requirement
from applications.models.choices import BusinessMode, ChecklistGroup, PersonType, fee_title
from applications.policy import DocumentNeed
from applications.sections import SECTIONS
from applications.selectors.public_checks import KINDS
from applications.selectors.usual_times import UsualTime, usual_times
from applications.verification.conditions import conditions
from applications.verification.steps import STEPS
from enamad_portal.kernel.dated import DatedRow, in_force
from enamad_portal.kernel.iran.text import persian_digits

Row = TypeVar("Row", bound=DatedRow)
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """What an activity or kind of premises adds to the general row."""

    condition: str
    documents: tuple[DocumentNeed, ...]
    steps: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class KindOfBadge:
    """One general row of the requirements, with the rows that narrow it."""

    anchor: str
    person: str
    mode: str
    stars: int
    sections: tuple[tuple[str, str], ...]
    steps: tuple[tuple[str, str], ...]
    waivable: tuple[str, ...]
    documents: tuple[DocumentNeed, ...]
    variants: tuple[Variant, ...]
    fee: Fee | None
    validity: Limit | None
    usual: str
    measured: UsualTime | None
    clause: str

    @property
    def title(self) -> str:
        return f"{self.person}، {self.mode}"


@dataclass(frozen=True, slots=True)
class RequirementsPage:
    day: date
    kinds: tuple[KindOfBadge, ...]
    second_star_by_ssl: bool
    conditions: tuple[tuple[int, str], ...]
    """The general conditions with the numbers that letters cite."""
    checklist: tuple[tuple[str, tuple[ChecklistItem, ...]], ...]
    fees: tuple[tuple[str, Fee], ...]
    limits: tuple[Limit, ...]
    commitments: tuple[tuple[str, CommitmentText], ...]
    activities: int


@dataclass(frozen=True, slots=True)
class _Tables:
    fees: dict[Key, Fee]
    limits: dict[Key, Limit]
    measured: dict[tuple[str, str], UsualTime]


def requirements_page(day: date) -> RequirementsPage:
    """Eight queries, however many kinds of badge there are."""
    fees, limits = _newest(in_force(Fee, day), "kind"), _newest(in_force(Limit, day), "key")
    told = sorted((item for item in limits.items() if item[1].public), key=_by_key)
    tables = _Tables(fees, limits, usual_times())
    texts = _newest(in_force(CommitmentText, day), "person_type")
    return RequirementsPage(
        day=day,
        kinds=_kinds(day, tables),
        second_star_by_ssl=policy.second_star_by_ssl(day),
        conditions=_conditions(limits),
        checklist=_checklist(day),
        fees=tuple((fee_title(kind, row.clause), row) for (kind,), row in sorted(fees.items(), key=_by_key)),
        limits=tuple(row for _, row in told),
        commitments=tuple((PersonType(kind).label, row) for (kind,), row in sorted(texts.items(), key=_by_key)),
        activities=Activity.objects.count(),
    )


def _conditions(limits: dict[Key, Limit]) -> tuple[tuple[int, str], ...]:
    """With the day's limits filled in."""
    numbers = {key: persian_digits(row.value) for (key,), row in limits.items()}
    return tuple((row.number, row.text.format_map(numbers)) for row in conditions())


def _by_key(item: tuple[Key, object]) -> Key:
    return item[0]


def _newest(rows: Iterable[Row], *columns: str) -> dict[Key, Row]:
    """The newest row of each key; `in_force` lists the newest first."""
    found: dict[Key, Row] = {}
    for row in rows:
        found.setdefault(tuple(str(getattr(row, column)) for column in columns), row)
    return found


def _kinds(day: date, tables: _Tables) -> tuple[KindOfBadge, ...]:
    rows = in_force(Requirement, day).select_related("activity")
    newest = _newest(rows, "person_type", "mode", "activity_id", "premises").values()
    general = [row for row in newest if row.activity is None and not row.premises]
    return tuple(_kind(row, newest, tables) for row in sorted(general, key=_order))


def _order(row: Requirement) -> tuple[int, int, str]:
    return PersonType.values.index(row.person_type), row.stars, row.mode


def _kind(row: Requirement, rows: Iterable[Requirement], tables: _Tables) -> KindOfBadge:
    narrower = [
        other
        for other in rows
        if (other.person_type, other.mode) == (row.person_type, row.mode) and (other.activity or other.premises)
    ]
    return KindOfBadge(
        anchor=f"{row.person_type}-{row.mode}",
        person=PersonType(row.person_type).label,
        mode=BusinessMode(row.mode).label,
        stars=row.stars,
        sections=tuple((SECTIONS[key].title, SECTIONS[key].hint) for key in row.sections if key in SECTIONS),
        steps=tuple(_step(key) for key in row.steps if key in STEPS),
        waivable=tuple(STEPS[key].title for key in row.waivable if key in STEPS),
        documents=tuple(policy.documents_needed(row)),
        variants=tuple(sorted((_variant(other, row) for other in narrower), key=lambda one: one.condition)),
        fee=tables.fees.get((row.fee_kind,)),
        validity=tables.limits.get((row.validity_limit,)),
        usual=row.usual_time or _usual(row, tables),
        measured=tables.measured.get((row.person_type, row.mode)),
        clause=row.clause,
    )


def _usual(row: Requirement, tables: _Tables) -> str:
    """Where no usual time was declared: what the deadlines of the day allow to say."""
    review = tables.limits.get(("review_working_days",))
    if review and {"content", "documents"} & set(row.steps):
        return f"پس از پایان گام‌های شما، تا {persian_digits(review.value)} {review.unit} برای بررسی کارشناس"
    return "بسته به سرعت شما؛ بررسی کارشناس لازم نیست"


def _variant(row: Requirement, general: Requirement) -> Variant:
    named = (row.activity.title if row.activity else "", row.get_premises_display() if row.premises else "")
    known = {need.key for need in policy.documents_needed(general) if not need.optional}
    needed = [need for need in policy.documents_needed(row) if not need.optional and need.key not in known]
    more = [STEPS[key].title for key in row.steps if key in STEPS and key not in general.steps]
    return Variant("، ".join(part for part in named if part), tuple(needed), tuple(more), row.clause)


def _step(key: str) -> tuple[str, str]:
    kind = KINDS.get(key)
    return STEPS[key].title, kind.meaning if kind else ""


def _checklist(day: date) -> tuple[tuple[str, tuple[ChecklistItem, ...]], ...]:
    """The duties of every shop's site, by group; those of single activities are told in the form."""
    items = _newest(in_force(ChecklistItem, day).filter(activity=None), "key").values()
    ordered = sorted(items, key=lambda item: item.number)
    groups = ((group, tuple(item for item in ordered if item.group == group)) for group in ChecklistGroup)
    return tuple((group.label, found) for group, found in groups if found)
