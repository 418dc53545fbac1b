"""Where the avatar's face is on the finished picture, so that what is written there leaves it free."""

from collections.abc import Sequence

from tasks.domain.box import Box
from tasks.domain.timeline import SIZE_PX
from tasks.media.rig.model import Rig
from tasks.media.rig.topology import CHIN, FACE_OVAL, LEFT_BROW, LOWER_LIP_OUTER, RIGHT_BROW, UPPER_LIP_OUTER

Point = tuple[float, float]
"""(x, y) in pixels of the picture."""

BESIDE, ABOVE, BELOW = 0.20, 0.15, 0.45
"""Room kept free around the lips, in distances of the outer eye corners: the head sways, the jaw drops by up to 0.3."""
AROUND = 0.15
"""Room kept free above the brows and beside the face, in the same measure."""


def mouth_on_picture(rig: Rig) -> Box:
    """Where the mouth may be while the avatar speaks."""
    points, eye_distance_px = _placed(rig, (*UPPER_LIP_OUTER, *LOWER_LIP_OUTER))
    return mouth_room(points, eye_distance_px)


def face_on_picture(rig: Rig) -> Box:
    """From the brows to the chin: what a viewer looks at."""
    brows, eye_distance_px = _placed(rig, (*LEFT_BROW, *RIGHT_BROW))
    oval, _ = _placed(rig, FACE_OVAL)
    chin, _ = _placed(rig, (CHIN,))
    around = AROUND * eye_distance_px
    return Box(x0=min(x for x, _ in oval) - around, x1=max(x for x, _ in oval) + around,
               y0=min(y for _, y in brows) - around, y1=chin[0][1])


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


def _placed(rig: Rig, indices: Sequence[int]) -> tuple[list[Point], float]:
    """Landmarks on the finished picture, and the distance of the outer eye corners there."""
    points, scale = on_picture([rig.landmarks[index][:2] for index in indices], (rig.width_px, rig.height_px), SIZE_PX)
    return points, rig.scale_px * scale
