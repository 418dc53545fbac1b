"""Tests of the smile: where lips, cheeks, lids and brows go, alone and together with what a mouth says."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.drawing.lips import weigh
from tasks.media.drawing.planes import view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait

AVATARS = Path(__file__).parents[3] / "avatars"
SIZE = (540, 960)
DISTANCE = 0.01
"""Movements smaller than this, in units of the face's scale, are not seen."""
BROADEST = 0.12
"""A corner of the mouth never goes further: a smile stays believable."""


@pytest.fixture(scope="module", params=["ada", "kofi", "mei"])
def puppet(request: pytest.FixtureRequest) -> Puppet:
    """Each default avatar at half size."""
    rig = Rig.read(AVATARS / request.param / "rig.json")
    return Puppet(read_portrait(AVATARS / request.param / "portrait.png", rig), rig, SIZE)


def corners(puppet: Puppet, **values: float) -> np.ndarray:
    """(2, 2): how far the left and the right corner of the mouth move from rest, in units of the scale."""
    upper, face = puppet._mouth._upper, puppet._face
    moved = upper.moved_edge(weigh(values)) - upper.moved_edge(weigh({}))
    return np.stack([moved[[0, -1]] @ face.right, moved[[0, -1]] @ face.down], axis=-1) / face.scale


def lifted(puppet: Puppet, landmark: int, **values: float) -> float:
    """How far the picture around a face point moves up, in units of the scale."""
    pose, face = puppet._pose, puppet._face
    shift = pose.grid.nodes() - pose.places(values)
    return -float(pose.grid.sample(shift, face.points[landmark:landmark + 1, :2])[0] @ face.down) / face.scale


class TestSmile:
    def test_no_smile_is_the_portrait(self, puppet: Puppet) -> None:
        """At zero the curve changes no byte."""
        pose = {"jaw": 0.3, "blink": 0.4, "yaw": 0.05}
        assert (puppet.frame(pose) == puppet.frame(pose | {"smile": 0.0})).all()

    def test_corners_go_out_and_up(self, puppet: Puppet) -> None:
        """A smile draws both corners of the mouth outwards and up, and not too far."""
        (left_x, left_y), (right_x, right_y) = corners(puppet, smile=1.0)
        assert left_x < -DISTANCE
        assert right_x > DISTANCE
        assert max(left_y, right_y) < -DISTANCE
        assert np.linalg.norm(corners(puppet, smile=1.0), axis=1).max() < BROADEST

    def test_serious_corners_go_in_and_down(self, puppet: Puppet) -> None:
        """A serious mouth is a little narrower, its corners a little lower."""
        (left_x, left_y), (right_x, right_y) = corners(puppet, smile=-1.0)
        assert left_x > 0 > right_x
        assert min(left_y, right_y) > DISTANCE

    def test_rounded_lips_smile_less(self, puppet: Puppet) -> None:
        """An oo stays an oo: it takes back part of the smile."""
        smiling = corners(puppet, smile=1.0)
        rounded = corners(puppet, smile=1.0, wide=-1.0) - corners(puppet, wide=-1.0)
        assert np.abs(rounded).max() < 0.6 * np.abs(smiling).max()

    def test_cheeks_rise_and_eyes_stay(self, puppet: Puppet) -> None:
        """The cheeks go up; the upper lids and the irises do not."""
        assert lifted(puppet, 50, smile=1.0) > DISTANCE
        assert lifted(puppet, 280, smile=1.0) > DISTANCE
        assert abs(lifted(puppet, 159, smile=1.0)) < 1e-6
        assert abs(lifted(puppet, 468, smile=1.0)) < 1e-6

    def test_brows_sink_when_serious(self, puppet: Puppet) -> None:
        """A serious face lowers its brows, a smiling one leaves them."""
        assert lifted(puppet, 52, smile=-1.0) < -DISTANCE
        assert abs(lifted(puppet, 52, smile=1.0)) < 1e-6

    def test_lower_lids_cover_a_little_of_the_eye(self, puppet: Puppet) -> None:
        """A broad smile changes the lower part of each opening and leaves the middle of the iris as it was."""
        rest, smiling = (view_planes(puppet.frame({"smile": smile})).y.astype(int) for smile in (0.0, 1.0))
        for eye in puppet._face.eyes:
            opening = np.zeros(rest.shape, np.uint8)
            cv2.fillPoly(opening, [np.vstack([eye.upper, eye.lower[::-1]]).astype(np.int32)], 1)
            rows = np.flatnonzero(opening.any(axis=1))
            low = opening.copy()
            low[:int(rows[-1] - 0.25 * len(rows))] = 0
            assert np.abs(smiling - rest)[low > 0].mean() > 8
            x, y = np.round(eye.iris).astype(int)
            assert np.abs(smiling - rest)[y - 2:y + 1, x - 2:x + 3].max() <= 2
