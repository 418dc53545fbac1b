"""Sharpness: detail is lost by blur, not by contrast."""

import cv2
import numpy as np
import pytest

from tasks.media.metrics.sharpness import sharpness

ALL = np.ones((96, 96), bool)


def spots() -> np.ndarray:
    noise = np.random.default_rng(1).normal(size=(96, 96)).astype(np.float32)
    return np.clip(128 + 120 * cv2.GaussianBlur(noise, (0, 0), 1.2), 0, 255).astype(np.uint8)


class TestSharpness:
    def test_contrast_does_not_matter(self) -> None:
        weak = (spots() // 2 + 40).astype(np.uint8)
        assert sharpness(weak, ALL) == pytest.approx(sharpness(spots(), ALL), rel=0.1)

    @pytest.mark.parametrize("sigma", [1.0, 2.0])
    def test_blur_costs_more_the_stronger_it_is(self, sigma: float) -> None:
        blurred = cv2.GaussianBlur(spots(), (0, 0), sigma)
        assert sharpness(blurred, ALL) < 0.8 / sigma * sharpness(spots(), ALL)

    def test_a_shift_by_half_a_pixel_costs_little(self) -> None:
        shifted = cv2.warpAffine(spots(), np.array([[1, 0, 0.5], [0, 1, 0.5]]), (96, 96), borderMode=cv2.BORDER_REFLECT)
        assert sharpness(shifted, ALL) > 0.7 * sharpness(spots(), ALL)
