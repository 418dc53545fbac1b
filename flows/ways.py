"""Who may animate the avatar, in order, and whose mouth is seen: what takes over from what, in words too."""

from collections.abc import Mapping

from tasks.domain.generation import GENERATED
from tasks.domain.plan import ReelPlan
from tasks.runtime.engines import default_engines, generators

OWN_MOUTH = "own"
"""The lip-sync engine that leaves its mouth as it is."""


def ways_after(plan: ReelPlan) -> list[ReelPlan]:
    """What takes over from a plan, in order: where the film's own mouth is to be kept, first our mouth on the same films."""
    drawn = drawn_instead(plan)
    return [drawn] * is_own_mouth(plan) + [way_out(drawn, name) for name in plan.ways_out]


def is_own_mouth(plan: ReelPlan) -> bool:
    """Whether the mouth of a generator's films is to be seen."""
    return plan.engines.get("lipsync") == OWN_MOUTH


def drawn_instead(plan: ReelPlan) -> ReelPlan:
    """The plan with our mouth where the film's own was to be seen."""
    return plan.instead(lipsync=default_engines()["lipsync"]) if is_own_mouth(plan) else plan


def instead_of(way: ReelPlan, other: ReelPlan) -> str:
    """Who takes over from whom, in words."""
    if named(way) == named(other):
        return f"the mouth of the films of {named(way)} was to be kept, and {other.engines['lipsync']} draws it"
    return f"{named(way)} was to animate the avatar, and {named(other)} does"


def way_out(plan: ReelPlan, name: str) -> ReelPlan:
    """The plan, animated by a generator or by an engine of the stage 'animation'."""
    return plan.instead(animation=GENERATED, generation=name) if name in generators() else plan.instead(animation=name)


def named(plan: ReelPlan) -> str:
    """Who animates, as a person calls it."""
    return animator(plan.engines)


def animator(engines: Mapping[str, str]) -> str:
    """Who animates, of the engines by stage: the generator where one makes the films."""
    return engines["generation"] if engines["animation"] == GENERATED else engines["animation"]
