"""What stands at the edges of the safe zone for the whole reel: the progress bar and the logo."""

from collections.abc import Sequence

from tasks.domain.box import Box
from tasks.domain.brand import Logo
from tasks.domain.captions import Captions
from tasks.overlays.placement import GAP_PX, overlap

TRIES = ("top-right", "top-left", "bottom-right", "bottom-left")
"""Corners for a logo whose own is taken by captions, the best first."""


def bar_box(captions: Captions, height_px: float) -> Box:
    """Where the progress bar stands: at the top, beside the label, or along the zone's lower edge if captions are there."""
    zone, label = captions.zone, captions.label_box
    middle = round((label.y0 + label.y1) / 2) if label else zone.y0 + height_px / 2
    left = label.x1 + GAP_PX if label else zone.x0
    above = Box(x0=left, y0=middle - height_px / 2, x1=zone.x1, y1=middle + height_px / 2)
    below = Box(x0=zone.x0, y0=zone.y1 - height_px, x1=zone.x1, y1=zone.y1)
    return below if _taken(above, [page.box for page in captions.pages]) else above


def logo_box(logo: Logo, shape: float, captions: Captions, bar: Box | None) -> Box:
    """Where the logo stands: in its corner of the zone, clear of label and bar; elsewhere if captions need that corner.

    Args:
        logo: its width and corner.
        shape: its height by its width.
        captions: what else is on the picture.
        bar: the progress bar, if there is one.
    """
    fixed = [box for box in (captions.label_box, bar) if box]
    pages = [page.box for page in captions.pages]
    boxes = [_corner(place, logo.width_px, round(logo.width_px * shape), captions.zone, fixed)
             for place in dict.fromkeys((logo.place, *TRIES))]
    return next((box for box in boxes if not _taken(box, pages)), boxes[0])


def _corner(place: str, width: int, height: int, zone: Box, fixed: Sequence[Box]) -> Box:
    """A box in a corner of the zone, moved inwards past what is fixed there."""
    x0 = zone.x0 if place.endswith("left") else zone.x1 - width
    y0 = zone.y0 if place.startswith("top") else zone.y1 - height
    for other in fixed:
        if overlap(_grown(other), Box(x0=x0, y0=y0, x1=x0 + width, y1=y0 + height)):
            y0 = other.y1 + GAP_PX if place.startswith("top") else other.y0 - GAP_PX - height
    return Box(x0=x0, y0=y0, x1=x0 + width, y1=y0 + height)


def _taken(box: Box, others: Sequence[Box]) -> bool:
    return any(overlap(_grown(other), box) for other in others)


def _grown(box: Box) -> Box:
    return Box(x0=box.x0 - GAP_PX, y0=box.y0 - GAP_PX, x1=box.x1 + GAP_PX, y1=box.y1 + GAP_PX)
