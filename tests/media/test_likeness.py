"""The round picture of an avatar."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.likeness import draw_likeness
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[2] / "avatars"
NOSE = 4
"""Landmark of the tip of the nose."""


@pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
class TestLikeness:
    def test_shows_the_face_in_its_middle(self, name: str) -> None:
        """What surrounds the tip of the nose in the portrait is found within a tenth of the width of the middle."""
        rig = Rig.read(AVATARS / name / "rig.json")
        drawn = draw_likeness(AVATARS / name / "portrait.png", rig, width_px=200, ring_px=6, colour="#12ab34")
        portrait = read_portrait(AVATARS / name / "portrait.png", rig)
        x, y = (round(value) for value in rig.landmarks[NOSE][:2])
        skin = portrait[y - 9:y + 10, x - 9:x + 10].mean((0, 1))
        middle = drawn[100:120, 90:110, :3].reshape(-1, 3).astype(float)
        assert np.abs(middle - skin).max(1).min() < 20

    def test_is_a_disc_with_a_ring(self, name: str) -> None:
        """Transparent in the corners, opaque inside, the ring's colour just inside the edge."""
        rig = Rig.read(AVATARS / name / "rig.json")
        drawn = draw_likeness(AVATARS / name / "portrait.png", rig, width_px=200, ring_px=6, colour="#12ab34")
        assert drawn.shape == (200, 200, 4)
        assert not drawn[:20, :20, 3].any()
        assert drawn[20:180, 100, 3].min() == 255
        for row, column in ((100, 3), (100, 196), (3, 100), (196, 100)):
            assert drawn[row, column].tolist() == [0x34, 0xAB, 0x12, 255]
