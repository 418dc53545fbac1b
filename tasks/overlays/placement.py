"""Where an overlay stands: inside the safe zone, never on captions, label, logo or mouth, and off the face where it can."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.domain.box import Box
from tasks.domain.captions import CaptionPage
from tasks.domain.timeline import HEIGHT_PX, SEAM_PX, WIDTH_PX
from tasks.overlays.lanes import View
from tasks.overlays.look import TextLook
from tasks.overlays.setting import Block
from tasks.overlays.timed import Timed

GAP_PX = 16.0
"""Least distance between an overlay and what it must not touch."""


@dataclass(frozen=True)
class Screen:
    """What else is on the picture."""

    zone: Box
    pages: tuple[CaptionPage, ...]
    fixed: tuple[Box, ...]
    """Seen from the first frame to the last: label, progress bar."""
    logo: Box | None = None
    """Seen until the end card comes."""
    mouth: Box | None = None
    face: Box | None = None
    """From the brows to the chin."""

    def width_px(self, look: TextLook) -> float:
        """Room from left to right: around the picture's middle, or the whole zone."""
        if look.align == "left":
            return self.zone.x1 - self.zone.x0
        return 2 * min(WIDTH_PX / 2 - self.zone.x0, self.zone.x1 - WIDTH_PX / 2)


@dataclass(frozen=True)
class Placed:
    """A block at its place."""

    block: Block
    on_face: bool
    """It covers a part of the face, since there was no other room."""


def place(sizes: Iterable[Block], look: TextLook, timed: Timed, view: View, screen: Screen) -> Placed | None:
    """Finds a place for a text, at the largest size that leaves the face free; None if there is no room at all.

    The face gives way before the text does; the mouth gives way last; captions, label and logo never.

    Args:
        sizes: the text, the largest first.
        look: where it wants to be.
        timed: when it is seen.
        view: what it lies over.
        screen: what else is there.
    """
    blocks = list(sizes)
    always = _obstacles(timed, view, screen)
    part = _avatar_parts(view, screen)
    for spared in range(len(part) + 1):
        for block in blocks:
            found = _find(block, look, view, screen.zone, [*always, *part[spared:]])
            if found:
                return Placed(found, on_face=spared > 0)
    return None


def free_bands(zone: Box, obstacles: Sequence[Box], x0: float, x1: float) -> list[tuple[float, float]]:
    """Where from top to bottom nothing is, between two columns: (y0, y1) of each free band of the zone."""
    taken = sorted((box.y0 - GAP_PX, box.y1 + GAP_PX) for box in obstacles if box.x0 < x1 + GAP_PX and x0 - GAP_PX < box.x1)
    bands, top = [], zone.y0
    for upper, lower in taken:
        if upper > top:
            bands.append((top, min(upper, zone.y1)))
        top = max(top, lower)
    if top < zone.y1:
        bands.append((top, zone.y1))
    return bands


def overlap(one: Box, two: Box) -> bool:
    """True if two boxes share a pixel."""
    return one.x0 < two.x1 and two.x0 < one.x1 and one.y0 < two.y1 and two.y0 < one.y1


def pages_during(pages: Iterable[CaptionPage], start_s: float, end_s: float) -> list[Box]:
    """The boxes of the captions that are seen at some time between two instants."""
    return [page.box for page in pages if page.start_s < end_s and start_s < page.end_s]


def _obstacles(timed: Timed, view: View, screen: Screen) -> list[Box]:
    """What a text may never touch."""
    found = [*screen.fixed, *pages_during(screen.pages, timed.start_s, timed.end_s)]
    return found if screen.logo is None or view == "card" else [*found, screen.logo]


def _avatar_parts(view: View, screen: Screen) -> list[Box]:
    """What of the avatar is spared, the first to be given up first."""
    if view == "split":
        return [Box(x0=0, y0=0, x1=WIDTH_PX, y1=SEAM_PX)]
    return [box for box in (screen.face, screen.mouth) if box] if view == "avatar" else []


def _find(block: Block, look: TextLook, view: View, zone: Box, obstacles: Sequence[Box]) -> Block | None:
    """The block at the first of its wanted places that is free near enough, else wherever it is free."""
    width, height = block.box.x1, block.box.y1
    edge = zone.x1 - width if block.from_the_right else zone.x0
    x = edge if look.align == "left" else (WIDTH_PX - width) / 2
    tops = [(upper, lower - height) for upper, lower in free_bands(zone, obstacles, x, x + width) if lower - upper >= height]
    places = look.places_on_pictures if look.places_on_pictures and view != "avatar" else look.places
    for middle, reach in (*((part, look.reach) for part in places), (places[-1], 1.0)):
        wanted = middle * HEIGHT_PX - height / 2
        near = [min(max(wanted, upper), lowest) for upper, lowest in tops]
        best = min((abs(top - wanted), top) for top in near) if near else None
        if best and best[0] <= reach * HEIGHT_PX:
            return block.moved(round(x), round(best[1]))
    return None
