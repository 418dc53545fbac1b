"""Where a photo comes to lie in a portrait of 9:16: cropped where there is room, with empty sides where there is none."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.domain.timeline import SIZE_PX
from tasks.media.landmarks import Landmarks
from tasks.media.rig.geometry import face_width
from tasks.media.rig.topology import FACE_OVAL, LEFT_EYE_OUTER, RIGHT_EYE_OUTER

FACE_SHARE = 0.38
"""Width of the face, as a share of the portrait's width, where the photo leaves a choice; the default avatars have 0.4."""
CLOSE_SHARE, CLOSEST_SHARE = 0.46, 0.52
"""How large the face may get so that nothing need be added at all, and so that nothing need be added at the sides."""
CUT_SHARE = 0.66
"""How large it may get where the photo cuts off the hair: the portrait then starts at the photo's upper edge."""
EYE_HEIGHT = 0.40
"""Where the eyes are, as a share of the portrait's height: head room above, caption room below the chin."""
HIGHEST_EYES, LOWEST_EYES = 0.33, 0.43
"""How far up and down they may be so that less need be added above and below."""
OFF_CENTRE = 0.12
"""How far beside the middle the face may be so that nothing need be added at a side, as a share of the width."""
RIM_PX = 2
"""Outermost pixels of a photo that are not used: frames and scanning errors."""
TOUCHES = 0.25
"""Share of the photo's upper edge over the face that is person from which the hair counts as cut off."""
EDGE_SHARE = 0.006
"""What counts as the upper edge, as a share of the photo's height."""


@dataclass(frozen=True)
class Layout:
    """How a photo lies in the portrait: a point (x, y) of it comes to lie at zoom * (x, y) + (left, top).

    Attributes:
        zoom: how much larger the photo becomes.
        left, top: where its top left corner comes to lie, pixels of the portrait.
        size: (width, height) of the photo.
        hair_cut: the photo's upper edge cuts off the hair.
    """

    zoom: float
    left: float
    top: float
    size: tuple[int, int]
    hair_cut: bool

    def matrix(self) -> NDArray[Any]:
        """(2, 3): from pixel centres of the photo to pixel centres of the portrait."""
        rest = (self.zoom - 1) / 2
        return np.array([[self.zoom, 0, self.left + rest], [0, self.zoom, self.top + rest]])

    def move(self, points: Landmarks) -> Landmarks:
        """(n, 3) points of the photo as points of the portrait."""
        shift = self.matrix()[:, 2]
        return np.asarray(points * np.float32(self.zoom) + np.array([*shift, 0]), np.float32)

    def seen(self) -> tuple[int, int, int, int]:
        """(left, top, right, bottom) of what the photo fills of the portrait, its rim left out, pixels."""
        rim = RIM_PX * max(self.zoom, 1.0)
        width, height = self.size
        return (max(0, int(np.ceil(self.left + rim))), max(0, int(np.ceil(self.top + rim))),
                min(SIZE_PX[0], int(self.left + width * self.zoom - rim)),
                min(SIZE_PX[1], int(self.top + height * self.zoom - rim)))


def lay_out(landmarks: Landmarks, matte: NDArray[np.float32], size: tuple[int, int]) -> Layout:
    """Decides how a photo lies in the portrait.

    Args:
        landmarks: (478, 3) the face, pixels of the photo.
        matte: (height, width) 1 where the person is, of any size, covering the photo.
        size: (width, height) of the photo.
    """
    wide = face_width(landmarks[:, :2])
    eyes = landmarks[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER], :2].mean(axis=0).astype(float)
    cut = _hair_is_cut(landmarks, matte, size)
    zoom = _zoom(wide, size, hair_cut=cut)
    rim = RIM_PX * max(zoom, 1.0)
    left = _across((eyes[0] + _middle_of_head(landmarks, matte, size)) / 2 * zoom, size[0] * zoom, rim)
    top = _down(eyes[1] * zoom, size[1] * zoom, rim, hair_cut=cut)
    return Layout(zoom, left, top, size, cut)


def _zoom(wide: float, size: tuple[int, int], *, hair_cut: bool) -> float:
    """How much larger the photo becomes, for a face `wide` pixels wide."""
    per_share = SIZE_PX[0] / wide
    cover_width, cover_height = (full / (part - 2 * RIM_PX) for full, part in zip(SIZE_PX, size, strict=True))
    ideal, cover = FACE_SHARE * per_share, max(cover_width, cover_height)
    if cover <= CLOSE_SHARE * per_share:
        return max(ideal, cover)
    limit = CUT_SHARE if hair_cut else CLOSEST_SHARE
    return max(ideal, min(cover if hair_cut else cover_width, limit * per_share))


def _across(head: float, width: float, rim: float) -> float:
    """Where the photo's left side comes to lie: the head in the middle, or near it so that nothing need be added."""
    full = SIZE_PX[0]
    wanted = full / 2 - head
    low, high = sorted((full - width + rim, -rim))
    return float(np.clip(np.clip(wanted, low, high), wanted - OFF_CENTRE * full, wanted + OFF_CENTRE * full))


def _down(eyes: float, height: float, rim: float, *, hair_cut: bool) -> float:
    """Where the photo's upper edge comes to lie."""
    full = SIZE_PX[1]
    wanted, highest, lowest = (share * full - eyes for share in (EYE_HEIGHT, HIGHEST_EYES, LOWEST_EYES))
    if hair_cut:
        return min(-rim, wanted)
    filled = np.clip(wanted, full - height + rim, -rim) if height >= full + 2 * rim else max(wanted, full - height + rim)
    return float(np.clip(filled, highest, lowest))


def _hair_is_cut(landmarks: Landmarks, matte: NDArray[np.float32], size: tuple[int, int]) -> bool:
    """True where the person touches the photo's upper edge over the face."""
    grow = matte.shape[1] / size[0]
    left, right = (int(np.clip(side * grow, 0, matte.shape[1] - 1))
                   for side in (landmarks[:, 0].min(), landmarks[:, 0].max()))
    rows = max(1, round(EDGE_SHARE * len(matte)))
    return bool((matte[:rows, left:right + 1] > 0.5).mean() > TOUCHES)


def _middle_of_head(landmarks: Landmarks, matte: NDArray[np.float32], size: tuple[int, int]) -> float:
    """Column of the middle of the head with its hair, pixels of the photo."""
    grow = matte.shape[1] / size[0]
    face = landmarks[list(FACE_OVAL), :2] * grow
    wide = float(np.ptp(face[:, 0]))
    top, bottom = (int(np.clip(row, 0, len(matte) - 1)) for row in (face[:, 1].min() - 0.3 * wide, face[:, 1].max()))
    left, right = (int(np.clip(column, 0, matte.shape[1]))
                   for column in (face[:, 0].min() - 0.6 * wide, face[:, 0].max() + 0.6 * wide))
    columns = (matte[top:bottom + 1, left:right] > 0.5).sum(axis=0)
    if not columns.any():
        return float(face[:, 0].mean() / grow)
    return float((columns @ np.arange(left, right)) / columns.sum() / grow)
