"""Faces in a reference's pose: a picture that was moved along with its points comes back as it was."""

import cv2
import numpy as np
import pytest

from tasks.media.aligned_face import FaceAligner
from tasks.media.landmarks import POINT_COUNT
from tasks.media.rig.model import Rig, load_image

WIDTH_PX = 96


@pytest.fixture(scope="module")
def ada(request: pytest.FixtureRequest) -> tuple[np.ndarray, np.ndarray]:
    """Her portrait at half its size, and the points of her face."""
    folder = request.config.rootpath / "avatars" / "ada"
    picture, _ = load_image(folder / "portrait.png")
    points = Rig.read(folder / "rig.json").points() / 2
    return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), points.astype(np.float32)


class TestFaceAligner:
    def test_a_moved_face_is_brought_back(self, ada: tuple[np.ndarray, np.ndarray]) -> None:
        """Turned by 8 degrees, made smaller and shifted."""
        picture, points = ada
        matrix = cv2.getRotationMatrix2D((270, 400), 8, 0.9)
        matrix[:, 2] += (12, -7)
        moved = cv2.warpAffine(picture, matrix, picture.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        shifted = points.copy()
        shifted[:, :2] = points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        aligner = FaceAligner.of(points, WIDTH_PX)
        before, after = aligner.align(picture, points), aligner.align(moved, shifted)
        assert np.abs(before.astype(int) - after)[aligner.upper].mean() < 3

    def test_width_is_as_asked_and_height_follows(self, ada: tuple[np.ndarray, np.ndarray]) -> None:
        points = ada[1]
        aligner = FaceAligner.of(points, WIDTH_PX)
        width, height = np.ptp(points[:468, :2], axis=0)
        assert aligner.size == (WIDTH_PX, round(WIDTH_PX * height / width))
        assert aligner.align(*ada).shape == (aligner.size[1], WIDTH_PX, 3)

    def test_mouth_is_left_out_and_skin_is_without_eyes(self, ada: tuple[np.ndarray, np.ndarray]) -> None:
        points = ada[1]
        aligner = FaceAligner.of(points, WIDTH_PX)
        low, wide = points[:468, :2].min(axis=0), np.ptp(points[:468, 0])

        def at(mask: np.ndarray, index: int) -> bool:
            column, row = ((points[index, :2] - low) * WIDTH_PX / wide).astype(int)
            return bool(mask[row, column])

        assert points.shape == (POINT_COUNT, 3)
        assert not at(aligner.upper, 13)
        assert at(aligner.upper, 468)
        assert not at(aligner.skin, 468)
        assert at(aligner.skin, 50)
