"""A real Celery worker and beat with Redis, on the tests' own database: what the ticker does elsewhere."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from beacons.core.heartbeat import Heartbeat
from beacons.core.letters import Letter
from beacons.core.supervisor import die_with
from tests.setup.loading import ROOT

pytestmark = [
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.CELERY_BROKER_URL, reason="needs Redis: CELERY_BROKER_URL is not set"),
]
PATIENCE = 60.0
LONG_AGO = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def start(transactional_db, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts a program of Celery's beside the test; each is gone before the tests' tables are emptied."""
    # Programs beside us must not go by the tests' settings: those would catch the letters.
    env = {
        name: text
        for name, text in os.environ.items()
        if name not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}
    }
    env["EMAIL_URL"] = f"filemail:///{tmp_path}/letters"
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        env["SQLITE_PATH"] = str(database["NAME"])
    else:
        who = f"{database['USER']}:{database['PASSWORD']}" if database["PASSWORD"] else database["USER"]
        env["DATABASE_URL"] = f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    celery = [sys.executable, "-m", "celery", "--app", "beacons"]
    subprocess.run([*celery, "purge", "--force"], cwd=ROOT, env=env, check=True, capture_output=True)
    started: list[subprocess.Popen] = []

    def begin(*command: str) -> subprocess.Popen:
        log = (tmp_path / f"{len(started)}.log").open("wb")
        process = subprocess.Popen(
            [*celery, *command],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
            process_group=0,
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509  # it only sets a flag
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def worker(start: Callable[..., subprocess.Popen], name: str) -> subprocess.Popen:
    return start(
        "worker", "--concurrency", "2", "--hostname", f"{name}@tests", "--without-gossip", "--without-mingle"
    )


def beat(start: Callable[..., subprocess.Popen], schedule: Path) -> subprocess.Popen:
    return start("beat", "--schedule", str(schedule), "--pidfile=")


def write_letters(count: int) -> None:
    Letter.objects.bulk_create(
        Letter(
            key=f"trial:{number}",
            kind="trial",
            to="officer@council.example",
            subject=f"Letter {number}",
            body="Dear officer\n",
            written_at=LONG_AGO,
            not_before=LONG_AGO,
        )
        for number in range(count)
    )


def sent(folder: Path) -> list[str]:
    """The subjects of all that left the house, each as often as it left."""
    mails = [
        text
        for path in folder.glob("letters/*")
        for text in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
    ]
    return sorted(message_from_bytes(mail)["Subject"] for mail in mails if mail.strip())


def wait_until(true: Callable[[], bool]) -> bool:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        if true():
            return True
        time.sleep(0.25)
    return False


def test_beat_and_worker_empty_the_outbox_and_show_that_they_go(start, tmp_path):
    write_letters(3)
    before = datetime.now(UTC)
    worker(start, "one")
    beat(start, tmp_path / "schedule")

    assert wait_until(lambda: not Letter.objects.filter(sent_at=None).exists())

    assert sent(tmp_path) == ["Letter 0", "Letter 1", "Letter 2"]
    assert Heartbeat.objects.get(name="letters").beat_at >= before


def test_a_second_worker_and_a_second_beat_by_mistake_send_nothing_twice(start, tmp_path):
    write_letters(120)
    for name in ("one", "two"):
        worker(start, name)
        beat(start, tmp_path / name)

    assert wait_until(lambda: not Letter.objects.filter(sent_at=None).exists())

    assert sent(tmp_path) == sorted(f"Letter {number}" for number in range(120))
    assert set(Letter.objects.values_list("attempts", flat=True)) == {1}


def test_a_killed_workers_letters_are_sent_by_the_next(start, tmp_path):
    """The letter was claimed by a worker that is no more: it goes when the lease has ended."""
    write_letters(2)
    first = worker(start, "one")
    beat(start, tmp_path / "schedule")
    assert wait_until(lambda: Letter.objects.filter(sent_at__isnull=False).count() == 2)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    claimed = datetime.now(UTC) + timedelta(seconds=2)
    Letter.objects.filter(subject="Letter 1").update(sent_at=None, not_before=claimed)

    worker(start, "two")

    assert wait_until(lambda: not Letter.objects.filter(sent_at=None).exists())
    assert Letter.objects.get(subject="Letter 1").sent_at >= claimed
