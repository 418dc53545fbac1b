"""How the camera moves by itself, and when it is told to."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from tasks.animation.base import Take
from tasks.animation.framing import LONGEST_S, NEAREST, SHORTEST_S, framings, limited
from tasks.animation.phrases import find_phrases
from tasks.animation.puppet import PuppetAnimation
from tasks.domain.timeline import FPS

TakeMaker = Callable[..., Take]
TEXT = "every morning begins with a choice, and nobody makes it for you. so it is. " * 2 + "| " + "then go on with it. " * 5
UNNOTICED = np.log(1.06)
"""An undirected camera is never nearer than six hundredths."""
HARDEST_PER_S2 = 0.15
"""Greatest change of the zoom's speed a second: half of what starts to be felt."""
SEEDS = range(8)


def camera_of(take: Take) -> dict[str, np.ndarray]:
    values = PuppetAnimation().motion(take).values
    return {name: values[name].astype(float) for name in ("zoom", "pan_x", "pan_y")}


class TestUndirectedCamera:
    def test_camera_is_never_dead_and_never_noticed(self, take_of: TakeMaker) -> None:
        """It moves in every three seconds, slowly, and stays within six hundredths of the portrait."""
        for seed in SEEDS:
            zoom = camera_of(take_of(TEXT, seed=seed))["zoom"]
            assert zoom.min() >= 0
            assert zoom.max() < UNNOTICED
            assert np.abs(zoom[3 * FPS:] - zoom[:-3 * FPS]).min() >= 0
            assert min(np.ptp(zoom[first:first + 3 * FPS]) for first in range(len(zoom) - 3 * FPS)) > 0.002

    def test_camera_does_not_jerk(self, take_of: TakeMaker) -> None:
        """Every change of speed is soft."""
        for seed in SEEDS:
            for curve in camera_of(take_of(TEXT, seed=seed)).values():
                assert np.abs(np.diff(curve, 2)).max() * FPS**2 < HARDEST_PER_S2

    def test_camera_does_not_wobble(self, take_of: TakeMaker) -> None:
        """It turns round no more often than framings change."""
        for seed in SEEDS:
            take = take_of(TEXT, seed=seed)
            turns = np.count_nonzero(np.diff(np.sign(np.diff(camera_of(take)["zoom"]))))
            assert turns <= 2 * len(list(framings(take, find_phrases(take.words))))

    def test_camera_stays_inside_the_picture(self, take_of: TakeMaker) -> None:
        """What it looks aside is less than its zoom leaves, also when directed."""
        for text in (None, "pan left", "very huge pan right", "lean back", "zoom out, pan left"):
            camera = camera_of(take_of(TEXT, directions=(text, text)))
            room = (1 - np.exp(-camera["zoom"])) / 2
            assert np.all(np.abs(camera["pan_x"]) <= room + 1e-6)
            assert np.all(np.abs(camera["pan_y"]) <= room + 1e-6)

    def test_framings_cover_the_reel(self, take_of: TakeMaker) -> None:
        """Without gaps, none too short; a beat is ended if it can be, and a long one divided."""
        take = take_of("a few words. | " + "this is a sentence of a beat that goes on for long. " * 12, card_s=2.0)
        found = list(framings(take, find_phrases(take.words)))
        assert found[0].start_s == 0
        assert found[-1].end_s == take.duration_s
        assert all(before.end_s == after.start_s for before, after in pairwise(found))
        assert all(SHORTEST_S <= framing.end_s - framing.start_s < LONGEST_S + 8 for framing in found)
        assert len(found) >= 4


class TestDirectedCamera:
    def test_zoom_in_goes_in_over_its_beat(self, take_of: TakeMaker) -> None:
        """From far to near by its amount, evenly, and back in the next beat."""
        take = take_of(TEXT, directions=("zoom in", None))
        zoom, span = camera_of(take)["zoom"], take.beats()[0]
        first, last = FPS, round((span.end_s - 1) * FPS)
        assert np.all(np.diff(zoom[first:last]) > 0)
        assert zoom[last] - zoom[first] == pytest.approx(0.070 * (last - first) / FPS / span.end_s, rel=0.05)
        assert zoom[round((span.end_s + 1.5) * FPS)] < 0.04

    def test_zoom_out_is_the_way_back(self, take_of: TakeMaker) -> None:
        """From near to far."""
        inwards, outwards = (camera_of(take_of("so it goes on and on and on and on. " * 3, directions=(text,)))["zoom"]
                             for text in ("zoom in", "zoom out"))
        assert outwards[::-1] == pytest.approx(inwards, abs=0.003)

    def test_pan_goes_the_way_it_says(self, take_of: TakeMaker) -> None:
        """To the right: from looking left to looking right, by its amount on either side."""
        take = take_of(TEXT, directions=("pan right", None))
        span = take.beats()[0]
        pan = camera_of(take)["pan_x"][FPS:round((span.end_s - 1) * FPS)]
        assert np.all(np.diff(pan) > 0)
        assert pan[0] == pytest.approx(-0.030, abs=0.008)
        assert pan[-1] == pytest.approx(0.030, abs=0.008)

    def test_leaning_in_comes_nearer_and_leaning_back_goes_away(self, take_of: TakeMaker) -> None:
        """Beside the same take undirected."""
        back, plain, near = (camera_of(take_of(TEXT, directions=(text, None)))["zoom"][2 * FPS]
                             for text in ("lean back", None, "lean in"))
        assert back < plain - 0.008
        assert near > plain + 0.035

    def test_steady_camera_rests(self, take_of: TakeMaker) -> None:
        """While the head goes on."""
        take = take_of(TEXT, directions=("steady camera", None))
        rest = slice(FPS, round((take.beats()[0].end_s - 1) * FPS))
        assert np.ptp(camera_of(take)["zoom"][rest]) < 1e-6
        assert np.ptp(PuppetAnimation().motion(take).values["yaw"][rest]) > 0.02


class TestLimited:
    def test_zoom_bends_towards_its_limits(self) -> None:
        """Never below none, never above the nearest, in order, and untouched between."""
        zoom = np.linspace(-0.2, 0.4, 601)
        bent = limited(zoom)
        assert bent.min() >= 0
        assert bent.max() <= NEAREST
        assert np.all(np.diff(bent) >= 0)
        middle = (zoom > 0.015) & (zoom < 0.078)
        assert bent[middle] == pytest.approx(zoom[middle])
        assert np.abs(np.diff(bent, 2)).max() < 1e-4
