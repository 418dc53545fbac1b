"""A person's word that this script may be made."""

import datetime as dt
from typing import Literal

from pydantic import Field

from tasks.domain.base import Record


class Approval(Record):
    """Who let this exact script pass, and how."""

    decision: Literal["approved", "rejected"] = "approved"
    who: str = Field(description="terminal user, name as claimed in a form, or the API key's name")
    how: Literal["terminal", "--yes", "form", "api", "policy"] = Field(description="the way the decision came in")
    when: dt.datetime = Field(description="UTC")
    sha256: str = Field(description="digest of the plan's approved content")
    cost_at_most_usd: float = Field(default=0.0, ge=0, description="ceiling for everything spent on this reel")
