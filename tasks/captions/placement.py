"""Where on the picture the captions stand: inside the safe zone, and never on the mouth."""

from tasks.domain.box import Box

GAP_PX = 8.0
"""Least distance between captions and what they must not touch."""


def centre_y(zone: Box, mouth: Box | None, label: Box | None, *, height_px: float, preferred_px: float) -> float:
    """The middle of a caption block `height_px` high.

    The block goes as near to `preferred_px` as it can between mouth and lower edge of the zone; if there is no room,
    above the mouth, as high as label and zone allow.
    """
    half = height_px / 2
    highest, lowest = zone.y0 + half, zone.y1 - half
    below = max(highest, mouth.y1 + GAP_PX + half) if mouth else highest
    if below <= lowest:
        return min(max(preferred_px, below), lowest)
    top = max(highest, label.y1 + GAP_PX + half) if label else highest
    above = mouth.y0 - GAP_PX - half if mouth else lowest
    return max(highest, min(top, above))
