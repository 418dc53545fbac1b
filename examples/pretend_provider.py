"""A paid service that is none: to try engines that cost money, their limits, their keys and their faults, for free.

    REELS_PRETEND_KEY=secret-of-mine .venv/bin/python examples/pretend_provider.py --ledger out/pretend.jsonl

It listens on this machine only, sells speech at once (`POST /v1/speech`) and movements as jobs (`POST /v1/jobs`, `GET
/v1/jobs/<id>`, `GET /v1/jobs?idempotency_key=…`), and writes every charge into a file of its own, which survives a restart:
`GET /v1/ledger` shows it. `POST /control {"fault": "busy", "times": 1}` orders a fault for the next requests:

    busy          429 with Retry-After, not taken             refuse    500, not taken
    break         taken and charged, answered with 500        silence   taken and charged, never answered
    slow          the job takes `seconds`                     fail      the job fails and costs nothing
    fail-charged  the job fails and is charged                echo      400 whose text repeats the caller's key
"""

import argparse
import contextlib
import hashlib
import json
import os
import threading
import time
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

USD_A_THOUSAND, USD_A_SECOND = Decimal("0.03"), Decimal("0.01")
"""What a thousand letters and a second cost."""
USUAL_S = 0.2
"""How long a job takes."""
PORT = 8765
"""Where it listens unless told otherwise."""


class Books:
    """What was sold, in a file to which lines are only added."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self.orders = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        self.faults: list[dict[str, Any]] = []
        self.seen = 0

    def enter(self, order: dict[str, Any]) -> dict[str, Any]:
        """Writes down an order; one with a known idempotency key is the order of that key."""
        with self._lock:
            known = self.by_token(order["token"])
            if known:
                return known
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(order) + "\n")
                file.flush()
                os.fsync(file.fileno())
            self.orders.append(order)
            return order

    def by_token(self, token: str | None) -> dict[str, Any] | None:
        """The order of an idempotency key."""
        return next((order for order in self.orders if token and order["token"] == token), None)

    def by_id(self, name: str) -> dict[str, Any] | None:
        """The order of a job."""
        return next((order for order in self.orders if order["id"] == name), None)

    def next_fault(self) -> dict[str, Any]:
        """The fault ordered for the request that has just come."""
        with self._lock:
            self.seen += 1
            if not self.faults:
                return {}
            fault = self.faults[0]
            fault["times"] -= 1
            if fault["times"] <= 0:
                self.faults.pop(0)
            return fault

    def charged(self) -> str:
        """Everything charged so far."""
        return str(sum((Decimal(order["charged_usd"]) for order in self.orders), Decimal(0)))


class Desk(BaseHTTPRequestHandler):
    """Answers one caller."""

    protocol_version = "HTTP/1.1"
    server: "PretendProvider"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        path = urlsplit(self.path).path
        if path == "/control":
            self.server.books.faults.append({"times": 1, **body})
            self._answer(200, {})
        elif not self._may():
            self._answer(401, {"error": "wrong key"})
        elif path in ("/v1/speech", "/v1/jobs"):
            self._sell(path, body)
        else:
            self._answer(404, {"error": "no such thing"})

    def do_GET(self) -> None:
        address, books = urlsplit(self.path), self.server.books
        if not self._may():
            self._answer(401, {"error": "wrong key"})
        elif address.path == "/v1/ledger":
            self._answer(200, {"charged_usd": books.charged(), "orders": books.orders, "requests": books.seen})
        else:
            query = parse_qs(address.query).get("idempotency_key", [""])[0]
            order = books.by_token(query) if address.path == "/v1/jobs" else books.by_id(address.path.rpartition("/")[2])
            self._answer(*((200, _state(order)) if order else (404, {"error": "no such job"})))

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing; the ledger tells what matters."""

    def _may(self) -> bool:
        return self.headers.get("Authorization") == f"Bearer {self.server.key}"

    def _sell(self, path: str, body: dict[str, Any]) -> None:
        fault = self.server.books.next_fault()
        kind = fault.get("fault")
        if kind == "busy":
            self._answer(429, {"error": "busy"}, {"Retry-After": str(fault.get("seconds", 1))})
        elif kind == "refuse":
            self._answer(500, {"error": "out of order"})
        elif kind == "echo":
            self._answer(400, {"error": f"cannot work for {self.headers['Authorization']}"})
        else:
            order = self.server.books.enter(_order(path, body, self.headers.get("Idempotency-Key"), fault))
            if kind == "silence":
                self.server.stopping.wait(fault.get("seconds", 60))
                self.close_connection = True
            elif kind == "break":
                self._answer(500, {"error": "broke after taking the order"})
            else:
                self._answer(200, _state(order))

    def _answer(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)


class PretendProvider(ThreadingHTTPServer):
    """The service.

    Args:
        ledger: the file of charges.
        key: what callers must send.
        port: 0 takes a free one.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, ledger: Path, *, key: str, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Desk)
        self.books, self.key, self.stopping = Books(ledger), key, threading.Event()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def shutdown(self) -> None:
        """Ends it, callers without an answer included."""
        self.stopping.set()
        super().shutdown()


def _order(path: str, body: dict[str, Any], token: str | None, fault: dict[str, Any]) -> dict[str, Any]:
    """What is sold: the same for the same request, and charged when it is taken."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    chance, kind = int(digest[:8], 16) / 16**8, fault.get("fault")
    speech = path == "/v1/speech"
    letters = sum(map(len, body.get("text", [])))
    price = letters * USD_A_THOUSAND / 1000 if speech else body.get("seconds", 1) * USD_A_SECOND
    takes_s = fault.get("seconds", 5) if kind == "slow" else 0 if speech else USUAL_S
    failed = kind in ("fail", "fail-charged")
    return {"id": f"{'speech' if speech else 'job'}-{time.time_ns():x}", "token": token, "at_s": time.time(),
            "failed": failed, "ready_s": time.time() + takes_s,
            "charged_usd": "0" if kind == "fail" else str(price), "pitch": round(0.9 + 0.2 * chance, 3),
            "nearer": round(0.02 + 0.05 * chance, 4)}


def _state(order: dict[str, Any]) -> dict[str, Any]:
    """What is told about an order."""
    told = {"id": order["id"], "status": "working"}
    if time.time() < order["ready_s"]:
        return told
    if order["failed"]:
        return {**told, "status": "failed", "reason": "the model gave up", "charged_usd": order["charged_usd"]}
    return {**told, "status": "done", **{name: order[name] for name in ("charged_usd", "pitch", "nearer")}}


def main() -> None:
    """Serves until it is interrupted."""
    parser = argparse.ArgumentParser(description="A paid service that is none.")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--ledger", type=Path, default=Path("out/pretend.jsonl"), help="file of charges")
    arguments = parser.parse_args()
    key = os.environ.get("REELS_PRETEND_KEY")
    if not key:
        parser.error("set REELS_PRETEND_KEY to any word of yours; the program must be given the same")
    server = PretendProvider(arguments.ledger, key=key, port=arguments.port)
    print(f"selling at {server.url}; charges are written to {arguments.ledger}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    main()
