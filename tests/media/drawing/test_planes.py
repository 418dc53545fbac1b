"""Tests of planes: colours land where BT.709 says, and views share the frame's memory."""

import numpy as np
import pytest

from tasks.media.drawing.planes import new_frame, to_image, to_planes, view_planes

ROUNDING = 1
"""Planes hold whole numbers."""


class TestToPlanes:
    @pytest.mark.parametrize(("bgr", "yuv"), [
        ((0, 0, 0), (16, 128, 128)),
        ((255, 255, 255), (235, 128, 128)),
        ((0, 0, 255), (16 + 219 * 0.2126, 128 - 224 * 0.2126 / 1.8556, 240)),
        ((255, 0, 0), (16 + 219 * 0.0722, 240, 128 - 224 * 0.0722 / 1.5748)),
    ])
    def test_colours_follow_bt709(self, bgr: tuple[int, int, int], yuv: tuple[float, float, float]) -> None:
        """Black, white, red and blue have the values of ITU-R BT.709 in the limited range."""
        planes = to_planes(np.full((4, 4, 3), bgr, np.uint8))
        assert [float(plane.mean()) for plane in planes] == pytest.approx(yuv, abs=ROUNDING)


class TestViewPlanes:
    def test_round_trip_keeps_the_picture(self) -> None:
        """A picture written into the planes of a frame is the picture the frame shows."""
        image = np.full((8, 12, 3), (40, 120, 200), np.uint8)
        frame = new_frame((12, 8))
        for view, plane in zip(view_planes(frame), to_planes(image), strict=True):
            view[:] = plane
        assert frame.shape == (12, 12)
        assert np.abs(to_image(frame).astype(int) - image).max() <= 2 * ROUNDING
