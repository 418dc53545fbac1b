"""What a waiting run asks a person, and what came back."""

import datetime as dt
from typing import Literal

from pydantic import Field

from tasks.domain.base import Record

Gate = Literal["script", "publish"]
"""What is asked: may this be made; may this be published."""
How = Literal["terminal", "--yes", "form", "api", "policy"]
"""The way a decision came in."""


class Question(Record):
    """What a run waits for; kept in the store as long as it waits."""

    run: str = Field(description="id of the flow run")
    key: str = Field(description="names the question within the run, e.g. 'script-approval-2'")
    gate: Gate
    sha256: str = Field(description="digest of what is decided on")
    script: str = Field(description="the script as YAML, as the person may edit it")
    title: str
    avatar: str
    length_s: float = Field(description="of the reel: estimated, or measured once it is made")
    cost_usd: float = Field(description="estimate, or what the finished reel has cost")
    since: dt.datetime = Field(description="UTC")
    shown: bool = Field(default=False, description="true once the form is complete on the server")


class Answer(Record):
    """One answer to one question; the run goes by it however often it is started again."""

    decision: Literal["approve", "edit", "reject", "none"] = Field(
        description="'none' where the run was continued without an answer, or with one that cannot be followed")
    sha256: str = Field(description="digest of what the question was about")
    who: str = ""
    how: How = "form"
    reason: str = ""
    script: str | None = Field(default=None, description="the edited script; of a faulty answer, the text that was sent")
    cost_at_most_usd: float | None = Field(default=None, ge=0, description="ceiling; None: the estimate")
    problem: str | None = Field(default=None, description="why the answer cannot be followed, for the next question")
