"""Draws the eyes: the eyeball turns under the lids, and the lids close over it.

The portrait's eye is taken apart once into an eyeball (continued under the lids), the skin of the lid without lashes, and
the lashes as a factor by which they darken what is behind them. A blink unrolls the skin downwards, lets the lower lid rise
a little, and swings the lashes from pointing up to pointing down, as real ones do; seen from the front they shorten on
the way.

Convention: u runs along the eye from corner to corner and v across it, downwards, both in pixels from the eye's centre.
"""

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.drawing.face import EyeLines, Face
from tasks.media.drawing.planes import CHROMA_GREY, LUMA_BLACK, Planes
from tasks.media.easing import smooth_step

REACH = (0.78, 0.62, 0.46)
"""How far the patch reaches from the middle of the eye: sideways, up, down, in widths of the eye."""
FOLD = 0.50
"""How far above the eye skin comes down with the lid, in widths of the eye."""
UPPER_SHARE = 0.88
"""Share of the opening that the upper lid closes; the lower lid rises for the rest."""
LASHES, LASHES_FLARE = 0.145, 0.11
"""Height of the lashes above the middle of the eye, and how much more above its corners, in widths of the eye."""
LID_MARGIN = 0.02
"""The lid is cut this far above the traced edge, inside the dark line of the lashes, in widths of the eye."""
ROOT = 0.03
"""The dark line the lashes grow from, in widths of the eye."""
LASHES_DOWN = -0.55
"""Length of the lashes of a closed eye relative to the open one, pointing the other way."""
SHORTEST = 0.22
"""Lashes never get shorter than this, relative to the open eye."""
EYEBALL = 0.13
"""Radius of the eyeball in units of the scale: what a turned head is looked against with."""
HOLD_GAZE = (0.9, 0.7)
"""How much of the head's yaw and pitch the eyes turn back, so that they stay on the viewer."""
GAZE = (0.018, 0.012)
"""How far a gaze of 1 moves the iris, in units of the scale, sideways and down."""
LID_SHADOW = 0.24
"""How much the closing lid darkens the eyeball under its edge."""
LEAST_BLINK = 0.004
"""A smaller blink is not seen, nor a smaller smile of the eyes."""
SQUEEZE = 0.17
"""Share of the opening that a broad smile covers with the lower lid, pushed up by the cheek."""


class Eye:
    """One eye of one face."""

    def __init__(self, face: Face, eye: EyeLines, planes: Planes) -> None:
        corners = (eye.upper[0] + eye.lower[0]) / 2, (eye.upper[-1] + eye.lower[-1]) / 2
        self._width = width = float(np.linalg.norm(corners[1] - corners[0]))
        self._right = (corners[1] - corners[0]) / np.float32(width)
        self._down = np.array([-self._right[1], self._right[0]], np.float32)
        self._centre = (corners[0] + corners[1]) / 2
        self._scale, self._moves = face.scale, eye.moves
        self.window = self._choose_window(face)
        self._set_lines(eye)
        source = planes.crop(*self.window)
        self._set_gaze(eye, source)
        self._set_lid(source)

    def draw(self, planes: Planes, values: Mapping[str, float]) -> None:
        """Draws the eye into its window of the portrait's planes."""
        if not self._moves:
            return
        target = planes.crop(*self.window)
        blink = float(np.clip(values.get("blink", 0.0), 0, 1))
        shift = (self._scale * (GAZE[0] * values.get("gaze_x", 0.0) - EYEBALL * HOLD_GAZE[0] * values.get("yaw", 0.0)),
                 self._scale * (GAZE[1] * values.get("gaze_y", 0.0) - EYEBALL * HOLD_GAZE[1] * values.get("pitch", 0.0)))
        ball = self._turn(shift)
        squeeze = SQUEEZE * float(np.clip(values.get("smile", 0.0), 0, 1))
        if blink >= LEAST_BLINK:
            self._close(target, ball, blink, squeeze)
            return
        openings = (self._open, self._open2, self._open2)
        eye = Planes(*(source + (moved - still) * opening
                       for source, moved, still, opening in zip(self._source, ball, self._ball, openings, strict=True)))
        if squeeze >= LEAST_BLINK:
            eye = self._cover_below(eye, squeeze * self._height)
        for plane, picture in zip(target, eye, strict=True):
            plane[:] = np.clip(picture + 0.5, 0, 255)

    def _choose_window(self, face: Face) -> tuple[int, int, int, int]:
        height, width = face.image.shape[:2]
        x, y = self._centre
        side, up, down = (reach * self._width for reach in REACH)
        return (max(0, int(x - side)) // 2 * 2, max(0, int(y - up)) // 2 * 2,
                min(width, int(x + side)) // 2 * 2, min(height, int(y + down)) // 2 * 2)

    def _set_lines(self, eye: EyeLines) -> None:
        """Place of every pixel along and across the eye, and the lids' edges above and below it."""
        left, top, right, bottom = self.window
        x, y = np.meshgrid(np.arange(left, right, dtype=np.float32), np.arange(top, bottom, dtype=np.float32))
        self._u = (x - self._centre[0]) * self._right[0] + (y - self._centre[1]) * self._right[1]
        self._v = (x - self._centre[0]) * self._down[0] + (y - self._centre[1]) * self._down[1]
        upper, lower = ((line - self._centre) @ np.stack([self._right, self._down], axis=1)
                        for line in (eye.upper, eye.lower))
        self._upper = np.interp(self._u, upper[:, 0], upper[:, 1]).astype(np.float32)
        self._lower = np.interp(self._u, lower[:, 0], lower[:, 1]).astype(np.float32)
        self._height = np.maximum(self._lower - self._upper, 0)
        self._open = step(self._v - self._upper) * step(self._lower - self._v)
        self._open2 = halve(self._open)

    def _set_gaze(self, eye: EyeLines, source: Planes) -> None:
        """The eyeball on its own, and how much each pixel of it follows the iris."""
        margin = np.minimum(1.5, self._height / 2)
        inside = np.clip(self._v, self._upper + margin, self._lower - margin)
        self._source = [plane.astype(np.float32) for plane in source]
        self._ball = self._fetch(source, self._u, inside)
        iris = (eye.iris - self._centre) @ np.stack([self._right, self._down], axis=1)
        away = np.hypot(self._u - iris[0], self._v - iris[1]) / (1.45 * eye.iris_radius)
        rim = smooth_step(self._lower - self._v, 0, 0.12 * float(self._height.max()) + 1e-6)
        self._follow = (np.exp(-away**4) * (0.35 + 0.65 * rim)).astype(np.float32)

    def _set_lid(self, source: Planes) -> None:
        """The lid without lashes, and the lashes as factors."""
        band = self._width * (LASHES + LASHES_FLARE * np.clip(2 * self._u / self._width, -1.3, 1.3) ** 2)
        root = ROOT * self._width
        above = self._upper - self._v
        lashes = smooth_step(above / band, 1.15, 0.85) * smooth_step(above, -2.0, 0.0) * smooth_step(
            np.abs(self._u), 0.74 * self._width, 0.62 * self._width)
        luma = source.y.astype(np.float32)
        skin = smooth_step(above, root, 2 * root) * np.clip(luma / float(np.median(source.y)), 0.05, 1) ** 3
        bare = np.where(above > root, luma, spread(luma, skin, 0.10 * self._width))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (odd(0.20 * self._width),) * 2)
        bare = cv2.morphologyEx(bare.astype(np.float32), cv2.MORPH_CLOSE, kernel)
        bare = cv2.GaussianBlur(bare, (0, 0), 0.06 * self._width, sigmaY=0.03 * self._width)
        lid = luma + (bare - luma) * lashes
        self._lash = np.clip(np.maximum(luma - LUMA_BLACK, 1) / np.maximum(lid - LUMA_BLACK, 1), 0, 1).astype(np.float32)
        self._liner = 1 - float(np.median(self._lash[(above > 0.3 * root) & (above < root) & (self._height > 0)]))
        small, soft = halve(skin), halve(lashes)
        u, v = (plane + (spread(plane, small, 0.06 * self._width) - plane) * soft for plane in self._source[1:])
        self._skin = Planes(*(plane.astype(np.float32) for plane in (lid, u, v)))

    def _turn(self, shift: tuple[float, float]) -> Planes:
        """The eyeball with the iris moved by `shift` pixels."""
        return self._fetch(self._ball, self._u - shift[0] * self._follow, self._v - shift[1] * self._follow)

    def _cover_below(self, eye: Planes, rise: NDArray[Any]) -> Planes:
        """The open eye with the lower lid risen by `rise` pixels."""
        under = self._fetch(self._skin, self._u, stretch_down(self._v, self._lower, rise, 0.4 * self._width))
        covered = step(self._v - self._lower + rise) * np.clip(rise, 0, 1)
        small = halve(covered)
        return Planes(*(plane + (skin - plane) * mask
                        for plane, skin, mask in zip(eye, under, (covered, small, small), strict=True)))

    def _close(self, target: Planes, ball: Planes, blink: float, squeeze: float) -> None:
        """The lids `blink` of the way closed, over the eyeball, the lower one no less than a smile has it."""
        rise = max((1 - UPPER_SHARE) * blink, squeeze) * self._height
        fall = min(UPPER_SHARE * blink, 1 - squeeze) * self._height
        within = np.clip(self._height / 2, 0, 1)
        edge = self._upper + fall + (2 * blink - 1) * LID_MARGIN * self._width * within
        under = self._fetch(self._skin, self._u, stretch_down(self._v, self._lower, rise, 0.4 * self._width))
        fold = FOLD * self._width
        t = np.clip((self._v - edge + fall + fold) / (fold + fall), 0, 1)
        lowest = self._upper - LID_MARGIN * self._width * within
        over = self._fetch(self._skin, self._u, np.minimum(self._v - fall * t * np.sqrt(t), lowest))
        depth = self._v - edge
        shadow = 1 - LID_SHADOW * blink * np.exp(-np.maximum(depth, 0) / (0.07 * self._width)) * step(depth) * within
        line = np.exp(-(depth / (0.6 * ROOT * self._width)) ** 2) * within
        shadow *= 1 - self._liner * float(smooth_step(blink, 0.2, 0.6)) * line
        shadow *= self._cast_lashes(edge, blink)
        closed = step(edge - self._v + 0.6 * blink)
        below = np.maximum(step(self._v - self._lower + rise), 1 - within)
        for index, plane in enumerate(target):
            pick = (lambda mask: mask) if index == 0 else halve
            zero = LUMA_BLACK if index == 0 else CHROMA_GREY
            picture = ball[index] + (under[index] - ball[index]) * pick(below)
            picture = picture + (over[index] - picture) * pick(closed)
            plane[:] = np.clip(zero + (picture - zero) * pick(shadow) + 0.5, 0, 255)

    def _cast_lashes(self, edge: NDArray[Any], blink: float) -> NDArray[np.float32]:
        """(height, width): how the lashes darken the picture, standing on the lid's edge."""
        swing = 1 + (LASHES_DOWN - 1) * float(smooth_step(blink, 0.0, 1.0))
        length = np.copysign(max(abs(swing), SHORTEST), swing)
        source_v = self._upper - LID_MARGIN * self._width + (self._v - edge) / np.float32(length)
        x, y = self._to_pixels(self._u, source_v)
        cast: NDArray[np.float32] = cv2.remap(self._lash, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
                                              borderValue=1.0)
        return cast

    def _fetch(self, planes: Planes, u: NDArray[Any], v: NDArray[Any]) -> Planes:
        """Float planes of this window, read at (u, v)."""
        x, y = self._to_pixels(u, v)
        half = (x.shape[1] // 2, x.shape[0] // 2)
        x2, y2 = ((cv2.resize(values, half, interpolation=cv2.INTER_AREA) - 0.5) / 2 for values in (x, y))
        maps = ((x, y), (x2, y2), (x2, y2))
        return Planes(*(cv2.remap(plane.astype(np.float32, copy=False), a.astype(np.float32), b.astype(np.float32),
                                  cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
                        for plane, (a, b) in zip(planes, maps, strict=True)))

    def _to_pixels(self, u: NDArray[Any], v: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Pixels of the window for places along and across the eye."""
        x = u * self._right[0] + v * self._down[0] + (self._centre[0] - self.window[0])
        y = u * self._right[1] + v * self._down[1] + (self._centre[1] - self.window[1])
        return x.astype(np.float32, copy=False), y.astype(np.float32, copy=False)


def spread(plane: NDArray[Any], weight: NDArray[Any], sigma: float) -> NDArray[np.float32]:
    """The plane, blurred; only where `weight` is large does it count."""
    known = cv2.GaussianBlur(weight.astype(np.float32), (0, 0), sigma) + np.float32(1e-4)
    result: NDArray[np.float32] = cv2.GaussianBlur((plane * weight).astype(np.float32), (0, 0), sigma) / known
    return result


def stretch_down(v: NDArray[Any], edge: NDArray[Any], rise: NDArray[Any], reach: float) -> NDArray[Any]:
    """Where skin below `edge` comes from when the edge rises by `rise`; beyond `reach` it stays."""
    t = np.clip((edge + reach - v) / (reach + rise), 0, 1)
    return np.where(v > edge - rise, v + rise * t, v)


def step(distance: NDArray[Any]) -> NDArray[np.float32]:
    """0 below zero, 1 above, smooth within a pixel."""
    return np.clip(distance / 1.4 + 0.5, 0, 1).astype(np.float32)


def halve(mask: NDArray[Any]) -> NDArray[np.float32]:
    """A luma mask for a chroma plane."""
    result: NDArray[np.float32] = cv2.resize(np.asarray(mask, np.float32), (mask.shape[1] // 2, mask.shape[0] // 2),
                      interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
    return result


def odd(length: float) -> int:
    """The nearest odd number, at least 1."""
    return max(1, int(length) // 2 * 2 + 1)
