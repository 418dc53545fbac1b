"""Tests of the red of pale lips: it shows on them when they part, and on no others."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.drawing.lip_red import FULL, LipRed, paleness_of
from tasks.media.drawing.planes import CHROMA_GREY, new_frame, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import LOWER_LIP_OUTER, UPPER_LIP_OUTER

AVATARS = Path(__file__).parents[3] / "avatars"
SIZE = (540, 960)
OPEN = {"jaw": 0.5}


def pale_ada() -> tuple[np.ndarray, Rig]:
    """Ada with lips of her skin's colour, their light and shade kept."""
    rig = Rig.read(AVATARS / "ada" / "rig.json")
    image = read_portrait(AVATARS / "ada" / "portrait.png", rig)
    outline = rig.points()[[*UPPER_LIP_OUTER, *LOWER_LIP_OUTER[::-1]], :2]
    mask = cv2.fillPoly(np.zeros(image.shape[:2], np.uint8), [np.round(outline).astype(np.int32)], 1)
    mask = cv2.dilate(mask, np.ones((9, 9), np.uint8)).astype(bool)
    skin = np.array(rig.skin[::-1], float)
    light = image[mask].astype(float).mean(axis=1, keepdims=True) / skin.mean()
    image = image.copy()
    image[mask] = np.clip(light * skin, 0, 255)
    return image, rig


@pytest.fixture(scope="module")
def pale() -> Puppet:
    """A portrait with pale lips."""
    return Puppet(*pale_ada(), SIZE)


class TestPaleness:
    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    def test_red_lips_are_not_pale(self, name: str) -> None:
        rig = Rig.read(AVATARS / name / "rig.json")
        assert paleness_of(Puppet(read_portrait(AVATARS / name / "portrait.png", rig), rig, SIZE)._face) == 0

    def test_lips_of_the_colour_of_the_skin_are(self, pale: Puppet) -> None:
        assert paleness_of(pale._face) == 1

    def test_picture_without_colours_says_nothing(self) -> None:
        """In a grey photo no lip is redder than the skin, and none is to be made so."""
        image, rig = pale_ada()
        grey = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        tones = {name: (round(sum(colour) / 3),) * 3 for name, colour in (
            ("skin", rig.skin), ("lip", rig.lip), ("eye_white", rig.eye_white))}
        assert paleness_of(Puppet(grey, rig.model_copy(update=tones), SIZE)._face) == 0


class TestRed:
    def test_parting_pale_lips_redden(self, pale: Puppet) -> None:
        """Under the opening the lower lip is redder by ten levels than the closed one."""
        lower = pale._mouth.shape(OPEN).lower
        x, y = (int(value) for value in lower[len(lower) // 2])
        below = np.s_[(y + 3) // 2:(y + 6) // 2, (x - 8) // 2:(x + 8) // 2]
        drawn, skin = (view_planes(pale.frame(values)).v.astype(float) for values in (OPEN, {}))
        assert np.median(drawn[below]) > np.median(skin[below]) + 10

    def test_closed_lips_get_none(self) -> None:
        edge = np.stack([np.linspace(0, 100, 21), np.zeros(21)], axis=-1)
        red = LipRed(1.0, np.array([-0.1, 0.2], np.float32), 400.0, np.array([0.0, 1.0]))
        for outline, _ in red.outlines(edge, edge, 0.0):
            assert np.ptp(outline[:, 1]) == 0

    def test_red_lies_outside_the_opening(self) -> None:
        """The upper lip's goes up, the lower lip's down, both from their edges; the corners have none."""
        x = np.linspace(0, 100, 21)
        upper, lower = (np.stack([x, np.full(21, y)], axis=-1) for y in (50.0, 80.0))
        red = LipRed(1.0, np.array([-0.1, 0.2], np.float32), 400.0, np.array([0.0, 1.0]))
        (above, _), (below, _) = red.outlines(upper, lower, FULL)
        assert (above[:, 1].min(), above[:, 1].max()) == (pytest.approx(50 - 0.036 * 400), 50)
        assert (below[:, 1].min(), below[:, 1].max()) == (80, pytest.approx(80 + 0.056 * 400))
        assert below[21][1] == pytest.approx(80, abs=1e-3)

    def test_red_lips_are_left_alone(self) -> None:
        edge = np.zeros((21, 2))
        assert LipRed(0.0, np.zeros(2, np.float32), 400.0, np.array([0.0, 1.0])).outlines(edge, edge, 1.0) == []

    def test_chroma_follows_the_light(self) -> None:
        """A fully covered place gets the red's tint times its light, as far as the red is strong."""
        frame = new_frame((16, 16))
        planes = view_planes(frame)
        planes.y[:], planes.u[:], planes.v[:] = 116, 128, 128
        LipRed(1.0, np.array([-0.1, 0.2], np.float32), 400.0, np.array([0.0, 1.0])).lay_on(
            planes, np.ones((16, 16), np.float32), 0.5)
        light = 100 * (1 - 0.85 * 0.5)
        assert planes.y[8, 8] == pytest.approx(16 + light, abs=1)
        assert planes.v[4, 4] == pytest.approx(CHROMA_GREY + 0.85 * 0.2 * light, abs=1)
        assert planes.u[4, 4] == pytest.approx(CHROMA_GREY - 0.85 * 0.1 * light, abs=1)
