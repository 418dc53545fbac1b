"""What a reel may spend: what a person approved, and the installation's limits; or nothing, where nothing is paid."""

from contextlib import AbstractContextManager, nullcontext
from typing import ClassVar, Protocol

from tasks.domain.approval import Approval, require
from tasks.domain.errors import ApprovalMissing, DayLimitReached, OverLimit, ReelsError
from tasks.domain.money import Limits, in_words, total, usd
from tasks.domain.plan import ReelPlan
from tasks.runtime.ledger import Entry, Ledger, sum_of


class Ceilings(Protocol):
    """Decides whether a request may be sent for a reel."""

    paid: ClassVar[bool]
    """Whether a request may cost money; then none of which nobody knows what became of it is sent again."""

    def require_approval(self) -> None:
        """Makes sure that a person agreed.

        Raises:
            ApprovalMissing: nobody approved it, or not that much.
        """
        ...

    def refusal(self, entry: Entry) -> ReelsError | None:
        """Why what was just set aside is too much, None where it is not."""
        ...


class ApprovedCeilings:
    """The ceiling of an approval, and the limits of a reel, a day and a provider's day.

    Args:
        plan: the reel.
        approval: a person's word, with its ceiling.
        ledger: what was spent and set aside.
        limits: the installation's.
    """

    paid: ClassVar[bool] = True

    def __init__(self, plan: ReelPlan, approval: Approval, ledger: Ledger, limits: Limits) -> None:
        self._plan, self._approval, self._ledger, self._limits = plan, approval, ledger, limits

    def require_approval(self) -> None:
        require(self._approval, self._plan)

    def refusal(self, entry: Entry) -> ReelsError | None:
        what, limits = f"{entry.stage} by {entry.engine!r} would cost {in_words(entry.reserved_usd)}", self._limits
        reel = sum_of(self._ledger.of_reel(entry.reel))
        ceiling = usd(self._approval.cost_at_most_usd)
        if reel > ceiling:
            return ApprovalMissing(
                f"{what}; of the {in_words(ceiling)} that {self._approval.who!r} approved for {entry.title!r},"
                f" {in_words(total([reel, -entry.reserved_usd]))} are spent or reserved: nothing was sent; approve more with"
                " --cost-at-most")
        if limits.reel_usd is not None and reel > limits.reel_usd:
            return OverLimit(f"{what} and take {entry.title!r} to {in_words(reel)}, over the limit of"
                             f" {in_words(limits.reel_usd)} a reel: nothing was sent; raise limit_reel_usd, or choose"
                             " another engine")
        return self._refusal_of_the_day(entry, what)

    def _refusal_of_the_day(self, entry: Entry, what: str) -> ReelsError | None:
        """Why the reservation is too much for today."""
        limits = self._limits
        if limits.day_usd is None and limits.provider_day_usd.get(entry.provider) is None:
            return None
        day = self._ledger.of_day(entry.day)
        theirs = [one for one in day if one.provider == entry.provider]
        for name, limit, entries in (
                ("limit_day_usd", limits.day_usd, day),
                (f"[providers.{entry.provider}] limit_day_usd", limits.provider_day_usd.get(entry.provider), theirs)):
            if limit is not None and sum_of(entries) > limit:
                others = in_words(total([sum_of(entries), -entry.reserved_usd]))
                return DayLimitReached(
                    f"{what}, and of the {in_words(limit)} of this day (UTC) {others} are spent or reserved: nothing was"
                    f" sent; run it again tomorrow, or raise {name} (`reels costs` shows where the money went)")
        return None


class NothingPaid:
    """No ceiling: the service is the user's own, and what it costs is time."""

    paid: ClassVar[bool] = False

    def require_approval(self) -> None:
        """Nobody is asked."""

    def refusal(self, entry: Entry) -> ReelsError | None:  # noqa: ARG002  nothing is too much
        return None


def no_budget() -> AbstractContextManager[None]:
    """Where no money is set aside, nobody waits for anybody."""
    return nullcontext()


def no_pace(provider: str) -> None:
    """A server of the user's own takes requests as fast as it takes them."""
