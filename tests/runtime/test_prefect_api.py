"""Requests to a Prefect server: what is there, what is not, what is refused, and who does not answer."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime import prefect_api
from tasks.runtime.prefect_api import PrefectApi

HEADER = {"Authorization": "Basic c2VjcmV0"}


class Server(BaseHTTPRequestHandler):
    """Answers with the numbers it was told, one after the other, then always with the last."""

    codes: list[int]
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(f"{self.command} {self.path} {self.headers.get('Authorization')}")
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps({"code": code}).encode())

    do_POST = do_GET  # noqa: N815  names that the library looks for

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrefectApi]:
    """The API of a server that answers as `Server.codes` says."""
    monkeypatch.setattr(prefect_api, "PAUSE_S", 0.01)
    Server.codes, Server.asked = [200], []
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield PrefectApi(f"http://127.0.0.1:{server.server_port}/api", HEADER)
        server.shutdown()
        thread.join()


class TestPrefectApi:
    def test_answer_is_given_and_the_key_is_sent(self, api: PrefectApi) -> None:
        """As JSON, under the server's address."""
        assert api.get("work_pools/reels") == {"code": 200}
        assert Server.asked == ["GET /api/work_pools/reels Basic c2VjcmV0"]

    @pytest.mark.parametrize("code", [404, 409])
    def test_absent_and_present_are_no_failures(self, code: int, api: PrefectApi) -> None:
        """Not there, or there already."""
        Server.codes = [code]
        assert api.post("work_pools/", {}) is None

    @pytest.mark.parametrize("code", [401, 403, 422])
    def test_refusal_is_for_the_keeper(self, code: int, api: PrefectApi) -> None:
        """The message says which request; it never holds the key."""
        Server.codes = [code]
        with pytest.raises(FixMachine, match=rf"GET 'x' \({code}\)") as told:
            api.get("x")
        assert "c2VjcmV0" not in str(told.value) + repr(api)

    def test_locked_database_is_asked_again(self, api: PrefectApi) -> None:
        """A server that says 503 has changed nothing."""
        Server.codes = [503, 503, 200]
        assert api.post("x", {}) == {"code": 200}

    @pytest.mark.parametrize("code", [500, 503])
    def test_trouble_may_pass(self, code: int, api: PrefectApi) -> None:
        """Exit code 4, not a traceback."""
        Server.codes = [code]
        with pytest.raises(TryAgain, match=str(code)):
            api.get("x")
        assert not api.answers()

    def test_silence_names_the_address(self) -> None:
        """Nobody listens there."""
        with pytest.raises(TryAgain, match=r"127\.0\.0\.1:1/api"):
            PrefectApi("http://127.0.0.1:1/api").get("x")
