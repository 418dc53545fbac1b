"""Tests of glasses: rims that were drawn are found, and nobody without them gets any."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.rig.glasses import find_rims
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

AVATARS = Path(__file__).parents[3] / "avatars"


def search(name: str, *, rims: int = 0) -> list[tuple[float, float] | None]:
    """What is found on an avatar, with round glasses `rims` pixels thick if not 0; in units of the scale."""
    rig = Rig.read(AVATARS / name / "rig.json")
    image = read_portrait(AVATARS / name / "portrait.png", rig).copy()
    across = np.subtract(rig.landmarks[RIGHT_EYE_OUTER], rig.landmarks[LEFT_EYE_OUTER])[:2]
    eyes = [(np.array(eye.upper), np.array(eye.lower)) for eye in rig.eyes]
    if rims:
        for eye in rig.eyes:
            centre = tuple(int(value) for value in eye.iris)
            cv2.ellipse(image, centre, (int(0.27 * rig.scale_px), int(0.25 * rig.scale_px)), 0, 0, 360, (40, 40, 50), rims)
        (left, y), (right, _) = (eye.iris for eye in rig.eyes)
        reach = 0.27 * rig.scale_px
        cv2.line(image, (int(left + reach), int(y)), (int(right - reach), int(y)), (40, 40, 50), rims)
    found = find_rims(image, eyes, across / np.linalg.norm(across), rig.scale_px)
    return [None if each is None else (each[0] / rig.scale_px, each[1] / rig.scale_px) for each in found]


class TestFindRims:
    @pytest.mark.parametrize("rims", [5, 14])
    def test_rims_are_found_no_further_than_they_are(self, rims: int) -> None:
        """Round glasses a quarter of the scale in radius leave that much below an eye at most, and a part of it above."""
        for found in search("ada", rims=rims):
            assert found is not None
            above, below = found
            assert above < 0.25
            assert 0.10 <= below < 0.25

    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    def test_bare_faces_have_none(self, name: str) -> None:
        """Brows, lashes, creases and shadows are no glasses."""
        assert search(name) == [None, None]
