"""Decisions about scripts, kept in the store: the first one on a version of a script stands.

A decision is kept under the digest of what was decided on (script, avatar, voice, engines), so an edited script has none.
"""

import datetime as dt
from typing import Literal

from tasks.domain.answer import How
from tasks.domain.approval import Approval, rejection, require
from tasks.domain.errors import ApprovalMissing, FixRequest
from tasks.domain.plan import ReelPlan
from tasks.runtime.settings import Settings
from tasks.runtime.store import Store

POLICY = "the installation's policy"
"""Who approves where the setting `approval` is 'never'."""
HOW_TO_APPROVE = "run the same command in a terminal and answer, or add --yes to approve it yourself (which is recorded)"
"""What a message advises."""


def approval_for(plan: ReelPlan, *, store: Store, settings: Settings) -> Approval:
    """The approval that lets this plan pass; called from a flow's body.

    Raises:
        ApprovalMissing: nobody has approved exactly this, or somebody rejected it.
    """
    if settings.approval == "never":
        return _decision(plan, "approved", POLICY, "policy")
    approval = recorded_approval(plan, store=store)
    if approval is None:
        raise ApprovalMissing(f"nobody has approved {plan.script.title!r} as it is now: {HOW_TO_APPROVE}")
    return approval


def recorded_approval(plan: ReelPlan, *, store: Store) -> Approval | None:
    """The approval on record for exactly this plan and cost, None when nobody has decided.

    Raises:
        ApprovalMissing: it was rejected.
    """
    kept = _kept(plan, store)
    if kept is None or (kept.decision == "approved" and kept.cost_at_most_usd < plan.cost_usd):
        return None
    require(kept, plan)
    return kept


def decide(
    plan: ReelPlan, decision: Literal["approved", "rejected"], *, who: str, how: How, store: Store,
    cost_at_most_usd: float | None = None, reason: str = "",
) -> Approval:
    """Records a decision; the same decision again changes nothing, a higher cost may be approved later.

    Args:
        plan: what is decided on.
        decision: the word.
        who: terminal user, name as claimed in a form, or the API key's name.
        how: the way the decision came in.
        store: where it is kept.
        cost_at_most_usd: ceiling for everything spent on the reel; default: the plan's estimate.
        reason: why, in the person's words.

    Returns:
        The decision that stands, which may be an earlier one.

    Raises:
        ApprovalMissing: it was rejected before.
        FixRequest: it was approved before and is now to be rejected.
    """
    new = _decision(plan, decision, who, how, cost_at_most_usd, reason)
    if store.claim(_key(plan), new.model_dump(mode="json")):
        return new
    kept = _kept(plan, store) or new
    if kept.decision == "rejected" and decision == "approved":
        raise ApprovalMissing(f"{rejection(kept)}, and the first decision stands: change the script and ask again")
    if kept.decision == "approved" and decision == "rejected":
        raise FixRequest(f"{kept.who!r} approved this script on {kept.when:%Y-%m-%d %H:%M} UTC, and the first decision"
                         " stands: change the script to ask again")
    if kept.decision == "approved" and new.cost_at_most_usd > kept.cost_at_most_usd:
        store.complete(_key(plan), new.model_dump(mode="json"))
        return new
    return kept


def recorded_publication(sha256: str, *, store: Store) -> Approval | None:
    """What was decided about publishing a finished set, None when nobody has decided.

    Args:
        sha256: digest of the set and of the places it goes to.
        store: where it is kept.
    """
    return store.claimed_as(f"publish-approvals/{sha256}", Approval)


def decide_publication(sha256: str, decision: Literal["approved", "rejected"], *, who: str, how: How, reason: str,
                       store: Store) -> Approval:
    """Records whether a finished set may be published, and gives the decision that stands, which may be an earlier one."""
    new = Approval(decision=decision, who=who, how=how, when=dt.datetime.now(dt.UTC), sha256=sha256, reason=reason)
    return new if store.claim(f"publish-approvals/{sha256}", new.model_dump(mode="json")) else (
        recorded_publication(sha256, store=store) or new)


def _key(plan: ReelPlan) -> str:
    return f"approvals/{plan.approval_sha256()}"


def _kept(plan: ReelPlan, store: Store) -> Approval | None:
    return store.claimed_as(_key(plan), Approval)


def _decision(
    plan: ReelPlan, decision: Literal["approved", "rejected"], who: str, how: How, cost_at_most_usd: float | None = None,
    reason: str = "",
) -> Approval:
    return Approval(decision=decision, who=who, how=how, when=dt.datetime.now(dt.UTC), sha256=plan.approval_sha256(),
                    cost_at_most_usd=plan.cost_usd if cost_at_most_usd is None else cost_at_most_usd, reason=reason)
