"""Veils over the whole picture, and small pictures laid over it."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tasks.domain.errors import StoreDamaged
from tasks.domain.performance import Scrim, Sticker
from tasks.domain.timeline import SIZE_PX
from tasks.media.drawing.planes import CHROMA_GREY, LUMA_BLACK, Planes, to_planes, to_yuv
from tasks.media.drawing.scene import OpenMedia
from tasks.media.drawing.spans import LEAST_SHARE, Span, span_of

FAINT = 0.05
"""Opacity below which the colour of a pixel is taken from its neighbours."""


@dataclass(frozen=True)
class Veil:
    """A scrim ready to draw."""

    span: Span
    colour: tuple[float, float, float]
    opacity: float

    def draw(self, target: Planes, frame: int) -> None:
        """Veils a frame, in place."""
        share = self.span.share(frame) * self.opacity
        if share < LEAST_SHARE:
            return
        for plane, value in zip(target, self.colour, strict=True):
            cv2.convertScaleAbs(plane, dst=plane, alpha=1 - share, beta=share * value)


def open_veil(scrim: Scrim, *, fps: int, frame_count: int) -> Veil:
    """The veil of a scrim."""
    red, green, blue = (int(scrim.colour[place:place + 2], 16) for place in (1, 3, 5))
    y, u, v = to_yuv((red, green, blue)).tolist()
    span = span_of(scrim.start_s, scrim.end_s, fps=fps, fade_s=scrim.fade_s, frame_count=frame_count)
    return Veil(span, (y + LUMA_BLACK, u + CHROMA_GREY, v + CHROMA_GREY), scrim.opacity)


@dataclass(frozen=True)
class Patch:
    """A sticker ready to draw.

    Attributes:
        window: left, top, right, bottom in the frame, even.
        planes: its picture there.
        cover: opacity of luma, and of chroma; 0 to 1, float32.
    """

    span: Span
    window: tuple[int, int, int, int]
    planes: Planes
    cover: tuple[NDArray[np.float32], NDArray[np.float32]]

    def draw(self, target: Planes, frame: int) -> None:
        """Lays the sticker over a frame, in place."""
        share = self.span.share(frame)
        if share < LEAST_SHARE:
            return
        covers = [cover * np.float32(share) for cover in self.cover]
        for plane, picture, cover in zip(target.crop(*self.window), self.planes, (*covers, covers[1]), strict=True):
            plane[:] = cv2.blendLinear(plane, picture, 1 - cover, cover)


def open_sticker(sticker: Sticker, open_media: OpenMedia, *, size: tuple[int, int], fps: int, frame_count: int) -> Patch:
    """Scales a sticker into its box, once.

    Raises:
        StoreDamaged: its picture cannot be read.
    """
    path = open_media(sticker.picture)
    grow = size[0] / SIZE_PX[0], size[1] / SIZE_PX[1]
    box = (sticker.box.x0 * grow[0], sticker.box.y0 * grow[1], sticker.box.x1 * grow[0], sticker.box.y1 * grow[1])
    window = (max(int(box[0]) // 2 * 2, 0), max(int(box[1]) // 2 * 2, 0),
              min(int(box[2] + 3) // 2 * 2, size[0]), min(int(box[3] + 3) // 2 * 2, size[1]))
    colour, cover = paint_sticker(path, box, window)
    small = cv2.resize(cover, (cover.shape[1] // 2, cover.shape[0] // 2), interpolation=cv2.INTER_AREA)
    opaque = np.float32(sticker.opacity)
    span = span_of(sticker.start_s, sticker.end_s, fps=fps, fade_s=sticker.fade_s, frame_count=frame_count)
    return Patch(span, window, to_planes(colour), (cover * opaque, np.asarray(small, np.float32) * opaque))


def paint_sticker(path: Path, box: tuple[float, float, float, float], window: tuple[int, int, int, int]
                  ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A picture with transparency, scaled into `box` of the frame, as seen through `window`.

    Returns:
        (height, width, 3) uint8 BGR, continued into what is transparent, and (height, width) float32 opacity.
    """
    wide, high = (max(1, round(end - start)) for start, end in ((box[0], box[2]), (box[1], box[3])))
    try:
        with Image.open(path) as picture:
            dimmed = picture.convert("RGBA").convert("RGBa")
            scaled = np.asarray(dimmed.resize((wide, high), Image.Resampling.LANCZOS), np.float32) / 255
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:
        raise StoreDamaged(f"{path.name!r} is no picture ({error}): delete it, it will be made again") from error
    place = np.array([[(box[2] - box[0]) / wide, 0, box[0] - window[0]], [0, (box[3] - box[1]) / high, box[1] - window[1]]])
    place[:, 2] += (place[:, :2].sum(axis=1) - 1) / 2
    seen = cv2.warpAffine(scaled[..., [2, 1, 0, 3]], place, (window[2] - window[0], window[3] - window[1]))
    around = cv2.blur(seen, (5, 5))
    near = np.where(seen[..., 3:] > FAINT, seen, around)
    colour = near[..., :3] / np.maximum(near[..., 3:], 1 / 255)
    return np.round(np.clip(colour, 0, 1) * 255).astype(np.uint8), np.clip(seen[..., 3], 0, 1)
