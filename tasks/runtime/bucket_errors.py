"""What an S3-compatible service says, as errors of ours.

s3fs gives the service's refusals as `OSError`s whose cause carries the answer, and lets what happens on the way there out as
errors of botocore, or of aiohttp where a content breaks off. All are read here; the message names the bucket, the answer's
code and what to do, never a key.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tasks.domain.errors import FixMachine, MissingTool, ReelsError, TryAgain

BUSY = (429, 500, 502, 503, 504)
"""Answers that mean: later."""
CONFLICT, EXISTS = 409, 412
"""Answers to a put-if-absent that came second: beside another one, or after it."""
KEYS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key that may read, write, list and delete there"
"""What helps against a refusal."""


@contextmanager
def answering(address: str) -> Iterator[None]:
    """Turns what goes wrong between us and the bucket inside the block into one clear error.

    A missing content stays a `FileNotFoundError`, and what the local disk says stays as it is.

    Raises:
        FixMachine: there is no such bucket, the key is refused, or the service does not understand us.
        MissingTool: there is no key.
        TryAgain: no answer, or one that says: later.
    """
    from aiohttp import ClientError
    from botocore.exceptions import BotoCoreError

    try:
        yield
    except (OSError, BotoCoreError, ClientError, ValueError) as error:
        told = _told(error, address)
        if told is None:
            raise
        raise told from error


def is_there_already(error: OSError) -> bool:
    """True when a put-if-absent was refused because something is there."""
    return isinstance(error, FileExistsError) or _status(error) in (EXISTS, CONFLICT)


def _told(error: Exception, address: str) -> ReelsError | None:
    """The error of ours that stands for `error`, None where it is not the service's."""
    code, status = _code(error), _status(error)
    if code == "NoSuchBucket":
        return FixMachine(f"there is no bucket {address!r}: make it, or correct the setting 'store' (REELS_STORE) and"
                          " 'store_endpoint'")
    if isinstance(error, FileNotFoundError | FileExistsError):
        return None
    if isinstance(error, PermissionError) and code:
        return FixMachine(f"the bucket {address!r} refuses us ({code}): {KEYS}")
    if status in BUSY or code in ("SlowDown", "RequestTimeout"):
        return TryAgain(f"the bucket {address!r} is busy ({code}): run the command again later")
    if code:
        return FixMachine(f"the bucket {address!r} does not take what we ask for ({code}: {error}): correct the settings"
                          " 'store' and 'store_endpoint'")
    return _told_of_the_way(error, address)


def _told_of_the_way(error: Exception, address: str) -> ReelsError | None:
    """The same for what happens before an answer is there."""
    from aiohttp import ClientError
    from botocore import exceptions as boto

    unreachable = (boto.ConnectionError, boto.HTTPClientError, boto.ReadTimeoutError, boto.IncompleteReadError, ClientError,
                   ConnectionError, TimeoutError)
    if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError):
        return MissingTool(f"there is no key for the bucket {address!r}: {KEYS}")
    if isinstance(error, unreachable):
        return TryAgain(f"the bucket {address!r} does not answer ({type(error).__name__}): run the command again; if this"
                        " stays, correct the setting 'store_endpoint'")
    if isinstance(error, boto.BotoCoreError | ValueError):
        return FixMachine(f"the bucket {address!r} cannot be used ({error}): correct the settings 'store' and"
                          " 'store_endpoint', or the AWS_* variables")
    return None


def _answer(error: BaseException) -> Mapping[str, Any]:
    """The service's answer that an error carries; empty where there is none."""
    for found in (error, error.__cause__):
        answer = getattr(found, "response", None)
        if isinstance(answer, Mapping):
            return answer
    return {}


def _code(error: BaseException) -> str:
    return str(_answer(error).get("Error", {}).get("Code", ""))


def _status(error: BaseException) -> int:
    return int(_answer(error).get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
