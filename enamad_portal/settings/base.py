"""Settings that hold everywhere, in the order of Django's settings reference.

`embedded`, `production` and `test` differ only in where things are kept and how strict the doors are.
Numbers of the law are never settings: they are dated rows, read by each app's `policy.py`.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from enamad_portal.settings import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("PORTAL_VAR", str(BASE_DIR / "var")))

# Where the portal is
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
SANDBOX_PORT = env.number("SANDBOX_PORT", 8001)
BASE_URL = env.text("BASE_URL", f"http://{HOST}:{PORT}").rstrip("/")
WORLD = env.text("WORLD", "sandbox")
if WORLD not in {"sandbox", "real"}:
    raise ImproperlyConfigured("WORLD must be sandbox or real.")
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or HOST]

# Applications
INSTALLED_APPS = [
    "enamad_portal.kernel",
    "enamad_portal.apps.PortalConfig",
    "enamad_portal.accounts",
    "enamad_portal.providers",
    "enamad_portal.api",
    "applications",
    "licensing",
    "inspections",
    "complaints",
    "enamad_portal.accounts.staff_admin.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "csp",
]
ROOT_URLCONF = "enamad_portal.urls"
WSGI_APPLICATION = "enamad_portal.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache: fairness limits only; what must hold lives in rows
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}

# Databases
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a deferred read-then-write fails at once with "database is locked"
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
}
DATABASE_URL = env.text("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {
        "default": environ.Env.db_url_config(DATABASE_URL) | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "portal.sqlite3",
            "OPTIONS": SQLITE_OPTIONS,
            "CONN_MAX_AGE": None,
        }
    }

# E-mail leaves through enamad_portal.providers; Django's own mail (error mails) follows these
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "portal@localhost")

# Files people upload: sealed, never web-readable
MEDIA_ROOT = VAR_DIR / "documents"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Language and time: Persian is forced, never guessed from Accept-Language
LANGUAGE_CODE = "fa"
LANGUAGES = [("fa", "فارسی")]
TIME_ZONE = "Asia/Tehran"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

# Logging: one line to stderr; personal data never reaches it (PII-1)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"visit": {"()": "enamad_portal.visits.VisitFilter"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(visit)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["visit"]}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
}

# Middleware: what holds for every answer, then the answers that are the same for everybody, then who is asking
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "enamad_portal.headers.ContentSecurityPolicyMiddleware",
    "enamad_portal.headers.PermissionsPolicyMiddleware",
    "enamad_portal.early.EarlyAnswerMiddleware",
    "enamad_portal.visits.VisitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
BADGE_COVERS_SUBDOMAINS = False  # the sources contradict each other (domain/enamad 13); a page of its own is stricter
SAME_FOR_EVERYBODY = ("/v/", "/healthz", "/readyz")  # beginnings of addresses

# Security
SECRET_KEY = "replaced below: embedded keeps one in var/, production reads the environment"  # noqa: S105
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
AUDIT_ANCHOR_DIR = Path(env.text("AUDIT_ANCHOR_DIR", str(VAR_DIR / "anchors")))  # better on another machine
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 24 * 3600
VISITORS_SHARE_AN_ADDRESS = False  # demo and acceptance checks sign in many people from loopback: embedded only
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# Sessions and sign-in
SESSION_ENGINE = "django.contrib.sessions.backends.db"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "applications:home"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Second factor of staff: allauth's devices under our own pages (accounts.web.staff); none of its URLs is mounted
STAFF_IDLE = timedelta(minutes=20)
STAFF_SESSION = timedelta(hours=8)
MFA_ADAPTER = "enamad_portal.accounts.second_factor.SealedDevices"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # clocks of phones differ: the code of 30 s ago and of 30 s ahead count as well
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Templates
FORM_RENDERER = "enamad_portal.kernel.forms.PortalFormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "enamad_portal.kernel.context.portal",
            ],
            "builtins": ["enamad_portal.kernel.templatetags.persian"],
        },
    }
]

# REST API
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "enamad_portal.api.errors.problem_details",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "e-Namad portal API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
}

# Celery: a message only wakes a worker; the rows of kernel.work are the queue (REL-7: soft < hard < lease < visibility)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
WORK_LEASE = timedelta(seconds=180)
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "enamad_portal.kernel.tasks.sweep", "schedule": 30.0},
    "fold_clicks": {"task": "applications.tasks.fold_clicks", "schedule": 5.0},
    "anchor_audit": {"task": "enamad_portal.kernel.tasks.anchor_audit", "schedule": 600.0},  # one job a day
    "begin_day": {"task": "applications.tasks.begin_day", "schedule": 600.0},  # one job a day: its key says so
}
WORK_QUEUES = ("default", "verification", "fetch", "notices", "webhooks", "pdf")

REDIS_URL = env.text("REDIS_URL", "")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"visibility_timeout": 600}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    _broker = VAR_DIR / "broker"
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT: str | None = "enamad_portal.kernel.folder_broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "processed_folder": str(_broker / "processed"),
        "store_processed": False,
        "polling_interval": 0.2,  # one worker process only: two would race for the files
        "visibility_timeout": 600,
    }

# The outside world (enamad_portal.providers); the sandbox serves the other side over HTTP
SANDBOX_URL = env.text("SANDBOX_URL", f"http://127.0.0.1:{SANDBOX_PORT}")
PROVIDERS = env.records("PROVIDERS")  # client and options of each service (enamad_portal.providers.registry)
PROVIDER_TIMEOUT_S = 8
PAYMENT_ORIGINS = env.words("PAYMENT_ORIGINS", "")  # real world: scheme://host of the gateway's pages, for form-action
MALWARE_SCANNER = env.text(  # tcp://host:port or unix:///path of clamd; empty: uploads are recorded as not scanned
    "MALWARE_SCANNER", SANDBOX_URL.replace("http://", "tcp://", 1) if WORLD == "sandbox" else ""
)
PORTAL_LANDLINE = env.text("PORTAL_LANDLINE", "02142000420" if WORLD == "sandbox" else "")  # empty: no calls to us
LETTERS_BY = env.text("LETTERS_BY", "post")  # post: ordered one by one; contractor: `manage.py letters_batch`
CLOCK_MOVABLE = WORLD == "sandbox"

# The fetcher: the only door to user-supplied hosts
FETCH_USER_AGENT = env.text("FETCH_USER_AGENT", f"enamad-portal/1.0 (+{BASE_URL}/requirements/)")
FETCH_RESOLVERS = env.words("FETCH_RESOLVERS", "")
FETCH_OWN_NETWORKS = env.words("FETCH_OWN_NETWORKS", "")

# Badge
PRODUCT_NAME_FA = env.text("PRODUCT_NAME_FA", "نماد تجارت الکترونیکی")
CLICK_SPOOL_DIR = VAR_DIR / "clicks"
