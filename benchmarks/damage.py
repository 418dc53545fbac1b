"""Ways to spoil a film of a talking portrait, so that each measurement can be seen to notice.

Each gives a function (index of the frame, I420 frame) -> I420 frame.
"""

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.planes import new_frame, view_planes

Frame = NDArray[np.uint8]
Change = Callable[[int, Frame], Frame]


def per_plane(change: Callable[[NDArray[np.uint8], float], NDArray[np.uint8]], frame: Frame) -> Frame:
    """Applies `change(plane, its scale)` to luma and both chroma planes."""
    height, width = frame.shape[0] * 2 // 3, frame.shape[1]
    result = new_frame((width, height))
    source, target = view_planes(frame), view_planes(result)
    for name, scale in (("y", 1.0), ("u", 0.5), ("v", 0.5)):
        getattr(target, name)[...] = change(getattr(source, name), scale)
    return result


def melting(middle: tuple[float, float], radius: float, *, most: float, frames: int) -> Change:
    """A warp of the face that grows over the film: it swells on one side of the nose and shrinks on the other.

    Args:
        middle: of the face, pixels.
        radius: of the face, pixels.
        most: greatest shift at the end, parts of the radius.
        frames: length of the film.
    """
    def change(plane: NDArray[np.uint8], scale: float, share: float) -> NDArray[np.uint8]:
        rows, columns = np.mgrid[:plane.shape[0], :plane.shape[1]].astype(np.float32)
        x, y = (columns / scale - middle[0]) / radius, (rows / scale - middle[1]) / radius
        inside = np.exp(-(x**2 + y**2) * 1.2) * share * most * radius * scale
        return np.asarray(cv2.remap(plane, columns - inside * np.sin(4 * y + 1), rows - inside * np.sin(5 * x),
                                    cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))

    return lambda index, frame: per_plane(partial(change, share=index / frames), frame)


def blended(other: list[Frame], share: float) -> Change:
    """Another person shows through."""
    return lambda index, frame: cv2.addWeighted(frame, 1 - share, other[index % len(other)], share, 0)


def drifting(other: list[Frame], most: float, *, frames: int) -> Change:
    """Another person shows through, more and more."""
    def change(index: int, frame: Frame) -> Frame:
        share = most * index / frames
        return cv2.addWeighted(frame, 1 - share, other[index % len(other)], share, 0)

    return change


def leaping(pixels: float, *, at: int) -> Change:
    """From one frame on everything is elsewhere."""
    return lambda index, frame: frame if index < at else per_plane(
        lambda plane, scale: _moved(plane, pixels * scale, 0.0), frame)


def discoloured(levels: float, *, frames: int) -> Change:
    """Colours wander off, as they do in long generated films."""
    def change(index: int, frame: Frame) -> Frame:
        result = frame.copy()
        chroma = view_planes(result).v
        chroma[...] = np.clip(chroma + levels * index / frames, 16, 240).astype(np.uint8)
        return result

    return change


def blurred(sigma_px: float) -> Change:
    """Out of focus."""
    def change(plane: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma_px * scale))

    return lambda _, frame: per_plane(change, frame)


def flickering(levels: float) -> Change:
    """Brightness jumps from frame to frame."""
    dice = np.random.default_rng(1)

    def change(_: int, frame: Frame) -> Frame:
        return _brighter(frame, float(dice.normal()) * levels)

    return change


def boiling(levels: float) -> Change:
    """Texture that is drawn anew on every frame, as image models do."""
    dice = np.random.default_rng(2)

    def change(_: int, frame: Frame) -> Frame:
        height, width = frame.shape[0] * 2 // 3, frame.shape[1]
        coarse = dice.normal(size=(height // 6, width // 6)).astype(np.float32)
        grain = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) * levels
        return _brighter(frame, grain)

    return change


def shaking(pixels: float) -> Change:
    """Every frame is a little elsewhere."""
    dice = np.random.default_rng(3)

    def change(_: int, frame: Frame) -> Frame:
        x, y = dice.normal(size=2) * pixels
        return per_plane(lambda plane, scale: _moved(plane, x * scale, y * scale), frame)

    return change


def frozen(first: int, last: int) -> Change:
    """The picture stands still from one frame to another."""
    kept: list[Frame] = []

    def change(index: int, frame: Frame) -> Frame:
        if index == first:
            kept.append(frame.copy())
        return kept[0] if first <= index < last else frame

    return change


def black(first: int, last: int) -> Change:
    """Nothing is seen from one frame to another."""
    def change(index: int, frame: Frame) -> Frame:
        if not first <= index < last:
            return frame
        dark = np.full_like(frame, 128)
        dark[:frame.shape[0] * 2 // 3] = 16
        return dark

    return change


def dragged(pixels: float) -> Change:
    """The background sways along with the head, as where a whole picture is bent."""
    def change(index: int, frame: Frame) -> Frame:
        shift = pixels * np.sin(index / 9)
        return per_plane(lambda plane, scale: _swayed(plane, shift * scale), frame)

    return change


def _brighter(frame: Frame, levels: NDArray[np.float32] | float) -> Frame:
    result = frame.copy()
    luma = view_planes(result).y
    luma[...] = np.clip(luma + levels, 16, 235).astype(np.uint8)
    return result


def _swayed(plane: NDArray[np.uint8], shift: float) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[:plane.shape[0], :plane.shape[1]].astype(np.float32)
    x = (columns / plane.shape[1] - 0.5) * 2
    return np.asarray(cv2.remap(plane, (columns + shift * np.exp(-(x**2))).astype(np.float32), rows, cv2.INTER_LINEAR,
                                borderMode=cv2.BORDER_REPLICATE))


def _moved(plane: NDArray[np.uint8], x: float, y: float) -> NDArray[np.uint8]:
    matrix = np.array([[1, 0, x], [0, 1, y]])
    return np.asarray(cv2.warpAffine(plane, matrix, plane.shape[::-1], borderMode=cv2.BORDER_REPLICATE))
