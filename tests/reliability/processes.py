"""The house's own programs beside a test, on the test's own database: started, watched and killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.db import connection

from beacons.core.files.shelf import shelf
from beacons.core.supervisor import die_with
from tests.setup.loading import ROOT
from tests.setup.test_up import members

PATIENCE = 60.0
# Of the environment only what a program needs to find itself: no server, no setting of the tests.
OURS = (
    "BEACONS_DEMONSTRATION",
    "CELERY_BROKER_URL",
    "DATABASE_URL",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "CLAMD_ADDRESS",
    "EMAIL_URL",
    "FILES_ROOT",
    "SITE_URL",
    "SQLITE_PATH",
    "TRUSTED_PROXY",
)


def environment(**more: str) -> dict[str, str]:
    """For a program on the database of the running test, without a broker."""
    kept = {name: text for name, text in os.environ.items() if name not in OURS}
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        kept["SQLITE_PATH"] = str(database["NAME"])
    else:
        who = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
        kept["DATABASE_URL"] = f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {**kept, "LOG_LEVEL": "WARNING", "FILES_ROOT": str(shelf().location), **more}


@contextmanager
def running(*command: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    """`manage.py` with this command, in a session of its own of which nothing is left at the end."""
    with log.open("ab") as book:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=env,
            stdout=book,
            stderr=book,
            start_new_session=True,
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509  # it only sets a flag
        )
    try:
        yield process
    finally:
        for pid in members(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def wait_until(true: Callable[[], object], *, patience: float = PATIENCE, pause: float = 0.02) -> bool:
    last = time.monotonic() + patience
    while time.monotonic() < last:
        if true():
            return True
        time.sleep(pause)
    return False
