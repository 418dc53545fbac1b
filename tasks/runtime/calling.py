"""Calls to paid services over HTTP, with every way they can go wrong told apart by whether the request was taken."""

import ipaddress
import json
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from tasks.domain.errors import FixMachine, TryAgain
from tasks.runtime.keys import Secret
from tasks.runtime.paid_requests import NoAnswer, NotAccepted
from tasks.runtime.redaction import redacted
from tasks.runtime.refusals import refusal, told

CONNECT_S = 10.0
"""How long a connection may take."""
READ_S = 120.0
"""How long a service may be silent; an answer is given up after that, and its charge is unknown."""
WHOLE_S = 100.0
"""How long an answer may go on once it has begun, however often a little of it comes."""
MOST_BYTES = 32 << 20
"""The longest answer that is read: many times what a few minutes of speech need."""


class Line:
    """A connection to one service, used as a context.

    Args:
        provider: its name, for messages.
        url: where it answers.
        key: sent as a bearer token; None where the service wants none.
        key_header: the header in which the key is sent as it is, where the service does not take bearer tokens.
        read_s: how long it may be silent.

    Raises:
        FixMachine: the address is none, or would send the key in the clear over a network.
    """

    def __init__(self, provider: str, url: str, key: Secret | None, *, key_header: str | None = None, read_s: float = READ_S
                 ) -> None:
        self._provider = provider
        require_safe(provider, url, key)
        self._client = httpx.Client(
            base_url=url, headers=_identification(key, key_header), follow_redirects=False,
            timeout=httpx.Timeout(read_s, connect=CONNECT_S), trust_env=not on_this_machine(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def order(self, path: str, body: Any, *, token: str | None = None, query: dict[str, str] | None = None
              ) -> dict[str, Any]:
        """Sends a request that may cost money, and gives the answer.

        Args:
            path: below the service's address.
            body: JSON.
            token: the idempotency key, where the service takes one.
            query: what stands after the path.

        Raises:
            NotAccepted: it was not taken: no connection, a wrong key, a bad request, too many at once.
            NoAnswer: it may have been taken: silence, a broken connection, an error inside the service.
        """
        try:
            with self._client.stream("POST", path, json=body, params=query,
                                     headers={"Idempotency-Key": token} if token else {}) as reply:
                content = bounded(reply.iter_bytes())
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotAccepted(self._unreachable(error)) from error
        except httpx.HTTPError as error:
            raise NoAnswer(f"no answer: {said_of(error)}") from error
        text = content.decode("utf-8", "replace")
        if reply.is_server_error:
            raise NoAnswer(f"it answered {reply.status_code}: {told(text)!r}")
        if not reply.is_success:
            raise refusal(self._provider, reply.status_code, text, reply.headers)
        try:
            answer = json.loads(text)
        except ValueError as error:
            raise NoAnswer(f"its answer is no JSON: {told(text)!r}", lasting=True) from error
        if not isinstance(answer, dict):
            raise NoAnswer(f"its answer is no JSON object: {told(text)!r}", lasting=True)
        return answer

    def look(self, path: str, *, query: dict[str, str] | None = None) -> dict[str, Any] | None:
        """Asks for what costs nothing; None where the service knows no such thing.

        Raises:
            TryAgain: no usable answer.
            MissingTool: the key is refused.
        """
        try:
            reply = self._client.get(path, params=query)
            if reply.status_code == httpx.codes.NOT_FOUND:
                return None
            if not reply.is_success:
                raise refusal(self._provider, reply.status_code, reply.text, reply.headers).error
            answer: dict[str, Any] = reply.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._unreachable(error) from error
        return answer

    def _unreachable(self, error: Exception) -> TryAgain:
        return unreachable(self._provider, str(self._client.base_url), error)


def bounded(chunks: Iterable[bytes], *, most_bytes: int | None = None, whole_s: float | None = None) -> bytes:
    """All of an answer.

    Args:
        chunks: as it comes.
        most_bytes: the longest answer that is read; None: `MOST_BYTES`.
        whole_s: how long it may go on; None: `WHOLE_S`.

    Raises:
        NoAnswer: it is longer than any answer may be, or does not end.
    """
    most_bytes, whole_s = most_bytes or MOST_BYTES, whole_s or WHOLE_S
    until_s, content = time.monotonic() + whole_s, bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > most_bytes:
            raise NoAnswer(f"its answer is longer than {most_bytes >> 20} MiB", lasting=True)
        if time.monotonic() > until_s:
            raise NoAnswer(f"its answer did not end within {whole_s:.0f} s")
    return bytes(content)


def unreachable(provider: str, url: str, error: Exception) -> TryAgain:
    """What is said about a service to which there is no connection."""
    return TryAgain(f"{provider} at {redacted(url)} does not answer ({said_of(error)}): run the command again later, it goes"
                    " on from here")


def require_safe(provider: str, url: str, key: Secret | None) -> None:
    """Refuses addresses that are none, or over which a key would travel in the clear.

    Raises:
        FixMachine: with what to write instead.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise FixMachine(f"the address of {provider} {redacted(url)!r} is none: write [providers.{provider}] url like"
                         " 'https://api.example.com'")
    if parts.scheme == "http" and key is not None and not on_this_machine(url):
        raise FixMachine(f"the address of {provider} {url!r} would send its key in the clear: use https")


def on_this_machine(url: str) -> bool:
    """Whether an address never leaves this machine; proxies are not asked for such a one."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def said_of(error: Exception) -> str:
    """An error of a connection in its own words, without keys."""
    return told(str(error) or type(error).__name__)


def _identification(key: Secret | None, key_header: str | None) -> dict[str, str]:
    """The header that says who asks."""
    if key is None:
        return {}
    return {key_header: key.reveal()} if key_header else {"Authorization": f"Bearer {key.reveal()}"}
