"""The supervisor with tiny children: what it starts, starts again, and leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from beacons.core.supervisor import CRASHES_ALLOWED, WITHIN, Child

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0

SUPERVISE = """
import sys
from beacons.core.supervisor import Child, Supervisor
children = [Child(f"child {n}", ["/bin/sh", "-c", script]) for n, script in enumerate(sys.argv[2:])]
say = lambda line: print(line, flush=True)
sys.exit(Supervisor(children, grace=float(sys.argv[1]), first_pause=0.01, say=say).run())
"""


def alive(pid: int) -> bool:
    """A zombie waits only for its parent's notice: it does not count."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def eventually(true: Callable[[], object]) -> bool:
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        if true():
            return True
        time.sleep(0.02)
    return False


def pids(book: Path) -> list[int]:
    return [int(line) for line in book.read_text().split()] if book.exists() else []


@pytest.fixture
def supervise() -> Iterator[Callable[..., subprocess.Popen]]:
    started: list[subprocess.Popen] = []

    def start(*scripts: str, grace: float = 5.0) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(grace), *scripts],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stops_with_all_its_children_and_says_success(supervise, tmp_path, number):
    book = tmp_path / "pids"
    supervisor = supervise(*[f"echo $$ >>{book}; exec sleep 600"] * 2)
    assert eventually(lambda: len(pids(book)) == 2)

    supervisor.send_signal(number)

    assert supervisor.wait(PATIENCE) == 0
    assert [pid for pid in pids(book) if alive(pid)] == []


def test_starts_a_killed_child_again_and_leaves_the_other_alone(supervise, tmp_path):
    book, other = tmp_path / "pids", tmp_path / "other"
    supervise(f"echo $$ >>{book}; exec sleep 600", f"echo $$ >>{other}; exec sleep 600")
    assert eventually(lambda: len(pids(book)) == len(pids(other)) == 1)
    first = pids(book)[0]

    os.kill(first, signal.SIGKILL)

    assert eventually(lambda: len(pids(book)) == 2)
    assert not alive(first)
    assert alive(pids(book)[1])
    assert len(pids(other)) == 1


def test_grandchildren_go_with_their_parent(supervise, tmp_path):
    book = tmp_path / "pids"
    supervisor = supervise(f"sleep 600 & echo $! >>{book}; exec sleep 601")
    assert eventually(lambda: len(pids(book)) == 1)

    supervisor.send_signal(signal.SIGINT)
    supervisor.wait(PATIENCE)

    assert not alive(pids(book)[0])


def test_a_child_that_will_not_end_is_killed_after_the_grace(supervise, tmp_path):
    book = tmp_path / "pids"
    supervisor = supervise(f"trap '' TERM; echo $$ >>{book}; while :; do sleep 0.1; done", grace=0.5)
    assert eventually(lambda: len(pids(book)) == 1)

    asked = time.monotonic()
    supervisor.send_signal(signal.SIGTERM)

    assert supervisor.wait(PATIENCE) == 0
    assert time.monotonic() - asked >= 0.5
    assert not alive(pids(book)[0])


def test_asked_twice_it_does_not_wait_for_the_grace(supervise, tmp_path):
    book = tmp_path / "pids"
    supervisor = supervise(f"trap '' TERM; echo $$ >>{book}; while :; do sleep 0.1; done", grace=600)
    assert eventually(lambda: len(pids(book)) == 1)

    supervisor.send_signal(signal.SIGINT)
    time.sleep(0.3)
    supervisor.send_signal(signal.SIGINT)

    assert supervisor.wait(PATIENCE) == 0
    assert not alive(pids(book)[0])


def test_a_child_that_keeps_crashing_ends_the_whole(supervise, tmp_path):
    book, other = tmp_path / "pids", tmp_path / "other"
    supervisor = supervise(f"echo $$ >>{book}; exit 3", f"echo $$ >>{other}; exec sleep 600")

    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert supervisor.returncode == 1
    assert len(pids(book)) == CRASHES_ALLOWED + 1
    assert said.splitlines()[-1] == "child 0 ended with 3, for the 6th time within a minute: giving up."
    assert not alive(pids(other)[0])


def test_children_die_with_a_killed_supervisor(supervise, tmp_path):
    book = tmp_path / "pids"
    supervisor = supervise(f"echo $$ >>{book}; exec sleep 600")
    assert eventually(lambda: len(pids(book)) == 1)

    supervisor.kill()

    assert eventually(lambda: not alive(pids(book)[0]))


def test_pauses_double_and_crashes_of_the_last_minute_alone_count():
    child = Child("child", ["true"])

    pauses = [child.pause_after_crash(now, 0.5) for now in (0, 1, 2, 3, 4, 5)]

    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, None]
    assert child.pause_after_crash(5 + WITHIN + 1, 0.5) == 0.5
