"""Typed access to the dated rows: which number holds on which day. The rows cite their clause; no number stands here."""

from datetime import date, datetime, timedelta

from applications.models.choices import BusinessMode
from applications.models.reference import Activity, CommitmentText, Fee, Limit, Requirement
from enamad_portal.kernel.calendar import jalali
from enamad_portal.kernel.clock import TEHRAN


class MissingRow(LookupError):
    """The reference data have a hole for this day: `manage.py seed_reference` or the admin fills it."""


def limit(key: str, day: date) -> int:
    """The value of a limit on that day; its unit is told by the key's row."""
    row = Limit.objects.in_force(day).filter(key=key).first()
    if row is None:
        raise MissingRow(f"limit {key} on {day}")
    return row.value


def fee(kind: str, day: date) -> Fee:
    row = Fee.objects.in_force(day).filter(kind=kind).first()
    if row is None:
        raise MissingRow(f"fee {kind} on {day}")
    return row


def requirement(
    person_type: str, mode: str, day: date, *, activity: Activity | None = None, premises: str = ""
) -> Requirement:
    """The row for this person and mode; a row for the exact activity or premises goes before the general one."""
    rows = Requirement.objects.in_force(day).filter(person_type=person_type, mode=mode)
    fitting = [
        row
        for row in rows.select_related("activity")
        if (row.activity is None or row.activity == activity) and row.premises in {"", premises}
    ]
    if not fitting:
        raise MissingRow(f"requirement {person_type}/{mode} on {day}")
    return max(fitting, key=lambda row: (row.activity is not None, row.premises != "", row.valid_from))


def offered_requirements(day: date) -> list[Requirement]:
    """Every general combination a person can choose on that day."""
    return list(Requirement.objects.in_force(day).filter(activity=None, premises="").order_by("person_type", "stars"))


def commitment(person_type: str, day: date) -> CommitmentText:
    row = CommitmentText.objects.in_force(day).filter(person_type=person_type).first()
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
