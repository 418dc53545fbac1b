"""Where on the picture the captions stand: inside the safe zone, and never on the mouth."""

from collections.abc import Sequence

from tasks.domain.box import Box

Point = tuple[float, float]
"""(x, y) in pixels of the picture."""

BESIDE, ABOVE, BELOW = 0.20, 0.15, 0.45
"""Room kept free around the lips, in distances of the outer eye corners: the head sways, the jaw drops by up to 0.3."""
GAP_PX = 8.0
"""Least distance between captions and what they must not touch."""


def mouth_room(lips: Sequence[Point], eye_distance_px: float) -> Box:
    """The part of the picture where the mouth may be while the avatar speaks.

    Args:
        lips: points around the resting lips.
        eye_distance_px: distance of the outer eye corners, the measure of the face.
    """
    across, down = [x for x, _ in lips], [y for _, y in lips]
    return Box(x0=min(across) - BESIDE * eye_distance_px, x1=max(across) + BESIDE * eye_distance_px,
               y0=min(down) - ABOVE * eye_distance_px, y1=max(down) + BELOW * eye_distance_px)


def on_picture(
    points: Sequence[Point], portrait: tuple[int, int], picture: tuple[int, int],
) -> tuple[list[Point], float]:
    """Points of a portrait as points of the picture it fills, cut evenly where the shapes differ.

    Args:
        points: (x, y) in pixels of the portrait.
        portrait: its size, (width, height).
        picture: size of the picture, (width, height).

    Returns:
        the points, and how much larger than on the portrait things are.
    """
    scale = max(picture[0] / portrait[0], picture[1] / portrait[1])
    shift = [(full - scale * part) / 2 for full, part in zip(picture, portrait, strict=True)]
    return [(x * scale + shift[0], y * scale + shift[1]) for x, y in points], scale


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
