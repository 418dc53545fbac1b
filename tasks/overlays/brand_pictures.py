"""The pictures that belong to a brand or an avatar and stand over the reel: its logo, and its likeness on the end card."""

from pathlib import Path

from tasks.domain.media import MediaFile
from tasks.domain.plan import ReelPlan
from tasks.media.likeness import draw_likeness, save_likeness
from tasks.media.pictures import picture_size
from tasks.media.rig.model import Rig
from tasks.overlays.look import CardLook, read_look
from tasks.runtime.store import Store, writable


def end_likeness(plan: ReelPlan, store: Store, rig: Rig | None, *, templates: Path) -> MediaFile | None:
    """The avatar's round picture for the end card; None where there is no card, no face, or a logo in its place."""
    if rig is None or plan.call is None or plan.logo is not None:
        return None
    look = read_look(templates, "end-card", CardLook)
    picture = draw_likeness(store.path(plan.avatar.portrait), rig, width_px=look.likeness_px, ring_px=look.likeness_ring_px,
                            colour=plan.brand.colours.highlight)
    with store.scratch() as folder, writable(folder):
        save_likeness(picture, folder / "likeness.png")
        return store.put(folder / "likeness.png")


def logo_shape(plan: ReelPlan, store: Store) -> float | None:
    """Height of the brand's logo by its width; None without one."""
    if plan.logo is None:
        return None
    width, height = picture_size(store.path(plan.logo))
    return height / width
