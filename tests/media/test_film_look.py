"""How a film looks from frame to frame: blurred and darkened by known amounts."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.drawing.puppet import Puppet
from tasks.media.film_look import LIGHTS, LookWatch
from tasks.media.rig.model import Rig, read_portrait

ADA = Path(__file__).parents[2] / "avatars" / "ada"
SIZE = (540, 960)
COUNT = 40


@pytest.fixture(scope="module")
def face() -> tuple[np.ndarray, np.ndarray]:
    """A picture of Ada, BGR, and the points of her face on it."""
    rig = Rig.read(ADA / "rig.json")
    frame = Puppet(read_portrait(ADA / "portrait.png", rig), rig, SIZE).frame({})
    return cv2.cvtColor(frame, cv2.COLOR_YUV2BGR_I420), rig.points() * np.float32(SIZE[1] / rig.height_px)


def watched(face: tuple[np.ndarray, np.ndarray], *, blurred: range = range(0), sigma: float = 1.0, dark: range = range(0),
            light: float = 1.0, gone: range = range(0)) -> tuple[np.ndarray, np.ndarray]:
    """Softness and light beside frame 2 of a film that shows the picture, changed on some frames."""
    watch, (picture, points) = LookWatch(), face
    soft = cv2.GaussianBlur(picture, (0, 0), sigma)
    for index in range(COUNT):
        shown = soft if index in blurred else picture
        shown = (shown * light).astype(np.uint8) if index in dark else shown
        watch.look(shown, None if index in gone else points)
    return watch.beside(2)


class TestLookWatch:
    def test_steady_film_looks_as_its_reference_throughout(self, face: tuple[np.ndarray, np.ndarray]) -> None:
        soft, light = watched(face)
        assert soft.max() == 0
        assert light == pytest.approx(1, abs=1e-5)

    @pytest.mark.parametrize("sigma", [1.5, 2.5])
    def test_blur_is_found_where_it_is(self, sigma: float, face: tuple[np.ndarray, np.ndarray]) -> None:
        """To a third of a pixel and a fifth of itself, and nowhere else."""
        soft, _ = watched(face, blurred=range(15, 27), sigma=sigma)
        assert soft[18:24] == pytest.approx(sigma, rel=0.2, abs=0.33)
        assert max(soft[:9].max(), soft[33:].max()) == 0

    def test_blink_of_one_frame_is_no_blur(self, face: tuple[np.ndarray, np.ndarray]) -> None:
        assert watched(face, blurred=range(20, 22), sigma=3.0)[0].max() == 0

    def test_light_is_followed_slowly(self, face: tuple[np.ndarray, np.ndarray]) -> None:
        """Darker by a fifth from the middle on; no step of more than a fortieth."""
        _, light = watched(face, dark=range(20, COUNT), light=0.8)
        assert light[:6] == pytest.approx(1, abs=0.01)
        assert light[-6:] == pytest.approx(0.8, abs=0.01)
        assert np.abs(np.diff(light)).max() < 0.025

    def test_frames_without_a_face_look_as_those_beside_them(self, face: tuple[np.ndarray, np.ndarray]) -> None:
        soft, light = watched(face, gone=range(10, 20))
        assert soft.max() == 0
        assert light == pytest.approx(1, abs=1e-5)

    def test_more_than_light_is_not_followed(self, face: tuple[np.ndarray, np.ndarray]) -> None:
        """A film that goes black keeps half of its light."""
        assert watched(face, dark=range(20, COUNT), light=0.05)[1].min() == pytest.approx(LIGHTS[0])
