"""What is asked of a paid service, what it may answer, and how one request is put to it."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from tasks.domain.errors import ReelsError
from tasks.domain.money import NOTHING, Price


class NotAccepted(Exception):
    """The service certainly did not take the request; `error` says what to tell, `wait_s` when to ask again."""

    def __init__(self, error: ReelsError, *, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error, self.wait_s = error, wait_s


class NoAnswer(Exception):
    """The request may have arrived and no usable answer came back; `lasting` where asking again would not help."""

    def __init__(self, told: str, *, lasting: bool = False) -> None:
        super().__init__(told)
        self.lasting = lasting


@dataclass(frozen=True)
class Pending:
    """The service works on it."""

    job: str
    done: float = 0.5
    """The fraction that it says is done, where it says so."""


@dataclass(frozen=True)
class Done:
    """The service has done it."""

    content: bytes
    suffix: str
    """Of the file that holds the content, e.g. '.wav'."""
    charged_usd: Decimal | None = None
    """What it says it charged; None: the price."""
    job: str | None = None


@dataclass(frozen=True)
class Failed:
    """The service could not do it."""

    reason: str
    charged_usd: Decimal | None = NOTHING
    """What it charged all the same; None: it does not say, so that the price has to count."""
    job: str | None = None
    refused: bool = False
    """True where it refuses what was asked for, and would refuse it again."""


Answer = Pending | Done | Failed
"""What a service says about a request."""


@dataclass(frozen=True)
class PaidRequest:
    """What is asked of a service, and what that costs."""

    stage: str
    engine: str
    version: str
    provider: str
    inputs: Mapping[str, object]
    """All that decides the answer, as JSON values: texts, numbers, digests of files."""
    price: Price

    @property
    def key(self) -> str:
        """Digest of all that decides the answer; the same content asked for twice is the same request."""
        subject = {"stage": self.stage, "engine": self.engine, "version": self.version, "inputs": self.inputs}
        return hashlib.sha256(json.dumps(subject, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class Counter:
    """How one request is put to its service; an engine makes one for each request.

    The guard calls `send` only when it may cost money. A service that keeps jobs also has `ask`; one that lists them has
    `search`, one that stops them `cancel`; one that knows a request by its idempotency key is `findable`, and takes the same
    key twice for one request.
    """

    findable: ClassVar[bool] = False
    poll_s: ClassVar[float] = 3.0
    """Seconds between two questions about a job."""

    def send(self, token: str) -> Answer:
        """Puts the request, with `token` as its idempotency key.

        Raises:
            NotAccepted: it was certainly not taken.
            NoAnswer: nobody knows.
        """
        raise NotImplementedError

    def ask(self, job: str) -> Answer | None:
        """What became of a job; None where the service does not know it. TryAgain when it gives no answer."""
        raise NotImplementedError

    def find(self, token: str) -> Answer | None:
        """What became of the request sent with that key; None where it never arrived. TryAgain when it gives no answer."""
        raise NotImplementedError

    def search(self, sent_at: dt.datetime, may_be: Callable[[str], bool]) -> str | None:  # noqa: ARG002
        """The job that a request without an answer has become; TryAgain when the service gives no answer.

        Args:
            sent_at: when the request was sent.
            may_be: tells of a job whether it is nobody else's.

        Returns:
            The only job that it can be; None where there is none, or several, or the service lists no jobs.
        """
        return None

    def cancel(self, job: str) -> bool:  # noqa: ARG002
        """Has a job stopped that nobody wants any more; tells whether the service did."""
        return False
