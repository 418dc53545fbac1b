"""What it means that a service refuses a request: who has to change what, and whether it is worth asking again.

    credits used up (402, or in whatever the service says)  fix the machine: top the account up
    401, 403                                                fix the machine: the key
    3xx                                                     fix the machine: the address
    content refused, whatever the status                    fix the request
    408, 425, 429, 5xx                                      try again, after Retry-After where the service says when
    anything else                                           fix the request
"""

import datetime as dt
import json
import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from tasks.domain.errors import FixMachine, FixRequest, MissingTool, ReelsError, TryAgain
from tasks.runtime.paid_requests import NotAccepted
from tasks.runtime.providers import find_provider
from tasks.runtime.redaction import redacted

LONGEST_TOLD = 300
"""Letters of a service's own words in a message of ours."""
CREDITS_USED_UP = ("insufficient_quota", "quota_exceeded", "insufficient_credits", "insufficient_funds")
"""What services call an empty account; some answer 401 or 429 then, for which waiting or another key would not help."""
MODERATED = ("moderation", "content_policy", "content_filter", "safety_violation", "sentinel")
"""What services call a request whose content they refuse."""
WRAPPERS = ("error", "detail")
"""Fields of an answer that hold what went wrong."""
WORDS = ("code", "status", "message")
"""Fields that say it."""
LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
"""Refusals that pass by themselves."""


def refusal(provider: str, status: int, text: str, headers: Mapping[str, str], *, change: str = "the script or the voice"
            ) -> NotAccepted:
    """The refusal as what is to be done about it.

    Args:
        provider: who refuses.
        status: HTTP status, none of success.
        text: the answer's body.
        headers: the answer's, found by names in small letters.
        change: what its caller can change.
    """
    error = _error(provider, status, text, change)
    return NotAccepted(error, wait_s=_retry_after_s(headers) if isinstance(error, TryAgain) else None)


def is_moderated(text: str) -> bool:
    """Whether a service's words say that it refuses the content of a request."""
    return any(sign in text.lower() for sign in MODERATED)


def told(text: str) -> str:
    """A service's own words as a message may hold them: out of the JSON that wraps them, short, without keys."""
    try:
        said = words_of(json.loads(text))
    except (ValueError, RecursionError):
        said = None
    return redacted(" ".join((said or text).split()))[:LONGEST_TOLD]


def words_of(answer: object) -> str | None:
    """What an answer, or the error in it, says: its code and its message; None where it says neither."""
    if isinstance(answer, str):
        return answer
    if not isinstance(answer, Mapping):
        return None
    inside = next((answer[name] for name in WRAPPERS if answer.get(name)), None)
    return words_of(inside) if inside else ": ".join(str(answer[name]) for name in WORDS if answer.get(name)) or None


def _error(provider: str, status: int, text: str, change: str) -> ReelsError:
    said = f"{provider} answered {status}: {told(text)!r}"
    if status < HTTPStatus.INTERNAL_SERVER_ERROR and is_moderated(text):
        return FixRequest(f"{said}: it refuses the content; change {change}, or choose another engine")
    if status == HTTPStatus.PAYMENT_REQUIRED or any(sign in text for sign in CREDITS_USED_UP):
        return FixMachine(f"{said}: the credits of the account are used up; top it up there, or choose another engine")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return MissingTool(f"{said}: it refuses the key; check the key"
                           f" ({find_provider(provider).key_variable}) and what it may do")
    if status in LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryAgain(f"{said}: run the command again later")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return FixMachine(f"{said}: its address has changed; correct [providers.{provider}] url")
    if status == HTTPStatus.NOT_FOUND:
        return FixRequest(f"{said}: change {change} or the model, or correct [providers.{provider}] url")
    return FixRequest(f"{said}: change {change}, or choose another engine")


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds after which the service wants to be asked again; None where it does not say."""
    said = headers.get("retry-after", "")
    try:
        wait_s = float(said)
    except ValueError:
        then, now = _moment(said), _moment(headers.get("date", "")) or dt.datetime.now(dt.UTC)
        wait_s = (then - now).total_seconds() if then else math.nan
    return max(wait_s, 0.0) if math.isfinite(wait_s) else None


def _moment(said: str) -> dt.datetime | None:
    """A date as headers give it, in UTC where no zone is named; None where it is none."""
    try:
        found = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
