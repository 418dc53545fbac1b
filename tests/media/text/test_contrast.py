"""Contrast as WCAG 2.2 defines it."""

import numpy as np
import pytest

from tasks.media.text.contrast import colour_luminance, contrast_ratio, luminance


class TestContrastRatio:
    @pytest.mark.parametrize(("one", "other", "ratio"), [
        ("#000000", "#ffffff", 21.0), ("#ffffff", "#000000", 21.0), ("#336699", "#336699", 1.0),
        ("#767676", "#ffffff", 4.54), ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0), ("#0000FF", "#ffffff", 8.59)])
    def test_is_the_ratio_of_the_standard(self, one: str, other: str, ratio: float) -> None:
        """#767676 is the lightest grey that white paper lets pass; the order does not count."""
        assert contrast_ratio(one, other) == pytest.approx(ratio, abs=0.006)


class TestLuminance:
    def test_green_looks_brightest(self) -> None:
        """The channels at full count 21, 72 and 7 per cent."""
        pixels = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], np.uint8)
        assert luminance(pixels)[0] == pytest.approx([0.2126, 0.7152, 0.0722, 1.0], abs=1e-5)

    def test_agrees_with_colours(self) -> None:
        """A pixel and its `#rrggbb` are the same."""
        assert colour_luminance("#2a9d8f") == pytest.approx(float(luminance(np.array([42, 157, 143], np.uint8))))
