"""Webhooks: signed as the specification says, to allowed addresses only."""

import base64
import hashlib
import hmac
import json
import socket
from typing import Any

import httpx
import pytest

from tasks.domain.errors import FixMachine, MissingTool, TryAgain
from tasks.runtime import webhook
from tasks.runtime.settings import Settings
from tasks.runtime.webhook import check_address, send, signature, webhook_secret

SECRET = bytes(range(32))
WRITTEN = "whsec_" + base64.b64encode(SECRET).decode()


class TestSecret:
    def test_both_ways_of_writing_one(self) -> None:
        """Base64 behind a mark, or plain letters."""
        assert webhook_secret({"REELS_WEBHOOK_SECRET": WRITTEN}) == SECRET
        assert webhook_secret({"REELS_WEBHOOK_SECRET": "a" * 24}) == b"a" * 24

    @pytest.mark.parametrize(("given", "error", "sentence"), [
        ("", MissingTool, "no secret to sign with: put one into REELS_WEBHOOK_SECRET"),
        ("whsec_???", FixMachine, "no Base64"), ("short", FixMachine, "has 5 bytes: take at least 24"),
    ])
    def test_useless_secret_is_refused_and_not_repeated(self, given: str, error: type[Exception], sentence: str) -> None:
        """The message says what to do, and no secret."""
        with pytest.raises(error, match=sentence) as told:
            webhook_secret({"REELS_WEBHOOK_SECRET": given})
        assert not given or given not in str(told.value)


class TestAddress:
    @pytest.mark.parametrize("url", ["https://hooks.example/x", "http://127.0.0.1:9/x", "http://localhost/x", "http://[::1]:9/x"])
    def test_encrypted_or_this_machine(self, url: str) -> None:
        """Both may be called."""
        assert str(check_address(Settings(webhook_url=url))) == url

    @pytest.mark.parametrize(("url", "hosts", "sentence"), [
        ("http://hooks.example/x", (), "without encryption"), ("http://127.0.0.1.example/x", (), "without encryption"),
        ("ftp://hooks.example/x", (), "no web address"), ("hooks.example", (), "no web address"),
        ("https://me:key@hooks.example/x", (), "holds a name or password"), ("https://[::1", (), "is no address"),
        ("https://other.example/x", ("hooks.example",), "'webhook_hosts' allows hooks.example"),
    ])
    def test_others_are_refused(self, url: str, hosts: tuple[str, ...], sentence: str) -> None:
        """The sentence names the setting."""
        with pytest.raises(FixMachine, match=sentence):
            check_address(Settings(webhook_url=url, webhook_hosts=hosts))


class TestSend:
    def test_signature_is_what_the_specification_says(self, receiver: Any) -> None:
        """HMAC-SHA256 over id, timestamp and body, told apart by dots."""
        send("reel_1", b'{"a":1}', url=httpx.URL(receiver.url), secret=SECRET, now_s=1_700_000_000.9)
        (path, headers, body), = receiver.got
        expected = base64.b64encode(hmac.digest(SECRET, b'reel_1.1700000000.{"a":1}', hashlib.sha256)).decode()
        assert (path, json.loads(body)) == ("/hook", {"a": 1})
        assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("reel_1", "1700000000")
        assert headers["webhook-signature"] == f"v1,{expected}" == signature("reel_1", 1_700_000_000, body, SECRET)

    @pytest.mark.parametrize("status", [301, 404, 410, 500])
    def test_anything_but_yes_is_no_delivery(self, receiver: Any, status: int) -> None:
        """A redirect is not followed: it would lead past the allowed hosts."""
        receiver.status, receiver.location = status, receiver.url if status == 301 else ""
        with pytest.raises(TryAgain, match=f"answer {status}"):
            send("reel_1", b"{}", url=httpx.URL(receiver.url), secret=SECRET)
        assert len(receiver.got) == 1

    def test_silence_ends(self, receiver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A receiver that does not answer is left."""
        monkeypatch.setattr(webhook, "TIMEOUT_S", 0.2)
        receiver.pause_s = 1.0
        with pytest.raises(TryAgain, match="no answer .ReadTimeout"):
            send("reel_1", b"{}", url=httpx.URL(receiver.url), secret=SECRET)

    def test_nobody_there(self) -> None:
        """A port that nobody listens on."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = httpx.URL(f"http://127.0.0.1:{free.getsockname()[1]}/")
            with pytest.raises(TryAgain, match="no answer .ConnectError"):
                send("reel_1", b"{}", url=url, secret=SECRET)
