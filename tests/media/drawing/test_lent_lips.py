"""Lips lent by a closed frame: where they lie, when they come and go, and that they come in the frame's own light."""

import cv2
import numpy as np
import pytest

from tasks.media.drawing.contours import NUMBERS, Contours
from tasks.media.drawing.film_mouth import UNTOUCHED
from tasks.media.drawing.lent_lips import lay_over, lending, weigh
from tasks.media.drawing.planes import Planes

COUNT = 60
SPOKEN = range(25, 35)
UNIT = 200.0


def filmed(gap: float) -> Contours:
    """Lips closed but for some frames, on which the lower one is down by `gap` in units of the scale."""
    upper, lower = np.zeros((COUNT, NUMBERS), np.float32), np.zeros((COUNT, NUMBERS), np.float32)
    lower[SPOKEN.start:SPOKEN.stop, 3] = gap * UNIT
    return Contours(upper, lower)


class TestLending:
    def test_closed_lips_need_none(self) -> None:
        assert lending(filmed(0.02), np.ones(COUNT, np.float32), UNIT).max() == 0

    def test_open_lips_are_lent_wholly_and_without_a_jump(self) -> None:
        """Already whole on the first open frame, and gone a third of a second before and after."""
        share = lending(filmed(0.12), np.ones(COUNT, np.float32), UNIT)
        assert share[SPOKEN.start:SPOKEN.stop].min() > 0.9
        assert np.abs(np.diff(share)).max() < 0.25
        assert max(share[:SPOKEN.start - 10].max(), share[SPOKEN.stop + 10:].max()) < UNTOUCHED

    def test_none_is_lent_where_the_mouth_is_left_alone(self) -> None:
        strength = np.ones(COUNT, np.float32)
        strength[30] = 0
        assert lending(filmed(0.12), strength, UNIT)[30] == 0


class TestWeigh:
    @pytest.mark.parametrize(("x", "y", "weight"), [(0, 0, 1), (1, 0, 1), (-1, 0.02, 1), (0.5, 0.2, 1), (0, -0.3, 0),
                                                    (0, 0.5, 0), (1.8, 0, 0), (-1.8, 0.1, 0)])
    def test_lips_are_lent_and_nose_cheeks_and_chin_are_not(self, x: float, y: float, weight: float) -> None:
        assert weigh(np.array([x, y])) == pytest.approx(weight, abs=1e-6)

    def test_fades_evenly(self) -> None:
        """From the lips to the cheek no step of a hundredth of the way is more than a twentieth."""
        places = np.stack([np.linspace(0, 2, 200), np.zeros(200)], axis=-1)
        assert np.abs(np.diff(weigh(places))).max() < 0.05


class TestLayOver:
    def test_lent_skin_comes_in_the_frames_own_light(self) -> None:
        """Skin that is darker, more so to the right and below, is as bright as the frame's own once laid over it."""
        rows, columns = np.mgrid[:80, :120]
        own = (120 + 0.3 * rows + 0.2 * columns).astype(np.uint8)
        lent = (own - 12 - 0.05 * columns - 0.1 * rows).astype(np.uint8)
        weight = np.clip(1.6 - np.hypot((rows - 40) / 25, (columns - 60) / 35), 0, 1).astype(np.float32)
        half = cv2.resize(own, (60, 40))
        into = Planes(own.copy(), half.copy(), half.copy())
        lay_over(into, Planes(lent, half - 5, half + 3), weight)
        assert np.abs(into.y.astype(int) - own).max() <= 1
        assert np.abs(into.u.astype(int) - half).max() <= 1
        assert np.abs(into.v.astype(int) - half).max() <= 1

    def test_what_is_lent_is_seen(self) -> None:
        """A dark line in the middle, where the frame has none, is there afterwards; outside nothing changes."""
        own = np.full((80, 120), 150, np.uint8)
        lent = own.copy()
        lent[39:41, 40:80] = 40
        rows, columns = np.mgrid[:80, :120]
        weight = np.clip(1.6 - np.hypot((rows - 40) / 25, (columns - 60) / 35), 0, 1).astype(np.float32)
        grey = np.full((40, 60), 128, np.uint8)
        into = Planes(own.copy(), grey.copy(), grey.copy())
        lay_over(into, Planes(lent, grey, grey), weight)
        assert into.y[39:41, 50:70].max() <= 42
        assert np.array_equal(into.y[weight == 0], own[weight == 0])
