"""The whole house on one machine without servers: the web server and the clock, under one supervisor."""

import os
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from beacons.core.supervisor import Child, Supervisor


class Command(BaseCommand):
    help = "Run the web server and the clock together until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS")

    def handle(self, *args: Any, port: int, bind: str, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "CELERY_BROKER_URL is set, so the clock is a Celery worker and beat: "
                "start web, worker and beat as docker-compose.yml does."
            )
        with listen(bind, port) as listener:
            supervisor = Supervisor(children(listener), say=self.say)
            address = f"http://{bind}:{listener.getsockname()[1]}/"
            status = supervisor.run(once_begun=lambda: self.greet(address))
        if status:
            sys.exit(status)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def greet(self, address: str) -> None:
        self.say(f"\nBeacons is at {address}  (Ctrl-C stops it)")
        if settings.DEMONSTRATION:
            # The simulated year comes along and takes a third of a second: not before the web server starts.
            from beacons.desks import demonstration

            self.say("Everything about people, applications and marks here is invented. Sign in as:\n")
            rows = demonstration.log_ins()
            widths = [max(len(row[column]) for row in rows) for column in range(3)] if rows else []
            for row in rows:
                self.say(
                    "  "
                    + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                )
        self.say("")


def listen(bind: str, port: int) -> socket.socket:
    """The socket is ours and outlives the web server, so a request waits for a restart and is not refused."""
    try:
        return socket.create_server((bind, port), backlog=128)
    except OSError as error:
        raise CommandError(
            f"Port {port} at {bind} cannot be had ({error.strerror}). Name another: make demo PORT={port + 1}"
        ) from error


def children(listener: socket.socket) -> list[Child]:
    address, port = listener.getsockname()[:2]
    env = {
        "OPENBLAS_NUM_THREADS": "1",
        # Links in letters lead here, unless told otherwise.
        "SITE_URL": os.environ.get("SITE_URL") or f"http://{address}:{port}",
    }
    web = [sys.executable, "-m", "gunicorn", "beacons.wsgi", "--chdir", str(settings.BASE_DIR)]
    web += [
        "--bind",
        f"fd://{listener.fileno()}",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "4",
    ]
    web += ["--no-control-socket", "--graceful-timeout", "5", "--log-level", "warning"]
    clock = [sys.executable, str(settings.BASE_DIR / "manage.py"), "tick"]
    return [Child("web", web, env, pass_fds=[listener.fileno()]), Child("clock", clock, env)]
