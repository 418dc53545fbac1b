"""Watches a take of the avatar: its films as a generator made them, and its mouth as the reel would show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.domain.check import Finding
from tasks.media.audio.sound_level import SoundLevel
from tasks.quality.examination import look_at
from tasks.quality.face_checks import check_face
from tasks.quality.face_evidence import SpokenTimes
from tasks.quality.takes import TakeScore, score_take

LIPS = ("av_offset", "av_correlation", "bilabials_closed", "pause_opening")
"""What is asked of the mouth."""
SILENT = SpokenTimes((), "not asked")
"""What is said in a film as it came does not matter: the mouth is judged as the take shows it."""
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class SpokenPreview:
    """The take, as far as it was drawn to look at its mouth.

    Attributes:
        film: without sound.
        sound: the voice's level.
        times: when which sound is heard.
    """

    film: Path
    sound: SoundLevel
    times: SpokenTimes


def watch_take(films: Sequence[Path], portrait: Path, previews: Sequence[SpokenPreview], progress: Progress
               ) -> TakeScore:
    """Judges a take: by its worst film, and by how its mouth follows the voice.

    Args:
        films: its clips as they came.
        portrait: whose face it should be.
        previews: the mouth as it is seen, in one part of the take or several, of which the worst counts; none where none
            moves.
        progress: told which film is watched.

    Raises:
        FixRequest: a film cannot be read.
        AvatarError: the portrait shows no face.
        MissingTool: mediapipe is not installed.
    """
    scores = []
    for number, film in enumerate(films):
        progress(number / (len(films) + 1), "watching the film")
        scores.append(score_film(film, portrait))
    score = worst_of(scores)
    if not previews:
        return score
    progress(len(films) / (len(films) + 1), "watching the mouth")
    return with_lips(score, worst_found([lip_findings(preview) for preview in previews]))


def score_film(film: Path, portrait: Path | None) -> TakeScore:
    """Judges one film of a face, as it came; see `watch_take`. Without a portrait it is compared with its own first face."""
    return score_take(look_at(film, portrait=portrait, times=lambda _: SILENT), portrait=portrait is not None)


def worst_of(scores: Sequence[TakeScore]) -> TakeScore:
    """What several films of one take are like: a viewer sees the worst of each property."""
    return TakeScore(worst_found([score.findings for score in scores]), max(score.cost for score in scores))


def worst_found(several: Sequence[Sequence[Finding]]) -> tuple[Finding, ...]:
    """The worst of each property among the findings of several films: one that failed, else the first that was measured."""
    return tuple(max(same, key=lambda finding: (finding.verdict == "failed", finding.value is not None))
                 for same in zip(*several, strict=True))


def lip_findings(preview: SpokenPreview) -> tuple[Finding, ...]:
    """How the mouth that is seen follows the voice."""
    evidence = look_at(preview.film, times=lambda _: preview.times, sound=preview.sound)
    return tuple(finding for finding in check_face(evidence, portrait=False) if finding.name in LIPS)


def with_lips(score: TakeScore, lips: Sequence[Finding]) -> TakeScore:
    """A score with the mouth's findings; each that fails counts as a fault that is just seen."""
    failed = sum(finding.verdict == "failed" for finding in lips)
    return TakeScore((*score.findings, *lips), round(score.cost + failed, 4))
