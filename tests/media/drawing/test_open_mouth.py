"""Tests of portraits with an open mouth: they close, keep their own teeth, and open again without a trace of the closing."""

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from tasks.media.drawing.lips import mouth_frame
from tasks.media.drawing.open_mouth import find_teeth
from tasks.media.drawing.planes import Planes, to_image, to_planes, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.build import build_rig
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[3] / "avatars"
SIZE = (1080, 1920)
SMILE = {"jaw": 0.3, "wide": 0.6, "upper": 0.6, "lower": 0.35, "smile": 0.9}
"""A smile that shows the upper teeth."""
TRACED = 0.02
"""How far off the traced edge of a lip may be on average, in units of the scale."""
DARK, PALE = 60, 12
"""Luma that no lip or skin of Ada has; red chroma that her teeth have less of than any of her skin, above grey."""


class OpenPortrait(NamedTuple):
    """A portrait that was drawn with an open mouth, what is known about it, and the puppet made from it."""

    image: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    rig: Rig
    puppet: Puppet


def make_portrait(folder: Path, *, teeth: tuple[float, float, float] | None = None) -> OpenPortrait:
    """Ada with an open smile as a portrait of its own; its teeth times `teeth`, blue, green and red, if given."""
    rig = Rig.read(AVATARS / "ada" / "rig.json")
    ada = Puppet(read_portrait(AVATARS / "ada" / "portrait.png", rig), rig, SIZE)
    image, lips = to_image(ada.frame(SMILE)), ada._mouth.shape(SMILE)
    if teeth:
        inside = np.zeros(image.shape[:2], np.uint8)
        cv2.fillPoly(inside, [np.vstack([lips.upper, lips.lower[::-1]]).astype(np.int32)], 1)
        bright = (inside > 0) & (image.min(axis=2) > 110)
        image[bright] = np.clip(image[bright] * np.array(teeth), 0, 255)
    cv2.imwrite(str(folder / "open.png"), image)
    found = build_rig(folder / "open.png")
    return OpenPortrait(image, lips.upper, lips.lower, found, Puppet(image, found, SIZE))


@pytest.fixture(scope="module")
def smiling(tmp_path_factory: pytest.TempPathFactory) -> OpenPortrait:
    """Ada with an open smile."""
    return make_portrait(tmp_path_factory.mktemp("open"))


def mouth_of(portrait: OpenPortrait, planes: Planes) -> tuple[np.ndarray, np.ndarray]:
    """Luma and red chroma, both of chroma's size, of the whole mouth, its corners included."""
    points = np.vstack([portrait.upper, portrait.lower])
    left, top = (points.min(axis=0) / 2).astype(int)
    right, bottom = (points.max(axis=0) / 2).astype(int) + 1
    small = cv2.resize(planes.y, planes.v.shape[::-1], interpolation=cv2.INTER_AREA)
    return small[top:bottom, left:right].astype(int), planes.v[top:bottom, left:right].astype(int) - 128


class TestOpenMouth:
    def test_edges_of_the_lips_are_found(self, smiling: OpenPortrait) -> None:
        """Both edges are traced where the picture was drawn with them, not along the teeth."""
        assert smiling.rig.mouth.is_open
        for found, truth in ((smiling.rig.mouth.upper, smiling.upper), (smiling.rig.mouth.lower, smiling.lower)):
            line = np.array(found)
            inner = np.abs(line[:, 0] - line[:, 0].mean()) < 0.35 * np.ptp(line[:, 0])
            off = line[inner, 1] - np.interp(line[inner, 0], *truth.T)
            assert np.abs(off).mean() < TRACED * smiling.rig.scale_px

    def test_at_rest_nothing_of_the_inside_is_seen(self, smiling: OpenPortrait) -> None:
        """The portrait shows teeth and the dark behind them; at rest lips close over both, to the corners."""
        luma, red = mouth_of(smiling, to_planes(smiling.image))
        assert ((red < PALE) & (luma > 2 * DARK)).sum() > 300
        assert (luma < DARK).mean() > 0.05
        luma, red = mouth_of(smiling, view_planes(smiling.puppet.frame({})))
        assert ((red < PALE) & (luma > 2 * DARK)).sum() == 0
        assert (luma < DARK).mean() < 0.01

    def test_pressed_lips_stay_closed(self, smiling: OpenPortrait) -> None:
        """Neither does a p or a smile tear the lips open again."""
        for pose in ({"press": 1.0}, {"smile": 1.0}, {"smile": -1.0}):
            luma, red = mouth_of(smiling, view_planes(smiling.puppet.frame(pose)))
            assert ((red < PALE) & (luma > 2 * DARK)).sum() == 0

    def test_own_teeth_come_back(self, tmp_path: Path) -> None:
        """Somebody with greenish teeth speaks with greenish teeth, where painted ones would be white."""
        green = make_portrait(tmp_path, teeth=(0.75, 1.0, 0.75))
        planes = view_planes(green.puppet.frame({"jaw": 0.35, "upper": 0.3}))
        x, y = ((green.upper + green.lower)[len(green.upper) // 2] / 4).astype(int)
        middle = np.s_[y - 30:y + 10, x - 30:x + 30]
        bright = cv2.resize(planes.y, planes.v.shape[::-1])[middle] > 2 * DARK
        greenest = (planes.v[middle].astype(int) - 128)[bright].min()
        assert greenest < -8

    def test_few_teeth_are_not_kept(self) -> None:
        """Closed lips show none."""
        rig = Rig.read(AVATARS / "ada" / "rig.json")
        puppet = Puppet(read_portrait(AVATARS / "ada" / "portrait.png", rig), rig, SIZE)
        assert find_teeth(puppet._face.image, mouth_frame(puppet._face), 170.0) is None
