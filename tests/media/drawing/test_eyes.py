"""Tests of the eyes: lids take the tone of the skin around them, and the rims of glasses do not bend."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.drawing.eyes import UPPER_SHARE, closing_share
from tasks.media.drawing.planes import view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[3] / "avatars"
SIZE = (1080, 1920)
RIM, RIM_PX, BESIDE_PX = (40, 30, 25), 10, 9
UNMOVED = 6
"""Levels of luma by which a rim that stays where it is may change in a pose."""


def load(name: str) -> tuple[np.ndarray, Rig]:
    """A default avatar's portrait and rig."""
    rig = Rig.read(AVATARS / name / "rig.json")
    return read_portrait(AVATARS / name / "portrait.png", rig).copy(), rig


class TestClosingShare:
    def test_closed_lids_meet_in_an_arc_where_the_lower_lid_has_a_corner(self) -> None:
        """Of a lower lid that falls, turns at a corner and runs on level, the closed line turns less than half as much."""
        x = np.linspace(0, 1, 61)
        upper, lower = np.zeros(61), 30 * np.clip(np.minimum(x, 1 - x) / 0.15, 0, 1)
        line = upper + closing_share(upper, lower) * (lower - upper)
        assert np.abs(np.diff(line, 2)[5:-5]).max() < 0.5 * np.abs(np.diff(lower, 2)[5:-5]).max()

    def test_level_lids_close_where_they_did(self) -> None:
        """Where both lids are level, the upper one closes `UPPER_SHARE` of the opening."""
        assert closing_share(np.zeros(61), np.full(61, 20.0)) == pytest.approx(UPPER_SHARE)

    def test_no_lid_passes_the_other(self) -> None:
        """The share lies between 0 and 1 everywhere, also in the corners, where nothing is open."""
        x = np.linspace(-1, 1, 61)
        share = closing_share(-10 * (1 - x**2), 25 * (1 - x**2) ** 3)
        assert share.min() >= 0
        assert share.max() <= 1


class TestLid:
    def test_shadow_above_an_eye_does_not_become_the_lid(self) -> None:
        """With a dark shadow between lid and brow, a closed lid is nearer to the skin below it than to the shadow."""
        image, rig = load("mei")
        eye = rig.eyes[0]
        top, width = min(y for _, y in eye.upper), eye.upper[-1][0] - eye.upper[0][0]
        x = int(eye.iris[0])
        shadow = np.s_[int(top - 0.30 * width):int(top - 0.10 * width), int(x - 0.7 * width):int(x + 0.7 * width)]
        image[shadow] = (image[shadow] * 0.45).astype(np.uint8)
        luma = view_planes(Puppet(image, rig, SIZE).frame({"blink": 1.0})).y
        middle = int(np.mean([y for _, y in (eye.upper[12], eye.lower[12])]))
        dark = luma[shadow].mean()
        bright = luma[int(eye.lower[12][1] + 0.15 * width):int(eye.lower[12][1] + 0.25 * width), x - 20:x + 20].mean()
        lid = luma[middle - 8:middle + 8, x - 20:x + 20].mean()
        assert lid - dark > bright - lid

    def test_noise_goes_on_over_the_lid(self) -> None:
        """In a grainy picture a closed lid has grain: at least half as much as the cheek."""
        image, rig = load("ada")
        noise = np.random.default_rng(3).normal(0, 9, image.shape[:2])[..., None]
        puppet = Puppet(np.clip(image + noise, 0, 255).astype(np.uint8), rig, SIZE)
        luma = view_planes(puppet.frame({"blink": 1.0})).y.astype(np.float32)
        fine = luma - cv2.GaussianBlur(luma, (0, 0), 2)
        eye = rig.eyes[0]
        x, y = int(eye.iris[0]), int(np.mean([eye.upper[12][1], eye.lower[12][1]]))
        lid, cheek = fine[y - 14:y + 8, x - 25:x + 25], fine[y + 130:y + 152, x - 25:x + 25]
        assert lid.std() > 0.5 * cheek.std()


@pytest.fixture(scope="module")
def glasses() -> tuple[Puppet, np.ndarray]:
    """Ada with straight dark rims above, below and close beside her eyes, and the pixels of these."""
    image, rig = load("ada")
    mask = np.zeros(image.shape[:2], np.uint8)
    free = 0.15 * rig.scale_px
    for eye in rig.eyes:
        left, right = int(eye.upper[0][0] - 40), int(eye.upper[-1][0] + 40)
        top, bottom = int(min(y for _, y in eye.upper) - free), int(max(y for _, y in eye.lower) + free)
        for y in (top, bottom):
            cv2.rectangle(mask, (left, y - RIM_PX // 2), (right, y + RIM_PX // 2), 1, -1)
        for (x, _), side in ((eye.upper[0], -1), (eye.upper[-1], 1)):
            middle = int(x + side * BESIDE_PX)
            cv2.rectangle(mask, (middle - RIM_PX // 2, top), (middle + RIM_PX // 2, bottom), 1, -1)
    image[mask > 0] = RIM
    eyes = tuple(eye.model_copy(update={"rim_above_px": free - RIM_PX, "rim_below_px": free - RIM_PX}) for eye in rig.eyes)
    return Puppet(image, rig.model_copy(update={"eyes": eyes}), SIZE), cv2.erode(mask, np.ones((5, 5), np.uint8)) > 0


class TestGlasses:
    @pytest.mark.parametrize("pose", [{"blink": 0.5}, {"blink": 1.0}, {"smile": 1.0, "blink": 0.3}], ids=str)
    def test_rims_stay_straight(self, glasses: tuple[Puppet, np.ndarray], pose: dict[str, float]) -> None:
        """Lids and cheeks move inside the rims and below them; no pixel of a rim changes."""
        puppet, rims = glasses
        rest, moved = (view_planes(puppet.frame(values)).y.astype(int) for values in ({}, pose))
        assert np.abs(moved - rest)[rims].max() <= UNMOVED

    def test_lids_still_close(self, glasses: tuple[Puppet, np.ndarray]) -> None:
        """Behind glasses a closed eye shows no black pupil."""
        puppet, _ = glasses
        luma = view_planes(puppet.frame({"blink": 1.0})).y
        x, y = np.round(puppet._face.eyes[0].iris).astype(int)
        assert luma[y - 12:y, x - 12:x + 12].min() > 60
