"""Plain Python: keeps the processes of one machine running together. They start, live and stop as one.

Each child has a process group of its own, so that Ctrl-C in a terminal reaches the supervisor alone and it
decides in which order things end. A child that crashes is started again after a pause that doubles; one that
crashes too often ends the whole, since a house that keeps falling down should say so.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

PR_SET_PDEATHSIG = 1
# Loaded before any fork: the child between fork and exec must not import.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

CRASHES_ALLOWED = 5
WITHIN = 60.0
LOOK_EVERY = 0.1


def die_with(parent: int) -> None:
    """In the child, before exec: be killed when the supervisor is, even by kill -9."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


@dataclass
class Child:
    """One program that is to be running."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    pass_fds: Sequence[int] = ()
    process: subprocess.Popen | None = None
    crashes: deque[float] = field(default_factory=deque)
    start_at: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  # the command is ours
            self.command,
            env={**os.environ, **self.env},
            pass_fds=self.pass_fds,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509  # the supervisor has one thread
        )

    @property
    def ended(self) -> bool:
        """Has it ended? It is not reaped yet, so that its number still stands for its whole group."""
        if self.process is None:
            return False
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.process.pid, options) is not None

    def ask_to_stop(self) -> None:
        if self.process is not None and not self.ended:
            os.kill(self.process.pid, signal.SIGTERM)

    def clear_away(self) -> int:
        """Kill whatever is left of the group, reap the child, and return how it ended."""
        if self.process is None:
            return 0
        os.killpg(self.process.pid, signal.SIGKILL)
        status = self.process.wait()
        self.process = None
        return status

    def pause_after_crash(self, now: float, first: float) -> float | None:
        """Seconds to wait before the next start; None when it has crashed too often to go on."""
        self.crashes.append(now)
        while self.crashes[0] < now - WITHIN:
            self.crashes.popleft()
        if len(self.crashes) > CRASHES_ALLOWED:
            return None
        return first * 2 ** (len(self.crashes) - 1)


class Supervisor:
    """Runs its children until it is told to stop (exit 0) or one of them cannot be kept up (exit 1)."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        grace: float = 8.0,
        first_pause: float = 0.5,
        say: Callable[[str], None] = print,
    ):
        self.children = children
        self.grace = grace
        self.first_pause = first_pause
        self.say = say
        self.asked_to_stop = 0

    def stop(self, *_: object) -> None:
        """Signal handler. Asked once, children may finish; asked twice, they are killed."""
        self.asked_to_stop += 1

    def run(self, once_begun: Callable[[], None] = lambda: None) -> int:
        """Keep the children up until the end; `once_begun` is called while they come up."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)
        try:
            for child in self.children:
                child.start()
            once_begun()
            while not self.asked_to_stop:
                for child in self.children:
                    if not self.keep_up(child, time.monotonic()):
                        return 1
                time.sleep(LOOK_EVERY)
            return 0
        finally:
            self.end()

    def keep_up(self, child: Child, now: float) -> bool:
        """Start a child that is down and due; False when it has crashed too often."""
        if child.process is None:
            if now >= child.start_at:
                child.start()
            return True
        if not child.ended:
            return True
        status = child.clear_away()
        pause = child.pause_after_crash(now, self.first_pause)
        if pause is None:
            times = len(child.crashes)
            self.say(f"{child.name} ended with {status}, for the {times}th time within a minute: giving up.")
            return False
        self.say(f"{child.name} ended with {status}; starting it again in {pause:g} s.")
        child.start_at = now + pause
        return True

    def end(self) -> None:
        """Ask every child to stop, give them the grace, and leave no process behind."""
        for child in self.children:
            child.ask_to_stop()
        last = time.monotonic() + self.grace
        while time.monotonic() < last and self.asked_to_stop < 2:
            if all(child.process is None or child.ended for child in self.children):
                break
            time.sleep(LOOK_EVERY)
        for child in self.children:
            child.clear_away()
