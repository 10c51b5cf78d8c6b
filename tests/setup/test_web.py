"""The web server's worker under a client that does not hang up."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.setup.loading import ROOT
from tests.setup.test_supervisor import PATIENCE, eventually


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def ask(port: int) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/")
    with connection.getresponse() as answer:
        return answer.read()


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "tests.setup.test_web:application",
            "--no-control-socket",
        ]
        command += [
            "--bind",
            f"fd://{listener.fileno()}",
            "--worker-class",
            "beacons.core.gunicorn_worker.Worker",
            "--threads",
            "4",
        ]
        server = subprocess.Popen(command, cwd=ROOT, pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL)
        number = listener.getsockname()[1]
        assert ask(number) == b"ok"
        yield number
        server.terminate()
        assert server.wait(PATIENCE) == 0


def test_a_client_that_does_not_hang_up_holds_up_nobody(port):
    lingering = []
    for _ in range(3):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert eventually(lambda client=client: client.recv(15, socket.MSG_PEEK).startswith(b"HTTP/1.1 200"))
        lingering.append(client)

    began = time.monotonic()
    answers = [ask(port) for _ in range(5)]

    assert answers == [b"ok"] * 5
    assert time.monotonic() - began < 1
    for client in lingering:
        client.close()


def test_a_connection_that_ended_is_closed(port):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        heard = b""
        while more := client.recv(1000):
            heard += more

    assert heard.endswith(b"ok")
