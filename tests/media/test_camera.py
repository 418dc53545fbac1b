"""Where a camera goes, and how softly."""

from itertools import product

import numpy as np
import pytest

from tasks.domain.timeline import FPS
from tasks.media.camera import EASE_S, PAN, ZOOM, ZOOM_PER_S, camera_move, glide, zoom_for_pan

MOVES = ("zoom-in", "zoom-out", "pan-left", "pan-right", "still")
LENGTHS = (1, 2, 20, 90, 600)
HARDEST_PER_S2 = 0.25
"""Greatest change of speed a second, natural logarithm of zoom or frame widths: over this, a start is felt."""


class TestCameraMove:
    @pytest.mark.parametrize(("move", "frames"), list(product(MOVES, LENGTHS)))
    def test_curves_have_a_sample_a_frame(self, move: str, frames: int) -> None:
        """The three curves of a camera, finite, in single precision."""
        curves = camera_move(frames, move=move)
        assert set(curves) == {"zoom", "pan_x", "pan_y"}
        assert all(curve.shape == (frames,) and curve.dtype == np.float32 for curve in curves.values())
        assert all(np.isfinite(curve).all() for curve in curves.values())

    @pytest.mark.parametrize(("move", "frames", "amount"), list(product(MOVES, LENGTHS, (0.0, 0.5, 1.0, 3.0, 50.0))))
    def test_camera_stays_inside_the_picture(self, move: str, frames: int, amount: float) -> None:
        """What it looks aside is never more than its zoom leaves, and it never goes farther than the whole frame."""
        curves = camera_move(frames, move=move, amount=amount)
        assert curves["zoom"].min() >= 0
        assert np.all(np.abs(curves["pan_x"]) <= (1 - np.exp(-curves["zoom"].astype(float))) / 2 + 1e-6)
        assert not curves["pan_y"].any()

    @pytest.mark.parametrize("frames", [90, 600])
    def test_moves_are_soft(self, frames: int) -> None:
        """No start and no stop is felt, and nothing goes back and forth."""
        for move in MOVES:
            for curve in camera_move(frames, move=move).values():
                assert np.abs(np.diff(curve.astype(float), 2)).max() * FPS**2 < HARDEST_PER_S2
                assert np.all(np.diff(curve) >= -1e-6) or np.all(np.diff(curve) <= 1e-6)

    def test_long_shot_is_zoomed_by_the_whole_way_and_a_short_one_by_less(self) -> None:
        """Ten seconds from nothing to the greatest zoom; two seconds by what two seconds allow."""
        assert camera_move(300, move="zoom-in")["zoom"][[0, -1]] == pytest.approx([0, ZOOM], abs=1e-6)
        assert camera_move(60, move="zoom-in")["zoom"][-1] == pytest.approx(2 * ZOOM_PER_S, abs=1e-6)

    def test_amount_scales_the_way(self) -> None:
        """Half the amount, half the way."""
        whole, half = (camera_move(300, move="zoom-in", amount=amount)["zoom"] for amount in (1.0, 0.5))
        assert half == pytest.approx(whole / 2, abs=1e-6)

    def test_zooming_out_is_zooming_in_backwards(self) -> None:
        """The same way, in the other direction of time."""
        inwards, outwards = (camera_move(120, move=move)["zoom"] for move in ("zoom-in", "zoom-out"))
        assert outwards == pytest.approx(inwards[::-1], abs=1e-6)

    def test_pan_goes_from_one_side_to_the_other(self) -> None:
        """To the right: from looking left to looking right, as far on either side, through the middle."""
        pan = camera_move(301, move="pan-right")["pan_x"]
        assert pan[[0, 150, -1]] == pytest.approx([-PAN / 2, 0, PAN / 2], abs=1e-6)
        assert camera_move(301, move="pan-left")["pan_x"] == pytest.approx(-pan, abs=1e-6)

    @pytest.mark.parametrize(("frames", "move", "amount", "says"), [
        (0, "zoom-in", 1.0, "at least 1 frame"), (30, "spin", 1.0, "'spin'"), (30, "zoom-in", -1.0, "-1.0"),
        (30, "zoom-in", float("nan"), "nan"),
    ])
    def test_what_is_no_move_is_refused(self, frames: int, move: str, amount: float, says: str) -> None:
        """With the value, and what to give instead."""
        with pytest.raises(ValueError, match=says):
            camera_move(frames, move=move, amount=amount)  # type: ignore[arg-type]


class TestZoomForPan:
    def test_zoom_leaves_what_the_pan_needs(self) -> None:
        """To look a quarter of the width aside, the frame may show half of it: an enlargement of two."""
        assert np.exp(zoom_for_pan(0.25)) == pytest.approx(2)
        assert zoom_for_pan(0.0) == 0


class TestGlide:
    def test_speed_is_even_between_the_ends(self) -> None:
        """Of 10 s, all but the first and last 0.7 s go at one speed, and both ends are at rest."""
        times_s = np.linspace(-1, 11, 12_001)
        way = glide(times_s, 0, 10)
        speed = np.gradient(way, times_s)
        inner = (times_s > EASE_S + 0.01) & (times_s < 10 - EASE_S - 0.01)
        assert speed[inner] == pytest.approx(1 / (10 - EASE_S), rel=1e-6)
        assert way[times_s <= 0].max() == 0
        assert way[times_s >= 10].min() == pytest.approx(1)
        assert np.abs(np.diff(speed)).max() < 0.001

    def test_short_way_is_all_ease(self) -> None:
        """Over half a second: symmetrical, half way in the middle."""
        assert glide(np.array([0.0, 0.25, 0.5, 0.6]), 0, 0.5) == pytest.approx([0, 0.5, 1, 1])

    def test_no_time_is_a_step(self) -> None:
        """A move without length has happened right after its instant."""
        assert glide(np.array([0.9, 1.0, 1.1]), 1.0, 1.0) == pytest.approx([0, 0, 1])
