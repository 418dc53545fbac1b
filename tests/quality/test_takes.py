"""How takes of a face are judged and chosen."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tasks.media.landmarks import POINT_COUNT
from tasks.media.rig.model import Rig
from tasks.quality.takes import RULES, WORST, TakeScore, best_of, measures, score_take

ADA = Path(__file__).parents[2] / "avatars" / "ada" / "rig.json"
FPS, FRAMES = 30, 120


def evidence(**changed: Any) -> Any:
    """Four seconds of a face that sways a little and is always seen; what `changed` says is otherwise."""
    face = Rig.read(ADA).points().astype(np.float32)
    times_s = np.arange(FRAMES) / FPS
    sway = 20 * np.sin(2 * np.pi * times_s / 3)
    points = np.repeat(face[None], FRAMES, axis=0)
    points[:, :, 0] += sway[:, None].astype(np.float32)
    traces = {"times_s": times_s, "end_s": FRAMES / FPS, "points": points, "brightness": np.full(FRAMES, 120.0),
              "change": np.full(FRAMES, 1.0), "flow_error": np.full(FRAMES, 1.5), "skin": np.full((FRAMES, 3), 150.0),
              "detail": np.full(8, 1.0), "background": np.full(16, 0.2), "seen": np.ones(FRAMES, bool)}
    angles = np.stack([3 * np.sin(times_s), np.sin(times_s), np.sin(times_s)], axis=1)
    given = {"looks": np.full(FRAMES, 0.97), "shape": np.full(FRAMES, 0.006), "flicker": np.full(FRAMES, 0.8),
             "angles": angles, "times_s": times_s}
    traces |= {name: value for name, value in changed.items() if name in traces and name != "times_s"}
    return SimpleNamespace(**(given | {name: value for name, value in changed.items() if name in given}),
                           traces=SimpleNamespace(**traces))


def spoilt(name: str) -> Any:
    """A take with one thing wrong."""
    usual = evidence()
    points, skin, change = usual.traces.points.copy(), usual.traces.skin.copy(), usual.traces.change.copy()
    if name == "leap":
        points[60:] += np.float32(40)
    if name == "jitter":
        points += np.random.default_rng(1).normal(size=(FRAMES, 1, 3)).astype(np.float32) * 4
    if name == "colour_drift":
        skin += np.linspace(0, 30, FRAMES)[:, None]
    if name == "frozen_run":
        change[40:60] = 0.0
    if name == "jump":
        change[60] = 9.0
    return evidence(**{
        "face_seen": {"seen": np.arange(FRAMES) < 90}, "identity_looks": {"looks": np.full(FRAMES, 0.7)},
        "identity_shape": {"shape": np.full(FRAMES, 0.03)}, "colour_drift": {"skin": skin},
        "coherence": {"flow_error": np.full(FRAMES, 5.0)}, "flicker": {"flicker": np.full(FRAMES, 4.0)},
        "jitter": {"points": points}, "leap": {"points": points}, "jump": {"change": change},
        "background": {"background": np.full(16, 2.0)}, "sharpness": {"detail": np.full(8, 0.3)},
        "motion": {"angles": np.zeros((FRAMES, 3))}, "unrest": {"angles": usual.angles * 30},
        "frozen_run": {"change": change}, "black_run": {"brightness": np.where(np.arange(FRAMES) < 6, 0.0, 120.0)}}[name])


class TestScoreTake:
    def test_good_footage_costs_nothing(self) -> None:
        """And has no fault."""
        score = score_take(evidence())
        assert (score.cost, score.failed) == (0.0, ())
        assert [finding.name for finding in score.findings] == [rule.name for rule in RULES]

    @pytest.mark.parametrize("name", [rule.name for rule in RULES])
    def test_each_fault_is_noticed_by_its_own_rule(self, name: str) -> None:
        """It is named, and costs more than any small difference."""
        score = score_take(spoilt(name))
        assert name in score.failed
        assert score.cost > 1

    def test_face_that_is_never_seen_is_the_worst(self) -> None:
        """Nothing about it can be measured, and nothing fails to be judged."""
        nothing = np.full((FRAMES, POINT_COUNT, 3), np.nan, np.float32)
        unknown = np.full(FRAMES, np.nan)
        score = score_take(evidence(points=nothing, seen=np.zeros(FRAMES, bool), flow_error=unknown, detail=np.zeros(0),
                                    skin=np.full((FRAMES, 3), np.nan), looks=unknown, shape=unknown, flicker=unknown,
                                    angles=np.full((FRAMES, 3), np.nan)))
        assert {"face_seen", "identity_looks", "coherence", "motion"} <= set(score.failed)
        assert score.cost > 5 * WORST**2

    def test_without_a_portrait_nothing_is_said_of_sharpness(self) -> None:
        """There is nothing to compare it with."""
        assert "sharpness" not in {finding.name for finding in score_take(evidence(), portrait=False).findings}


class TestMeasures:
    def test_colour_that_wanders_is_measured_from_where_it_began(self) -> None:
        """In seconds, not in frames: 30 levels over the film are some 26 between its first second and its last."""
        assert measures(spoilt("colour_drift"))["colour_drift"] == pytest.approx(26, abs=3)

    def test_a_leap_is_no_smooth_movement(self) -> None:
        """The sway alone is none."""
        assert measures(evidence())["leap"] < 2 < 40 < measures(spoilt("leap"))["leap"]

    def test_what_cannot_be_known_is_nan(self) -> None:
        """And never a number that would pass."""
        assert math.isnan(measures(evidence(looks=np.full(FRAMES, np.nan)))["identity_looks"])


class TestBestOf:
    @pytest.mark.parametrize(("scores", "best"), [
        ([(0.5, False), (0.1, False), (0.2, False)], 1),
        ([(0.9, False), (0.1, True)], 0),
        ([(3.0, True), (2.0, True)], 1),
        ([(0.0, False), (0.0, False)], 0),
    ])
    def test_no_visible_fault_comes_before_little_cost(self, scores: list[tuple[float, bool]], best: int) -> None:
        """Of equals the first."""
        failing = score_take(spoilt("flicker")).findings
        assert best_of([TakeScore(failing if failed else (), cost) for cost, failed in scores]) == best
