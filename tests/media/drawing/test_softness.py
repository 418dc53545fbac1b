"""Tests of softness and grain, on edges and noise of known size."""

import cv2
import numpy as np
import pytest

from tasks.media.drawing.softness import SHARP, extra_blur, find_grain

AREA = [np.array([[30.0, 30.0], [170.0, 170.0]])]


def edges(blur: float) -> np.ndarray:
    """(200, 200, 3): a dark square on a bright ground, blurred."""
    picture = np.full((200, 200, 3), 200, np.uint8)
    picture[60:140, 60:140] = 60
    return cv2.GaussianBlur(picture, (0, 0), blur) if blur else picture


class TestExtraBlur:
    def test_sharp_picture_has_none(self) -> None:
        """The edges of a square rise within a pixel."""
        assert extra_blur(edges(0), AREA, 5.0) == 0

    @pytest.mark.parametrize("blur", [2.0, 3.0])
    def test_blur_is_measured(self, blur: float) -> None:
        """Of a blurred square it is the blur, less what a sharp picture has anyway."""
        assert extra_blur(edges(blur), AREA, 5.0) == pytest.approx(np.sqrt(blur**2 - SHARP**2), rel=0.25)


class TestFindGrain:
    def test_smooth_skin_has_none(self) -> None:
        """A slope without noise has no texture."""
        assert not find_grain(np.tile(np.linspace(100, 160, 80), (60, 1)).astype(np.uint8), 0.0).any()

    def test_noise_is_kept(self) -> None:
        """Noise of 8 levels is texture of about 8 levels, around zero."""
        noise = np.random.default_rng(4).normal(128, 8, (80, 80))
        grain = find_grain(noise, 0.0)
        assert grain.std() == pytest.approx(8, rel=0.2)
        assert abs(grain.mean()) < 1
