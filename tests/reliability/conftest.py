"""What tests of reliability ask for."""

import socket

import pytest


@pytest.fixture
def unused_tcp_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
