"""Typed access to the dated rows: which number holds on which day. The rows cite their clause; no number is here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from applications.models.choices import BusinessMode, SecondStar
from applications.models.content import ChecklistItem
from applications.models.reference import Activity, CommitmentText, Fee, Limit, Requirement, StarRule
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.clock import TEHRAN
from enamad_portal.kernel.dated import in_force


class MissingRow(LookupError):
    """The reference data have a hole for this day: `manage.py seed_reference` or the admin fills it."""


def limit(key: str, day: date) -> int:
    """The value of a limit on that day; its unit is told by the key's row."""
    row = in_force(Limit, day).filter(key=key).first()
    if row is None:
        raise MissingRow(f"limit {key} on {day}")
    return row.value


def fee(kind: str, day: date) -> Fee:
    row = in_force(Fee, day).filter(kind=kind).first()
    if row is None:
        raise MissingRow(f"fee {kind} on {day}")
    return row


def requirement(
    person_type: str, mode: str, day: date, *, activity: Activity | None = None, premises: str = ""
) -> Requirement:
    """The row for this person and mode; a row for the exact activity or premises goes before the general one."""
    rows = in_force(Requirement, day).filter(person_type=person_type, mode=mode)
    fitting = [
        row
        for row in rows.select_related("activity")
        if (row.activity is None or row.activity == activity) and row.premises in {"", premises}
    ]
    if not fitting:
        raise MissingRow(f"requirement {person_type}/{mode} on {day}")
    return max(fitting, key=lambda row: (row.activity is not None, row.premises != "", row.valid_from))


@dataclass(frozen=True, slots=True)
class DocumentNeed:
    """A document that a row of the requirements asks for."""

    key: str
    title: str
    help: str
    optional: bool


def documents_needed(requirement_row: Requirement) -> list[DocumentNeed]:
    """In the order of the row; optional ones are «if there is any»."""
    return [
        DocumentNeed(row["key"], row["title"], row.get("help", ""), bool(row.get("optional")))
        for row in requirement_row.documents
    ]


def offered_requirements(day: date) -> list[Requirement]:
    """Every general combination a person can choose on that day."""
    return list(in_force(Requirement, day).filter(activity=None, premises="").order_by("-person_type", "stars"))


def commitment(person_type: str, day: date) -> CommitmentText:
    row = in_force(CommitmentText, day).filter(person_type=person_type).first()
    if row is None:
        raise MissingRow(f"commitment {person_type} on {day}")
    return row


def valid_to(start: datetime, requirement_row: Requirement) -> datetime:
    """The end of a badge's validity: Jalali months after its start (T11)."""
    months = limit(requirement_row.validity_limit, start.astimezone(TEHRAN).date())
    local = start.astimezone(TEHRAN)
    return datetime.combine(jalali.add_months(local.date(), months), local.timetz(), tzinfo=TEHRAN)


def within_micro_cap(transactions: int, turnover_rial: int, day: date) -> bool:
    """Below both limits; passing either one ends the micro mode (T2)."""
    return transactions < limit("micro_transactions_per_month", day) and turnover_rial < limit(
        "micro_turnover_rial_per_month", day
    )


def is_micro(mode: str) -> bool:
    return mode == BusinessMode.MICRO


def domain_token_life(day: date) -> timedelta:
    return timedelta(days=limit("domain_token_days", day))


def second_star_by_ssl(day: date) -> bool:
    """Whether SSL earns the second star at issue; under the other rule only a ranking does (domain 6.1)."""
    row = in_force(StarRule, day).first()
    if row is None:
        raise MissingRow(f"star rule on {day}")
    return row.second_star == SecondStar.SSL


def checklist(activity: Activity | None, day: date) -> list[ChecklistItem]:
    """The items a shop of this activity is judged by, in their order; the newest row of each key."""
    rows = in_force(ChecklistItem, day).filter(Q(activity=None) | Q(activity=activity))
    newest: dict[str, ChecklistItem] = {}
    for row in rows:
        newest.setdefault(row.key, row)
    if not newest:
        raise MissingRow(f"checklist on {day}")
    return sorted(newest.values(), key=lambda item: item.number)
