"""Which client stands for which service: `settings.PROVIDERS`, or the sandbox for all of them.

    PROVIDERS = {
        "identity": {"backend": "enamad_portal.providers.identity.HttpIdentity", "url": "https://…", "secret": "…"},
        "payment": {"backend": "enamad_portal.providers.zarinpal.ZarinpalGateway", "url": "…", "merchant_id": "…"},
        "mail": {"backend": "enamad_portal.providers.mail.SmtpMail"},
    }

Every key besides `backend` goes to the client's constructor; `timeout_s` comes from `PROVIDER_TIMEOUT_S` unless given.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from enamad_portal.providers.company_registry import CompanyRegistry
    from enamad_portal.providers.domain_registry import DomainRegistry
    from enamad_portal.providers.identity import Identity
    from enamad_portal.providers.mail import Mail
    from enamad_portal.providers.payment import Gateway
    from enamad_portal.providers.police import Police
    from enamad_portal.providers.post import Post
    from enamad_portal.providers.sms import Sms
    from enamad_portal.providers.tax import Tax
    from enamad_portal.providers.telephony import Telephony

SANDBOX_BACKENDS = {
    "identity": "enamad_portal.providers.identity.HttpIdentity",
    "company_registry": "enamad_portal.providers.company_registry.HttpCompanyRegistry",
    "domain_registry": "enamad_portal.providers.domain_registry.HttpDomainRegistry",
    "post": "enamad_portal.providers.post.HttpPost",
    "telephony": "enamad_portal.providers.telephony.HttpTelephony",
    "police": "enamad_portal.providers.police.HttpPolice",
    "tax": "enamad_portal.providers.tax.HttpTax",
    "payment": "enamad_portal.providers.payment.HttpGateway",
    "sms": "enamad_portal.providers.sms.HttpSms",
    "mail": "enamad_portal.providers.mail.SandboxMail",
}
ANSWERED_BY_HAND = frozenset({"police"})
"""Services that may be left out: the liaison types the answer."""
NEEDED = tuple(service for service in SANDBOX_BACKENDS if service not in ANSWERED_BY_HAND)


def identity() -> "Identity":
    return cast("Identity", client("identity"))


def company_registry() -> "CompanyRegistry":
    return cast("CompanyRegistry", client("company_registry"))


def domain_registry() -> "DomainRegistry":
    return cast("DomainRegistry", client("domain_registry"))


def post() -> "Post":
    return cast("Post", client("post"))


def telephony() -> "Telephony":
    return cast("Telephony", client("telephony"))


def police() -> "Police":
    return cast("Police", client("police"))


def tax() -> "Tax":
    return cast("Tax", client("tax"))


def payment() -> "Gateway":
    return cast("Gateway", client("payment"))


def sms() -> "Sms":
    return cast("Sms", client("sms"))


def mail() -> "Mail":
    return cast("Mail", client("mail"))


def client(service: str) -> object:
    """The configured client of a service; the same object until its settings change."""
    options = service_options(service)
    return _built(tuple(sorted(options.items())))


def service_options(service: str) -> Mapping[str, Any]:
    """Backend and constructor arguments of a service; ImproperlyConfigured when a real world leaves one out."""
    configured: Mapping[str, Mapping[str, Any]] = settings.PROVIDERS
    if service in configured:
        options = dict(configured[service])
    elif settings.WORLD == "sandbox" and service in SANDBOX_BACKENDS:
        options = _sandbox_options(service)
    else:
        raise ImproperlyConfigured(f"PROVIDERS has no entry for {service!r}, and the real world has no default for it.")
    return {"timeout_s": float(settings.PROVIDER_TIMEOUT_S)} | options


def _sandbox_options(service: str) -> dict[str, Any]:
    return {
        "backend": SANDBOX_BACKENDS[service],
        "url": f"{settings.SANDBOX_URL}/api/{service}",
        "secret": settings.PROVIDER_SECRET,
    }


@lru_cache(maxsize=64)
def _built(options: tuple[tuple[str, Any], ...]) -> object:
    arguments = dict(options)
    return import_string(arguments.pop("backend"))(**arguments)
