"""What is told to another program when a reel waits, is finished or failed."""

import datetime as dt
import json
from typing import Literal

from pydantic import Field

from tasks.domain.base import Record

Event = Literal["waiting", "finished", "failed"]
"""What a notice tells: a person is asked; the reel is made and handed on; no reel came of it."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 30.0, 6 * 3600.0
"""Pauses after failed deliveries: the first; each is twice as long as the one before, up to the longest."""
PATIENCE = dt.timedelta(days=3)
"""How long delivery is tried before it is given up."""


class Notice(Record):
    """One event of one run, as it is kept until it is delivered."""

    id: str = Field(description="the event's identity; the same in every delivery of it")
    event: Event
    when: dt.datetime = Field(description="when it happened, UTC")
    run_id: str
    run_name: str
    title: str | None = Field(default=None, description="the reel's title")
    reel_id: str | None = Field(default=None, description="the id that the manifest says too")
    link: str | None = Field(default=None, description="where the reel, or the question, can be seen")
    outcome: str | None = Field(default=None, description="of 'failed': 'rejected', 'refused', 'cancelled', 'crashed' or"
                                                          " 'error'")
    reason: str | None = Field(default=None, description="what is waited for, or what went wrong, in a sentence")
    attempts: int = Field(default=0, description="deliveries tried")
    next_at: dt.datetime | None = Field(default=None, description="not tried before, UTC")
    last_answer: str | None = Field(default=None, description="what came of the last delivery")

    def body(self) -> bytes:
        """What is sent: the same bytes in every delivery."""
        facts = self.model_dump(mode="json", exclude_none=True, include={
            "run_id", "run_name", "title", "reel_id", "link", "outcome", "reason"})
        when = f"{self.when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        told = {"type": f"reel.{self.event}", "timestamp": when, "data": facts}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    def is_due(self, now: dt.datetime) -> bool:
        """True when it may be tried."""
        return self.next_at is None or self.next_at <= now

    def is_hopeless(self, now: dt.datetime) -> bool:
        """True when it was tried for long enough."""
        return self.attempts > 0 and now - self.when >= PATIENCE

    def missed(self, answer: str, now: dt.datetime) -> "Notice":
        """The notice after a delivery that failed: tried again after a pause that grows."""
        pause_s = min(FIRST_PAUSE_S * 2.0 ** min(self.attempts, 20), LONGEST_PAUSE_S)
        return self.model_copy(update={"attempts": self.attempts + 1, "last_answer": answer,
                                       "next_at": now + dt.timedelta(seconds=pause_s)})
