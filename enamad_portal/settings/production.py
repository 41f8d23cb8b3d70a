"""Production: only tightens the base; every secret comes from the environment and has no default."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from enamad_portal.providers.registry import NEEDED
from enamad_portal.settings import env
from enamad_portal.settings.base import *  # noqa: F403
from enamad_portal.settings.base import BASE_URL, HOST, MIDDLEWARE, PAYMENT_ORIGINS, PROVIDERS, SANDBOX_URL, WORLD

DEBUG = False
STYLEGUIDE = False
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", "")
FIELD_KEYS = env.words("FIELD_KEYS")
BLIND_INDEX_KEY = env.text("BLIND_INDEX_KEY")
AUDIT_ANCHOR_KEY = env.text("AUDIT_ANCHOR_KEY")
CODE_PEPPER = env.text("CODE_PEPPER")
PROVIDER_SECRET = env.text("PROVIDER_SECRET")
SMOKE = env.flag("SMOKE")

for _needed in ("DATABASE_URL", "REDIS_URL", "BASE_URL", "WORLD"):
    env.text(_needed)


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


if WORLD == "sandbox" and not (
    SMOKE and all(_is_loopback(host) for host in (HOST, urlsplit(BASE_URL).hostname, urlsplit(SANDBOX_URL).hostname))
):
    raise ImproperlyConfigured("WORLD=sandbox is refused here: production talks to real providers (WORLD=real).")
if WORLD == "real" and not env.words("FETCH_OWN_NETWORKS"):
    raise ImproperlyConfigured("Set FETCH_OWN_NETWORKS to the portal's own public and internal networks (FET-4).")
if WORLD == "real" and (_absent := [name for name in NEEDED if "backend" not in PROVIDERS.get(name, {})]):
    raise ImproperlyConfigured(f"Set PROVIDERS: it names no backend for {', '.join(_absent)} (docs/operations.md).")
if WORLD == "real" and not PAYMENT_ORIGINS:
    raise ImproperlyConfigured("Set PAYMENT_ORIGINS to scheme://host of the gateway's pages: CSP bars the way else.")

_https = BASE_URL.startswith("https://")
if not (_https or SMOKE):
    raise ImproperlyConfigured("BASE_URL must be https in production.")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # nginx strips and sets it (deploy/nginx.conf)
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
if _https:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
MIDDLEWARE = MIDDLEWARE[:]
