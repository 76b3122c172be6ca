"""All settings; every one that the environment sets is described in docs/options.md."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from generations.providers.registry import RegistryError, read_endpoints
from webapp import env, oidc
from webapp.logs import logging_config

BASE_DIR = env.BASE_DIR
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")

DEBUG = env.switch("DEBUG", False)
SECRET_KEY = env.secret_key(DATA_DIR)
PUBLIC_URL = env.origin("PUBLIC_URL")
ALLOWED_HOSTS = [
    *env.words("ALLOWED_HOSTS", [urlsplit(PUBLIC_URL).hostname or ""]),
    # For health checks from this machine
    *("localhost", "127.0.0.1", "[::1]"),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
IS_HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "webapp.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_structlog",
    "generations.apps.GenerationsConfig",
]

# The last one is not asynchronous, so that none of the others is, and all work in one thread for a
# request: docs/decisions/0027
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "generations.views.shared.headers.keep_to_guests",
    "generations.views.shared.shortcut.spare_files",
    "webapp.static.StaticFilesMiddleware",
    "webapp.compression.compress_pages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "generations.views.scripts.let_scripts_in",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "generations.views.second_factor.require_second_factor",
    "generations.views.presence.note_presence",
    "generations.views.errors.explain_not_allowed",
    "webapp.frames.give_room",
]

ROOT_URLCONF = "webapp.urls"
ASGI_APPLICATION = "webapp.asgi.application"
WSGI_APPLICATION = "webapp.wsgi.application"

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
            ],
            "builtins": ["generations.templatetags.icons"],
        },
    },
]

# Database: SQLite in the data folder, or the PostgreSQL that DATABASE_URL names

SQLITE = {
    "ENGINE": "webapp.sqlite",
    "NAME": DATA_DIR / "proofsheet.sqlite3",
    "CONN_MAX_AGE": 0,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        # As long as the writers of one process wait for each other
        "timeout": 60,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
    "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
}


def _database(url: str) -> dict:
    if not url:
        return SQLITE
    try:
        parsed = environ.Env.db_url_config(url)
    except Exception:  # noqa: BLE001  (the library raises what it likes)
        parsed = {}
    if "sqlite3" in parsed.get("ENGINE", "") and parsed["NAME"] != ":memory:":
        return SQLITE | {"NAME": Path(parsed["NAME"])}
    if "postgresql" not in parsed.get("ENGINE", ""):
        env.stop(
            "DATABASE_URL",
            "it is not the address of a PostgreSQL database",
            "Write postgres://user:password@host:5432/name, or leave it empty for SQLite",
        )
    pool = {"min_size": 2, "max_size": env.whole_number("DATABASE_POOL", 16), "timeout": 20}
    # The pool looks whether a connection still lives before it hands it out: after a restart of
    # PostgreSQL each dead one would be somebody's error page, for minutes
    lively = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    return parsed | lively | {"OPTIONS": {"pool": pool}}


DATABASES = {"default": _database(env.text("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: broker of Celery and channel of live events; embedded on a socket unless REDIS_URL is set

RUNTIME_DIR = env.socket_folder(DATA_DIR)
REDIS_SOCKET = RUNTIME_DIR / "redis.sock"
REDIS_IS_EMBEDDED = not env.text("REDIS_URL")
REDIS_URL = env.text("REDIS_URL") or f"unix://{REDIS_SOCKET}"
REDIS_PREFIX = env.text("REDIS_PREFIX", "proofsheet")

WORKER_CONCURRENCY = env.whole_number("WORKER_CONCURRENCY", 64)
# Threads that never hold a call, so that sweeps and doorbells are heard when all others do
CELERY_WORKER_CONCURRENCY = WORKER_CONCURRENCY + 8
WORKER_BEAT_SECONDS = env.seconds("WORKER_BEAT_SECONDS", 10)
WORKER_LOST_SECONDS = env.seconds("WORKER_LOST_SECONDS", 30)
SWEEP_SECONDS = env.seconds("SWEEP_SECONDS", 15)

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Above the longest call with its download, and below redelivery: generations.E001
CELERY_TASK_SOFT_TIME_LIMIT = 6000
CELERY_TASK_TIME_LIMIT = 6600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 7200,
    "socket_connect_timeout": 1,
    "socket_timeout": 20,
    "global_keyprefix": f"{REDIS_PREFIX}:",
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULER = "webapp.schedule:SteadyScheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "generations.sweep",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "tidy": {"task": "generations.tidy", "schedule": timedelta(hours=1)},
    "purge": {"task": "generations.purge", "schedule": timedelta(hours=1)},
}

# Providers

try:
    PROVIDERS = read_endpoints(env.variables())
except RegistryError as error:
    env.stop(error.variable, error.fault.rstrip("."), error.cure.rstrip("."))

PROVIDER_DEADLINE_SECONDS = env.seconds("PROVIDER_DEADLINE_SECONDS", 900)
PROVIDER_IDLE_SECONDS = env.seconds("PROVIDER_IDLE_SECONDS", 330)
PROVIDER_CONNECT_SECONDS = env.seconds("PROVIDER_CONNECT_SECONDS", 10)
RUNNING_PER_PERSON = env.whole_number("RUNNING_PER_PERSON", 8)
RUNNING_PER_PROVIDER = env.whole_number("RUNNING_PER_PROVIDER", 64)
PROVIDER_PAUSE_AFTER = env.whole_number("PROVIDER_PAUSE_AFTER", 8, minimum=0)
DOWNLOAD_GIVE_UP_SECONDS = env.seconds("DOWNLOAD_GIVE_UP_SECONDS", 3600)
MODEL_HEALTH_SECONDS = env.seconds("MODEL_HEALTH_SECONDS", 60, minimum=0)
MODELS_WITHOUT_PRICE = env.switch("MODELS_WITHOUT_PRICE", False)

# Pictures

UPLOAD_MAX_BYTES = env.whole_number("UPLOAD_MAX_BYTES", 25 * 1024 * 1024)
# Sixteen references and a mask, and the rest of a form
BODY_MAX_BYTES = 17 * UPLOAD_MAX_BYTES + 8 * 1024 * 1024
UPLOAD_MAX_PIXELS = env.whole_number("UPLOAD_MAX_PIXELS", 50_000_000)
REFERENCE_MAX_SIDE = env.whole_number("REFERENCE_MAX_SIDE", 1536, minimum=64)
PICTURE_MAX_BYTES = env.whole_number("PICTURE_MAX_BYTES", 64 * 1024 * 1024)
PICTURE_MAX_PIXELS = env.whole_number("PICTURE_MAX_PIXELS", 50_000_000)
X_ACCEL_PREFIX = env.text("X_ACCEL_PREFIX")
THUMBNAIL_WIDTH = env.whole_number("THUMBNAIL_WIDTH", 512, minimum=64)

MARK_ORIGINALS = env.switch("MARK_ORIGINALS", False)
COPIES_MAX_BYTES = env.whole_number("COPIES_MAX_BYTES", 2 * 1024**3, minimum=0)
BUNDLE_MAX_PICTURES = env.whole_number("BUNDLE_MAX_PICTURES", 2000)

TRASH_RETENTION_DAYS = env.whole_number("TRASH_RETENTION_DAYS", 30)

MEDIA_ROOT = Path(env.text("MEDIA_ROOT") or DATA_DIR / "media")
STATIC_HASHED = env.switch("STATIC_HASHED", not DEBUG)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "webapp.static.HashedStaticFilesStorage"
        if STATIC_HASHED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_HASHED
# No other site has a use for our files
WHITENOISE_ALLOW_ALL_ORIGINS = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]

# Sign-in

# What limits sign-ins holds in all web processes, also while Redis is away
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "generations_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "studio"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "webapp.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "generations.forms.accounts.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ALLOW_REGISTRATION = False
MFA_ADAPTER = "webapp.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Proofsheet"
# The clock of a phone may be half a minute off
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Browsers themselves offer passkeys on https and on localhost alone
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
PASSWORD_SIGN_IN = env.switch("PASSWORD_SIGN_IN", True)
OIDC_SERVER_URL = oidc.server_url()
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
oidc.check(OIDC_SERVER_URL, client_id=OIDC_CLIENT_ID, has_password_sign_in=PASSWORD_SIGN_IN)
SOCIALACCOUNT_ADAPTER = "webapp.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = oidc.social_providers(
    OIDC_SERVER_URL,
    name=env.text("OIDC_NAME", "single sign-on"),
    client_id=OIDC_CLIENT_ID,
    secret=OIDC_CLIENT_SECRET,
)
OIDC_ADMITS = env.one_of("OIDC_ADMITS", "invited", ("invited", "anybody"))
OIDC_TRUST_EMAILS = env.switch("OIDC_TRUST_EMAILS", False)
OIDC_ROLE_CLAIM = env.text("OIDC_ROLE_CLAIM")
OIDC_STAFF_VALUES = env.words("OIDC_STAFF_VALUES", [])
REQUIRE_TWO_FACTOR = env.one_of("REQUIRE_TWO_FACTOR", "off", ("off", "staff", "everybody"))

# Mail: none is sent unless EMAIL_URL names a server


def _mail_server(url: str) -> dict:
    try:
        parsed = environ.Env.email_url_config(url) if url else {}
    except Exception:  # noqa: BLE001  (the library raises what it likes)
        parsed = {"EMAIL_HOST": None}
    if url and not (url.startswith("smtp") and parsed["EMAIL_HOST"]):
        env.stop(
            "EMAIL_URL",
            "it is not the address of a mail server",
            "Write smtp+tls://user:password@host:587, or leave it empty for no mail",
        )
    return parsed


MAIL_SERVER = _mail_server(env.text("EMAIL_URL"))
MAIL_IS_ON = bool(MAIL_SERVER)
EMAIL_BACKEND = MAIL_SERVER.get("EMAIL_BACKEND", "django.core.mail.backends.dummy.EmailBackend")
EMAIL_HOST = MAIL_SERVER.get("EMAIL_HOST", "")
EMAIL_USE_TLS = MAIL_SERVER.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL_SERVER.get("EMAIL_USE_SSL", False)
EMAIL_PORT = MAIL_SERVER.get("EMAIL_PORT") or (465 if EMAIL_USE_SSL else 587)
EMAIL_HOST_USER = MAIL_SERVER.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = MAIL_SERVER.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_TIMEOUT = 20
EMAIL_SUBJECT_PREFIX = ""
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM") or EMAIL_HOST_USER
if MAIL_IS_ON and "@" not in DEFAULT_FROM_EMAIL:
    env.stop(
        "EMAIL_FROM",
        "mails have no sender",
        "Write an address, like Proofsheet <proofsheet@example.com>",
    )
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Browser-facing safety

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = IS_HTTPS and env.switch("HTTPS_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^readyz/$"]
SECURE_HSTS_SECONDS = env.whole_number("HSTS_SECONDS", 31_536_000, minimum=0) if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.switch("HSTS_SUBDOMAINS", False)
# Whether HSTS holds for all of a domain, and for ever, is for its owner to say
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if env.switch("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # The limits on failed sign-ins count by address: the last one that the front server names
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# Language and time

LANGUAGES = [("en", "English"), ("es", "Español")]
# For browsers that ask for none of them
LANGUAGE_CODE = env.one_of("LANGUAGE_CODE", "en", tuple(code for code, _name in LANGUAGES))
LANGUAGE_COOKIE_NAME = "language"
FORMAT_MODULE_PATH = ["webapp.formats"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]

LOGGING = logging_config(
    level=env.one_of("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
    form=env.one_of("LOG_FORMAT", "console", ("console", "json")),
    secrets=[
        SECRET_KEY,
        *filter(None, [EMAIL_HOST_PASSWORD, OIDC_CLIENT_SECRET]),
        *(it.api_key for it in PROVIDERS.values() if not it.is_demo),
    ],
)
