"""A batch: reels that were started together, and what became of starting each."""

import datetime as dt
from typing import Literal

from pydantic import Field

from tasks.domain.base import Record


class BatchReel(Record):
    """One reel of a batch."""

    source: str = Field(description="the script's file in the library, or its number in the list")
    title: str | None = Field(default=None, description="None where the script could not be read")
    variant: str | None = Field(default=None, description="id of the script's variant")
    run_id: str | None = Field(default=None, description="the run that makes it, None where none was started")
    start: Literal["started", "refused", "not started"] = Field(
        default="started", description="'refused': the script must be changed; 'not started': trying again may help")
    reason: str = Field(default="", description="why none was started")

    @property
    def name(self) -> str:
        """How a table calls it."""
        title = self.title or self.source
        return f"{title} ({self.variant})" if self.variant else title


class Batch(Record):
    """Reels that were started together."""

    id: str = Field(description="the run that started them")
    name: str
    when: dt.datetime = Field(description="UTC")
    reels: tuple[BatchReel, ...]

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The runs that were started, in order."""
        return tuple(reel.run_id for reel in self.reels if reel.run_id)
