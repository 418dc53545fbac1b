"""Draws the report of a video as one page: a table, and curves as inline SVG; no script, nothing from outside."""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tasks.media.metrics.lip_closure import CLOSED, mean_opening
from tasks.media.text.templates import render_template
from tasks.media.watched_film import pictures_at
from tasks.quality.examination import Examination
from tasks.quality.face_evidence import FaceEvidence, nearest_frame
from tasks.quality.face_thresholds import BY_NAME

TEMPLATE = "check/report.html.j2"
WIDTH, HEIGHT = 720, 190
"""Of a plot, in its own units; the page scales it."""
LEFT, RIGHT, TOP, BOTTOM = 46, 26, 8, 20
"""Room around the curves for numbers."""
SMOOTHING = np.full(9, 1 / 9)
"""The level is drawn as the mean of so many values, 45 ms: syllables, not the periods of a voice."""
MOST_POINTS = 1400
"""Of one curve; more cannot be told apart at this width."""
THUMB_PX, THUMB_QUALITY = 260, 78
"""Longest side of a small picture, and its JPEG quality."""
TICKS = 6
"""About so many numbers along an axis."""

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """One curve: its class in the page's colours, its name, and SVG paths (one for each stretch without a gap)."""

    kind: str
    name: str
    path: str


@dataclass(frozen=True)
class Plot:
    """One plot, all places in its own units."""

    title: str
    says: str
    lines: tuple[Line, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    bands: tuple[tuple[str, float, float], ...] = ()
    """Class, left edge, width."""
    marks: tuple[tuple[str, float, str], ...] = ()
    """Class, place, what it is."""
    limits: tuple[float, ...] = ()
    """Places of thresholds, from the top."""
    size: tuple[int, int] = field(default=(WIDTH, HEIGHT))


@dataclass(frozen=True)
class Thumb:
    """A small picture of the film."""

    says: str
    jpeg: str


@dataclass(frozen=True)
class Axis:
    """Values on a line of the page."""

    low: float
    high: float
    start: float
    end: float

    def place(self, value: NDArray[np.float64] | float) -> Samples:
        """Where values lie, cut at the ends."""
        share = (np.asarray(value, np.float64) - self.low) / max(self.high - self.low, 1e-12)
        return np.asarray(self.start + np.clip(share, 0, 1) * (self.end - self.start))

    def ticks(self, unit: str = "") -> tuple[tuple[float, str], ...]:
        """Round numbers along the axis."""
        rough = (self.high - self.low) / TICKS
        power = 10.0 ** math.floor(math.log10(max(rough, 1e-9)))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
        first = math.ceil(self.low / step - 1e-9)
        return tuple((round(float(self.place(index * step)), 1), f"{index * step + 0.0:g}{unit}")
                     for index in range(first, math.floor(self.high / step + 1e-9) + 1))


def page(examination: Examination, video: Path, templates: Path) -> str:
    """The page as HTML.

    Args:
        examination: of the video.
        video: the file, for small pictures.
        templates: the library's templates.
    """
    evidence = examination.evidence
    return render_template(templates, TEMPLATE, report=examination.report, plots=plots(evidence),
                           thumbs=thumbs(evidence, video), means={name: rule.means for name, rule in BY_NAME.items()})


def plots(evidence: FaceEvidence) -> tuple[Plot, ...]:
    """Every plot for which there is something to draw."""
    drawn = (_mouth(evidence), _lags(evidence), _eyes(evidence), _head(evidence), _steadiness(evidence),
             _identity(evidence))
    return tuple(plot for plot in drawn if plot is not None)


def thumbs(evidence: FaceEvidence, video: Path) -> tuple[Thumb, ...]:
    """Small pictures of the instants worth looking at, in their order."""
    wanted = {"first frame": 0.0}
    worst = {"least like itself": nearest_frame(evidence.times_s, evidence.looks, lambda curve: int(np.nanargmin(curve))),
             "shape farthest off": nearest_frame(evidence.times_s, evidence.shape, lambda curve: int(np.nanargmax(curve))),
             "follows worst on the one before": nearest_frame(evidence.times_s, evidence.traces.flow_error,
                                                              lambda curve: int(np.nanargmax(curve))),
             "mouth widest": nearest_frame(evidence.times_s, evidence.mouth, lambda curve: int(np.nanargmax(curve)))}
    if evidence.bilabials:
        phoneme, opening = max(evidence.bilabials, key=lambda found: found[1])
        worst[f"widest on {phoneme.ipa} ({100 * opening:.0f} % of speech)"] = (phoneme.start_s + phoneme.end_s) / 2
    wanted |= {says: time_s for says, time_s in worst.items() if not math.isnan(time_s)}
    ordered = sorted(wanted.items(), key=lambda item: item[1])
    last_s = float(evidence.times_s[-1])
    pictures = pictures_at(video, [min(time_s, last_s) + evidence.traces.start_s for _, time_s in ordered],
                           side_px=THUMB_PX)
    return tuple(Thumb(f"{says}, {time_s:.2f} s", _jpeg(picture))
                 for (says, time_s), picture in zip(ordered, pictures, strict=False))


def _mouth(evidence: FaceEvidence) -> Plot | None:
    if np.isnan(evidence.mouth).all():
        return None
    x, top = _time_axis(evidence), max(float(np.nanmax(evidence.mouth)), 0.05)
    y = Axis(0, 1.05 * top, HEIGHT - BOTTOM, TOP)
    lines = [Line("a", "opening of the mouth, eye distances", _path(x.place(evidence.times_s), y.place(evidence.mouth)))]
    if len(evidence.level):
        loud = max(float(np.percentile(evidence.level, 99)), 1e-6)
        heard = (evidence.sound_s >= 0) & (evidence.sound_s <= evidence.duration_s)
        scaled = np.convolve(evidence.level, SMOOTHING, "same")[heard] / loud * top
        lines.insert(0, Line("b", "level of the speech", _path(x.place(evidence.sound_s[heard]), y.place(scaled))))
    bands = tuple(("pause", float(x.place(start)), float(x.place(end) - x.place(start))) for start, end in evidence.pauses)
    marks = tuple(("bad" if opening > CLOSED else "good", float(x.place((phoneme.start_s + phoneme.end_s) / 2)),
                   f"{phoneme.ipa} at {phoneme.start_s:.2f} s: {100 * opening:.0f} % of the mean in speech")
                  for phoneme, opening in evidence.bilabials)
    usual = mean_opening(evidence.times_s, evidence.mouth, evidence.spoken)
    limits = () if math.isnan(usual) else (float(y.place(0.35 * usual)),)
    return Plot("Mouth and voice", "Grey: pauses. Ticks below: p, b and m, red where the lips do not meet. Dashed: 35 % of"
                " the mean opening in speech.", tuple(lines), x.ticks(" s"), y.ticks(), bands, marks, limits)


def _lags(evidence: FaceEvidence) -> Plot | None:
    agreement = evidence.agreement
    if agreement is None:
        return None
    x = Axis(float(agreement.lags_ms[0]), float(agreement.lags_ms[-1]), LEFT, WIDTH - RIGHT)
    y = Axis(min(0.0, float(np.nanmin(agreement.correlations))), 1.0, HEIGHT - BOTTOM, TOP)
    rule = BY_NAME["av_offset"]
    low, high = (float(x.place(limit or 0.0)) for limit in (rule.low, rule.high))
    return Plot("Correlation of mouth and voice over their offset", f"Best at {agreement.offset_ms:.0f} ms with"
                f" {agreement.correlation:.2f}; to the right the sound comes first. Grey: within the limits.",
                (Line("a", "correlation", _path(x.place(agreement.lags_ms), y.place(agreement.correlations))),),
                x.ticks(" ms"), y.ticks(), (("pause", low, high - low),),
                (("good", float(x.place(agreement.offset_ms)), "best offset"),))


def _eyes(evidence: FaceEvidence) -> Plot | None:
    if np.isnan(evidence.eyes).all():
        return None
    x, y = _time_axis(evidence), Axis(0, 1.05 * float(np.nanmax(evidence.eyes)), HEIGHT - BOTTOM, TOP)
    marks = tuple(("good", float(x.place(blink.time_s)), f"blink at {blink.time_s:.2f} s, {100 * blink.completeness:.0f}"
                   " % closed") for blink in evidence.blinks)
    return Plot("Eyes", "Ticks below: blinks.", (Line("a", "height of the eyes by their width",
                                                      _path(x.place(evidence.times_s), y.place(evidence.eyes))),),
                x.ticks(" s"), y.ticks(), (), marks)


def _head(evidence: FaceEvidence) -> Plot | None:
    if np.isnan(evidence.angles).all():
        return None
    reach = max(2.0, 1.05 * float(np.nanmax(np.abs(evidence.angles))))
    x, y = _time_axis(evidence), Axis(-reach, reach, HEIGHT - BOTTOM, TOP)
    lines = tuple(Line(kind, f"{name}, degrees", _path(x.place(evidence.times_s), y.place(evidence.angles[:, axis])))
                  for axis, (kind, name) in enumerate((("a", "turn"), ("b", "nod"), ("c", "tilt"))))
    return Plot("Head", "Around its usual pose.", lines, x.ticks(" s"), y.ticks("°"))


def _steadiness(evidence: FaceEvidence) -> Plot | None:
    curves = (("a", "flow-warped error", evidence.times_s, evidence.traces.flow_error, "coherence"),
              ("b", "flicker", evidence.times_s, evidence.flicker, "flicker"),
              ("c", "background", evidence.traces.still_s - evidence.traces.start_s, evidence.traces.background,
               "background"))
    return _of_limit(evidence, "Steadiness", curves)


def _identity(evidence: FaceEvidence) -> Plot | None:
    detail = np.array([(BY_NAME["sharpness"].low or 0) / max(100 * value, 1e-6) for value in evidence.traces.detail])
    looks = (1 - evidence.looks) / (1 - (BY_NAME["identity_looks"].low or 0))
    curves = (("a", "looks", evidence.times_s, looks, ""),
              ("b", "shape", evidence.times_s, evidence.shape, "identity_shape"),
              ("c", "lost detail", evidence.traces.detail_s - evidence.traces.start_s, detail, ""))
    return _of_limit(evidence, "Identity and sharpness", curves)


def _of_limit(evidence: FaceEvidence, title: str, curves: Sequence[tuple[str, str, Samples, Samples, str]]
              ) -> Plot | None:
    """Several curves, each as a part of its limit; above 1 is too much."""
    x, y = _time_axis(evidence), Axis(0, 2.0, HEIGHT - BOTTOM, TOP)
    lines = [Line(kind, name, _path(x.place(times_s), y.place(values / ((BY_NAME[rule].high or 1) if rule else 1))))
             for kind, name, times_s, values, rule in curves if len(values) and not np.isnan(values).all()]
    if not lines:
        return None
    return Plot(title, "Each as a part of its limit, which is dashed; cut off at twice the limit.", tuple(lines),
                x.ticks(" s"), y.ticks(), limits=(float(y.place(1.0)),))


def _time_axis(evidence: FaceEvidence) -> Axis:
    return Axis(0, max(evidence.duration_s, 0.1), LEFT, WIDTH - RIGHT)


def _path(x: Samples, y: Samples) -> str:
    """SVG path through points, lifted where one is not known; thinned to what can be told apart, peaks kept."""
    if len(x) > MOST_POINTS:
        x, y = _thinned(x, y)
    steps, drawing = [], False
    for right, down in zip(x, y, strict=True):
        if math.isnan(down):
            drawing = False
            continue
        steps.append(f"{'L' if drawing else 'M'}{right:.1f} {down:.1f}")
        drawing = True
    return "".join(steps)


def _thinned(x: Samples, y: Samples) -> tuple[Samples, Samples]:
    """The highest and the lowest point of each small stretch."""
    kept = []
    for part in np.array_split(np.arange(len(x)), MOST_POINTS // 2):
        known = part[~np.isnan(y[part])]
        kept += sorted({known[np.argmin(y[known])], known[np.argmax(y[known])]}) if len(known) else [part[0]]
    return x[kept], y[kept]


def _jpeg(picture: NDArray[np.uint8]) -> str:
    return base64.b64encode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, THUMB_QUALITY])[1].tobytes()).decode()
