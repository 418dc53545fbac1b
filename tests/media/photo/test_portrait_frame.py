"""Framing: the face comes where a reel wants it, its points move with the pixels, and what is added shows no second face."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.media.landmarks import FaceMesh
from tasks.media.photo.layout import EYE_HEIGHT, HIGHEST_EYES, LOWEST_EYES, lay_out
from tasks.media.photo.open_photo import Photo
from tasks.media.photo.portrait_frame import Framed, frame_portrait
from tasks.media.rig.geometry import face_width
from tasks.media.rig.model import Rig, load_image
from tasks.media.rig.topology import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

AVATARS = Path(__file__).parents[3] / "avatars"
HALF_A_PIXEL = 0.5 / 1920
"""Half a row, as a share of the height: zooming keeps the middles of pixels apart, not their corners."""
SQUARE = 300, 20, 1040, 1040
"""A square around Kofi's head with his shoulders: top, left, height, width."""


def eyes_of(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(2,) the middle between the eyes."""
    return np.asarray(points[[LEFT_EYE_OUTER, RIGHT_EYE_OUTER], :2].mean(axis=0))


@pytest.fixture(scope="module")
def kofi() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Kofi's portrait and its landmarks."""
    return load_image(AVATARS / "kofi" / "portrait.png")[0], Rig.read(AVATARS / "kofi" / "rig.json").points()


@pytest.fixture(scope="module")
def square(kofi: tuple[NDArray[np.uint8], NDArray[np.float32]]) -> tuple[Photo, NDArray[np.float32]]:
    """A square photo of him, a pixel beside his eye marked."""
    (top, left, height, width), (image, points) = SQUARE, kofi
    picture = image[top:top + height, left:left + width].copy()
    return Photo("square.png", picture), points - np.array([left, top, 0], np.float32)


@pytest.fixture(scope="module")
def framed(square: tuple[Photo, NDArray[np.float32]]) -> Framed:
    """The square photo in the shape of a reel."""
    return frame_portrait(*square)


class TestLayOut:
    @pytest.mark.parametrize("size", [(1080, 1920), (2000, 3000), (1400, 1400), (2400, 1300)])
    def test_eyes_come_to_their_height(self, size: tuple[int, int], kofi: tuple[object, NDArray[np.float32]]) -> None:
        """Whatever the photo's shape; in one that leaves a choice exactly, the face in the middle."""
        points = kofi[1] * np.float32(0.8) + np.array([size[0] / 2 - 432, size[1] * 0.45 - 605, 0], np.float32)
        layout = lay_out(points, np.zeros((100, 100), np.float32), size)
        x, y = eyes_of(layout.move(points))
        assert HIGHEST_EYES - HALF_A_PIXEL <= y / 1920 <= LOWEST_EYES + HALF_A_PIXEL
        assert abs(x / 1080 - 0.5) < 0.12
        if size == (2000, 3000):
            assert y / 1920 == pytest.approx(EYE_HEIGHT, abs=0.002)

    def test_large_photo_is_only_cropped(self, kofi: tuple[object, NDArray[np.float32]]) -> None:
        """Nothing needs to be added, and the face has the width wanted."""
        points = kofi[1] + np.array([500, 500, 0], np.float32)
        layout = lay_out(points, np.zeros((100, 100), np.float32), (2080, 2920))
        assert layout.seen() == (0, 0, 1080, 1920)
        assert face_width(layout.move(points)[:, :2]) / 1080 == pytest.approx(0.38, abs=0.01)

    def test_cut_hair_stays_at_the_upper_edge(self, kofi: tuple[object, NDArray[np.float32]]) -> None:
        """Hair cannot be made up: where the person touches the photo's edge, the portrait begins there."""
        points = kofi[1] - np.array([0, 500, 0], np.float32)
        matte = np.zeros((100, 100), np.float32)
        matte[:, 30:70] = 1
        layout = lay_out(points, matte, (1080, 1000))
        assert layout.hair_cut
        assert layout.seen()[1] == 0


class TestFramePortrait:
    def test_portrait_has_the_size_of_a_reel(self, framed: Framed) -> None:
        """1080 x 1920, three channels."""
        assert framed.image.shape == (1920, 1080, 3)
        assert framed.image.dtype == np.uint8

    def test_points_move_with_the_pixels(self, square: tuple[Photo, NDArray[np.float32]]) -> None:
        """A green spot on the nose of the photo is at the nose's new place in the portrait."""
        photo, points = square
        x, y = points[4, :2]
        picture = photo.image.copy()
        cv2.circle(picture, (round(float(x)), round(float(y))), 6, (0, 255, 0), -1)
        framed = frame_portrait(Photo("marked.png", picture), points)
        blue, green, red = cv2.split(framed.image.astype(int))
        rows, columns = np.nonzero((green > 200) & (red < 80) & (blue < 80))
        assert np.hypot(columns.mean() - framed.landmarks[4, 0], rows.mean() - framed.landmarks[4, 1]) < 1.5

    def test_known_part_is_the_photo(self, square: tuple[Photo, NDArray[np.float32]], framed: Framed) -> None:
        """What was added changes nothing of what was there: mapped back, the middle of the photo is the photo."""
        photo, points = square
        zoom = face_width(framed.landmarks[:, :2]) / face_width(points[:, :2])
        shift = eyes_of(framed.landmarks) - zoom * eyes_of(points)
        back = cv2.warpAffine(framed.image, np.array([[zoom, 0, shift[0]], [0, zoom, shift[1]]]), photo.image.shape[1::-1],
                              flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        inside = slice(100, 940), slice(100, 940)
        assert np.abs(back[inside].astype(int) - photo.image[inside]).mean() < 2

    def test_no_seam_is_seen_at_the_upper_edge(self, square: tuple[Photo, NDArray[np.float32]], framed: Framed) -> None:
        """Across the photo's edge neighbouring rows differ no more than rows inside do."""
        top = lay_out(square[1], np.zeros((10, 10), np.float32), square[0].image.shape[1::-1]).seen()[1]
        rows = np.abs(np.diff(framed.image.astype(int), axis=0)).mean(axis=(1, 2))
        assert top > 50
        assert rows[top - 2:top + 2].max() < 1.5 * rows[top + 5:top + 100].max() + 1

    def test_only_one_face_is_seen(self, framed: Framed) -> None:
        """No reflection of the face in what was added."""
        with FaceMesh(face_count=4) as mesh:
            assert len(mesh.find(framed.image)) == 1

    def test_clothes_go_on_below(self, kofi: tuple[NDArray[np.uint8], NDArray[np.float32]], framed: Framed) -> None:
        """The hoodie is orange down to the lower edge: much red, little blue."""
        blue, _, red = framed.image[1750:, 300:780].reshape(-1, 3).mean(axis=0)
        assert red > 2.5 * blue

    def test_what_was_added_is_told(self, framed: Framed) -> None:
        """The owner reads why."""
        assert any("does not fill the portrait" in sentence for sentence in framed.told)

    def test_enlarged_photo_is_told(self, kofi: tuple[NDArray[np.uint8], NDArray[np.float32]]) -> None:
        """270 pixels without a rim of two to each side fill 1080: 1080 / 266 = 4.1."""
        small = cv2.resize(kofi[0], None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(np.uint8)
        framed = frame_portrait(Photo("small.png", small), kofi[1] * np.float32(0.25))
        assert "enlarged 4.1 times" in framed.told[0]

    def test_cut_out_person_stands_before_a_calm_ground(self, kofi: tuple[NDArray[np.uint8], NDArray[np.float32]]) -> None:
        """Above the head there is a smooth gradient and nothing of the photo's own background."""
        image, points = kofi
        alpha = np.zeros(image.shape[:2], np.float32)
        alpha[400:1700, 200:880] = 1
        ground = np.array([60, 70, 80], np.float32)
        photo = Photo("cut.png", np.where(alpha[..., None] > 0, image, ground).astype(np.uint8), alpha, ground)
        corner = frame_portrait(photo, points).image[:300]
        assert np.abs(np.diff(corner.astype(int), axis=0)).max() <= 2
        assert np.abs(corner.reshape(-1, 3).mean(axis=0) / ground - 0.85).max() < 0.3
