"""Every setting of the house in one file; whatever differs between places comes from the environment.

The README's settings table lists the names read here, and a test keeps the two equal.
"""

import secrets
from email.utils import parseaddr
from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
env = environ.Env()

# Where we are --------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
# The demonstration holds invented people and bids, says so on every page, and is the only place
# where staff may enter without a second factor.
DEMONSTRATION = env.bool("BEACONS_DEMONSTRATION", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
# Our own proxy stamps X-Request-Start and X-Forwarded-*; without it these headers are anybody's.
TRUSTED_PROXY = env.bool("TRUSTED_PROXY", default=False)


def own_secret_key() -> str:
    """A key made once and kept under `var/`, for the demonstration and for tests on one machine."""
    kept = VAR / "secret-key"
    if not kept.exists():
        VAR.mkdir(exist_ok=True)
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return kept.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or own_secret_key()

# Rooms ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "beacons.core",
    "beacons.core.admin_app.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "crispy_forms",
    "django_filters",
    "beacons.directory",
    "outcomes",
    "beacons.rounds",
    "beacons.applications",
    "panel",
    "grants",
    "grants.dissemination",
    "beacons.desks",
]

MIDDLEWARE = [
    "beacons.core.middleware.stamp_arrival",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "beacons.core.middleware.refuse_unreadable_text",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "beacons.core.middleware.keep_out_of_caches",
    "beacons.core.middleware.refuse_too_much",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "beacons.urls"
WSGI_APPLICATION = "beacons.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "beacons.core.context.house",
            ],
        },
    },
]
# Templates, but for what is drawn without them because pages have so many (docs/decisions/0039).
FORM_RENDERER = "beacons.core.renderer.HouseRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "govuk"
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = False
# core knows no room, so the service navigation's entries are looked up by name.
NAVIGATION = "beacons.desks.navigation.items"

# Database ------------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="")
if DATABASE_URL:
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    VAR.mkdir(exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": env.str("SQLITE_PATH", default=str(VAR / "beacons.sqlite3")),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
                    "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-20000;"
                ),
            },
        }
    }

# The clock: the schedule is this table; what is due is found in the database, so that nothing is lost
# when a message is (docs/decisions).
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
EMBEDDED = not CELERY_BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TIMEZONE = "UTC"


def every(seconds: float, task: str) -> dict:
    """One line of the schedule; `expires` keeps sweeps from piling up after an outage."""
    return {"task": task, "schedule": seconds, "options": {"expires": max(seconds - 5, 5)}}


CELERY_BEAT_SCHEDULE = {
    "letters": every(10, "beacons.core.tasks.deliver_letters"),
    "heartbeat": every(60, "beacons.core.tasks.beat"),
    "directory": every(60, "beacons.directory.tasks.sweep"),
    "rounds": every(60, "beacons.rounds.tasks.sweep"),
    "applications": every(60, "beacons.applications.tasks.sweep"),
    "files": every(60, "beacons.applications.tasks.sweep_files"),
    "progress": every(60, "beacons.applications.tasks.sweep_progress"),
    "panel": every(60, "panel.tasks.sweep"),
    "rankings": every(60, "panel.tasks.sweep_rankings"),
    "sharing-out": every(15, "panel.tasks.sweep_sharing_out"),
    "bundles": every(30, "panel.tasks.sweep_bundles"),
    "grants": every(60, "grants.tasks.sweep"),
    "dissemination": every(60, "grants.dissemination.tasks.sweep"),
}

# People --------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
# Argon2 with OWASP's figures: a log-in at the deadline costs a tenth of Django's default (decision 0006).
PASSWORD_HASHERS = [
    "beacons.directory.hashers.TunedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "beacons.directory.sign_in.HouseAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# By address alone: a limit by account would let a rival lock a council out at 11:55.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/5m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Beacons"
# allauth's forms in the house's words and widgets.
ACCOUNT_FORMS = {
    "login": "beacons.directory.sign_in_forms.LoginForm",
    "reset_password": "beacons.directory.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "beacons.directory.sign_in_forms.ResetPasswordKeyForm",
    "change_password": "beacons.directory.sign_in_forms.ChangePasswordForm",
    "set_password": "beacons.directory.sign_in_forms.SetPasswordForm",
    "reauthenticate": "beacons.directory.sign_in_forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "beacons.directory.sign_in_forms.CodeForm",
    "reauthenticate": "beacons.directory.sign_in_forms.ReauthenticateCodeForm",
    "activate_totp": "beacons.directory.sign_in_forms.ActivateForm",
}
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_IPWARE_PROXY_COUNT = 1 if TRUSTED_PROXY else 0

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "beacons.core.views.csrf_failure"

# Time, words, files --------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
# What people bring lies outside every address; the web server and the clock share this folder (decision 0028).
FILES_ROOT = Path(env.str("FILES_ROOT", default=str(VAR / "files")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": {"BACKEND": "beacons.core.files.shelf.Shelf", "OPTIONS": {"location": FILES_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["beacons.core.files.arriving.ArrivingHandler"]
# The largest body taken: as many files as any round allows, each as large as any round allows, and the form around
# them. Who is not signed in sends no files.
BODY_MOST = 204 * 1024 * 1024
BODY_MOST_OF_A_VISITOR = DATA_UPLOAD_MAX_MEMORY_SIZE
# ClamAV's daemon, as host:port or the path of its socket. With it the panel opens only what it has passed.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")

# Letters -------------------------------------------------------------------------------------------------

# Letters leave by the outbox alone. Without EMAIL_URL they are written to var/letters/, one file each.
EMAIL_FILE_PATH = VAR / "letters"
if EMAIL_URL := env.str("EMAIL_URL", default=""):
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Beacons <beacons@localhost>")
# Whom people write to when something went wrong; without it, whoever reads what is sent back to our letters.
OFFICE_EMAIL = env.str("OFFICE_EMAIL", default="") or parseaddr(DEFAULT_FROM_EMAIL)[1]

# Safety --------------------------------------------------------------------------------------------------

HTTPS = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "beacons.core.logs.WithoutSecrets"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
