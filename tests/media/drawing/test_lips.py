"""Tests of the lips: contact is contact, whatever shape the mouth has."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.drawing.face import frame_face
from tasks.media.drawing.mouth import Mouth
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[3] / "avatars"
SIZE = (270, 480)
STEP = 4
MET = 0.015
"""Gap, in units of the face's scale, that looks closed: the portraits' own lips rest about 0.02 apart."""


@pytest.fixture(scope="module", params=["ada", "kofi", "mei"])
def gap(request: pytest.FixtureRequest):
    """Greatest gap between the lips of each default avatar for values of the mouth curves, in units of the scale."""
    rig = Rig.read(AVATARS / request.param / "rig.json")
    face = frame_face(read_portrait(AVATARS / request.param / "portrait.png", rig), rig, SIZE)
    mouth = Mouth(face, STEP)
    return lambda **values: float(mouth.shape(values).gap.max()) / face.scale


class TestLips:
    @pytest.mark.parametrize("wide", [-1.0, -0.6, 0.0, 0.5])
    def test_pressed_lips_meet_however_round_they_are(self, gap, wide: float) -> None:
        """The b of "boot" is as closed as that of "beat"."""
        assert gap(press=1.0, wide=wide) < MET

    def test_rounded_lips_stay_parted_unless_pressed(self, gap) -> None:
        """The vowel of "boot" has an opening, which pressing closes evenly."""
        gaps = [gap(press=press, wide=-1.0) for press in np.linspace(0, 1, 5)]
        assert gaps[0] > 2 * MET
        assert np.all(np.diff(gaps) < 0)
