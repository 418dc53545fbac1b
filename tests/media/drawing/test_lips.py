"""Tests of the lips: contact is contact, side views are foreshortened, a smile has limits, the outline follows the jaw."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.drawing.face import Face, frame_face, room_to_smile
from tasks.media.drawing.lips import MouthFrame, mouth_frame
from tasks.media.drawing.mouth import Mouth
from tasks.media.drawing.planes import view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, encode_picture, read_portrait
from tasks.media.rig.topology import FACE_OVAL, LIP_MIDDLE, MOUTH_LEFT, MOUTH_RIGHT

AVATARS = Path(__file__).parents[3] / "avatars"
SMALL, SMALLEST, STEP = (540, 960), (270, 480), 4
"""Sizes drawn, and the grid of the smallest."""
MET = 0.015
"""Gap, in units of the face's scale, that looks closed: the portraits' own lips rest about 0.02 apart."""


def load(name: str) -> tuple[np.ndarray, Rig]:
    """A default avatar's portrait and rig."""
    rig = Rig.read(AVATARS / name / "rig.json")
    return read_portrait(AVATARS / name / "portrait.png", rig), rig


@pytest.fixture(scope="module")
def face() -> Face:
    """Ada's face at half size."""
    image, rig = load("ada")
    return frame_face(image, rig, SMALL)


def turned(face: Face, aside: float) -> MouthFrame:
    """The mouth of a face whose middle of the lips lies `aside`, in half widths of the mouth."""
    points, half = face.points.copy(), (face.points[MOUTH_RIGHT, :2] - face.points[MOUTH_LEFT, :2]) / 2
    points[list(LIP_MIDDLE), :2] = (face.points[MOUTH_LEFT, :2] + face.points[MOUTH_RIGHT, :2]) / 2 + aside * half
    return mouth_frame(replace(face, points=points))


class TestEven:
    @pytest.mark.parametrize("aside", [-0.4, 0.25])
    def test_halves_are_as_wide_as_they_are_seen(self, face: Face, aside: float) -> None:
        """The corners are at -1 and 1 and the middle of the lips at 0, wherever it is."""
        mouth = turned(face, aside)
        assert mouth.even(np.array([-1.0, aside, 1.0])) == pytest.approx([-1, 0, 1], abs=1e-6)

    def test_seen_from_the_front_nothing_changes(self, face: Face) -> None:
        """A few per cent aside is how people are, and no turn of the head."""
        x = np.linspace(-1, 1, 5)
        assert turned(face, 0.05).even(x) == pytest.approx(x)


class TestRoomToSmile:
    def test_smiling_mouth_has_little_room(self, face: Face) -> None:
        """A mouth a third wider than at rest smiles already."""
        points, middle = face.points.copy(), face.points[[MOUTH_LEFT, MOUTH_RIGHT]].mean(axis=0)
        points[[MOUTH_LEFT, MOUTH_RIGHT]] += (points[[MOUTH_LEFT, MOUTH_RIGHT]] - middle) / 3
        assert room_to_smile(face) == 1
        assert room_to_smile(replace(face, points=points)) < 0.5


class TestJaw:
    def test_outline_goes_with_the_chin(self) -> None:
        """Of a face cut out below the chin, the chin reaches lower as the jaw opens, and the face is not cut off there."""
        image, rig = load("ada")
        oval = np.array(rig.landmarks)[list(FACE_OVAL), :2]
        mask = np.zeros(image.shape[:2], np.uint8)
        cv2.fillPoly(mask, [np.round(oval).astype(np.int32)], 255)
        mask = cv2.dilate(mask, np.ones((25, 25), np.uint8))
        blue = np.where(mask[..., None] > 0, image, (160, 60, 30)).astype(np.uint8)
        matte = cv2.resize(mask, (270, 480), interpolation=cv2.INTER_AREA)
        puppet = Puppet(blue, rig.model_copy(update={"matte_png": encode_picture(matte)}), SMALL)
        x = int(rig.landmarks[152][0] / 4)
        chins = [int(np.flatnonzero(view_planes(puppet.frame({"jaw": jaw})).u[:, x] < 140)[-1]) for jaw in (0.0, 0.8)]
        moved = 0.30 * 0.8 * rig.scale_px / 4
        assert chins[1] - chins[0] > 0.6 * moved


@pytest.fixture(scope="module", params=["ada", "kofi", "mei"])
def gap(request: pytest.FixtureRequest):
    """Greatest gap between the lips of each default avatar for values of the mouth curves, in units of the scale."""
    image, rig = load(request.param)
    face = frame_face(image, rig, SMALLEST)
    mouth = Mouth(face, STEP)
    return lambda **values: float(mouth.shape(values).gap.max()) / face.scale


class TestContact:
    @pytest.mark.parametrize("wide", [-1.0, -0.6, 0.0, 0.5])
    def test_pressed_lips_meet_however_round_they_are(self, gap, wide: float) -> None:
        """The b of "boot" is as closed as that of "beat"."""
        assert gap(press=1.0, wide=wide) < MET

    def test_rounded_lips_stay_parted_unless_pressed(self, gap) -> None:
        """The vowel of "boot" has an opening, which pressing closes evenly."""
        gaps = [gap(press=press, wide=-1.0) for press in np.linspace(0, 1, 5)]
        assert gaps[0] > 2 * MET
        assert np.all(np.diff(gaps) < 0)
