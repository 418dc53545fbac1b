"""Shoulders of portraits: found where they are seen, else expected from the face."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.landmarks import POINT_COUNT, FaceMesh
from tasks.media.rig.geometry import face_scale
from tasks.media.rig.topology import CHIN, FOREHEAD, LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from tasks.media.shoulders import ASIDE, BELOW, expected_shoulders, find_shoulders, fit_together

AVATARS = Path(__file__).parents[2] / "avatars"
CLOSE = 0.2
"""How far the model of bodies may be off on a picture that is mirrored, in eye distances."""

Seen = tuple[np.ndarray, np.ndarray]
"""A picture and its face."""


def face_at(chin: tuple[float, float], scale: float) -> np.ndarray:
    """A face of which chin and eyes are known."""
    points = np.zeros((POINT_COUNT, 3), np.float32)
    points[:, :2] = chin
    points[LEFT_EYE_OUTER, :2] = chin[0] - scale / 2, chin[1] - scale
    points[RIGHT_EYE_OUTER, :2] = chin[0] + scale / 2, chin[1] - scale
    points[FOREHEAD, :2] = chin[0], chin[1] - 1.9 * scale
    return points


@pytest.fixture(scope="module")
def seen() -> dict[str, Seen]:
    """Name -> portrait, at a third of its size, and its face."""
    with FaceMesh() as mesh:
        pictures = {path.parent.name: cv2.resize(cv2.imread(str(path)), (360, 640), interpolation=cv2.INTER_AREA)
                    for path in AVATARS.glob("*/portrait.png")}
        return {name: (picture, mesh.find(picture)[0]) for name, picture in pictures.items()}


class TestFindShoulders:
    @pytest.mark.parametrize("name", ["ada", "kofi", "mei"])
    def test_mirrored_portrait_has_mirrored_shoulders(self, name: str, seen: dict[str, Seen]) -> None:
        """The right one becomes the left one."""
        picture, face = seen[name]
        other = face.copy()
        other[:, 0] = picture.shape[1] - 1 - other[:, 0]
        other[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER]] = other[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER]]
        found, again = find_shoulders(picture, face), find_shoulders(np.ascontiguousarray(picture[:, ::-1]), other)
        assert not np.array_equal(found, expected_shoulders(face))
        mirrored = np.stack([picture.shape[1] - 1 - again[::-1, 0], again[::-1, 1]], axis=1)
        assert np.abs(mirrored - found).max() < CLOSE * face_scale(face[:, :2])

    def test_face_alone_lets_expect_them(self, seen: dict[str, Seen]) -> None:
        """A picture that ends at the chin."""
        picture, face = seen["kofi"]
        cut = picture[:round(float(face[CHIN, 1]))]
        assert np.array_equal(find_shoulders(cut, face), expected_shoulders(face))


class TestExpectedShoulders:
    def test_lie_below_the_chin_on_either_side(self) -> None:
        """In the measure of the face."""
        right, left = expected_shoulders(face_at((300, 500), 100))
        assert right == pytest.approx([300 - 100 * ASIDE, 500 + 100 * BELOW])
        assert left == pytest.approx([300 + 100 * ASIDE, 500 + 100 * BELOW])


class TestFitTogether:
    @pytest.mark.parametrize(("shoulders", "fit"), [
        ([(170, 570), (430, 590)], True),
        ([(430, 570), (170, 590)], False),  # the right one on the left side
        ([(170, 450), (430, 590)], False),  # one above the chin
        ([(310, 570), (430, 590)], False),  # both on one side
        ([(290, 570), (310, 590)], False),  # too near to each other
        ([(0, 570), (600, 590)], False),  # too far from each other
    ])
    def test_only_an_upright_pair_belongs_to_a_face(self, shoulders: list[tuple[float, float]], fit: bool) -> None:
        assert fit_together(np.array(shoulders, np.float32), face_at((300, 500), 100)) is fit
