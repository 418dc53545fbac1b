"""Contrast of letters measured on pixels."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tasks.media.metrics.ink_contrast import ink_contrast
from tasks.media.text.contrast import contrast_ratio

INKS = ("#ffffff", "#ffd60a")
CODED = 0.15
"""Part by which blended edges and half-size chroma may change a contrast."""


def word(ink: str, behind: str, *, outline: str | None = None) -> NDArray[np.uint8]:
    """A word in a box, (110, 330, 3) BGR, as a reel would show it: blended edges, JPEG's coding."""
    picture = np.full((110, 330, 3), bgr(behind), np.uint8)
    for colour, width in ((outline, 24), (ink, 10)):
        if colour:
            cv2.putText(picture, "Habits", (12, 80), cv2.FONT_HERSHEY_SIMPLEX, 2.6, bgr(colour), width, cv2.LINE_AA)
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def bgr(colour: str) -> tuple[int, int, int]:
    return int(colour[5:7], 16), int(colour[3:5], 16), int(colour[1:3], 16)


class TestInkContrast:
    @pytest.mark.parametrize(("ink", "behind"), [("#ffffff", "#000000"), ("#ffffff", "#767676"), ("#ffd60a", "#0b0b12"),
                                                 ("#ffffff", "#bbbbbb")])
    def test_is_that_of_ink_and_background(self, ink: str, behind: str) -> None:
        """Without an outline the background counts."""
        assert ink_contrast(word(ink, behind), INKS) == pytest.approx(contrast_ratio(ink, behind), rel=CODED)

    @pytest.mark.parametrize("behind", ["#ffffff", "#ffd60a", "#808080"])
    def test_an_outline_counts_instead(self, behind: str) -> None:
        """White on white with a black outline is nearly as legible as on black."""
        assert ink_contrast(word("#ffffff", behind, outline="#000000"), INKS) > 12

    def test_white_on_white_is_not_told(self) -> None:
        """There are no letters to be seen."""
        assert ink_contrast(word("#ffffff", "#ffffff"), INKS) < 1.2

    def test_patches_behind_bare_letters_are_not_enough(self) -> None:
        """Half of what is around the letters is dark, the other nearly as light as they are."""
        patches = np.random.default_rng(1).choice(np.array([20, 205], np.uint8), (22, 66))
        picture = np.repeat(cv2.resize(patches, (330, 110), interpolation=cv2.INTER_NEAREST)[..., None], 3, axis=2)
        cv2.putText(picture, "Habits", (12, 80), cv2.FONT_HERSHEY_SIMPLEX, 2.6, (255, 255, 255), 10, cv2.LINE_AA)
        assert ink_contrast(picture, INKS) < 4.5

    def test_no_letters_are_no_contrast(self) -> None:
        """An empty box is not legible."""
        assert ink_contrast(np.zeros((50, 90, 3), np.uint8), INKS) == 1.0
