import pytest
from django.core.exceptions import ImproperlyConfigured

from enamad_portal.providers import registry
from enamad_portal.providers.identity import HttpIdentity
from enamad_portal.providers.mail import SandboxMail, SmtpMail
from enamad_portal.providers.payment import HttpGateway
from enamad_portal.providers.zarinpal import ZarinpalGateway


def test_the_sandbox_stands_for_every_service(settings):
    settings.WORLD, settings.PROVIDERS = "sandbox", {}
    clients = [type(registry.client(service)).__name__ for service in registry.SANDBOX_BACKENDS]
    assert clients == [path.rpartition(".")[2] for path in registry.SANDBOX_BACKENDS.values()]


def test_the_real_world_has_no_default(settings):
    settings.WORLD, settings.PROVIDERS = "real", {}
    with pytest.raises(ImproperlyConfigured, match="sms"):
        registry.sms()


def test_settings_choose_the_client(settings):
    settings.WORLD = "real"
    settings.PROVIDERS = {
        "identity": {"backend": "enamad_portal.providers.identity.HttpIdentity", "url": "https://id", "secret": "s"},
        "payment": {
            "backend": "enamad_portal.providers.zarinpal.ZarinpalGateway",
            "url": "https://pay",
            "merchant_id": "m" * 36,
        },
        "mail": {"backend": "enamad_portal.providers.mail.SmtpMail"},
    }
    clients = (registry.identity(), registry.payment(), registry.mail())
    assert [type(client) for client in clients] == [HttpIdentity, ZarinpalGateway, SmtpMail]


def test_a_client_lives_until_its_settings_change(settings):
    settings.WORLD, settings.PROVIDERS = "sandbox", {}
    first = registry.payment()
    assert registry.payment() is first
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    second = registry.payment()
    assert isinstance(second, HttpGateway)
    assert second is not first
    assert isinstance(registry.mail(), SandboxMail)
