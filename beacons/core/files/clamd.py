"""Asks a virus scanner, ClamAV's daemon, about a file. Plain Python.

The protocol is INSTREAM: pieces with their lengths in front, an empty one at the end, then one line of answer. Anything but
a plain yes is no yes: no answer, half an answer and an answer that is not understood raise.
"""

from __future__ import annotations

import socket
import struct
import time
from typing import IO

PIECE = 64 * 1024
SECONDS = 20.0
LONGEST_ANSWER = 4096


class NoAnswer(Exception):
    """The scanner could not be asked, or did not answer: it may later."""


class NotScanned(Exception):
    """The scanner answered that it does not scan this file."""


def scan(file: IO[bytes], *, address: str, seconds: float = SECONDS) -> str:
    """What it found in an open file, by the virus's name; nothing where it found none.

    `address` is host:port, or the path of a socket. The whole of it takes no longer than so many seconds.
    """
    until = time.monotonic() + seconds
    try:
        with connected(address, seconds) as line:
            _send(line, file, until)
            return _understood(_answer(line, until))
    except OSError as error:
        raise NoAnswer(
            f"The scanner at {address} did not answer ({type(error).__name__}: {error})."
        ) from error


def answers(address: str, seconds: float = SECONDS) -> bool:
    """Is the scanner there, whatever it makes of a file?"""
    until = time.monotonic() + seconds
    try:
        with connected(address, seconds) as line:
            line.sendall(b"zPING\0")
            return _answer(line, until) == "PONG"
    except OSError:
        return False


def connected(address: str, seconds: float) -> socket.socket:
    path = address.removeprefix("unix:")
    if path.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(seconds)
            line.connect(path)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise ValueError(f"CLAMD_ADDRESS is {address!r}: it must be host:port, or the path of a socket")
    return socket.create_connection((host.strip("[]"), int(port)), seconds)


def _send(line: socket.socket, file: IO[bytes], until: float) -> None:
    file.seek(0)
    try:
        line.sendall(b"zINSTREAM\0")
        while piece := file.read(PIECE):
            line.settimeout(_left(until))
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        # It hung up while we were sending. Where the file is larger than it takes, it said so before; if it said
        # nothing, that is no answer.
        return


def _answer(line: socket.socket, until: float) -> str:
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < LONGEST_ANSWER:
        line.settimeout(_left(until))
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        heard += more
    return heard.strip(b"\0\r\n ").decode("utf-8", "replace")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def _understood(answer: str) -> str:
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND").strip() or "a virus without a name"
    if answer.endswith(" ERROR"):
        raise NotScanned(f"The scanner did not scan it: {answer}")
    raise NoAnswer(f"The scanner gave no answer that is understood: {answer[:200]!r}")
