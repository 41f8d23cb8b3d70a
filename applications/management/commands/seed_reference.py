"""Ships the reference data: fees, limits, activities, requirements and commitment texts, as published."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import models, transaction

from applications.models import Activity, CommitmentText, Fee, Limit, Requirement
from enamad_portal.kernel.calendar import holiday_table, jalali

DATA = Path(__file__).resolve().parent.parent.parent / "data"


def _table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _records(name: str) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return records


def _days(row: dict[str, Any]) -> dict[str, date | None]:
    return {name: jalali.parse(row[name]) if row.get(name) else None for name in ("valid_from", "valid_to")}


class Command(BaseCommand):
    help = "Insert the shipped reference data; rows that exist (and may have been edited by staff) stay as they are."

    def handle(self, *_args: Any, **options: Any) -> None:
        with transaction.atomic():
            holiday_table.seed_holidays()
            for row in _table("activities.csv"):
                Activity.objects.get_or_create(code=row.pop("code"), defaults=row)
            self._dated(Fee, _table("fees.csv"), "kind")
            self._dated(Limit, _table("limits.csv"), "key")
            self._dated(Requirement, _records("requirements.json"), "person_type", "mode")
            self._dated(CommitmentText, _records("commitments.json"), "person_type", "label")
        if options["verbosity"]:
            self.stdout.write("reference data are in place")

    def _dated(self, model: type[models.Model], rows: list[dict[str, Any]], *identity: str) -> None:
        for row in rows:
            values = {**row, **_days(row)}
            known = {name: values.pop(name) for name in (*identity, "valid_from")}
            model._base_manager.get_or_create(**known, defaults=values)
