"""A few requests to a Prefect server by the standard library: importing Prefect takes longer than all of them."""

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tasks.domain.errors import FixMachine, TryAgain

TIMEOUT_S = 20.0
"""How long one answer may take, on a busy machine too."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Hosts that no proxy stands before."""
NOT_FOUND, CONFLICT, TROUBLE, OVERLOADED = 404, 409, 500, 503
"""Answers that are told apart: it is not there; it is there already; from here on try again; its database is locked."""
TRIES, PAUSE_S = 4, 1.0
"""How often an overloaded server is asked, and the seconds between."""


class _Overloaded(TryAgain):
    """The server has refused for now, and has changed nothing."""


@dataclass(frozen=True)
class PrefectApi:
    """The API of one server.

    Args:
        url: its address, ending in '/api'.
        headers: what each request carries; the key is among them and is never shown.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def ui_url(self) -> str:
        """Where a person looks."""
        return self.url.removesuffix("/").removesuffix("/api")

    def answers(self) -> bool:
        """True when the server takes our key."""
        try:
            self.get("admin/version")
        except (FixMachine, TryAgain):
            return False
        return True

    def get(self, path: str) -> Any:
        """What is at `path`, None where nothing is.

        Raises:
            FixMachine: the server refuses.
            TryAgain: it does not answer.
        """
        return self._ask("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The answer to `body`; None where it is there already, or there is no such place.

        Raises:
            FixMachine: the server refuses.
            TryAgain: it does not answer.
        """
        return self._ask("POST", path, body)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        """Changes what is at `path`.

        Raises:
            FixMachine: the server refuses.
            TryAgain: it does not answer.
        """
        return self._ask("PATCH", path, body)

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        """One answer; a server that says it is overloaded has done nothing and is asked again."""
        for _ in range(TRIES - 1):
            try:
                return self._ask_once(method, path, body)
            except _Overloaded:
                time.sleep(PAUSE_S)
        return self._ask_once(method, path, body)

    def _ask_once(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url.rstrip('/')}/{path}", data=data, method=method,  # noqa: S310
                                         headers={**self.headers, "Content-Type": "application/json"})
        try:
            with self._opener().open(request, timeout=TIMEOUT_S) as reply:
                return json.loads(reply.read() or b"null")
        except urllib.error.HTTPError as error:
            return self._refused(error, method, path)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TryAgain(f"the Prefect server at {self.url!r} gives no answer ({error}): is it running?") from error

    def _opener(self) -> urllib.request.OpenerDirector:
        near = urlsplit(self.url).hostname in LOOPBACK
        return urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if near else []))

    def _refused(self, error: urllib.error.HTTPError, method: str, path: str) -> None:
        if error.code in (NOT_FOUND, CONFLICT):
            return
        told = error.read(300).decode("utf-8", "replace")
        if error.code >= TROUBLE:
            raise (_Overloaded if error.code == OVERLOADED else TryAgain)(
                f"the Prefect server at {self.url!r} is in trouble ({error.code}): {told}") from error
        hint = "; is its key right (PREFECT_API_AUTH_STRING)?" if error.code in (401, 403) else ""
        raise FixMachine(f"the Prefect server at {self.url!r} refuses {method} {path!r} ({error.code}): {told}{hint}"
                         ) from error
