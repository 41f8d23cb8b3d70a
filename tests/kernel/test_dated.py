"""Versions of a rule: who holds on a day, who overlaps, who gives way, where a hole opens."""

from datetime import date

import pytest

from applications.models import Fee
from enamad_portal.kernel import dated

pytestmark = pytest.mark.django_db
MAY, JUNE, JULY = date(2030, 5, 1), date(2030, 6, 1), date(2030, 7, 1)


def version(start, end=None, kind="test_fee"):
    return Fee.objects.create(kind=kind, amount_rial=1, valid_from=start, valid_to=end, clause="آزمون")


def days(row):
    row.refresh_from_db()
    return row.valid_from, row.valid_to


def test_rows_of_another_rule_never_overlap():
    version(MAY, kind="other_fee")
    assert not dated.overlapping(version(MAY)).exists()


@pytest.mark.parametrize(
    ("start", "end", "overlaps"),
    [
        (MAY, JUNE, False),
        (JULY, None, False),
        (MAY, None, True),
        (JUNE, JULY, True),
        (MAY, date(2030, 6, 2), True),
        (date(2030, 6, 30), None, True),
    ],
)
def test_the_last_day_is_not_held_any_more(start, end, overlaps):
    version(JUNE, JULY)
    assert dated.overlapping(version(start, end)).exists() is overlaps


def test_a_new_row_ends_the_one_before_it_and_gives_way_to_a_later_one():
    before, later = version(MAY), version(JULY)
    new = version(JUNE)
    assert dated.take_place(new) == [before]
    assert (days(before), days(new), days(later)) == ((MAY, JUNE), (JUNE, JULY), (JULY, None))


def test_a_row_that_was_over_already_stays_as_it_was():
    before = version(MAY, date(2030, 5, 9))
    assert dated.take_place(version(JUNE)) == []
    assert days(before) == (MAY, date(2030, 5, 9))


def test_a_hole_opens_where_nothing_follows():
    ended = version(MAY, JUNE)
    assert dated.hole_after(ended) == JUNE
    version(JUNE, JULY)
    assert dated.hole_after(ended) is None
    assert dated.hole_after(version(JULY)) is None
