"""The door of this installation, put together from the settings; the only module here that reads Django's settings.

`WORLD=sandbox` takes resolver, dialer and certificate authority from the dotted path `FETCH_SANDBOX`, a function
`sandbox_network() -> (Resolver, Dialer, PEM)`, so that this module never imports the sandbox.
"""

from importlib import import_module
from typing import cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from enamad_portal.kernel import clock
from enamad_portal.kernel.fetch.bucket_table import DatabaseBuckets
from enamad_portal.kernel.fetch.dialer import Dialer, DirectDialer
from enamad_portal.kernel.fetch.door import Door
from enamad_portal.kernel.fetch.politeness import Politeness
from enamad_portal.kernel.fetch.resolver import DnsResolver, Resolver
from enamad_portal.kernel.fetch.roots import trusted_roots

SANDBOX = "enamad_portal.sandbox.world.sandbox_network"


def door_from_settings() -> Door:
    """A door to the world `settings.WORLD` names, with the politeness that all processes share.

    ImproperlyConfigured when a real world lacks its own networks.
    """
    resolver, dialer, extra_roots = _sandbox() if settings.WORLD == "sandbox" else _real()
    return Door(
        resolver,
        dialer,
        trusted_roots(extra_roots),
        settings.FETCH_USER_AGENT,
        own_networks=settings.FETCH_OWN_NETWORKS,
        politeness=Politeness(DatabaseBuckets(), _now_ms),
    )


def _now_ms() -> int:
    return round(clock.now().timestamp() * 1000)


def _real() -> tuple[Resolver, Dialer, str]:
    if not settings.FETCH_OWN_NETWORKS:
        raise ImproperlyConfigured(
            "Set FETCH_OWN_NETWORKS: the public addresses of this portal, which no site may name."
        )
    return DnsResolver(settings.FETCH_RESOLVERS), DirectDialer(), ""


def _sandbox() -> tuple[Resolver, Dialer, str]:
    module, _, name = getattr(settings, "FETCH_SANDBOX", SANDBOX).rpartition(".")
    return cast("tuple[Resolver, Dialer, str]", getattr(import_module(module), name)())
