from ipaddress import ip_address

import pytest
from django.core.exceptions import ImproperlyConfigured

from enamad_portal.kernel.fetch.codes import FailureCode
from enamad_portal.kernel.fetch.dialer import DirectDialer
from enamad_portal.kernel.fetch.resolver import DnsResolver
from enamad_portal.kernel.fetch.results import Failure
from enamad_portal.kernel.fetch.settings_door import door_from_settings

pytestmark = pytest.mark.django_db


def test_the_sandbox_door_knows_only_the_sandbox(settings):
    settings.WORLD = "sandbox"
    settings.FETCH_SANDBOX = "tests.kernel.fetch.rig.empty_network"
    result = door_from_settings().get("https://shop.ir/")
    assert isinstance(result, Failure)
    assert result.code == FailureCode.NAME_NOT_FOUND


def test_fet_4_a_real_door_must_know_its_own_networks(settings):
    settings.WORLD = "real"
    settings.FETCH_OWN_NETWORKS = []
    with pytest.raises(ImproperlyConfigured):
        door_from_settings()


def test_the_real_door_resolves_and_dials_for_itself(settings, monkeypatch):
    settings.WORLD = "real"
    settings.FETCH_OWN_NETWORKS = ["192.0.32.0/24"]
    settings.FETCH_RESOLVERS = ["127.0.0.1"]
    seen = []
    monkeypatch.setattr(DnsResolver, "resolve", lambda *_: [ip_address("192.0.32.9")])
    monkeypatch.setattr(DirectDialer, "connect", lambda *call: seen.append(call))
    result = door_from_settings().get("https://shop.ir/")
    assert isinstance(result, Failure)
    assert (result.code, seen) == (FailureCode.UNREACHABLE, [])
    assert result.detail_for_staff == "forbidden address 192.0.32.9: own network"
