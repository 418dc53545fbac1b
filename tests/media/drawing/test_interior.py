"""Tests of the inside of the mouth: its colours are the portrait's, and it is no sharper than the face around it."""

from pathlib import Path

import cv2
import numpy as np

from tasks.media.drawing.interior import choose_palette, colourfulness
from tasks.media.drawing.planes import to_planes, view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.build import build_rig
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[3] / "avatars"
SIZE = (1080, 1920)
MOUTH = np.s_[930:1110, 420:660]
MOUTH_CHROMA = np.s_[465:555, 210:330]
OPEN = {"jaw": 0.4, "upper": 0.3, "lower": 0.3}


def ada() -> np.ndarray:
    """Ada's portrait."""
    return read_portrait(AVATARS / "ada" / "portrait.png", Rig.read(AVATARS / "ada" / "rig.json"))


def speaking(image: np.ndarray, folder: Path) -> np.ndarray:
    """The frame of a portrait of Ada, changed and analysed afresh, with an open mouth."""
    cv2.imwrite(str(folder / "portrait.png"), image)
    return Puppet(image, build_rig(folder / "portrait.png"), SIZE).frame(OPEN)


class TestColours:
    def test_grey_portrait_has_a_grey_mouth(self, tmp_path: Path) -> None:
        """Neither lips nor tongue of a black-and-white photo turn red."""
        grey = cv2.cvtColor(cv2.cvtColor(ada(), cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
        planes = view_planes(speaking(grey, tmp_path))
        for plane in (planes.u, planes.v):
            assert np.abs(plane[MOUTH_CHROMA].astype(int) - 128).max() <= 2

    def test_brown_portrait_stays_brown(self, tmp_path: Path) -> None:
        """In an old brown photo nothing in the mouth is redder than the reddest of the portrait."""
        grey = cv2.cvtColor(ada(), cv2.COLOR_BGR2GRAY).astype(float)
        brown = np.clip(np.dstack([0.62 * grey, 0.82 * grey, grey]), 0, 255).astype(np.uint8)
        planes = view_planes(speaking(brown, tmp_path))
        assert planes.v[MOUTH_CHROMA].max() <= to_planes(brown).v.max() + 3

    def test_dark_eyes_do_not_make_dark_teeth(self) -> None:
        """Where no white was found in small dark eyes, teeth are about as bright as the skin."""
        rig = Rig.read(AVATARS / "ada" / "rig.json").model_copy(update={"eye_white": (120, 85, 70)})
        puppet = Puppet(ada(), rig, (270, 480))
        palette = choose_palette(puppet._face)
        assert palette["tooth"][0] > 0.9 * palette["skin"][0]

    def test_faces_in_colours_count_as_coloured(self) -> None:
        """All default avatars do, whatever their skin."""
        for name in ("ada", "kofi", "mei"):
            rig = Rig.read(AVATARS / name / "rig.json")
            assert colourfulness(*(np.array(colour, float) for colour in (rig.skin, rig.lip, rig.eye_white))) == 1


class TestSharpness:
    def test_soft_portrait_has_soft_teeth(self, tmp_path: Path) -> None:
        """In a portrait enlarged four times the mouth has not two thirds of the fine detail that it has in a sharp one."""
        fine = []
        for factor in (1, 4):
            small = cv2.resize(ada(), (1080 // factor, 1920 // factor), interpolation=cv2.INTER_AREA)
            image = cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC)
            luma = view_planes(speaking(image, tmp_path)).y[MOUTH].astype(np.float32)
            fine.append(float((luma - cv2.GaussianBlur(luma, (0, 0), 1.2)).std()))
        assert fine[1] < 0.66 * fine[0]
