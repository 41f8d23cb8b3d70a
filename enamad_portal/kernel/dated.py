"""Law as data: a row holds from one day to another, and a case keeps the rows of its own day."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import F, Q


class DatedRow(models.Model):
    """A rule, fee or limit with its validity; published rows are ended and followed, never rewritten."""

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
