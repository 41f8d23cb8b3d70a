"""Ships the reference data: fees, limits, activities, requirements and commitment texts, as published."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import models, transaction

from applications.models import Activity, Application, ChecklistItem, CommitmentText, Fee, Limit, Requirement, StarRule
from enamad_portal.kernel import dated, use_cases
from enamad_portal.kernel.calendar import holiday_table, jalali, news
from enamad_portal.kernel.dated import DatedRow

DATA = Path(__file__).resolve().parent.parent.parent / "data"


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _records(name: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return records


def _days(row: dict[str, Any]) -> dict[str, date | None]:
    return {name: jalali.parse(row[name]) if row.get(name) else None for name in ("valid_from", "valid_to")}


def _limits() -> list[dict[str, Any]]:
    """A limit is internal unless its row says «yes»."""
    return [row | {"public": row["public"] == "yes"} for row in _table("limits.csv")]


def _requirements() -> list[dict[str, Any]]:
    """A row per activity, each with the documents written out: a stored row keeps what its day asked for."""
    documents = {row["key"]: row for row in _table("documents.csv")}
    activities: dict[str, Activity | None] = {row.code: row for row in Activity.objects.all()}
    rows = []
    for record in _records("requirements.json"):
        needed, optional = record.pop("documents", []), record.pop("optional_documents", [])
        record["documents"] = [
            *(documents[key] | {"optional": False} for key in needed),
            *(documents[key] | {"optional": True} for key in optional),
        ]
        rows += [record | {"activity": activities[code] if code else None} for code in record.pop("activities", [""])]
    return rows


def _checklist() -> list[dict[str, Any]]:
    """Each item with the reasons for which it may be refused and their cures."""
    reasons = _table("checklist_reasons.csv")
    return [
        row | {"reasons": [{"code": r["code"], "cure": r["cure"]} for r in reasons if r["item"] == row["key"]]}
        for row in _table("checklist.csv")
    ]


class Command(BaseCommand):
    help = "Insert the shipped reference data; rows that exist (and may have been edited by staff) stay as they are."

    def handle(self, *_args: Any, **options: Any) -> None:
        calendar = holiday_table.current_calendar()
        with transaction.atomic():
            new_holidays = holiday_table.seed_holidays()
            for row in _table("activities.csv"):
                Activity.objects.get_or_create(code=row.pop("code"), defaults=row)
            self._dated(Fee, _table("fees.csv"), "kind")
            self._dated(Limit, _limits(), "key")
            self._dated(Requirement, _requirements(), "person_type", "mode", "activity")
            self._dated(CommitmentText, _records("commitments.json"), "person_type", "label")
            self._dated(StarRule, _table("star_rules.csv"), "second_star")
            self._dated(ChecklistItem, _checklist(), "key")
        if new_holidays and Application.objects.filter(due_at__isnull=False).exists():
            use_cases.run(news.announce, calendar)
        if options["verbosity"]:
            self.stdout.write("reference data are in place")

    def _dated(self, model: type[models.Model], rows: list[dict[str, Any]], *identity: str) -> None:
        for row in rows:
            values = {**row, **_days(row)}
            known = {name: values.pop(name) for name in (*identity, "valid_from")}
            stored, created = model._base_manager.get_or_create(**known, defaults=values)
            if created and isinstance(stored, DatedRow):
                dated.take_place(stored)
