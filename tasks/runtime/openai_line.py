"""Calls to services that speak OpenAI's protocol, through the `openai` package, under the same rules as every paid call.

The package would retry by itself, follow redirects, and take address, organisation, headers and keys out of variables of the
environment. Here it does none of these: a request goes once, to the address that is configured, with the key it was given.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx2
import openai

from tasks.domain.errors import ReelsError, TryAgain
from tasks.runtime.calling import CONNECT_S, READ_S, bounded, on_this_machine, require_safe, said_of, unreachable
from tasks.runtime.keys import Secret
from tasks.runtime.paid_requests import NoAnswer, NotAccepted
from tasks.runtime.refusals import refusal, told

SENT = frozenset({"accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host",
                  "transfer-encoding", "user-agent"})
"""The headers that leave; whatever else the package adds, from the environment or about this machine, stays here."""
NO_KEY = "none"
"""What the package is given where the service wants no key; it never leaves."""
KNOWN_FIELDS = ("prompt", "model", "seconds", "size")
"""The fields of a request for a film that the package knows; others go beside them."""
FILM_BYTES = 256 << 20
"""The longest film that is read: a minute of 30 Mbit/s."""
FILM_S = 600.0
"""How long a download may go on."""
GONE = (403, 404, 410)
"""What services answer for a film that is not there: not yet, or no longer; some let an address expire."""
UNLISTED = (405, 501)
"""What services answer that list no jobs."""


class Gone(Exception):
    """The service does not have what it was asked for; its words."""


class OpenAILine:
    """A connection to one service, used as a context.

    Args:
        provider: its name, for messages.
        url: where it answers, with its version, e.g. 'https://api.openai.com/v1'.
        key: sent as a bearer token; None where the service wants none.
        read_s: how long it may be silent.
        change: what can be changed of a request that is refused, for messages.

    Raises:
        FixMachine: the address is none, or would send the key in the clear over a network.
    """

    def __init__(self, provider: str, url: str, key: Secret | None, *, read_s: float = READ_S,
                 change: str = "the script or the voice") -> None:
        self._provider, self._url, self._change = provider, url, change
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

    def create_video(self, fields: Mapping[str, Any], picture: bytes | None) -> dict[str, Any]:
        """Asks for a film; gives the service's record of the job.

        Args:
            fields: of the form: `prompt`, and others that the service knows.
            picture: JPEG that the film begins with.

        Raises:
            NotAccepted: it was not taken: no connection, a wrong key, a bad request, too many at once.
            NoAnswer: it may have been taken: silence, a broken connection, an error inside the service.
        """
        known = {name: fields[name] for name in KNOWN_FIELDS if name in fields}
        if picture is not None:
            known["input_reference"] = ("picture.jpg", picture, "image/jpeg")
        more = {name: value for name, value in fields.items() if name not in KNOWN_FIELDS}
        with self._faults(), _deprecated_calls():
            return _record(self._client.videos.create(**known, extra_body=more or None))

    def video(self, job: str) -> dict[str, Any] | None:
        """The record of a job; None where the service knows no such job.

        Raises:
            TryAgain: no usable answer.
            MissingTool: the key is refused.
        """
        with self._looking(), _deprecated_calls():
            try:
                return _record(self._client.videos.retrieve(job))
            except openai.NotFoundError:
                return None

    def videos(self, *, most: int) -> list[dict[str, Any]]:
        """The records of the newest jobs, at most so many; none where the service lists none.

        Raises:
            TryAgain: no usable answer.
            MissingTool: the key is refused.
        """
        with self._looking(), _deprecated_calls():
            try:
                page: Any = self._client.videos.list(limit=most, order="desc")
            except (openai.NotFoundError, openai.UnprocessableEntityError, openai.BadRequestError):
                return []
            except openai.APIStatusError as error:
                if error.status_code in UNLISTED:
                    return []
                raise
            if isinstance(page, str):
                raise _no_json(page)
            return [_record(one) for one in page.data or () if isinstance(one, openai.BaseModel)]

    def video_content(self, job: str) -> bytes:
        """The film of a job.

        Raises:
            Gone: the service does not have it, with its words.
            TryAgain: no usable answer.
            MissingTool: the key is refused.
        """
        with self._looking(), _deprecated_calls():
            try:
                with self._client.videos.with_streaming_response.download_content(job) as reply:
                    return bounded(reply.iter_bytes(), most_bytes=FILM_BYTES, whole_s=FILM_S)
            except openai.APIStatusError as error:
                if error.status_code in GONE:
                    raise Gone(f"{error.status_code}, {told(error.response.text)}") from error
                raise

    def delete_video(self, job: str) -> bool:
        """Has a job forgotten, and stopped where the service can; tells whether it did."""
        try:
            with self._looking(), _deprecated_calls():
                self._client.videos.delete(job)
        except ReelsError:
            return False
        return True

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """Of what costs nothing, whatever goes wrong can be tried again, unless the key is refused."""
        try:
            with self._faults():
                yield
        except NotAccepted as refused:
            raise refused.error from refused
        except NoAnswer as silence:
            raise TryAgain(f"{self._provider} says nothing about its job ({silence}): run the command again later, it goes"
                           " on from here") from silence

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
            raise refusal(self._provider, error.status_code, text, error.response.headers, change=self._change) from error
        except openai.APIConnectionError as error:
            reason = error.__cause__ if isinstance(error.__cause__, Exception) else error
            if isinstance(reason, (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout,
                                   httpx2.UnsupportedProtocol)):
                raise NotAccepted(unreachable(self._provider, self._url, reason)) from error
            raise NoAnswer(f"no answer: {said_of(reason)}") from error
        except (openai.OpenAIError, httpx2.HTTPError) as error:
            raise NoAnswer(f"no answer: {said_of(error)}") from error


@contextmanager
def _deprecated_calls() -> Iterator[None]:
    """The package warns of every call for films since OpenAI's own service has ended; other services speak it on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _record(answer: Any) -> dict[str, Any]:
    """The JSON object of an answer, as it came: the package lets values pass that it does not know.

    Raises:
        NoAnswer: it is none.
    """
    if not isinstance(answer, openai.BaseModel):
        raise _no_json(str(answer))
    return answer.to_dict(warnings=False)


def _no_json(text: str) -> NoAnswer:
    return NoAnswer(f"its answer is no JSON object: {told(text)!r}", lasting=True)
