"""The test suite: the embedded default without its files, or PostgreSQL and Redis by DATABASE_URL and REDIS_URL."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from enamad_portal.settings.base import *  # noqa: F403
from enamad_portal.settings.base import CACHES, DATABASE_URL, SQLITE_OPTIONS

DEBUG = False
STYLEGUIDE = True
SECRET_KEY = "only for tests " * 4
FIELD_KEYS = ["k1:" + "11" * 32]
BLIND_INDEX_KEY = "22" * 32
AUDIT_ANCHOR_KEY = "55" * 32
CODE_PEPPER = "33" * 32
PROVIDER_SECRET = "44" * 32
VAR_DIR = Path(tempfile.mkdtemp(prefix="portal-test-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
MEDIA_ROOT = VAR_DIR / "documents"
AUDIT_ANCHOR_DIR = VAR_DIR / "anchors"
CLICK_SPOOL_DIR = VAR_DIR / "clicks"
MALWARE_SCANNER = ""  # tests that want one point at the sandbox of their run
STATIC_ROOT = VAR_DIR / "static"
if not DATABASE_URL:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "portal.sqlite3",
            "TEST": {"NAME": VAR_DIR / "test_portal.sqlite3"},
            "OPTIONS": SQLITE_OPTIONS
            | {"init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;"},
        }
    }
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT = None
CELERY_BROKER_TRANSPORT_OPTIONS = {}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "")  # one Redis, two workers
