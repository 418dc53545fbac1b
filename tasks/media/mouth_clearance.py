"""On which frames of a film the mouth may be drawn anew.

Not where there is no face, where it is turned away, where the mouth is wide open or bared, and where something is before it.
The face mesh goes on smiling under a hand, so covering is seen in the pixels: the skin around the mouth, brought into one
pose on all frames, is compared with what it usually is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.affine import apply_affine, fit_affine, invert_affine
from tasks.media.easing import smooth_step
from tasks.media.landmarks import Landmarks
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.mouth_track import ANCHORS
from tasks.media.rig.geometry import face_yaw
from tasks.media.rig.topology import CHIN, LEFT_EYE_OUTER, MOUTH_LEFT, MOUTH_RIGHT, RIGHT_EYE_OUTER
from tasks.media.steadying import runs

WIDEST_OPENING = 0.20
"""Own opening, in eye distances, from which lips are left alone: what is laid over them would end on skin that a low jaw
stretches. A spoken "ah" reaches 0.10 to 0.17, a yawn or a laugh more."""
GREATEST_YAW_RAD = np.radians(38)
"""Turn of the head from which the far half of the mouth is hidden; a three-quarter view of 33 degrees still speaks well."""
SIDE = 40
"""The surroundings of the mouth are looked at in this many pixels a side."""
REACH_X, REACH_UP, REACH_DOWN = 1.7, 0.30, 0.62
"""How far that reaches: half widths of the mouth to either side, and units of the scale up and down."""
UNUSUAL, UNUSUAL_LEVELS = 5.0, 22.0
"""A pixel is unusual that differs from the usual by so many times what it does on half of all frames, and so many of 255."""
COVERED_SHARE, BEGINS_SHARE = 0.18, 0.04
"""Part of the surroundings that is unusual where something is before them, and where it may be on its way: on drawn films
(`benchmarks/avatar_films.py`) a head that turns and talks stayed below 0.14, fingers over the mouth reached 0.5."""
MARGIN = 4
"""Frames left alone before and after one that must be: a hand blurs the skin before it is seen on it."""
EASE = 9
"""Frames over which drawing comes and goes: a third of a second, unhurried."""

REASONS = {"hidden": "shows no face", "turned": "is turned away by more than 38 degrees", "open": "has its mouth wide open",
           "covered": "has something before its mouth"}
"""Why a mouth must be left alone -> how to say it of the avatar."""


@dataclass(frozen=True)
class Clearance:
    """Where the mouth must be left alone, and why: reason of `REASONS` -> (n,) bool."""

    because: dict[str, NDArray[np.bool_]]

    @property
    def free(self) -> NDArray[np.bool_]:
        """(n,): frames on which it may be drawn."""
        return np.asarray(~np.any(list(self.because.values()), axis=0))

    def strength(self) -> NDArray[np.float32]:
        """(n,): 0 on and around frames to be left alone to 1, without a jump."""
        places, kept = np.arange(len(self.free)), np.flatnonzero(~self.free)
        if not len(kept):
            return np.ones(len(places), np.float32)
        away = np.abs(places[:, None] - kept).min(axis=1)
        return np.asarray(smooth_step(away, MARGIN, MARGIN + EASE), np.float32)

    def told(self) -> Iterator[str]:
        """How much of the film each reason takes, in words, the greatest first."""
        for reason, flags in sorted(self.because.items(), key=lambda item: -item[1].sum()):
            if flags.any():
                yield f"{REASONS[reason]} on {100 * flags.mean():.0f} % of its frames"


class MouthWatch:
    """Looks at the surroundings of a mouth while its film goes by; a frame leaves 1.6 kB."""

    def __init__(self) -> None:
        self._views: list[NDArray[np.uint8] | None] = []
        self._first: Landmarks | None = None

    def look(self, picture: NDArray[np.uint8], face: Landmarks | None) -> None:
        """Keeps what is around the mouth of a face, points in pixels of the picture; None: there is none."""
        if face is None:
            self._views.append(None)
            return
        if self._first is None:
            self._first = face
        place = fit_affine(self._first[list(ANCHORS), :2], face[list(ANCHORS), :2])
        corners = apply_affine(place, surroundings(self._first))
        square = np.array([[0, 0], [SIDE, 0], [0, SIDE]], float) - 0.5
        back = invert_affine(fit_affine(square, corners))
        view = cv2.warpAffine(picture, back, (SIDE, SIDE), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
        self._views.append(cv2.cvtColor(view, cv2.COLOR_BGR2GRAY).astype(np.uint8))

    def covered(self) -> NDArray[np.bool_]:
        """(n,): frames on which something is before the mouth, from where it comes to where it has gone."""
        shares = self.unusual()
        result = np.zeros(len(shares), bool)
        for start, end in runs(shares > BEGINS_SHARE):
            result[start:end] = shares[start:end].max() > COVERED_SHARE
        return result

    def unusual(self) -> NDArray[np.float64]:
        """(n,): part of the surroundings that is not as usual."""
        shares: NDArray[np.float64] = np.zeros(len(self._views))
        seen = [index for index, view in enumerate(self._views) if view is not None]
        if len(seen) < 3:
            return shares
        views: NDArray[Any] = np.stack([cv2.GaussianBlur(view.astype(np.float32), (0, 0), 1.0)
                                        for view in self._views if view is not None])
        usual = np.median(views, axis=0)
        views = views * (np.median(usual) / np.maximum(np.median(views.reshape(len(views), -1), axis=1), 1))[:, None, None]
        away = np.abs(views - usual)
        limit = np.maximum(UNUSUAL * np.median(away, axis=0), UNUSUAL_LEVELS)
        shares[seen] = (away > limit).mean(axis=(1, 2))
        return shares


def surroundings(face: Landmarks) -> NDArray[np.float64]:
    """(3, 2): three corners of the part around the mouth, top left, top right, bottom left."""
    left, right = face[MOUTH_LEFT, :2].astype(float), face[MOUTH_RIGHT, :2].astype(float)
    scale = float(np.linalg.norm(face[RIGHT_EYE_OUTER, :2] - face[LEFT_EYE_OUTER, :2]))
    centre, along = (left + right) / 2, (right - left) / 2
    down = np.array([-along[1], along[0]]) / max(float(np.linalg.norm(along)), 1e-6) * scale
    low = min(REACH_DOWN, float((face[CHIN, :2] - centre) @ down) / scale**2)
    return np.stack([centre - REACH_X * along - REACH_UP * down, centre + REACH_X * along - REACH_UP * down,
                     centre - REACH_X * along + low * down])


def clear(points: NDArray[Any], covered: NDArray[np.bool_]) -> Clearance:
    """Where the mouth of a film may be drawn.

    Args:
        points: (n, 478, 3) pixels, NaN where no face was found.
        covered: (n,) where something is before it.
    """
    hidden = np.isnan(points[:, 0, 0])
    with np.errstate(invalid="ignore"):
        turned = np.abs([face_yaw(face) for face in points]) > GREATEST_YAW_RAD
        opened = np.array([mouth_opening(face) for face in points]) > WIDEST_OPENING
    return Clearance({"hidden": hidden, "turned": turned, "open": opened, "covered": covered & ~hidden})
