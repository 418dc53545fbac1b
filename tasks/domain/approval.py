"""A person's word that this script may be made."""

import datetime as dt
from typing import Literal

from pydantic import Field

from tasks.domain.answer import How
from tasks.domain.base import Record
from tasks.domain.errors import ApprovalMissing, Rejected
from tasks.domain.money import in_words
from tasks.domain.plan import ReelPlan


class Approval(Record):
    """Who let this exact script pass, and how."""

    decision: Literal["approved", "rejected"] = "approved"
    who: str = Field(description="terminal user, name as claimed in a form, or the API key's name")
    how: How = Field(description="the way the decision came in")
    when: dt.datetime = Field(description="UTC")
    sha256: str = Field(description="digest of the plan's approved content")
    cost_at_most_usd: float = Field(default=0.0, ge=0, description="ceiling for everything spent on this reel")
    reason: str = Field(default="", description="why, where the person said so")


def require(approval: Approval, plan: ReelPlan) -> None:
    """Makes sure that an approval lets exactly this plan pass; everything that spends calls it first.

    Raises:
        Rejected: it is a rejection.
        ApprovalMissing: it stands for another plan, or its ceiling is lower than the plan's cost.
    """
    if approval.decision == "rejected":
        raise Rejected(f"{rejection(approval)}: change the script and ask again")
    if approval.sha256 != plan.approval_sha256():
        raise ApprovalMissing(f"the approval by {approval.who!r} stands for another version of {plan.script.title!r}:"
                              " script, avatar, voice or engines were changed since; approve this version")
    if plan.cost_usd > approval.cost_at_most_usd:
        raise ApprovalMissing(f"the reel would cost {in_words(plan.cost_usd)}, and {approval.who!r} approved at most"
                              f" {in_words(approval.cost_at_most_usd)}: approve the new cost")


def rejection(approval: Approval) -> str:
    """Who said no, when and why, as half a sentence."""
    why = f" ({approval.reason})" if approval.reason else ""
    return f"{approval.who!r} rejected this script on {approval.when:%Y-%m-%d %H:%M} UTC{why}"
