"""How the head moves while it reads."""

from collections.abc import Callable

import numpy as np
import pytest

from tasks.animation.accents import find_accents
from tasks.animation.base import Take
from tasks.animation.head import AXES, CALM, LIMITS, head_curves
from tasks.animation.phrases import find_phrases
from tasks.domain.timeline import FPS

TakeMaker = Callable[..., Take]
TEXT = "Every morning begins with a choice, and nobody makes it for you. Is that not good^ news? It is! " * 3
FASTEST_RAD_S = np.radians(28)
"""A head in talk stays below this; 25 degrees a second is the aim, the rest is what gesture and pose may add up to."""
NEAR_NEUTRAL_RAD = np.radians(1.6)
"""A pose that nobody would call turned."""
SEEDS = range(12)


def head_of(take: Take) -> dict[str, np.ndarray]:
    phrases = find_phrases(take.words)
    return head_curves(take, phrases, find_accents(take, phrases))


class TestHead:
    @pytest.mark.parametrize("axis", ["yaw", "pitch", "roll"])
    def test_head_is_never_fast(self, take_of: TakeMaker, axis: str) -> None:
        """No frame shows a jerk."""
        for seed in SEEDS:
            speed = np.abs(np.diff(head_of(take_of(TEXT, seed=seed))[axis])) * FPS
            assert speed.max() < FASTEST_RAD_S

    def test_head_stays_believable(self, take_of: TakeMaker) -> None:
        """Every axis keeps its limit."""
        for seed in SEEDS:
            head = head_of(take_of(TEXT, seed=seed))
            assert all(np.abs(head[axis]).max() <= LIMITS[axis] for axis in AXES)

    def test_head_uses_its_room(self, take_of: TakeMaker) -> None:
        """Over a text of a minute the face turns to both sides by more than 2 degrees."""
        for seed in SEEDS:
            yaw = head_of(take_of(TEXT, seed=seed))["yaw"]
            assert yaw.max() > np.radians(2)
            assert yaw.min() < -np.radians(2)

    @pytest.mark.parametrize("axis", AXES)
    def test_head_does_not_wobble(self, take_of: TakeMaker, axis: str) -> None:
        """Less than a hundredth of the movement is faster than 3 Hz."""
        for seed in SEEDS:
            curve = head_of(take_of(TEXT, seed=seed))[axis]
            power = np.abs(np.fft.rfft((curve - curve.mean()) * np.hanning(len(curve)))) ** 2
            assert power[np.fft.rfftfreq(len(curve), 1 / FPS) > 3].sum() < 0.01 * power.sum()

    def test_reel_begins_and_ends_near_neutral(self, take_of: TakeMaker) -> None:
        """The first frame is the portrait, and the last nearly so."""
        for seed in SEEDS:
            head = head_of(take_of(TEXT, seed=seed))
            for axis in ("yaw", "pitch", "roll"):
                assert abs(head[axis][0]) < NEAR_NEUTRAL_RAD
                assert abs(head[axis][-1]) < NEAR_NEUTRAL_RAD

    def test_loud_word_is_nodded(self, take_of: TakeMaker) -> None:
        """On average over takes the chin is lower on the loud word than 0.3 s before."""
        text = "we all know that good^ things take time to grow"
        middle = round((take_of(text).words[4].start_s + 0.18) * FPS)
        nods = [head_of(take_of(text, seed=seed))["pitch"] for seed in range(60)]
        assert np.mean([pitch[middle] - pitch[middle - 9] for pitch in nods]) > 0.010

    def test_question_lifts_the_chin_and_statement_drops_it(self, take_of: TakeMaker) -> None:
        """The same words with the same seeds, another mark, another ending."""
        ends = {mark: [head_of(take_of(f"you have seen this before{mark}", seed=seed))["pitch"] for seed in SEEDS]
                for mark in ".?"}
        frame = round(take_of("you have seen this before.").words[-1].end_s * FPS)
        lift = np.mean([asked[frame] - told[frame] for asked, told in zip(ends["?"], ends["."], strict=True)])
        assert lift < -0.015

    def test_items_of_a_list_go_from_side_to_side(self, take_of: TakeMaker) -> None:
        """Each item of a list turns the head the other way."""
        take = take_of("salt, pepper, butter, and oil.", word_s=0.9)
        for seed in SEEDS:
            yaw = head_of(take_of("salt, pepper, butter, and oil.", word_s=0.9, seed=seed))["yaw"]
            places = [yaw[round((word.start_s + 0.85) * FPS)] for word in (*take.words[:3], take.words[4])]
            turns = np.sign(np.diff(places))
            assert np.all(turns[1:] == -turns[:-1])

    def test_portrait_in_three_quarter_view_moves_less(self, take_of: TakeMaker) -> None:
        """At 35 degrees turns are smaller, tilts less so, and nods, which show no hidden side, not at all."""
        front, side = (head_of(take_of(TEXT, face_yaw_rad=yaw)) for yaw in (0.0, np.radians(35)))
        assert all(side[axis] == pytest.approx(CALM[axis] * front[axis]) for axis in AXES)
        assert CALM["yaw"] < CALM["roll"] < CALM["pitch"] == 1

    @pytest.mark.parametrize("text", [
        "Every morning begins with a choice, and nobody makes it for you. Is that not good^ news, my old friend?",
        "What do you need for good^ bread? Flour, water, salt, and time. Mix them, fold them, let them rest.",
    ], ids=["sentences", "list"])
    def test_head_tilts_2_to_6_degrees_in_any_reel_of_ten_seconds(self, take_of: TakeMaker, text: str) -> None:
        """From the 5th to the 95th percentile, whatever the seed, with room for what the film's own points add."""
        assert 9 < take_of(text).duration_s < 12
        tilts = [head_of(take_of(text, seed=seed))["roll"] for seed in range(60)]
        ranges = np.degrees(np.ptp(np.percentile(tilts, (5, 95), axis=1), axis=0))
        assert ranges.min() > 2.0
        assert ranges.max() < 5.4
