"""Receives the webhook: checks who sent it and how old it is, drops repeats, prints what happened. Needs Python alone.

REELS_WEBHOOK_SECRET=whsec_... python receive_webhook.py [PORT]
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

OLDEST_S = 300
"""Older messages are refused: somebody may have recorded them."""


def verified(headers: Mapping[str, str], body: bytes, secret: str, now_s: float) -> bool:
    """True for a message that the sender signed not long ago."""
    key = base64.b64decode(secret.removeprefix("whsec_")) if secret.startswith("whsec_") else secret.encode()
    sent_s = headers.get("webhook-timestamp", "")
    signed = f"{headers.get('webhook-id', '')}.{sent_s}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = headers.get("webhook-signature", "").split()
    recent = sent_s.isdigit() and abs(now_s - int(sent_s)) <= OLDEST_S
    return recent and any(hmac.compare_digest(expected.encode(), one.encode()) for one in given)


class Receiver(BaseHTTPRequestHandler):
    """Answers one message; 2xx tells the sender that it need not come again."""

    seen: set[str] = set()  # noqa: RUF012  of all messages; a real receiver keeps it in its database

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if not verified(self.headers, body, os.environ["REELS_WEBHOOK_SECRET"], time.time()):
            self.send_response(403)
        else:
            if self.headers["webhook-id"] not in self.seen:
                self.seen.add(self.headers["webhook-id"])
                told = json.loads(body)
                print(told["type"], told["data"]["run_name"], told["data"].get("reason", ""), flush=True)
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Prints nothing else."""


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8088), Receiver)
    print(f"http://127.0.0.1:{server.server_address[1]}/", flush=True)
    server.serve_forever()
