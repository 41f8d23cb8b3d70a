"""`make run`, `make demo`: nothing installed but Python, everything generated lies under var/."""

import secrets

from enamad_portal.settings.base import *  # noqa: F403
from enamad_portal.settings.base import ALLOWED_HOSTS, VAR_DIR, WORLD

DEBUG = False
STYLEGUIDE = True
ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]  # as people type them; links carry BASE_URL
VISITORS_SHARE_AN_ADDRESS = WORLD == "sandbox"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },  # loopback needs no gzip
}


def _kept_secret(name: str) -> str:
    """A secret of this checkout, made once and readable by its owner only."""
    path = VAR_DIR / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            path.hardlink_to(fresh)  # two processes starting at once agree on the first
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = _kept_secret("django")
FIELD_KEYS = [f"k1:{_kept_secret('field-key')}"]
BLIND_INDEX_KEY = _kept_secret("blind-index")
AUDIT_ANCHOR_KEY = _kept_secret("audit-anchor")
CODE_PEPPER = _kept_secret("code-pepper")
PROVIDER_SECRET = _kept_secret("provider")
