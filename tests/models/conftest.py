"""What tests of models stand on: no connection at all, not even to this machine, and nothing looked for in a model hub."""

import socket

import pytest


@pytest.fixture(autouse=True)
def _no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection would download."""

    def refused(_: socket.socket, address: object) -> None:
        raise AssertionError(f"a model tried to reach {address!r}")

    monkeypatch.setattr(socket.socket, "connect", refused)
