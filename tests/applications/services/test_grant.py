"""What a badge does by itself after its issue."""

from datetime import timedelta

import pytest

from applications.lifecycle import BadgeState
from applications.models import Badge
from applications.services.badge import expire
from enamad_portal.kernel import clock, use_cases
from enamad_portal.kernel.audit import history
from enamad_portal.kernel.work import Job
from tests.applications.factories import issued_badge

pytestmark = pytest.mark.django_db


def on_its_day(badge):
    """The job of the badge's last day, as the worker runs it."""
    ending = expire(Job(payload={"badge": badge.pk}))
    return use_cases.run(ending)


def test_a_badge_expires_on_its_last_day(at):
    badge = issued_badge()
    with clock.frozen_at(badge.valid_to):
        assert on_its_day(badge) is None
    badge.refresh_from_db()
    assert (badge.state, badge.changed_at) == (BadgeState.EXPIRED, badge.valid_to)
    assert [row.action for row in history(badge.subject_key)] == ["expire"]


def test_a_badge_whose_end_was_put_off_is_asked_again_then(at):
    badge = issued_badge()
    later = badge.valid_to + timedelta(days=365)
    Badge.objects.filter(pk=badge.pk).update(valid_to=later)
    with clock.frozen_at(badge.valid_to):
        assert on_its_day(badge) == later
    badge.refresh_from_db()
    assert badge.state == BadgeState.ACTIVE


def test_a_revoked_badge_stays_revoked(at):
    badge = issued_badge(state=BadgeState.REVOKED)
    with clock.frozen_at(badge.valid_to):
        assert on_its_day(badge) is None
    badge.refresh_from_db()
    assert badge.state == BadgeState.REVOKED
