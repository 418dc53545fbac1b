"""What was found out about a photo that is to become an avatar."""

from typing import Literal

from pydantic import Field

from tasks.domain.base import Record

Verdict = Literal["passed", "warned", "refused"]
"""What a check says."""


class Finding(Record):
    """One check of a photo, also one that is passed."""

    check: str = Field(description="name of the check, e.g. 'size'")
    value: float | None = Field(description="what was measured; None where it could not be")
    unit: str = Field(description="of the value, '' for a plain ratio")
    threshold: str = Field(description="the rule in words, e.g. 'warned below 96, refused below 48'")
    verdict: Verdict
    sentence: str = Field(description="what it is, and what to do unless it is passed")
