"""Which of several takes of a face is the best: measured on their pictures, and added up.

A take is a film as a generator gave it, before its mouth is drawn. Each measurement is set in relation to what is usual for
good footage (0) and to where a viewer sees the fault (1); the squares are added, so that a fault all takes share, such as a
lively background, cancels out, and one gross fault weighs more than many small differences.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.domain.check import Finding
from tasks.media.metrics.dead_frames import longest_run_s
from tasks.media.metrics.flicker import flicker
from tasks.media.metrics.head_pose import spread_degrees
from tasks.media.metrics.jitter import position_jitter, position_leap
from tasks.media.metrics.likeness import steady
from tasks.quality.face_checks import percentile
from tasks.quality.face_evidence import FaceEvidence
from tasks.quality.face_thresholds import FROZEN_CHANGE
from tasks.quality.thresholds import LEAST_BRIGHTNESS

WORST = 4.0
"""A fault four times as large as one that is seen is no worse than that: the take is spoilt either way."""
USUAL_CHANGE = 90
"""Percentile of the changes from picture to picture that is called usual."""
LITTLE_CHANGE = 0.3
"""Mean change, of 255, below which a film hardly moves: nothing is compared with less."""
MISSING = "no face is seen long enough at a time"


@dataclass(frozen=True)
class TakeRule:
    """One property of a take.

    Attributes:
        usual: what good footage has; it may be below or above `limit`, which says on which side the faults lie.
        limit: where a viewer sees the fault.
        source: measurements behind both, `python -m benchmarks.choose_takes --figures`.
    """

    name: str
    title: str
    unit: str
    usual: float
    limit: float
    digits: int
    source: str

    def fault(self, value: float) -> float:
        """0 at the usual value or better, 1 at the limit, at most `WORST`; `WORST` where nothing could be measured."""
        if math.isnan(value):
            return WORST
        return float(np.clip((value - self.usual) / (self.limit - self.usual), 0.0, WORST))

    def finding(self, value: float) -> Finding:
        """The property as a report has it."""
        side = "at most" if self.limit > self.usual else "at least"
        threshold = f"{side} {self.limit:g}"
        if math.isnan(value):
            return Finding(name=self.name, title=self.title, value=None, unit=self.unit, threshold=threshold,
                           verdict="failed", note=MISSING)
        return Finding(name=self.name, title=self.title, value=round(value, self.digits), unit=self.unit,
                       threshold=threshold, verdict="passed" if self.fault(value) <= 1 else "failed")


RULES = (
    TakeRule("face_seen", "a face is seen", "%", 100, 90, 0, "good 100, black for half a second 94"),
    TakeRule("identity_looks", "face looks like itself, worst second", "", 0.94, 0.90, 3,
             "good 0.94 to 0.97, another person at 60 % 0.81, melting by a seventh 0.74"),
    TakeRule("identity_shape", "face keeps its shape, worst second", "eye distances", 0.014, 0.018, 4,
             "good 0.005 to 0.014, melting by a quarter 0.020, another person 0.031"),
    TakeRule("colour_drift", "skin keeps its colour, worst second", "of 255", 3, 10, 1,
             "good 1.1 to 1.9, drifting colours 18, drifting to another person 32"),
    TakeRule("coherence", "pictures follow on each other", "of 255", 2.4, 3.2, 2, "good 1.6 to 2.4, boiling texture 3.8"),
    TakeRule("flicker", "skin flickers", "of 255", 1.5, 2.5, 2, "good 0.9 to 1.5, flickering by 2 levels 5.5"),
    TakeRule("jitter", "head trembles", "‰ of eye distance", 3, 5, 1, "good 1.6 to 2.7, shaken by 1 pixel of 540 7.7"),
    TakeRule("leap", "largest leap of the head", "‰ of eye distance", 18, 30, 0, "good 8 to 17, by 25 pixels of 540 46"),
    TakeRule("jump", "largest jump of the picture", "times the usual change", 2.5, 5, 1,
             "good at most 2.5, everything moved by 5 pixels of 540 about 5"),
    TakeRule("background", "background moves by itself", "px of 1080", 0.25, 0.6, 2,
             "good 0.15 to 0.24, swaying by 10 pixels of 540 0.7"),
    TakeRule("sharpness", "detail of the portrait kept", "%", 90, 60, 0, "good 91 to 109, blurred by 1.2 pixels of 540 43"),
    TakeRule("motion", "head moves", "degrees", 2.0, 0.8, 1, "good 2.7 to 7.5"),
    TakeRule("unrest", "head moves too much", "degrees", 20, 40, 1, "good 2.7 to 7.5"),
    TakeRule("frozen_run", "longest frozen stretch", "s", 0.15, 0.25, 2, "good 0 to 0.13, half a second frozen 0.27"),
    TakeRule("black_run", "longest black stretch", "s", 0.0, 0.05, 2, "good 0, two frames 0.07"),
)
"""Every property of a take, in the order of a report."""


@dataclass(frozen=True)
class TakeScore:
    """How good a take is.

    Attributes:
        findings: one for each rule.
        cost: sum of the squared faults; 0 is faultless, lower is better.
    """

    findings: tuple[Finding, ...]
    cost: float

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the properties with a fault that is seen."""
        return tuple(finding.name for finding in self.findings if finding.verdict == "failed")


def score_take(evidence: FaceEvidence, *, portrait: bool = True) -> TakeScore:
    """Judges one take by what it shows.

    Args:
        evidence: of the take.
        portrait: whether it was compared with the avatar's portrait; else nothing is said of its sharpness.
    """
    values = measures(evidence)
    rules = [rule for rule in RULES if portrait or rule.name != "sharpness"]
    return TakeScore(tuple(rule.finding(values[rule.name]) for rule in rules),
                     round(sum(rule.fault(values[rule.name]) ** 2 for rule in rules), 4))


def best_of(scores: Sequence[TakeScore]) -> int:
    """Index of the best take: one without a fault that is seen before others, then the least cost, the first of equals."""
    return min(range(len(scores)), key=lambda index: (bool(scores[index].failed), scores[index].cost, index))


def measures(evidence: FaceEvidence) -> dict[str, float]:
    """Name of each rule -> its value; NaN where it could not be measured."""
    traces = evidence.traces
    still = np.nan_to_num(traces.change, nan=np.inf) < FROZEN_CHANGE
    turning = float(np.max(spread_degrees(evidence.angles)[:2]))
    return {
        "face_seen": 100 * float(traces.seen.mean()),
        "identity_looks": _least(evidence.looks),
        "identity_shape": _most(evidence.shape),
        "colour_drift": _colour_drift(evidence.times_s, traces.skin),
        "coherence": percentile(traces.flow_error, 98),
        "flicker": flicker(evidence.flicker),
        "jitter": position_jitter(traces.points),
        "leap": position_leap(traces.points),
        "jump": _jump(traces.change),
        "background": percentile(traces.background, 90) if len(traces.background) else 0.0,
        "sharpness": 100 * percentile(traces.detail, 10),
        "motion": turning, "unrest": turning,
        "frozen_run": longest_run_s(traces.times_s, still, traces.end_s),
        "black_run": longest_run_s(traces.times_s, traces.brightness < LEAST_BRIGHTNESS, traces.end_s),
    }


def _jump(change: NDArray[np.float64]) -> float:
    """Largest change from one picture to the next, in terms of those that are usual in this film."""
    return _most(change) / max(percentile(change, USUAL_CHANGE), LITTLE_CHANGE)


def _colour_drift(times_s: NDArray[np.float64], skin: NDArray[np.float64]) -> float:
    """How far the skin's colour gets from where it began, second by second."""
    means = steady(times_s, skin)
    known = means[~np.isnan(means).any(axis=1)]
    return float(np.abs(known - known[0]).max()) if len(known) else math.nan


def _least(values: NDArray[np.float64]) -> float:
    return math.nan if np.isnan(values).all() else float(np.nanmin(values))


def _most(values: NDArray[np.float64]) -> float:
    return math.nan if np.isnan(values).all() else float(np.nanmax(values))
