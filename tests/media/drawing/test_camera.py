"""Tests of the camera: what stays in place, that nothing beyond the picture is seen, and that slow zooms run smoothly."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tasks.media.drawing.camera import FROM_CHROMA, TO_CHROMA, Camera, film, rescale
from tasks.media.drawing.planes import view_planes
from tasks.media.drawing.puppet import Puppet
from tasks.media.rig.model import Rig, read_portrait
from tasks.media.rig.topology import MOUTH_LEFT, MOUTH_RIGHT

AVATARS = Path(__file__).parents[3] / "avatars"
SIZE = (540, 960)
FRAME, WIDE = (90, 160), (320, 200)
ANCHOR = (40.0, 70.0)
EXACT = 1e-3
"""Pixels; single precision and nothing else."""
SMOOTH = 0.1
"""Pixels by which a feature may leave its even course during a slow zoom."""


def cameras() -> list[Camera]:
    """One whose frame is the picture, one whose frame is a part of a wider picture."""
    return [Camera(FRAME, FRAME, ANCHOR), Camera(FRAME, WIDE, ANCHOR, step=1.25, corner=(60.0, 0.125))]


class TestCamera:
    def test_rest_shows_the_picture(self) -> None:
        """Without curves every pixel of the frame is that pixel of the picture."""
        assert Camera(FRAME, FRAME, ANCHOR).look({}).at_rest

    @pytest.mark.parametrize("camera", cameras())
    @pytest.mark.parametrize("zoom", [0.02, 0.1, 0.4])
    def test_anchor_stays_while_the_camera_comes_nearer(self, camera: Camera, zoom: float) -> None:
        """The place under the anchor is the same at every distance."""
        anchor = np.array([ANCHOR], np.float32)
        assert np.abs(camera.look({"zoom": zoom}).places(anchor) - camera.look({}).places(anchor)).max() < EXACT

    def test_zoom_is_the_logarithm_of_the_enlargement(self) -> None:
        """At ln 2 half as much is seen."""
        camera = cameras()[1]
        assert camera.look({"zoom": float(np.log(2))}).step == pytest.approx(camera.step / 2)

    def test_pan_is_measured_in_frame_widths(self) -> None:
        """A tenth to the right looks a tenth of the frame's width further, at the size the frame has at rest."""
        camera = cameras()[1]
        assert camera.look({"pan_x": 0.1}).left - camera.look({}).left == pytest.approx(0.1 * FRAME[0] * camera.step)

    @pytest.mark.parametrize("camera", cameras())
    @pytest.mark.parametrize("values", [{}, {"zoom": -1.0}, {"pan_x": 5.0, "pan_y": -5.0}, {"pan_x": -5.0, "pan_y": 5.0},
                                        {"zoom": 0.1, "pan_x": 1.0, "pan_y": 1.0}, {"zoom": 0.7, "pan_y": -1.0}])
    def test_nothing_beyond_the_picture_is_seen(self, camera: Camera, values: dict[str, float]) -> None:
        """The frame's outer edges lie within the picture's, whatever is asked for."""
        edges = np.array([[-0.5, -0.5], [FRAME[0] - 0.5, FRAME[1] - 0.5]], np.float32)
        (left, top), (right, bottom) = camera.look(values).places(edges)
        assert min(left, top) > -0.5 - EXACT
        assert right < camera.picture[0] - 0.5 + EXACT
        assert bottom < camera.picture[1] - 0.5 + EXACT

    def test_chroma_looks_where_luma_looks(self) -> None:
        """The first chroma pixel sees the middle of what the first four pixels see."""
        view = cameras()[1].look({"zoom": 0.3, "pan_x": 0.1}).matrix()
        assert np.allclose(TO_CHROMA @ view @ FROM_CHROMA @ [0, 0, 1], (view @ [0.5, 0.5, 1] - [0.5, 0.5, 0]) / [2, 2, 1])

    def test_lifted_view_shows_lower_rows_first(self) -> None:
        """Lifted by three rows, the first row shows what the fourth showed."""
        view = cameras()[1].look({"zoom": 0.3})
        first, fourth = np.array([[5, 0]], np.float32), np.array([[5, 3]], np.float32)
        assert np.allclose(view.lifted(3).places(first), view.places(fourth))


class TestFilm:
    @pytest.mark.parametrize("density", [1, 2])
    def test_places_seen_are_read(self, density: int) -> None:
        """On a picture that grows evenly brighter, each pixel has the brightness of its place."""
        view = cameras()[1].look({"zoom": 0.2})
        x = (np.arange(density * WIDE[0]) + 0.5) / density - 0.5
        picture = np.tile(x.astype(np.float32), (density * WIDE[1], 1))
        part = np.empty((20, 30), np.float32)
        film(part, picture, rescale(density) @ view.matrix(), (10, 50))
        expected = view.places(np.stack([np.arange(10, 40), np.full(30, 50)], axis=-1).astype(np.float32))[:, 0]
        assert np.abs(part - expected).max() < 1 / 16


@pytest.fixture(scope="module")
def kofi() -> Puppet:
    """Kofi at half size."""
    rig = Rig.read(AVATARS / "kofi/rig.json")
    return Puppet(read_portrait(AVATARS / "kofi/portrait.png", rig), rig, SIZE)


class TestPuppetUnderCamera:
    def test_camera_at_rest_costs_no_byte(self, kofi: Puppet) -> None:
        """Curves at zero draw what no curves draw."""
        pose = {"yaw": 0.05, "jaw": 0.4}
        assert (kofi.frame(pose) == kofi.frame(pose | {"zoom": 0.0, "pan_x": 0.0, "pan_y": 0.0})).all()

    def test_person_and_background_move_together(self, kofi: Puppet) -> None:
        """A zoomed frame is the unzoomed one, enlarged about the mouth."""
        pose = {"yaw": 0.05, "roll": 0.03, "jaw": 0.3, "breath": 0.7}
        drawn = view_planes(kofi.frame(pose | {"zoom": 0.1})).y.astype(int)
        x, y = kofi._face.points[[MOUTH_LEFT, MOUTH_RIGHT], :2].mean(axis=0)
        step = float(np.exp(-0.1))
        matrix = np.array([[step, 0, x * (1 - step)], [0, step, y * (1 - step)]])
        enlarged = cv2.warpAffine(view_planes(kofi.frame(pose)).y, matrix, SIZE, borderMode=cv2.BORDER_REPLICATE,
                                  flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)
        off = np.abs(cv2.blur(drawn.astype(np.float32), (5, 5)) - cv2.blur(enlarged.astype(np.float32), (5, 5)))
        assert off.max() < 12
        assert off.mean() < 0.6

    def test_slow_zoom_runs_evenly(self, kofi: Puppet) -> None:
        """Over half a second of slow zoom features move away from the mouth along straight lines in even steps."""
        starts = np.array([*(eye.iris for eye in kofi._face.eyes), kofi._face.points[MOUTH_LEFT, :2]], np.float32)
        frames = [view_planes(kofi.frame({"zoom": float(np.log1p(0.001 * i))})).y for i in range(16)]
        places = np.array([follow(frames[0], frame, starts) for frame in frames])
        course = np.linspace(places[0], places[-1], len(places))
        assert np.linalg.norm(places[-1] - places[0], axis=1)[:2].min() > 1
        assert np.abs(places - course).max() < SMOOTH


def follow(first: np.ndarray, then: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(n, 2): where the surroundings of `points` in the first picture lie in another."""
    found, _, _ = cv2.calcOpticalFlowPyrLK(first, then, points[:, None], None, winSize=(31, 31), maxLevel=0,
                                           criteria=(cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 100, 1e-4))
    return np.asarray(found[:, 0])
