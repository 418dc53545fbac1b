"""Keeps keys out of everything that is written: logs, messages of errors, what services answer.

A key that was looked up is known from then on, with the forms in which it travels. Every log record made in this process,
by whatever library, loses the keys it holds before any handler sees it, and so does an error that leaves a task.
"""

import base64
import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tasks.domain.errors import ReelsError

HIDDEN = "***"
"""What stands where a key was."""
SHORTEST = 6
"""Shorter values are no keys, and hiding them would garble texts."""
AUTHORIZATION = re.compile(
    r"""(authorization['"]?\s*[:=,]\s*(?:b(?=['"]))?['"]?)(?:(?:bearer|basic|token|key)\s+)?[^\s'",)}\]]+""", re.IGNORECASE)
"""An Authorization header in any notation; what follows its name is a key, known or not."""

_known: set[str] = set()


def hide(value: str) -> None:
    """Makes `value` known as a key: from now on it is written nowhere."""
    if len(value) >= SHORTEST:
        _known.update({value, quote(value, safe=""), base64.b64encode(value.encode()).decode(), repr(value)[1:-1]})
        _watch_logs()


def redacted(text: str) -> str:
    """The text without any known key and without what an Authorization header carries."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return AUTHORIZATION.sub(rf"\g<1>{HIDDEN}", text)


def cleaned(error: BaseException) -> BaseException:
    """The error without keys in its message, its notes and the errors behind it; another of ours where it holds on to them.

    Returns:
        The same error, its texts changed in place, or a `ReelsError` with its text.
    """
    for link in _chain(error):
        link.args = tuple(_plain(part) for part in link.args)
        if notes := getattr(link, "__notes__", None):
            link.__notes__ = [redacted(note) for note in notes]
    told = "".join(traceback.format_exception(error))
    return error if redacted(told) == told else ReelsError(redacted(f"{type(error).__name__}: {error}"))


def _plain(part: Any) -> Any:
    if isinstance(part, bytes):
        return redacted(part.decode("utf-8", "replace")) if redacted(repr(part)) != repr(part) else part
    return redacted(part) if isinstance(part, str) else part


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all errors behind it, each once."""
    waiting, seen = [error], set()
    while waiting:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [behind for behind in (link.__cause__, link.__context__) if behind]
        waiting += link.exceptions if isinstance(link, BaseExceptionGroup) else ()


def _watch_logs() -> None:
    """Lets every log record of this process be made without keys."""
    make = logging.getLogRecordFactory()
    if getattr(make, "redacts", False):
        return

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        return _record_without_keys(make(*args, **kwargs))

    factory.redacts = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(factory)


def _record_without_keys(record: logging.LogRecord) -> logging.LogRecord:
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):  # the caller's arguments do not fit: logging reports that
        message = f"{record.msg} {record.args}"
    if redacted(message) != message:
        record.msg, record.args = redacted(message), ()
    if record.exc_info and record.exc_info[0]:
        told = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
        if redacted(told) != told:
            record.exc_text, record.exc_info = redacted(told), None
    return record
