"""A door before a server on this machine that can be shut in several ways, to try what happens while a service is away."""

import contextlib
import socket
import threading
import time
from typing import Literal

Mode = Literal["open", "refusing", "hanging", "busy", "breaking"]
"""How the door stands: it lets everything through, refuses every connection, takes what is sent and never answers, says that
the service is busy, or breaks off long contents.
"""
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LONG_BYTES = 1 << 20
"""Where a content is broken off."""
BIND_S = 20.0
"""How long the port may stay taken by the door's own last opening."""
LOOK_S = 0.05
"""Seconds between two looks at how the door stands."""
CHUNK_BYTES = 1 << 16


class Door:
    """A port of the loopback that leads to another one.

    Args:
        port: of the server behind it.
    """

    def __init__(self, port: int) -> None:
        self._behind, self._mode, self._pairs = port, "open", set[socket.socket]()
        self._listener: socket.socket | None = None
        self.port = 0
        self._listen()

    @property
    def address(self) -> str:
        """Where programs find the server."""
        return f"http://127.0.0.1:{self.port}"

    def set(self, mode: Mode) -> None:
        """Sets how the door stands; connections through it end, except where it hangs: they hang."""
        self._mode = mode
        if mode == "refusing":
            self._close_listener()
        elif self._listener is None:
            self._listen()
        if mode in ("refusing", "busy", "open"):
            for each in list(self._pairs):
                _end(each)

    def close(self) -> None:
        """Shuts it for good."""
        self.set("refusing")

    def _listen(self) -> None:
        listener = self._bound()
        self.port, self._listener = int(listener.getsockname()[1]), listener
        threading.Thread(target=self._receive, args=(listener,), daemon=True).start()

    def _bound(self) -> socket.socket:
        """A listening socket; the one before it may need a moment to be gone."""
        until_s = time.monotonic() + BIND_S
        while True:
            try:
                return socket.create_server(("127.0.0.1", self.port), backlog=256)
            except OSError:
                if time.monotonic() > until_s:
                    raise
                time.sleep(LOOK_S)

    def _close_listener(self) -> None:
        listener, self._listener = self._listener, None
        if listener:
            _end(listener)

    def _receive(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = listener.accept()
                self._pairs.add(caller)
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._mode == "busy":
                caller.recv(CHUNK_BYTES)
                caller.sendall(BUSY)
            else:
                behind = socket.create_connection(("127.0.0.1", self._behind))
                self._pairs.add(behind)
                threading.Thread(target=self._pump, args=(behind, caller), daemon=True).start()
                self._pump(caller, behind)
        self._forget(caller)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        """Carries bytes one way; while the door hangs it carries none."""
        carried = 0
        with contextlib.suppress(OSError):
            while content := source.recv(CHUNK_BYTES):
                while self._mode == "hanging":
                    time.sleep(LOOK_S)
                carried += len(content)
                if self._mode == "breaking" and carried > LONG_BYTES:
                    break
                target.sendall(content)
        for each in (source, target):
            self._forget(each)

    def _forget(self, each: socket.socket) -> None:
        self._pairs.discard(each)
        _end(each)


def _end(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
