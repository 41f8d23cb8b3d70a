import sys
import threading
from datetime import timedelta

import pytest

from applications.badge.table import Face, Table
from applications.lifecycle import BadgeState
from applications.models import Badge
from enamad_portal.kernel import clock
from tests.applications.factories import NOON


def change(badge, **columns):
    Badge.objects.filter(pk=badge.pk).update(**columns)


def test_everything_is_read_at_the_start(make_badge, badges):
    shop, other = make_badge("shop.ir", stars=2), make_badge("other.ir", state=BadgeState.SUSPENDED)
    badges.refresh()
    assert badges.face(shop.public_id) == Face(0, 1, 2, "shop.ir")
    assert badges.face(other.public_id) == Face(0, 6, 0, "other.ir")
    assert badges.face("nobody") is None


def test_a_look_reads_what_changed_also_when_a_clock_is_a_minute_behind(make_badge, badges):
    shop, other = make_badge("shop.ir"), make_badge("other.ir")
    with clock.frozen_at(NOON + timedelta(days=1)):
        badges.refresh()
        change(shop, stars=3, changed_at=clock.now() - timedelta(seconds=59))
        change(other, stars=3, changed_at=clock.now() - timedelta(minutes=9))
        badges.refresh()
    assert (badges.face(shop.public_id).stars, badges.face(other.public_id).stars) == (3, 0)


def test_every_minute_everything_is_read_again(make_badge, badges, monotonic):
    shop = make_badge("shop.ir")
    badges.refresh()
    change(shop, stars=3, changed_at=NOON - timedelta(days=9))
    monotonic.seconds += 59
    badges.refresh()
    assert badges.face(shop.public_id).stars == 0
    monotonic.seconds += 1
    badges.refresh()
    assert badges.face(shop.public_id).stars == 3


def test_a_clock_moved_back_hides_nothing(make_badge, badges):
    shop = make_badge("shop.ir")
    with clock.frozen_at(NOON + timedelta(days=400)):
        badges.refresh()
    with clock.frozen_at(NOON):
        change(shop, stars=3, changed_at=NOON)
        badges.refresh()
    assert badges.face(shop.public_id).stars == 3


def test_a_look_costs_one_query(make_badge, badges, django_assert_num_queries):
    for index in range(3):
        make_badge(f"shop{index}.ir")
    with clock.frozen_at(NOON):
        badges.refresh()
        with django_assert_num_queries(1):
            badges.refresh()


def test_bdg_13_a_hundred_thousand_badges_fit_in_35_mb():
    table = Table()
    table._take((f"{i:026}", 1, "active", 1, NOON, f"shop-number-{i}.ir") for i in range(100_000))
    faces = table._faces
    size = sys.getsizeof(faces) + sum(sys.getsizeof(key) + sys.getsizeof(value) for key, value in faces.items())
    assert size < 35e6


@pytest.mark.django_db(transaction=True)
def test_a_process_starts_its_own_reader_once(make_badge):
    shop = make_badge("shop.ir")
    table = Table()
    try:
        table.ensure_started()
        table.ensure_started()
        assert table.face(shop.public_id).domain == "shop.ir"
        assert [thread.name for thread in threading.enumerate()].count("badge-table") == 1
    finally:
        table.stop()
    assert "badge-table" not in {thread.name for thread in threading.enumerate()}


def test_past_its_last_day_a_badge_is_expired_before_any_job_says_so(make_badge, badges, monotonic):
    shop, gone = make_badge("shop.ir", stars=1), make_badge("gone.ir", state=BadgeState.REVOKED)
    with clock.frozen_at(shop.valid_to - timedelta(seconds=10)):
        badges.refresh()
    assert badges.face(shop.public_id).code == 1
    monotonic.seconds += 11
    assert badges.face(shop.public_id).code == 5
    assert badges.face(gone.public_id).code == 7
