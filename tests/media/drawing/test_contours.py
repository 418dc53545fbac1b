"""Contours of the lips of a film: opened by a known amount they are closed, calm ones stay, old smiles stay too."""

from pathlib import Path

import numpy as np
import pytest

from tasks.media.drawing.contours import AGREED, APART, KNOTS, along_knots, calmed, read_contours, settle
from tasks.media.drawing.film_mouth import film_face
from tasks.media.drawing.lips import UPPER_CLOSES, MouthFrame, mouth_frame
from tasks.media.mouth_track import LIPS, TRACKED, MouthTrack
from tasks.media.rig.model import Rig, read_portrait

ADA = Path(__file__).parents[3] / "avatars" / "ada" / "portrait.png"
STILL = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
COUNT = 60
EDGE = len(LIPS) // 4
MIDDLE = len(KNOTS) // 2


@pytest.fixture(scope="module")
def rig() -> Rig:
    return Rig.read(ADA.with_name("rig.json"))


@pytest.fixture(scope="module")
def frame(rig: Rig) -> MouthFrame:
    return mouth_frame(film_face(rig, STILL, (rig.width_px, rig.height_px), read_portrait(ADA, rig)))


def track(rig: Rig, lower: np.ndarray | None = None, *, corners: float = 0.0, strength: float = 1.0) -> MouthTrack:
    """A head that stands still.

    Args:
        rig: of its face.
        lower: (n,) how far both edges of the lower lip go down, pixels.
        corners: how far both corners go up on all frames, pixels.
        strength: on all frames.
    """
    known = rig.points()[list(TRACKED), :2]
    points = np.stack([known] * COUNT)
    for edge in (1, 3):
        points[:, edge * EDGE + 1:(edge + 1) * EDGE - 1, 1] += (np.zeros(COUNT) if lower is None else lower)[:, None]
    points[:, [0, EDGE - 1, EDGE, 2 * EDGE - 1], 1] -= corners
    return MouthTrack((rig.width_px, rig.height_px), known, points, np.full(COUNT, strength, np.float32),
                      np.zeros(COUNT, np.float32), np.ones(COUNT, np.float32), 0)


def read(made: MouthTrack, frame: MouthFrame) -> tuple[np.ndarray, ...]:
    """Resting upper and lower, filmed upper and lower."""
    resting, filmed = read_contours(made, np.stack([STILL] * COUNT), frame)
    return resting.upper, resting.lower, filmed.upper, filmed.lower


class TestReadContours:
    def test_mouth_of_the_reference_stays_as_it_is(self, rig: Rig, frame: MouthFrame) -> None:
        for numbers in read(track(rig), frame):
            assert np.abs(numbers).max() < 1e-3 * frame.unit

    def test_open_mouth_rests_closed(self, rig: Rig, frame: MouthFrame) -> None:
        """A lower lip down by a tenth of the scale comes up until both lips meet, the upper lip a share of the way."""
        way = 0.1 * frame.unit
        upper, lower, _, filmed = read(track(rig, np.full(COUNT, way)), frame)
        assert upper[:, MIDDLE] == pytest.approx(lower[:, MIDDLE], abs=1e-3 * frame.unit)
        assert upper[:, MIDDLE] == pytest.approx(UPPER_CLOSES * way, abs=0.03 * frame.unit)
        assert filmed[:, MIDDLE].min() >= 0.99 * way

    def test_syllable_goes_and_what_was_filmed_is_known(self, rig: Rig, frame: MouthFrame) -> None:
        """Opened on six frames, the lips rest closed on every one of them."""
        lower = np.where((np.arange(COUNT) >= 27) & (np.arange(COUNT) < 33), 0.1 * frame.unit, 0)
        upper_rests, lower_rests, upper_real, lower_real = read(track(rig, lower), frame)
        gap = (lower_real - upper_real)[:, MIDDLE]
        assert np.abs((lower_rests - upper_rests)[:, MIDDLE]).max() < 1e-3 * frame.unit
        assert gap[27:33].min() > 0.09 * frame.unit
        assert np.abs(gap[:20]).max() < AGREED * frame.unit

    def test_old_smile_stays(self, rig: Rig, frame: MouthFrame) -> None:
        """Corners up on all frames are where they rest, and nothing is to be undone."""
        upper, _, real, _ = read(track(rig, corners=0.05 * frame.unit), frame)
        assert np.abs(upper[:, -4:]).max() == pytest.approx(0.05 * frame.unit, rel=0.1)
        assert real == pytest.approx(upper, abs=1e-3 * frame.unit)

    def test_without_strength_what_was_filmed_counts_for_nothing(self, rig: Rig, frame: MouthFrame) -> None:
        upper, lower, *real = read(track(rig, np.full(COUNT, 0.1 * frame.unit), strength=0.0), frame)
        assert np.array_equal(real[0], upper)
        assert np.array_equal(real[1], lower)


class TestParts:
    def test_heights_are_read_between_the_points(self) -> None:
        """Of a straight slope from -1 at the left corner to 1 at the right one."""
        assert along_knots(np.linspace(-1, 1, 11)[None]) == pytest.approx(np.array([KNOTS]))

    def test_calming_neither_lags_nor_changes_what_is_calm(self) -> None:
        bump = np.zeros((COUNT + 1, 2))
        bump[COUNT // 2, 0], bump[:, 1] = 1, 7
        calm = calmed(bump)
        assert calm[:, 0] == pytest.approx(calm[::-1, 0], abs=1e-6)
        assert calm[:, 0].max() < 0.1
        assert calm[:, 1] == pytest.approx(7)

    def test_small_differences_count_for_none_and_large_ones_wholly(self) -> None:
        small, large = 0.9 * AGREED * 100, 1.1 * APART * 100
        assert settle(np.array([small, -small, large, -large]), 100).tolist() == [0, 0, large, -large]
