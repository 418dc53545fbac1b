"""Tests of stills: the picture covers the frame around its focus, and a camera moves over it smoothly."""

from typing import Any

import cv2
import numpy as np
import pytest

from tasks.domain.errors import StoreDamaged
from tasks.media.drawing.planes import to_planes, view_planes
from tasks.media.drawing.stills import rest_over

SIZE = (108, 192)
RESAMPLED = 3
"""Luma that sharpening and reading between pixels may leave on a smooth picture."""
EVEN_SHARPNESS = 1.25
"""Greatest by least detail of white noise, the finest there is, over a slow zoom; reading between pixels without precautions
gives 3."""
SMOOTH = 0.1
"""Pixels by which a feature may leave its even course during a slow zoom."""


def ramps(width: int, height: int) -> np.ndarray:
    """A picture that grows brighter to the right and redder downwards."""
    x, y = np.meshgrid(np.linspace(20, 220, width), np.linspace(20, 220, height))
    return np.dstack([x, x, y]).round().astype(np.uint8)


def noise(width: int, height: int) -> np.ndarray:
    """A picture full of detail."""
    return np.repeat(np.random.default_rng(3).integers(0, 255, (height, width, 1), np.uint8), 3, axis=2)


class TestStill:
    def test_fitting_picture_is_shown_as_it_is(self, room: Any) -> None:
        """A picture as large as the frame, with the camera at rest, is the frame."""
        image = ramps(*SIZE)
        frame = room.draw(room.perform((room.still(room.picture("a.png", image), 2),)))[0]
        for drawn, wanted in zip(view_planes(frame), to_planes(image), strict=True):
            assert np.abs(drawn.astype(int) - wanted).max() <= RESAMPLED

    @pytest.mark.parametrize(("shape", "focus", "left", "right"), [
        ((432, 192), (0.5, 0.5), 0.375, 0.625), ((432, 192), (0.0, 0.5), 0.0, 0.25), ((432, 192), (0.95, 0.5), 0.75, 1.0),
        ((864, 384), (0.5, 0.5), 0.375, 0.625), ((216, 96), (0.5, 0.5), 0.375, 0.625)])
    def test_wide_picture_is_cut_around_its_focus(self, room: Any, shape: tuple[int, int], focus: tuple[float, float],
                                                  left: float, right: float) -> None:
        """Of a picture four times as wide as the frame a quarter is seen, as near to the focus as the borders allow."""
        frame = room.draw(room.perform((room.still(room.picture("a.png", ramps(*shape)), 2, focus=focus),)))[0]
        luma, whole = view_planes(frame).y[96].astype(float), to_planes(ramps(*shape)).y[shape[1] // 2].astype(float)
        expected = np.interp([left, right], np.linspace(0, 1, len(whole)), whole)
        assert np.abs(luma[[0, -1]] - expected).max() <= RESAMPLED

    def test_zoom_out_ends_where_zoom_in_begins(self, room: Any) -> None:
        """The whole frame's part of the picture is seen at zoom 0, half of it at ln 2."""
        zoom = np.linspace(0, np.log(2), 11)
        picture = room.picture("a.png", ramps(216, 384))
        first, last = room.draw(room.perform((room.still(picture, 11, zoom=zoom),)), [0, 10])
        spread = [np.ptp(view_planes(frame).y[96].astype(int)) for frame in (first, last)]
        assert spread[1] == pytest.approx(spread[0] / 2, abs=2 * RESAMPLED)

    @pytest.mark.parametrize("scale", [1, 2])
    def test_slow_zoom_keeps_its_sharpness(self, room: Any, scale: int) -> None:
        """Detail neither pulses nor shimmers while the camera comes slowly nearer."""
        picture = room.picture("a.png", noise(scale * SIZE[0], scale * SIZE[1]))
        frames = room.draw(room.perform((room.still(picture, 12, zoom=np.linspace(0, 0.01, 12)),)))
        detail = [cv2.Laplacian(view_planes(frame).y.astype(np.float32), cv2.CV_32F).var() for frame in frames]
        assert max(detail) < EVEN_SHARPNESS * min(detail)

    def test_slow_zoom_runs_evenly(self, room: Any) -> None:
        """The corners of the picture move away from the focus along straight lines in even steps."""
        picture = room.picture("a.png", cv2.GaussianBlur(noise(540, 960), (0, 0), 3))
        zoom = np.log1p(np.arange(16) / 1000)
        frames = room.draw(room.perform((room.still(picture, 16, zoom=zoom),)), size=(540, 960))
        places = np.array([follow_corners(view_planes(frames[0]).y, view_planes(frame).y) for frame in frames])
        assert np.abs(places[-1] - places[0]).min() > 3
        assert np.abs(places - np.linspace(places[0], places[-1], 16)).max() < SMOOTH

    def test_what_is_no_picture_is_damage(self, room: Any) -> None:
        """A file that is no picture is named, with what to do."""
        broken = room.curves("broken", {"zoom": [0.0]})
        with pytest.raises(StoreDamaged, match=r"broken\.json.*made again"):
            room.draw(room.perform((room.still(broken, 2),)))


def follow_corners(first: np.ndarray, then: np.ndarray) -> np.ndarray:
    """(4,): left, top, right and bottom of the first picture in another, from a hundred features between them."""
    height, width = first.shape
    x, y = np.meshgrid(np.linspace(40, width - 40, 8), np.linspace(40, height - 40, 14))
    starts = np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
    found = cv2.calcOpticalFlowPyrLK(first, then, starts[:, None], None, winSize=(31, 31), maxLevel=1)[0][:, 0]
    fits = [np.polyfit(starts[:, axis], found[:, axis], 1) for axis in (0, 1)]
    edges = zip(fits, ((0, width), (0, height)), strict=True)
    return np.array([np.polyval(fit, end) for fit, ends in edges for end in ends])


class TestRestOver:
    @pytest.mark.parametrize("picture", [(108, 192), (500, 200), (90, 4000), (1620, 2880)])
    @pytest.mark.parametrize("focus", [(0.0, 0.0), (0.5, 0.5), (1.0, 0.3)])
    def test_focus_stays_in_place_when_the_camera_comes_nearer(self, picture: tuple[int, int],
                                                               focus: tuple[float, float]) -> None:
        """Wherever the borders allow it, the focus is where it was."""
        camera = rest_over(picture, SIZE, focus)
        at = np.array([[focus[0] * picture[0] - 0.5, focus[1] * picture[1] - 0.5]])
        rest = camera.look({})
        assert (at - [rest.left, rest.top]) / rest.step == pytest.approx(np.array([camera.anchor]), abs=1e-6)
