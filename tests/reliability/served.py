"""The house's settings for programs that a test starts: as they are, but for what `make` would have to build first."""

from beacons.settings import *  # noqa: F403
from beacons.settings import STORAGES

# Without the manifest of collected files, and with the hasher by which tests make their people's passwords.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
