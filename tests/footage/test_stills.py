"""Pictures under a camera: gently, inside the picture, and never twice alike."""

import numpy as np
import pytest

from tasks.footage.stills import MOVES, SWEEP, picture_camera
from tasks.media.camera import camera_move

FRAME = (1080, 1920)
FASTEST_PAN = 0.2
"""Frame widths a second: a quicker sweep makes the eye follow it instead of looking."""


class TestPictureCamera:
    def test_upright_pictures_take_turns(self) -> None:
        """A zoom, a pan, a zoom back, a pan back, and from the start."""
        ways = [picture_camera(90, number, picture=FRAME, frame=FRAME, focus_x=0.5) for number in range(5)]
        for way, move in zip(ways, (*MOVES, MOVES[0]), strict=True):
            meant = camera_move(90, move=move)
            assert all(np.array_equal(way[name], meant[name]) for name in meant)

    @pytest.mark.parametrize("focus_x", [0.0, 0.3, 0.5, 1.0])
    @pytest.mark.parametrize("picture", [(2000, 1920), (2880, 1920), (6000, 1920)])
    @pytest.mark.parametrize("number", range(4))
    def test_wide_pictures_are_swept_inside_their_borders(
        self, number: int, picture: tuple[int, int], focus_x: float,
    ) -> None:
        """The frame's edges stay within the picture all the way, without help, and the sweep is slow."""
        way = picture_camera(120, number, picture=picture, frame=FRAME, focus_x=focus_x)
        width = picture[0] / 1080
        rest = min(max(focus_x * width - 0.5, 0), width - 1)
        left = rest + way["pan_x"].astype(float)
        assert left.min() >= -1e-6
        assert left.max() <= width - 1 + 1e-6
        assert 0 < np.ptp(left) <= SWEEP
        assert np.abs(np.diff(left)).max() * 30 <= FASTEST_PAN

    def test_sweeps_change_sides(self) -> None:
        """Two wide pictures in a row, of zooms or of pans, do not go the same way twice."""
        signs = [np.sign(way["pan_x"][-1] - way["pan_x"][0]) for way in (
            picture_camera(90, number, picture=(2880, 1920), frame=FRAME, focus_x=0.5) for number in range(4))]
        assert signs == [1, 1, -1, -1]

    @pytest.mark.parametrize("picture", [FRAME, (2880, 1920)])
    @pytest.mark.parametrize("frames", [1, 2, 27, 400])
    def test_one_sample_a_frame(self, frames: int, picture: tuple[int, int]) -> None:
        """However short; every value is a number."""
        way = picture_camera(frames, 0, picture=picture, frame=FRAME, focus_x=0.5)
        assert {curve.shape for curve in way.values()} == {(frames,)}
        assert all(np.isfinite(curve).all() for curve in way.values())
