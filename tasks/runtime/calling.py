"""Calls to paid services over HTTP, with every way they can go wrong told apart by whether the request was taken."""

import ipaddress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from tasks.domain.errors import FixMachine, FixRequest, MissingTool, TryAgain
from tasks.runtime.keys import Secret
from tasks.runtime.paid_requests import NoAnswer, NotAccepted
from tasks.runtime.redaction import redacted

CONNECT_S = 10.0
"""How long a connection may take."""
READ_S = 120.0
"""How long a service may be silent; an answer is given up after that, and its charge is unknown."""
LONGEST_TOLD = 300
"""Letters of a service's own words in a message of ours."""


class Line:
    """A connection to one service, used as a context.

    Args:
        provider: its name, for messages.
        url: where it answers.
        key: sent as a bearer token.
        read_s: how long it may be silent.

    Raises:
        FixMachine: the address is none, or would send the key in the clear over a network.
    """

    def __init__(self, provider: str, url: str, key: Secret, *, read_s: float = READ_S) -> None:
        self._provider = provider
        _check(provider, url)
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {key.reveal()}"}, follow_redirects=False,
            timeout=httpx.Timeout(read_s, connect=CONNECT_S), trust_env=not _on_this_machine(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def order(self, path: str, body: Any, *, token: str | None = None) -> dict[str, Any]:
        """Sends a request that may cost money, and gives the answer.

        Args:
            path: below the service's address.
            body: JSON.
            token: the idempotency key, where the service takes one.

        Raises:
            NotAccepted: it was not taken: no connection, a wrong key, a bad request, too many at once.
            NoAnswer: it may have been taken: silence, a broken connection, an error inside the service.
        """
        try:
            reply = self._client.post(path, json=body, headers={"Idempotency-Key": token} if token else {})
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise NotAccepted(self._unreachable(error)) from error
        except httpx.HTTPError as error:
            raise NoAnswer(f"no answer: {_said(error)}") from error
        if reply.is_server_error:
            raise NoAnswer(f"it answered {reply.status_code}: {_words(reply)!r}")
        if not reply.is_success:
            raise self._refusal(reply)
        try:
            answer: dict[str, Any] = reply.json()
        except ValueError as error:
            raise NoAnswer("its answer is no JSON") from error
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
                raise self._refusal(reply).error
            answer: dict[str, Any] = reply.json()
        except (httpx.HTTPError, ValueError) as error:
            raise self._unreachable(error) from error
        return answer

    def _refusal(self, reply: httpx.Response) -> NotAccepted:
        told = f"{self._provider} answered {reply.status_code}: {_words(reply)!r}"
        if reply.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return NotAccepted(MissingTool(f"{told}: it does not take the key; check the key and what it may do"))
        if reply.status_code == httpx.codes.TOO_MANY_REQUESTS or reply.is_server_error:
            return NotAccepted(TryAgain(f"{told}: run the command again later"), wait_s=_retry_after_s(reply))
        if reply.is_redirect:
            return NotAccepted(FixMachine(f"{told}: its address has changed; correct [providers.{self._provider}] url"))
        return NotAccepted(FixRequest(f"{told}: change the script, or choose another engine"))

    def _unreachable(self, error: Exception) -> TryAgain:
        return TryAgain(f"{self._provider} at {self._client.base_url} does not answer ({_said(error)}): run the command"
                        " again later, it goes on from here")


def _check(provider: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise FixMachine(f"the address of {provider} {redacted(url)!r} is none: write [providers.{provider}] url like"
                         " 'https://api.example.com'")
    if parts.scheme == "http" and not _on_this_machine(url):
        raise FixMachine(f"the address of {provider} {url!r} would send its key in the clear: use https")


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _said(error: Exception) -> str:
    return redacted(str(error) or type(error).__name__)[:LONGEST_TOLD]


def _words(reply: httpx.Response) -> str:
    """What a service says about its refusal, without keys."""
    return redacted(reply.text)[:LONGEST_TOLD]


def _retry_after_s(reply: httpx.Response) -> float | None:
    """Seconds after which the service wants to be asked again; None where it does not say."""
    try:
        return max(float(reply.headers.get("Retry-After", "")), 0.0)
    except ValueError:
        return None
