"""The scanner's protocol: only a plain yes is a yes."""

import io
import os
import socket
import threading

import pytest

from beacons.core.files import clamd
from tests.core.scanners import Scanner
from tests.made_files import EICAR


@pytest.fixture
def scanner(request):
    made = Scanner(getattr(request, "param", "well"))
    yield made
    made.close()


def scan(content, scanner, seconds=5.0):
    return clamd.scan(io.BytesIO(content), address=scanner.address, seconds=seconds)


def test_what_it_passes_and_what_it_finds(scanner):
    content = os.urandom(200_000)

    assert scan(content, scanner) == ""
    assert scan(b"before " + EICAR + b" after", scanner) == "Eicar-Test-Signature"
    assert scan(b"", scanner) == ""
    assert scanner.heard[0] == content
    assert clamd.answers(scanner.address)


def test_over_a_socket_of_the_system(tmp_path):
    path = str(tmp_path / "clamd.ctl")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def answer():
            line, _ = listener.accept()
            with line:
                line.recv(4096)
                line.sendall(b"PONG\0")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert clamd.answers(f"unix:{path}")
        thread.join(5)
    assert not clamd.answers(path)


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(clamd.NoAnswer, match="did not answer"):
        clamd.scan(io.BytesIO(b"abc"), address=address, seconds=2)
    assert not clamd.answers(address, seconds=2)


@pytest.mark.parametrize("scanner", ["silent", "hangs_up", "nonsense"], indirect=True)
def test_no_answer_and_half_an_answer_are_no_yes(scanner):
    with pytest.raises(clamd.NoAnswer):
        scan(os.urandom(300_000), scanner, seconds=0.5)


@pytest.mark.parametrize("scanner", ["small"], indirect=True)
def test_a_file_larger_than_it_takes_is_not_scanned(scanner):
    """It hangs up while the file is still being sent; what it said before is heard, or nothing is."""
    with pytest.raises((clamd.NotScanned, clamd.NoAnswer)):
        scan(os.urandom(4_000_000), scanner)
    assert clamd.answers(scanner.address)


@pytest.mark.parametrize("address", ["clamd", "clamd:", ":3310", "clamd:port"])
def test_an_address_that_is_none_is_said_to_be_none(address):
    with pytest.raises(ValueError, match="must be host:port, or the path of a socket"):
        clamd.scan(io.BytesIO(b"abc"), address=address)
