"""Scanners for tests: they listen on loopback, speak the protocol, and behave as badly as they are asked to."""

import socket
import struct
import threading

from tests.made_files import EICAR

FOUND = b"stream: Eicar-Test-Signature FOUND\0"


class Scanner:
    """Finds the test virus. `mood` says how else it behaves: slow, silent, hangs_up, small, nonsense."""

    def __init__(self, mood: str = "well") -> None:
        self.mood = mood
        self.heard: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            with line:
                try:
                    self.answer(line)
                except OSError:
                    continue  # whoever asked has hung up

    def answer(self, line: socket.socket) -> None:
        stream = line.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if command == b"zPING\0":
            if self.mood not in ("silent",):
                line.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        if self.mood == "hangs_up":
            return
        content = b""
        while (size := struct.unpack(">I", stream.read(4))[0]) > 0:
            content += stream.read(size)
            if self.mood == "small" and len(content) > 100:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.heard.append(content)
        if self.mood == "silent":
            self.closing.wait(10)
        elif self.mood == "nonsense":
            line.sendall(b"stream: perhaps\0")
        elif EICAR in content:
            # In pieces, as a network brings it.
            line.sendall(FOUND[:9])
            line.sendall(FOUND[9:])
        else:
            line.sendall(b"stream: OK\0")

    def close(self) -> None:
        self.closing.set()
        # Closed alone, it would leave the thread waiting for one more caller.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(5)
