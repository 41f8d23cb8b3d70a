"""Law as data: a row holds from one day to another, and a case keeps the rows of its own day.

A rule is told by the columns in `rule`; its rows are its versions. Two versions never hold on the same day: a new one
ends the one before it, and nothing is rewritten.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import F, Q


class DatedRow(models.Model):
    """A rule, fee or limit with its validity; published rows are ended and followed, never rewritten."""

    rule: ClassVar[tuple[str, ...]] = ()
    """Columns that name the rule a row is a version of; empty when the table holds one rule only."""
    valid_from = models.DateField("معتبر از")
    valid_to = models.DateField("معتبر تا (این روز دیگر نه)", null=True, blank=True)
    clause = models.CharField("مستند", max_length=200)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="%(app_label)s_%(class)s_dates"
            )
        ]

    @property
    def rule_values(self) -> dict[str, Any]:
        """The rule this row is a version of, as a filter of its table."""
        return {name: getattr(self, name) for name in self.rule}


M = TypeVar("M", bound=DatedRow)


def in_force(model: type[M], day: date) -> models.QuerySet[M]:
    """The model's rows that hold on this day, the newest first."""
    rows = model._default_manager.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    return rows.order_by("-valid_from", "pk")


_numbers: list[Callable[[str, date], int]] = []


def register_numbers(reader: Callable[[str, date], int]) -> None:
    """The app that keeps the table of numbers plugs in here at start; the kernel knows no app."""
    _numbers[:] = [reader]


def number(key: str, day: date) -> int:
    """A number of the rules that holds on that day (`applications/data/limits.csv`)."""
    return _numbers[0](key, day)


def versions(row: M) -> models.QuerySet[M]:
    """Every version of the row's rule, the earliest first."""
    return type(row)._default_manager.filter(**row.rule_values).order_by("valid_from", "pk")


def overlapping(row: M) -> models.QuerySet[M]:
    """Other versions that hold on one of the row's days."""
    others = versions(row).exclude(pk=row.pk).filter(Q(valid_to=None) | Q(valid_to__gt=row.valid_from))
    return others if row.valid_to is None else others.filter(valid_from__lt=row.valid_to)


def hole_after(row: M) -> date | None:
    """The day from which no version holds because this one ends; None when another follows or it does not end."""
    if row.valid_to is None:
        return None
    followers = versions(row).exclude(pk=row.pk).filter(Q(valid_to=None) | Q(valid_to__gt=row.valid_to))
    return None if followers.filter(valid_from__lte=row.valid_to).exists() else row.valid_to


def take_place(row: M) -> list[M]:
    """Ends the versions before a new row where it begins, and the row where a later one begins.

    Returns the rows that were ended. Stops at nothing that is past: the days before `row.valid_from` stay as they were.
    """
    later = versions(row).filter(valid_from__gt=row.valid_from).first()
    if later is not None and (row.valid_to is None or row.valid_to > later.valid_from):
        type(row)._default_manager.filter(pk=row.pk).update(valid_to=later.valid_from)
        row.valid_to = later.valid_from
    ended = list(overlapping(row).filter(valid_from__lt=row.valid_from))
    for before in ended:
        type(row)._default_manager.filter(pk=before.pk).update(valid_to=row.valid_from)
        before.valid_to = row.valid_from
    return ended
