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
from tasks.media.drawing.plate import fill_smoothly
from tasks.media.drawing.softness import find_grain
from tasks.media.easing import smooth_step
from tasks.media.rig.topology import NOSE_BRIDGE

REACH = (0.78, 0.62, 0.46)
"""How far the patch reaches from the middle of the eye: sideways, up, down, in widths of the eye."""
FOLD, BELOW = 0.50, 0.40
"""How far above the eye skin comes down with the lid, and how far below it rises, in widths of the eye."""
RIM_CLEAR = 0.9
"""Part of the skin inside the rims of glasses that moves, so that the rims do not."""
UPPER_SHARE = 0.88
"""Share of the opening that the upper lid closes; the lower lid rises for the rest."""
CLOSED_SOFT = 0.13
"""How far along the eye the line of closed lids is smoothed, in widths of the eye: where an open lower lid has a corner,
closed lids meet in an arc, for which the lower one rises further."""
CLOSED_POINTS = 61
"""Points along the eye at which that line is found."""
LASHES, LASHES_FLARE = 0.145, 0.11
"""Height of the lashes above the middle of the eye, and how much more above its corners, in widths of the eye."""
LID_MARGIN = 0.02
"""The lid is cut this far above the traced edge, inside the dark line of the lashes, in widths of the eye."""
ROOT = 0.03
"""The dark line the lashes grow from, in widths of the eye."""
LASHES_REACH, LASHES_END = (0.52, 0.62), (0.58, 0.74)
"""How far sideways lashes may stand, towards the nose and away from it, in widths of the eye: fading begins, and ends."""
INSIDE_RIMS = (0.46, 0.52)
"""How far sideways a blink is drawn behind glasses, whose rims may touch the eyes: where fading begins, and ends."""
UNLIKE = (1.0, 4.0)
"""Levels of luma by which a pixel above the lid begins to differ from bare skin, and is a lash or the light between two."""
TONE_FROM = (0.15, 0.65)
"""Blinks between which a closing lid takes the tone of the skin around the eye."""
TONE_SCALE = 0.05
"""How finely it takes it, in widths of the eye: creases and shadows of the lid itself stay."""
TONE_RIM = 0.09
"""How far below the lower lid the skin counts as around the eye, in widths of the eye."""
PLAIN_SKIN = (0.26, 0.44)
"""How far below the middle of the eye skin is that has the picture's texture and nothing else, in widths of the eye."""
LINE_ENDS = 8.0
"""How far before the corners the line of a closed eye begins to fade in a soft picture, in its blur."""
ALIKE = (2.0, 8.0)
"""Levels of chroma and of luma by which a lid may differ from the skin around it: it is in its own shadow."""
TONE_STEP, TONE_ROUNDS = 4, 60
"""The tone is found at a quarter of the size; rounds of smoothing that find it."""
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
EDGE_BLUR = 1.4
"""How much wider the edge of a lid is in a soft picture, in its blur."""
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
        self._scale, self._moves, self._blur = face.scale, eye.moves, face.blur
        self._sharp, self._margin = 1.4 + EDGE_BLUR * face.blur, LID_MARGIN * width + EDGE_BLUR * face.blur
        self._fold = FOLD * width if eye.free_above is None else min(FOLD * width, RIM_CLEAR * eye.free_above)
        self._below = BELOW * width if eye.free_below is None else min(BELOW * width, RIM_CLEAR * eye.free_below)
        self._glasses = eye.free_above is not None
        self._nose = float(np.sign((face.points[NOSE_BRIDGE, :2] - self._centre) @ self._right))
        self.window = self._choose_window(face)
        self._set_lines(eye)
        start, end = (share * width for share in INSIDE_RIMS)
        self._between_rims = np.clip((end - np.abs(self._u)) / (end - start), 0, 1) if self._glasses else None
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
        along = np.linspace(-self._width / 2, self._width / 2, CLOSED_POINTS)
        share = closing_share(*(np.interp(along, line[:, 0], line[:, 1]) for line in (upper, lower)))
        self._share = np.interp(self._u, along, share).astype(np.float32)
        ends = float(np.clip(self._blur * LINE_ENDS, 1e-3, 0.25 * self._width))
        self._line = smooth_step(self._width / 2 - np.abs(self._u), 0, ends) if self._blur else np.float32(1)
        self._open = self._step(self._v - self._upper) * self._step(self._lower - self._v)
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
        band = np.minimum(band, 0.8 * self._fold)
        root = ROOT * self._width + EDGE_BLUR * self._blur
        above = self._upper - self._v
        inner = (self._u * self._nose > 0) | self._glasses
        start, end = (self._width * np.where(inner, *limits) for limits in (LASHES_REACH, LASHES_END))
        sideways = np.clip((end - np.abs(self._u)) / (end - start), 0, 1)
        lashes = smooth_step(above / band, 1.15, 0.85) * smooth_step(above, -2.0, 0.0) * sideways
        luma = source.y.astype(np.float32)
        skin = smooth_step(above, root, 2 * root) * np.clip(luma / float(np.median(source.y)), 0.05, 1) ** 3
        bare = np.where(above > root, luma, spread(luma, skin, 0.10 * self._width))
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (odd(0.20 * self._width),) * 2)
        bare = cv2.morphologyEx(bare.astype(np.float32), cv2.MORPH_CLOSE, kernel)
        bare = cv2.GaussianBlur(bare, (0, 0), 0.06 * self._width, sigmaY=0.03 * self._width)
        lid = luma + (bare - luma) * lashes * smooth_step(np.abs(bare - luma), *UNLIKE)
        lash = np.clip(np.maximum(luma - LUMA_BLACK, 1) / np.maximum(lid - LUMA_BLACK, 1), 0, 1).astype(np.float32)
        self._lash = cv2.GaussianBlur(lash, (0, 0), self._blur) if self._blur else lash
        self._liner = 1 - float(np.median(self._lash[(above > 0.3 * root) & (above < root) & (self._height > 0)]))
        small, soft = halve(skin), halve(lashes)
        u, v = (plane + (spread(plane, small, 0.06 * self._width) - plane) * soft for plane in self._source[1:])
        self._skin = Planes(*(plane.astype(np.float32) for plane in (lid, u, v)))
        self._set_tone(band)

    def _set_tone(self, band: NDArray[Any]) -> None:
        """What a closed lid lacks to the tone and the texture of the skin around the eye."""
        above, sideways = self._upper - self._v, np.abs(self._u) < 0.6 * self._width
        opening = (above < 0.8 * band) & (self._v < self._lower + TONE_RIM * self._width) & sideways
        over, _ = self._unroll(1.0, self._share * self._height)
        lid = np.clip((self._share * self._height - 0.3 * band - self._v + self._upper) / (0.3 * band), 0, 1)
        inside = soften_inwards(opening, 0.10 * self._width)
        self._tone = Planes(*(self._lacking(skin, drawn, opening, inside)
                              for skin, drawn in zip(self._source, over, strict=True)))
        first, last = (share * self._width for share in PLAIN_SKIN)
        grain = find_grain(self._source[0], self._blur)
        x, y = self._to_pixels(self._u, first + np.abs((self._v - first) % (2 * (last - first)) - (last - first)))
        texture = cv2.remap(grain, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        self._tone.y[:] += texture * inside * lid

    def _lacking(self, skin: NDArray[Any], drawn: NDArray[Any], opening: NDArray[Any], inside: NDArray[Any]
                 ) -> NDArray[np.float32]:
        """One plane of the tone: the skin around, carried smoothly over the opening, less what is drawn there."""
        size = (-(-self._u.shape[1] // TONE_STEP), -(-self._u.shape[0] // TONE_STEP))
        hole = cv2.resize(opening.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        hole = cv2.dilate(hole, np.ones((3, 3), np.uint8))
        small, now = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (skin, drawn))
        around = fill_smoothly(np.dstack([small] * 3).astype(np.float32), hole)[..., 0]
        for _ in range(TONE_ROUNDS):
            around = np.where(hole > 0, cv2.blur(around, (3, 3), borderType=cv2.BORDER_REPLICATE), small)
        width = TONE_SCALE * self._width / TONE_STEP
        alike = ALIKE[skin.shape == inside.shape]
        lacking = np.sign(around - now) * np.maximum(np.abs(around - now) - alike, 0)
        lacking = cv2.GaussianBlur(lacking.astype(np.float32), (0, 0), width, borderType=cv2.BORDER_REPLICATE)
        full = cv2.resize(lacking, skin.shape[::-1], interpolation=cv2.INTER_LINEAR)
        share = inside if skin.shape == inside.shape else halve(inside)
        return np.asarray(full * share, np.float32)

    def _turn(self, shift: tuple[float, float]) -> Planes:
        """The eyeball with the iris moved by `shift` pixels."""
        return self._fetch(self._ball, self._u - shift[0] * self._follow, self._v - shift[1] * self._follow)

    def _cover_below(self, eye: Planes, rise: NDArray[Any]) -> Planes:
        """The open eye with the lower lid risen by `rise` pixels."""
        under = self._fetch(self._skin, self._u, stretch_down(self._v, self._lower, rise, self._below))
        covered = self._step(self._v - self._lower + rise) * np.clip(rise, 0, 1)
        small = halve(covered)
        return Planes(*(plane + (skin - plane) * mask
                        for plane, skin, mask in zip(eye, under, (covered, small, small), strict=True)))

    def _close(self, target: Planes, ball: Planes, blink: float, squeeze: float) -> None:
        """The lids `blink` of the way closed, over the eyeball, the lower one no less than a smile has it."""
        rise = np.maximum((1 - self._share) * blink, squeeze) * self._height
        fall = np.minimum(self._share * blink, 1 - squeeze) * self._height
        within = np.clip(self._height / 2, 0, 1)
        under = self._fetch(self._skin, self._u, stretch_down(self._v, self._lower, rise, self._below))
        over, edge = self._unroll(blink, fall)
        toned = float(smooth_step(blink, *TONE_FROM))
        depth = self._v - edge
        shadow = 1 - LID_SHADOW * blink * np.exp(-np.maximum(depth, 0) / (0.07 * self._width)) * self._step(depth) * within
        line = np.exp(-(depth / np.hypot(0.6 * ROOT * self._width, self._blur)) ** 2) * within * self._line
        shadow *= 1 - self._liner * float(smooth_step(blink, 0.2, 0.6)) * line
        shadow *= 1 - (1 - self._cast_lashes(edge, blink)) * self._line
        closed = self._step(edge - self._v + 0.6 * blink)
        below = np.maximum(self._step(self._v - self._lower + rise), 1 - within)
        for index, plane in enumerate(target):
            pick = (lambda mask: mask) if index == 0 else halve
            zero = LUMA_BLACK if index == 0 else CHROMA_GREY
            picture = ball[index] + (under[index] - ball[index]) * pick(below)
            lid = over[index] + toned * self._tone[index] if toned else over[index]
            picture = zero + (picture + (lid - picture) * pick(closed) - zero) * pick(shadow)
            if self._between_rims is not None:
                picture = self._source[index] + (picture - self._source[index]) * pick(self._between_rims)
            plane[:] = np.clip(picture + 0.5, 0, 255)

    def _unroll(self, blink: float, fall: NDArray[Any]) -> tuple[Planes, NDArray[Any]]:
        """The skin of the upper lid with its edge down by `fall` pixels, and where that edge is."""
        margin = self._margin * np.clip(self._height / 2, 0, 1)
        edge, fold = self._upper + fall + (2 * blink - 1) * margin, self._fold
        t = np.clip((self._v - edge + fall + fold) / (fold + fall), 0, 1)
        return self._fetch(self._skin, self._u, np.minimum(self._v - fall * t * np.sqrt(t), self._upper - margin)), edge

    def _cast_lashes(self, edge: NDArray[Any], blink: float) -> NDArray[np.float32]:
        """(height, width): how the lashes darken the picture, standing on the lid's edge."""
        swing = 1 + (LASHES_DOWN - 1) * float(smooth_step(blink, 0.0, 1.0))
        length = np.copysign(max(abs(swing), SHORTEST), swing)
        source_v = self._upper - self._margin + (self._v - edge) / np.float32(length)
        x, y = self._to_pixels(self._u, source_v)
        cast: NDArray[np.float32] = cv2.remap(self._lash, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT,
                                              borderValue=1.0)
        return cast

    def _step(self, distance: NDArray[Any]) -> NDArray[np.float32]:
        """0 below zero, 1 above, as smooth as edges of the portrait are."""
        return np.clip(distance / self._sharp + 0.5, 0, 1).astype(np.float32)

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


def closing_share(upper: NDArray[Any], lower: NDArray[Any]) -> NDArray[Any]:
    """(n,): the share of the opening that the upper lid closes at even places along the eye.

    Args:
        upper: (n,) edge of the open upper lid from corner to corner, pixels downwards.
        lower: (n,) that of the lower lid.
    """
    opening = np.maximum(lower - upper, 0)
    line = upper + UPPER_SHARE * opening
    soft = cv2.GaussianBlur(line[None].astype(np.float32), (0, 0), CLOSED_SOFT * len(line),
                            borderType=cv2.BORDER_REPLICATE)[0]
    return np.asarray(np.clip((soft - upper) / np.maximum(opening, 1e-3), 0, 1))


def spread(plane: NDArray[Any], weight: NDArray[Any], sigma: float) -> NDArray[np.float32]:
    """The plane, blurred; only where `weight` is large does it count."""
    known = cv2.GaussianBlur(weight.astype(np.float32), (0, 0), sigma) + np.float32(1e-4)
    result: NDArray[np.float32] = cv2.GaussianBlur((plane * weight).astype(np.float32), (0, 0), sigma) / known
    return result


def stretch_down(v: NDArray[Any], edge: NDArray[Any], rise: NDArray[Any], reach: float) -> NDArray[Any]:
    """Where skin below `edge` comes from when the edge rises by `rise`; beyond `reach` it stays."""
    t = np.clip((edge + reach - v) / (reach + rise), 0, 1)
    return np.where(v > edge - rise, v + rise * t, v)


def halve(mask: NDArray[Any]) -> NDArray[np.float32]:
    """A luma mask for a chroma plane."""
    result: NDArray[np.float32] = cv2.resize(np.asarray(mask, np.float32), (mask.shape[1] // 2, mask.shape[0] // 2),
                      interpolation=cv2.INTER_AREA).astype(np.float32, copy=False)
    return result


def soften_inwards(mask: NDArray[Any], reach: float) -> NDArray[np.float32]:
    """1 deep inside a mask, 0 at its border and outside."""
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    return np.asarray(smooth_step(inside, 0, reach), np.float32)


def odd(length: float) -> int:
    """The nearest odd number, at least 1."""
    return max(1, int(length) // 2 * 2 + 1)
