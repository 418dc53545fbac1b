"""Cutaways: for a while another shot is seen instead of the avatar, or below it.

A full insert fades in over the avatar and out again. A split one slides up from below while the avatar moves up with it, so
that its face stays in view above the seam.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from tasks.domain.timeline import SEAM_PX, SIZE_PX
from tasks.media.drawing.planes import CHROMA_GREY, LUMA_BLACK, Planes, new_frame, view_planes
from tasks.media.drawing.scene import Scene
from tasks.media.drawing.spans import LEAST_SHARE, Span

SEAM, FACE_BELOW = SEAM_PX / SIZE_PX[1], 265 / SIZE_PX[1]
"""Where the shot below the avatar begins, and where the avatar's face may begin, under the disclosure: parts of the
height."""
SHADOW, SHADOW_DEPTH = 20 / SIZE_PX[1], 0.30
"""How far up the shot below throws a soft shadow, part of the height, and how dark it is at the seam."""


def lower_part(size: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of a shot below the avatar."""
    return size[0], size[1] - 2 * round(SEAM * size[1] / 2)


@dataclass(frozen=True)
class InsertScene:
    """An insert ready to draw."""

    scene: Scene
    split: bool
    span: Span

    def draw(self, target: Planes, frame: int, below: Scene) -> None:
        """Draws one frame with as much of the insert as is there, and what it leaves of the scene below it."""
        share = self.span.share(frame)
        if share < LEAST_SHARE:
            below.draw(target, frame)
        elif self.split:
            self._draw_split(target, frame, below, share)
        elif share > 1 - LEAST_SHARE:
            self.scene.draw(target, frame)
        else:
            below.draw(target, frame)
            height, width = target.y.shape
            over = view_planes(new_frame((width, height)))
            self.scene.draw(over, frame)
            for plane, other in zip(target, over, strict=True):
                cv2.addWeighted(plane, 1 - share, other, share, 0, dst=plane)

    def _draw_split(self, target: Planes, frame: int, below: Scene, share: float) -> None:
        """Draws the avatar above the seam and the insert under it, `share` of the way up."""
        height, width = target.y.shape
        seam = height - 2 * round(share * lower_part((width, height))[1] / 2)
        upper = target.crop(0, 0, width, seam)
        below.draw(upper, frame, lift=share * lift_of(below, height))
        self.scene.draw(target.crop(0, seam, width, height), frame)
        throw_shadow(upper, round(SHADOW * height), min(4 * share, 1) * SHADOW_DEPTH)


def lift_of(scene: Scene, height: int) -> float:
    """How far a scene moves up above the seam: its middle comes into the middle of what is free there."""
    middle = (FACE_BELOW + SEAM) / 2 * height
    return min(max(scene.middle() - middle, 0.0), height - 2 * round(SEAM * height / 2))


def throw_shadow(planes: Planes, rows: int, depth: float) -> None:
    """Darkens the last `rows` rows, softly, down to `depth` of their light at the lower border."""
    near = (np.arange(rows // 2 * 2, dtype=np.float32) + 0.5)[:, None] / rows
    light = 1 - np.float32(depth) * near * near
    for plane, zero, factor in zip(planes, (LUMA_BLACK, CHROMA_GREY, CHROMA_GREY), (light, light[::2], light[::2]),
                                   strict=True):
        last = plane[len(plane) - len(factor):]
        last[:] = np.round(zero + (last - np.float32(zero)) * factor[-len(last):])
