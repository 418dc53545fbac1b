"""Examines any video of a talking face: watches it once, gathers what it shows, and judges it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2

from tasks.domain.check import CheckReport
from tasks.media.audio.sound_level import SoundLevel, read_sound_level
from tasks.media.face_film import watch_film
from tasks.media.landmarks import FaceMesh
from tasks.media.matte import PersonFinder
from tasks.media.reference_face import read_reference
from tasks.quality.face_checks import check_face, notes_on
from tasks.quality.face_evidence import FaceEvidence, SpokenTimes, gather

MOST_FACES = 4
"""So many faces are looked for to say that there are several."""
THREADS = 1
"""Of OpenCV: its small calls gain nothing from more, and decoding and the face mesh want the other core."""


@dataclass(frozen=True)
class Examination:
    """What was found, and what it was found from."""

    report: CheckReport
    evidence: FaceEvidence


def examine(video: Path, *, portrait: Path | None = None, portrait_name: str = "",
            times: Callable[[SoundLevel | None], SpokenTimes], progress: Callable[[float], None] = lambda _: None
            ) -> Examination:
    """Examines a video.

    Args:
        video: a film file.
        portrait: whose face it should be; None compares with the film's own first frames.
        portrait_name: how the portrait is called in the report.
        times: tells when which sound is heard, given the level of the film's sound.
        progress: told now and then which instant was reached, seconds.

    Raises:
        FixRequest: the video is no film that can be read, or is too long.
        AvatarError: the portrait shows no face.
        MissingTool: mediapipe is not installed.
    """
    evidence = look_at(video, portrait=portrait, times=times, progress=progress)
    traces = evidence.traces
    report = CheckReport(
        video=video.name, width=traces.size[0], height=traces.size[1], duration_s=round(evidence.duration_s, 3),
        fps=round(len(traces.times_s) / max(evidence.duration_s, 1e-6), 3),
        compared_with=portrait_name or (portrait.name if portrait else "the film's own first frame with a face"),
        times_from=evidence.times.source, findings=check_face(evidence, portrait=portrait is not None),
        notes=notes_on(evidence))
    return Examination(report, evidence)


def look_at(video: Path, *, portrait: Path | None = None, times: Callable[[SoundLevel | None], SpokenTimes],
            sound: SoundLevel | None = None, progress: Callable[[float], None] = lambda _: None) -> FaceEvidence:
    """Watches a video once and gathers what it shows; see `examine`. `sound` stands in for that of the video."""
    reference = read_reference(portrait) if portrait else None
    with (_threads(THREADS), FaceMesh(still=False) as finder, FaceMesh(face_count=MOST_FACES) as counter,
          PersonFinder() as person):
        traces = watch_film(video, finder, person=person, counter=counter, portrait=reference, progress=progress)
    sound = sound or read_sound_level(video)
    return gather(traces, sound, times(sound))


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(count)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
