"""The house's settings, made fast and watchful for tests."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's sync API runs an event loop
os.environ.setdefault("BEACONS_DEMONSTRATION", "0")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from beacons.settings import *  # noqa: F403
from beacons.settings import BASE_DIR, DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES

SECRET_KEY = "for tests only"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Each test has a shelf of its own below this one (tests/conftest.py).
FILES_ROOT = Path(
    os.environ.get("FILES_ROOT") or Path(tempfile.gettempdir(), f"beacons-test-files-{os.getpid()}")
)
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "attachments": {"BACKEND": "beacons.core.files.shelf.Shelf", "OPTIONS": {"location": FILES_ROOT}},
}
# The tests' own `flush` must be found before Django's: it lifts the guards while it empties tables.
INSTALLED_APPS = ["tests", "zeal", *INSTALLED_APPS]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
# Signing in and out looks twice for a free session key.
ZEAL_ALLOWLIST = [{"model": "sessions.Session", "field": "get()"}]
AXES_ENABLED = False
# A database of its own for each run, so that two runs do not meet; on SQLite a file, so that two connections can.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "var" / f"test-{os.getpid()}.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"test_beacons_{os.getpid()}"}
