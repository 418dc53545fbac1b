"""Checks of the finished pixels: the mouth, and that there is a picture at all."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.reel import Measurement
from tasks.domain.speech import Alignment
from tasks.domain.timeline import FPS, frame_at
from tasks.media.film import cheapest, decode_frames
from tasks.media.landmarks import LandmarkFinder
from tasks.media.metrics.brightness import darkest
from tasks.media.metrics.change import greatest_change
from tasks.media.metrics.media_facts import FileFacts
from tasks.media.metrics.mouth_opening import mouth_opening
from tasks.quality import thresholds as limits
from tasks.quality.instants import silent_instants, vowel_instants

LOOK_SIZE = (540, 960)
"""Size at which frames are looked at, (width, height): the mesh looks at a face with 192 pixels anyway."""

Picture = NDArray[np.uint8]
"""(height, width, 3) uint8, BGR."""


def never(_time_s: float) -> bool:
    """At no instant."""
    return False


def always(_time_s: float) -> bool:
    """At every instant."""
    return True


class Looks:
    """The frames of a film worth looking at, and why.

    Attributes:
        silent, vowel: frames in silences and in open vowels.
        skipped: how many of those instants are not looked at, since the mouth is left as it was filmed there.
        ends: the first and the last frame of the avatar.
    """

    def __init__(self, facts: FileFacts, alignment: Alignment, covered: Callable[[float], bool],
                 left_alone: Callable[[float], bool] = never) -> None:
        """Chooses frames in silences and open vowels that cost little to decode, and the first and last of the avatar.

        Args:
            facts: the film's frames and keyframes.
            alignment: when what is said.
            covered: tells of an instant whether something else than the avatar fills the picture.
            left_alone: tells of an instant whether the mouth is, on purpose, shown as it was filmed.
        """
        count = len(facts.frame_times_s)
        self._facts, self._covered, self._left_alone = facts, covered, left_alone
        self.skipped = 0
        self.silent = self._chosen(silent_instants(alignment, count / FPS))
        self.vowel = self._chosen(vowel_instants(alignment))
        seen = [index for index in range(count) if not covered(index / FPS)] or [0, count - 1]
        self.ends = [seen[0], seen[-1]]

    def decode(self, path: Path) -> dict[int, Picture]:
        """Decodes them."""
        wanted = [*self.silent, *self.vowel, *self.ends]
        return dict(decode_frames(path, wanted, self._facts.frame_times_s, keyframes=self._facts.keyframes, size=LOOK_SIZE))

    def _chosen(self, instants_s: Iterable[float]) -> list[int]:
        seen = [time_s for time_s in instants_s if not self._covered(time_s)]
        drawn = [time_s for time_s in seen if not self._left_alone(time_s)]
        self.skipped += len(seen) - len(drawn)
        return cheapest(map(frame_at, drawn), self._facts.keyframes, limits.SAMPLES)


def check_mouth(pictures: Mapping[int, Picture], looks: Looks, finder: LandmarkFinder, *, rest: float
                ) -> dict[str, Measurement]:
    """The mouth is closed where nothing is said, and open on open vowels.

    Args:
        pictures: decoded frames by index.
        looks: which of them are silent, and which are vowels.
        finder: finds the face.
        rest: the portrait's own opening, in eye distances.
    """
    silent = openings((pictures[index] for index in looks.silent if index in pictures), finder)
    vowels = openings((pictures[index] for index in looks.vowel if index in pictures), finder)
    closed, opened = rest + limits.MOUTH_CLOSED_ABOVE_REST, rest + limits.MOUTH_OPEN_ABOVE_REST
    widest = max(silent, default=None)
    usual = float(np.median(vowels)) if vowels else None
    left = f"; {looks.skipped} instants not judged, where the mouth is left as it was filmed" if looks.skipped else ""
    return {
        "mouth_in_silence": _opening(widest, f"at most {closed:.3f} in {len(looks.silent)} silences{left}",
                                     passed=widest <= closed if widest is not None else not looks.silent),
        "mouth_on_vowels": _opening(usual, f"at least {opened:.3f} in {len(looks.vowel)} open vowels{left}",
                                    passed=usual >= opened if usual is not None else not looks.vowel),
    }


def without_mouth() -> dict[str, Measurement]:
    """What the report says of the mouth where none moves."""
    unmeasured = _opening(None, "not measured: the camera moves, and no mouth", passed=True)
    return {"mouth_in_silence": unmeasured, "mouth_on_vowels": unmeasured}


def check_picture(pictures: Mapping[int, Picture], *, rows: float) -> dict[str, Measurement]:
    """The picture is neither black nor frozen.

    Args:
        pictures: decoded frames by index.
        rows: upper part of the picture looked at for movement, 0 to 1: captions move on a frozen face too.
    """
    shown = [pictures[index] for index in sorted(pictures)]
    brightness = darkest(shown) if shown else 0.0
    change = greatest_change([picture[: max(1, round(rows * len(picture)))] for picture in shown]) if shown else 0.0
    return {
        "not_black": Measurement(value=round(brightness, 1), unit="of 255",
                                 threshold=f"at least {limits.LEAST_BRIGHTNESS:g}",
                                 passed=brightness >= limits.LEAST_BRIGHTNESS),
        "not_frozen": Measurement(value=round(change, 3), unit="of 255", threshold=f"at least {limits.LEAST_CHANGE:g}",
                                  passed=change >= limits.LEAST_CHANGE),
    }


def openings(pictures: Iterable[Picture], finder: LandmarkFinder) -> list[float]:
    """Mouth opening of each picture in which a face is found."""
    return [mouth_opening(faces[0]) for picture in pictures if (faces := finder.find(picture))]


def _opening(value: float | None, threshold: str, *, passed: bool) -> Measurement:
    rounded = None if value is None else round(value, 4)
    return Measurement(value=rounded, unit="eye distances", threshold=threshold, passed=passed)
