"""`manage.py up` for real, on a database of its own: killed, started again, stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.setup.loading import ROOT
from tests.setup.test_supervisor import PATIENCE, alive, eventually

MANAGE = [sys.executable, str(ROOT / "manage.py")]


def members(group: int) -> list[int]:
    """The processes of a session, from the supervisor on down."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == group and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    ours = {"SQLITE_PATH": str(tmp_path / "up.sqlite3"), "LOG_LEVEL": "WARNING", "BEACONS_DEMONSTRATION": "0"}
    servers = ("DATABASE_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "SITE_URL")
    return {name: text for name, text in os.environ.items() if name not in servers} | ours


@pytest.fixture
def house(environment) -> Iterator[subprocess.Popen]:
    subprocess.run([*MANAGE, "migrate", "-v", "0"], env=environment, check=True)
    process = subprocess.Popen(
        [*MANAGE, "up", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    for pid in members(process.pid):
        os.kill(pid, signal.SIGKILL)
    process.communicate()


def address(house: subprocess.Popen) -> str:
    for line in house.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found.group()
    raise AssertionError("no address was printed")


def answers(where: str) -> bool:
    with urllib.request.urlopen(where + "healthz", timeout=PATIENCE) as answer:
        return b'"database": "ok"' in answer.read()


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def test_serves_survives_a_killed_web_server_and_stops_cleanly(house):
    where = address(house)
    assert answers(where)
    assert eventually(lambda: len(members(house.pid)) >= 4)
    everybody = members(house.pid)
    parents = {
        pid: int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in everybody
    }
    web = [pid for pid in everybody if "gunicorn" in command(pid) and parents[pid] == house.pid]
    clock = [pid for pid in everybody if command(pid).rstrip().endswith(" tick")]
    assert (len(web), len(clock)) == (1, 1)

    workers = [pid for pid in everybody if parents[pid] == web[0]]
    os.kill(web[0], signal.SIGKILL)

    # What an orphaned worker had taken up is lost with it; from then on nothing is.
    assert eventually(lambda: not any(alive(pid) for pid in web + workers))
    assert answers(where), "a request that comes while the web server restarts waits for it"
    assert alive(clock[0])

    house.send_signal(signal.SIGINT)

    assert house.wait(PATIENCE) == 0
    assert members(house.pid) == []


def test_a_port_that_is_taken_is_named_with_a_way_out(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        told = subprocess.run(
            [*MANAGE, "up", "--port", str(port)], env=environment, capture_output=True, text=True, timeout=60
        )

    assert told.returncode == 1
    assert f"Port {port} at 127.0.0.1 cannot be had" in told.stderr
    assert f"make demo PORT={port + 1}" in told.stderr


def test_it_does_not_pretend_to_be_the_clock_where_there_is_a_broker(environment):
    told = subprocess.run(
        [*MANAGE, "up"],
        env={**environment, "CELERY_BROKER_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert told.returncode == 1
    assert "CELERY_BROKER_URL is set" in told.stderr
