"""The generation stage: one clip, by a model on this machine or by a service."""

from typing import Any

from tasks.domain.approval import Approval
from tasks.domain.errors import FixRequest
from tasks.domain.generation import ClipOrder, GeneratedClip
from tasks.domain.plan import ReelPlan
from tasks.generation.base import ClipGenerator, Drawing, Material
from tasks.media import drawing
from tasks.media.drawing.performance import draw
from tasks.orchestration.payment import access_to, cost_of
from tasks.orchestration.progress import report
from tasks.orchestration.stages import stage
from tasks.runtime.engines import load_engine
from tasks.runtime.given import given_to
from tasks.runtime.settings import current_settings
from tasks.runtime.store import Store, writable
from tasks.runtime.stores import open_store

MADE_SHARE = 0.98
"""Part of the stage that making the clip takes; the rest keeps it."""


def _key(plan: ReelPlan, order: ClipOrder, approval: Approval | None = None) -> dict[str, object]:  # noqa: ARG001
    engine = generator_of(plan.engines["generation"])
    return {"engine": engine.name, "version": engine.version, "identity": engine.identity, "order": order,
            "drawing": drawing.VERSION if order.driver else None}


@stage("generation", key=_key)
def generate(plan: ReelPlan, order: ClipOrder, approval: Approval | None = None) -> GeneratedClip:
    """Makes one clip and keeps it as it came.

    Args:
        plan: names the engine.
        order: what is to be seen.
        approval: a person's word, which a service wants.

    Raises:
        FixRequest: the generator refuses the order, or cannot carry it out.
        FixMachine: its model, memory, key or address are wrong.
        ApprovalMissing, OverLimit, DayLimitReached, PaymentUnknown: it is paid, and it was not to be.
        TryAgain: it is busy or silent.
    """
    access = access_to("generation", plan, approval)
    engine, store = generator_of(plan.engines["generation"], **access), open_store()
    require_able(engine, order)
    with store.scratch() as folder, writable(folder):
        made = engine.generate(order, material_of(order, store), folder / "clip.mp4",
                               lambda done, note: report(MADE_SHARE * done, note))
        film = store.put(folder / "clip.mp4")
    return GeneratedClip(film=film, order=order, engine=engine.name, version=engine.version, model=engine.model,
                         cost_usd=cost_of(access), warnings=made.warnings)


def generator_of(name: str, **access: Any) -> ClipGenerator:
    """The generator of that name, set up as this installation says; `access` to its service where it is to work.

    Raises:
        UnknownName: no such generator.
        MissingTool: a package it needs is not installed.
    """
    made: ClipGenerator = load_engine("generation", name)(**access, **given_to("generation", name, current_settings(),
                                                                               open_store()))
    return made


def require_able(engine: ClipGenerator, order: ClipOrder) -> None:
    """Makes sure that a generator can make a clip from what the order gives it.

    Raises:
        FixRequest: it cannot.
    """
    given = "picture" if order.picture else "text"
    if given not in engine.sources:
        able = " or ".join(f"a {source}" for source in sorted(engine.sources))
        raise FixRequest(f"the generator {engine.name!r} makes films from {able}, and is given a {given}: choose another"
                         " with --engine generation=NAME (`reels engines` lists them)")


def material_of(order: ClipOrder, store: Store) -> Material:
    """The files that an order names, on this machine."""
    driver = order.driver
    return Material(
        picture=store.path(order.picture) if order.picture else None,
        voice=store.path(order.voice) if order.voice else None,
        driver=Drawing(driver.frame_count, lambda size: draw(driver, store.path, size=size)) if driver else None)
