"""The secrets of second factors lie in allauth's rows: they take the newest key with everything else (PII-2)."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from enamad_portal.accounts import second_factor
from enamad_portal.accounts.models import User
from enamad_portal.kernel import audit
from enamad_portal.kernel.actors import Role
from tests.kernel.test_stored_files import NEW, OLD, rotate

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def officer():
    user = User.objects.create_staff("sara", "a long enough password", Role.REVIEWER)
    codes = second_factor.enrol(user, SECRET)
    assert second_factor.spend_recovery_code(user, codes[0])
    return user, codes


def test_pii_2_devices_work_on_under_the_newest_key_alone(officer, settings):
    user, codes = officer
    settings.FIELD_KEYS = [NEW, OLD]
    told, _, error = rotate()
    assert ("second factors of staff: 2 looked at, 2 renewed" in told, error) == (True, "")
    settings.FIELD_KEYS = [NEW]
    assert second_factor._device(user, Authenticator.Type.TOTP).data.keys() == {"secret"}
    assert not second_factor.spend_recovery_code(user, codes[0])
    assert second_factor.spend_recovery_code(user, codes[1])
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(SECRET, counter))
    assert second_factor.matching_counter(user, code) == counter


def test_pii_2_a_second_run_changes_nothing(officer, settings):
    settings.FIELD_KEYS = [NEW, OLD]
    rotate()
    before = json.dumps(list(Authenticator.objects.order_by("pk").values_list("data", flat=True)))
    assert "second factors of staff: 2 looked at, 0 renewed" in rotate()[0]
    assert json.dumps(list(Authenticator.objects.order_by("pk").values_list("data", flat=True))) == before


def test_pii_2_a_device_that_does_not_open_is_named(officer, settings):
    device = Authenticator.objects.order_by("pk").first()
    settings.FIELD_KEYS = [NEW]
    assert f"second factors of staff: does not open, left alone: {device.pk}, {device.pk + 1}" in rotate()[1]


def test_aud_1_a_rotation_leaves_counts_only(officer, settings):
    settings.FIELD_KEYS = [NEW, OLD]
    rotate()
    [entry] = audit.AuditEntry.objects.filter(action="keys_rotated")
    assert entry.facts == {"key": "k2", "changed": 2, "left": 0}
