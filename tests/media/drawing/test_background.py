"""Tests of the background: what a camera sees of it, blurred or full of detail."""

import cv2
import numpy as np
import pytest

from tasks.media.drawing.background import Background
from tasks.media.drawing.camera import FROM_CHROMA, TO_CHROMA, Camera
from tasks.media.drawing.planes import Planes, new_frame, to_planes, view_planes

SIZE = (180, 320)
RESAMPLED = 3
"""Luma that reading between pixels may change."""


def blurred() -> np.ndarray:
    """A picture without detail."""
    y, x = np.mgrid[:SIZE[1], :SIZE[0]]
    return np.dstack([60 + x / 2, 90 + y / 4, 200 - y / 4]).astype(np.uint8)


def detailed() -> np.ndarray:
    """Checks of ten pixels over it."""
    y, x = np.mgrid[:SIZE[1], :SIZE[0]] // 10
    return np.where(((x + y) % 2 == 0)[..., None], blurred(), 30).astype(np.uint8)


class TestBackground:
    @pytest.mark.parametrize("picture", [blurred(), detailed()], ids=["blurred", "detailed"])
    @pytest.mark.parametrize("height", [320, 142])
    def test_camera_sees_the_enlarged_picture(self, picture: np.ndarray, height: int) -> None:
        """What is shown is the picture as the camera sees it, down to where the target ends."""
        planes, view = to_planes(picture), Camera(SIZE, SIZE, (80, 100)).look({"zoom": 0.1, "pan_x": 0.01})
        shown = view_planes(new_frame((SIZE[0], height)))
        rows = slice(0, height // 2)
        parts = [(rows, slice(0, 40)), (rows, slice(40, 90))]
        Background(planes, np.zeros((160, 90), np.float32)).film_into(shown, view, parts)
        matrices = (view.matrix(), *[TO_CHROMA @ view.matrix() @ FROM_CHROMA] * 2)
        for drawn, plane, matrix in zip(shown, planes, matrices, strict=True):
            exact = cv2.warpAffine(plane, matrix[:2], plane.shape[::-1], flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
                                   borderMode=cv2.BORDER_REPLICATE)[:len(drawn)]
            assert np.abs(drawn.astype(int) - exact)[4:-4, 4:-4].mean() < RESAMPLED

    def test_camera_at_rest_sees_every_pixel(self) -> None:
        """At rest the background is copied."""
        planes = to_planes(detailed())
        shown = Planes(*(np.zeros_like(plane) for plane in planes))
        Background(planes, np.zeros((160, 90), np.float32)).copy_into(shown)
        assert all((drawn == plane).all() for drawn, plane in zip(shown, planes, strict=True))
