"""Calls to services that speak OpenAI's protocol, through the `openai` package, under the same rules as every paid call.

The package would retry by itself, follow redirects, and take address, organisation, headers and keys out of variables of the
environment. Here it does none of these: a request goes once, to the address that is configured, with the key it was given.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx2
import openai

from tasks.runtime.calling import CONNECT_S, READ_S, bounded, on_this_machine, require_safe, said_of, unreachable
from tasks.runtime.keys import Secret
from tasks.runtime.paid_requests import NoAnswer, NotAccepted
from tasks.runtime.refusals import refusal, told

SENT = frozenset({"accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host",
                  "transfer-encoding", "user-agent"})
"""The headers that leave; whatever else the package adds, from the environment or about this machine, stays here."""
NO_KEY = "none"
"""What the package is given where the service wants no key; it never leaves."""


class OpenAILine:
    """A connection to one service, used as a context.

    Args:
        provider: its name, for messages.
        url: where it answers, with its version, e.g. 'https://api.openai.com/v1'.
        key: sent as a bearer token; None where the service wants none.
        read_s: how long it may be silent.

    Raises:
        FixMachine: the address is none, or would send the key in the clear over a network.
    """

    def __init__(self, provider: str, url: str, key: Secret | None, *, read_s: float = READ_S) -> None:
        self._provider, self._url = provider, url
        require_safe(provider, url, key)
        self._key = key
        self._http = httpx2.Client(follow_redirects=False, timeout=httpx2.Timeout(read_s, connect=CONNECT_S),
                                   trust_env=not on_this_machine(url), event_hooks={"request": [self._strip]})
        self._client = openai.OpenAI(api_key=key.reveal() if key else NO_KEY, base_url=url, max_retries=0,
                                     timeout=httpx2.Timeout(read_s, connect=CONNECT_S), http_client=self._http)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._client.close()

    def speech(self, *, model: str, voice: str, text: str, speed: float, sound: str) -> bytes:
        """The sound of a text, as the service sends it.

        Args:
            model: the service's name of a model.
            voice: that model's name of a voice.
            text: what is said.
            speed: 1.0 is the voice's own.
            sound: the format asked for, e.g. 'wav'.

        Raises:
            NotAccepted: it was not taken: no connection, a wrong key, a bad request, too many at once.
            NoAnswer: it may have been taken: silence, a broken connection, an error inside the service.
        """
        asked: dict[str, Any] = {"model": model, "voice": voice, "input": text, "speed": speed, "response_format": sound}
        with self._faults(), self._client.audio.speech.with_streaming_response.create(**asked) as reply:
            return bounded(reply.iter_bytes())

    def _strip(self, request: httpx2.Request) -> None:
        """Leaves a request its own headers and no others."""
        for name in [name for name in request.headers if name not in SENT]:
            del request.headers[name]
        request.headers.pop("authorization", None)
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key.reveal()}"

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Errors of the package as what they mean for the request."""
        try:
            yield
        except openai.APIStatusError as error:
            text = error.response.text
            if error.response.is_server_error:
                raise NoAnswer(f"it answered {error.status_code}: {told(text)!r}") from error
            raise refusal(self._provider, error.status_code, text, error.response.headers) from error
        except openai.APIConnectionError as error:
            reason = error.__cause__ if isinstance(error.__cause__, Exception) else error
            if isinstance(reason, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout,
                                   httpx2.UnsupportedProtocol)):
                raise NotAccepted(unreachable(self._provider, self._url, reason)) from error
            raise NoAnswer(f"no answer: {said_of(reason)}") from error
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            raise NoAnswer(f"no answer: {said_of(error)}") from error
