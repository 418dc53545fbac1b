"""Judges what a film shows of a talking face: one finding for every rule, with the reason where there is no value."""

import math
from collections.abc import Iterator

import numpy as np

from tasks.domain.check import Finding
from tasks.media.metrics.dead_frames import longest_run_s
from tasks.media.metrics.flicker import flicker
from tasks.media.metrics.head_pose import spread_degrees
from tasks.media.metrics.jitter import position_jitter
from tasks.media.metrics.lip_closure import CLOSED, LEAST_PAUSE_S, pause_ratio
from tasks.media.metrics.speech_offset import LEAST_S, opening_range
from tasks.quality import face_thresholds as limits
from tasks.quality.face_evidence import FaceEvidence, SpokenTimes, shares
from tasks.quality.face_thresholds import BY_NAME, RULES
from tasks.quality.thresholds import LEAST_BRIGHTNESS

MOST = 90
"""Percentile of identity that is judged: a tenth of a film may be a cut, a fade or a card over the face."""
USUAL = 75
"""Percentile of the background that is judged: texts on it come and go, split screens slide in."""
NO_FACE = "no face is seen"
NO_SOUND = "the film has no sound"
NO_PORTRAIT = "no portrait to compare with: name one with --portrait or --avatar"
FEW_FRAMES = "the face is not seen long enough at a time"


def check_face(evidence: FaceEvidence, *, portrait: bool) -> tuple[Finding, ...]:
    """The findings in the order of `RULES`.

    Args:
        evidence: of the film.
        portrait: whether the face was compared with a portrait; else with the film's own first frames.
    """
    found = {finding.name: finding for finding in (
        *_film(evidence), *_sound(evidence), *_lips(evidence), *_blinks(evidence), *_head(evidence),
        *_likeness(evidence, portrait=portrait))}
    return tuple(found[rule.name] for rule in RULES)


def notes_on(evidence: FaceEvidence) -> tuple[str, ...]:
    """What a reader of the figures should know."""
    notes = []
    if evidence.traces.faces > 1:
        notes.append(f"up to {evidence.traces.faces} faces are seen at once: the figures are those of the one followed")
    if 0 < evidence.face_px < limits.LEAST_FACE_PX:
        notes.append(f"the face is only {evidence.face_px:.0f} pixels wide: mouth and eyes are not measured below"
                     f" {limits.LEAST_FACE_PX}")
    return tuple(notes)


def _film(evidence: FaceEvidence) -> Iterator[Finding]:
    traces = evidence.traces
    yield BY_NAME["face_seen"].judge(100 * float(traces.seen.mean()))
    black = traces.brightness < LEAST_BRIGHTNESS
    yield BY_NAME["black_run"].judge(longest_run_s(traces.times_s, black, traces.end_s))
    frozen = (np.nan_to_num(traces.change, nan=np.inf) < limits.FROZEN_CHANGE) & ~_after_voice(evidence)
    yield BY_NAME["frozen_run"].judge(longest_run_s(traces.times_s, frozen, traces.end_s))


def _after_voice(evidence: FaceEvidence) -> np.ndarray:
    """(n,) frames after the last word, where an end card may stand still; none where nobody is heard."""
    last_s = evidence.spoken[-1][1] if evidence.spoken else math.inf
    return np.asarray(evidence.times_s > last_s)


def _sound(evidence: FaceEvidence) -> Iterator[Finding]:
    why = _no_mouth(evidence)
    moved = opening_range(evidence.mouth)
    yield _finding("mouth_range", moved, why or NO_FACE)
    why = why or (NO_SOUND if not len(evidence.level) else "")
    agreement = evidence.agreement
    if why or agreement is None:
        why = why or f"less than {LEAST_S:g} s of mouth and sound, or one of them never changes"
        yield BY_NAME["av_offset"].unmeasured(why)
        yield BY_NAME["av_correlation"].unmeasured(why)
        return
    still = moved < (BY_NAME["mouth_range"].low or 0)
    yield BY_NAME["av_correlation"].judge(agreement.correlation, "of a mouth that hardly moves" if still else "")
    if still or agreement.correlation < limits.TRUSTED_CORRELATION:
        yield BY_NAME["av_offset"].unmeasured("the mouth hardly moves" if still else "the mouth does not follow the sound")
    else:
        yield BY_NAME["av_offset"].judge(agreement.offset_ms)


def _lips(evidence: FaceEvidence) -> Iterator[Finding]:
    why, times = _no_mouth(evidence), evidence.times
    if why or not evidence.bilabials:
        yield BY_NAME["bilabials_closed"].unmeasured(why or _no_bilabials(times))
    else:
        openings = [opening for _, opening in evidence.bilabials]
        wide = sum(opening > CLOSED for opening in openings)
        yield BY_NAME["bilabials_closed"].judge(shares(openings, CLOSED), f"{len(openings) - wide} of {len(openings)}")
    rule = BY_NAME["pause_opening"]
    if not why and not evidence.spoken:
        why = NO_SOUND if not len(evidence.level) else "nobody is heard"
    if not why and not evidence.pauses:
        why = f"no pause of {LEAST_PAUSE_S:g} s"
    ratio = math.nan if why else pause_ratio(evidence.times_s, evidence.mouth, evidence.spoken, evidence.pauses)
    yield (rule.unmeasured(why or "the mouth is not seen in pauses and in speech") if math.isnan(ratio)
           else rule.judge(100 * ratio, f"{len(evidence.pauses)} pauses"))


def _no_bilabials(times: SpokenTimes) -> str:
    return times.why_not or "none of them is heard while a mouth is seen"


def _blinks(evidence: FaceEvidence) -> Iterator[Finding]:
    why, blinks = _no_mouth(evidence), evidence.blinks
    seen_s = float(evidence.traces.seen.mean()) * evidence.duration_s
    if why or seen_s < limits.LEAST_BLINK_FILM_S:
        why = why or f"eyes are seen for {seen_s:.1f} s, at least {limits.LEAST_BLINK_FILM_S:g} s are needed to count"
        yield BY_NAME["blink_rate"].unmeasured(why)
    else:
        yield BY_NAME["blink_rate"].judge(60 * len(blinks) / seen_s, f"{len(blinks)} in {seen_s:.1f} s")
    values = {"blink_completeness": [100 * blink.completeness for blink in blinks],
              "blink_closing": [blink.closing_s for blink in blinks], "blink_opening": [blink.opening_s for blink in blinks]}
    for name, found in values.items():
        yield _finding(name, float(np.median(found)) if found and not why else math.nan, why or "no blink")


def _head(evidence: FaceEvidence) -> Iterator[Finding]:
    for name, spread in zip(("yaw_range", "pitch_range", "roll_range"), spread_degrees(evidence.angles), strict=True):
        yield _finding(name, float(spread), NO_FACE)
    yield _finding("head_jitter", _jitter(evidence), _no_face(evidence))
    yield _finding("coherence", percentile(evidence.traces.flow_error, 95), _no_face(evidence))
    yield _finding("flicker", flicker(evidence.flicker), _no_face(evidence))


def _likeness(evidence: FaceEvidence, *, portrait: bool) -> Iterator[Finding]:
    yield _finding("identity_looks", percentile(evidence.looks, 100 - MOST), _no_face(evidence))
    yield _finding("identity_shape", percentile(evidence.shape, MOST), _no_face(evidence))
    yield _finding("background", percentile(_settled_background(evidence), USUAL),
                   "too little background is seen beside the person" if evidence.traces.seen.any() else NO_FACE)
    yield _finding("sharpness", 100 * percentile(evidence.traces.detail, 50),
                   _no_face(evidence) if portrait or not evidence.traces.seen.any() else NO_PORTRAIT)


def _jitter(evidence: FaceEvidence) -> float:
    """Trembling of the head, cutaways left out."""
    return position_jitter(np.where(evidence.settled[:, None, None], evidence.traces.points, np.float32(np.nan)))


def _settled_background(evidence: FaceEvidence) -> np.ndarray:
    """Changes of the background, cutaways left out."""
    frames = np.searchsorted(evidence.traces.times_s, evidence.traces.still_s - 1e-6)
    return np.asarray(evidence.traces.background[evidence.settled[np.minimum(frames, len(evidence.settled) - 1)]])


def _no_mouth(evidence: FaceEvidence) -> str:
    """Why nothing can be said of mouth and eyes; empty where it can."""
    if not evidence.traces.seen.any():
        return NO_FACE
    small = evidence.face_px < limits.LEAST_FACE_PX
    return f"the face is only {evidence.face_px:.0f} pixels wide" if small else ""


def _no_face(evidence: FaceEvidence) -> str:
    return FEW_FRAMES if evidence.traces.seen.any() else NO_FACE


def _finding(name: str, value: float, why_not: str) -> Finding:
    return BY_NAME[name].unmeasured(why_not) if math.isnan(value) else BY_NAME[name].judge(value)


def percentile(values: np.ndarray, percent: float) -> float:
    """A percentile of what is known; NaN where nothing is."""
    return math.nan if not len(values) or np.isnan(values).all() else float(np.nanpercentile(values, percent))
