"""What a film shows of a talking face, as curves over time: what the checks judge, and the page draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme
from tasks.media.audio.sound_level import SoundLevel
from tasks.media.face_film import FilmTraces
from tasks.media.landmarks import Landmarks
from tasks.media.metrics.blinks import Blink, find_blinks
from tasks.media.metrics.eye_opening import eye_opening
from tasks.media.metrics.flicker import flicker_trace
from tasks.media.metrics.head_pose import head_angles
from tasks.media.metrics.likeness import shape_distances, steady
from tasks.media.metrics.lip_closure import Stretch, bilabial_openings, pauses_between, spoken_stretches
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.media.metrics.speech_offset import Agreement, compare
from tasks.media.metrics.speech_stretches import heard_stretches
from tasks.media.rig.topology import FACE_LEFT, FACE_RIGHT

SETTLED_S = 0.5
"""So near a frame without a face nothing is said of identity and steadiness: a cutaway is fading in or out."""

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class SpokenTimes:
    """When which sound is heard, and how that is known.

    Attributes:
        phonemes: in order, seconds from the film's start; empty where they are not known.
        source: in words, e.g. "the manifest reel.json".
        why_not: why they are not known, where they are not.
    """

    phonemes: tuple[Phoneme, ...]
    source: str
    why_not: str = ""


@dataclass(frozen=True)
class FaceEvidence:
    """Curves and events of one film; all times from its first frame on.

    Attributes:
        traces: what was noted frame by frame.
        times_s: (n,) when each frame is shown.
        mouth, eyes: (n,) openings; NaN where no face is seen.
        angles: (n, 3) yaw, pitch, roll, degrees.
        flicker: (n,) of the skin.
        looks, shape: (n,) likeness over about a second; NaN where no face is seen long enough.
        sound_s, level: (m,) when, and level of the speech; empty without sound.
        agreement: mouth and sound compared; None where that is impossible.
        blinks: in order.
        spoken, pauses: stretches of speech and of silence.
        bilabials: each with its least opening, as a share of the mean in speech.
        face_px: width of the face in the film, pixels; 0 without a face.
        times: where the times of the sounds come from.
        settled: (n,) where a face is seen, and no cutaway is near.
    """

    traces: FilmTraces
    times_s: Samples
    mouth: Samples
    eyes: Samples
    angles: Samples
    flicker: Samples
    looks: Samples
    shape: Samples
    sound_s: Samples
    level: Samples
    agreement: Agreement | None
    blinks: tuple[Blink, ...]
    spoken: tuple[Stretch, ...]
    pauses: tuple[Stretch, ...]
    bilabials: tuple[tuple[Phoneme, float], ...]
    face_px: float
    times: SpokenTimes
    settled: NDArray[np.bool_]

    @property
    def duration_s(self) -> float:
        """Length of the film."""
        return self.traces.end_s - self.traces.start_s


def gather(traces: FilmTraces, sound: SoundLevel | None, times: SpokenTimes) -> FaceEvidence:
    """Everything that can be read off the notes of a film.

    Args:
        traces: of the film.
        sound: its sound's level; None without sound.
        times: when which sound is heard.
    """
    times_s = traces.times_s - traces.start_s
    mouth, eyes = (_per_frame(measure, traces.points) for measure in (mouth_opening, eye_opening))
    sound_s, level = (sound.times_s - traces.start_s, sound.level) if sound else (np.zeros(0), np.zeros(0))
    spoken = spoken_stretches(times.phonemes) if times.phonemes else heard_stretches(sound_s, level)
    settled = _settled(times_s, traces.seen)
    reference = traces.reference
    shape = shape_distances(times_s, traces.points, reference) if reference is not None else np.full(len(times_s), np.nan)
    return FaceEvidence(
        traces=traces, times_s=times_s, mouth=mouth, eyes=eyes, angles=head_angles(traces.points),
        flicker=flicker_trace(traces.skin), looks=np.where(settled, steady(times_s, traces.looks), np.nan),
        shape=np.where(settled, shape, np.nan), settled=settled,
        sound_s=sound_s, level=level, agreement=compare(times_s, mouth, sound_s, level),
        blinks=tuple(find_blinks(times_s, eyes)), spoken=tuple(spoken),
        pauses=tuple(pauses_between(spoken, traces.end_s - traces.start_s)) if spoken else (),
        bilabials=tuple(bilabial_openings(times_s, mouth, times.phonemes, spoken)), face_px=_face_px(traces), times=times)


def _settled(times_s: Samples, seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Frames with a face, and no frame without one near."""
    missing = np.concatenate([[0], np.cumsum(~seen)])
    first = np.searchsorted(times_s, times_s - SETTLED_S, side="left")
    last = np.searchsorted(times_s, times_s + SETTLED_S, side="right")
    return np.asarray(missing[last] == missing[first])


def _per_frame(measure: Callable[[Landmarks], float], points: NDArray[np.float32]) -> Samples:
    return np.array([np.nan if np.isnan(face[0, 0]) else measure(face) for face in points])


def _face_px(traces: FilmTraces) -> float:
    """Usual width of the face in the film's own pixels."""
    if not traces.seen.any():
        return 0.0
    widths = np.linalg.norm(traces.points[:, FACE_LEFT, :2] - traces.points[:, FACE_RIGHT, :2], axis=1)
    return float(np.nanmedian(widths)) * traces.searched_scale


def nearest_frame(times_s: Samples, values: Samples, pick: Callable[[Samples], int]) -> float:
    """When a curve is at its worst: the instant of the frame that `pick` chooses; NaN where nothing is known."""
    return float("nan") if np.isnan(values).all() else float(times_s[pick(values)])


def shares(values: Sequence[float], limit: float) -> float:
    """Share of values that are at most `limit`, per cent."""
    return 100.0 * float(np.mean(np.asarray(values) <= limit))
