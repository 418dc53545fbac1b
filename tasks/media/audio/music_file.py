"""Music from a file of somebody's own: refused early with a clear sentence, or read whatever its rate and channels are."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.clipping import clips
from tasks.media.audio.pieces import PIECE, Spool, in_pieces
from tasks.media.audio.sound_file import LONGEST_S, OpenedSound, SoundFacts, check_sound_file, resampled

RATE = 48_000
"""Samples a second of what comes out."""
LEAST_S = 1.0
"""Shorter sounds are no music to be looped."""
RATES_HZ = 4000, 384_000
"""Rates that occur; others mean that the file is damaged."""
GOOD_RATE_HZ = 22_050
"""Below this rate music sounds dull, and its owner is told."""
SILENCE = 10 ** (-50 / 20)
"""Level under which a stretch is silent."""
SILENCE_STEP_S = 0.05
"""Length of such stretches."""
CLIPS = 5
"""So many of them make a warning."""


@dataclass(frozen=True)
class Music:
    """Music, read.

    Attributes:
        sound: 48 kHz stereo without the silence around it; None where there is nothing but silence.
        warnings: what its owner should know.
    """

    sound: Spool | None
    warnings: tuple[str, ...]


def check_music(path: Path) -> SoundFacts:
    """Looks at a file before it is used as music; nothing is decoded.

    Raises:
        FixRequest: it is missing, too large, no sound file, too short or too long, or has many channels.
    """
    return check_sound_file(path, "music", rates_hz=RATES_HZ, least_s=LEAST_S)


def read_music(path: Path, place: Path, *, name: str, at_most_s: float) -> Music:
    """Decodes music to 48 kHz stereo.

    Args:
        path: the file.
        place: where the decoded sound is kept.
        name: what messages call it.
        at_most_s: what comes later than this is not read.

    Raises:
        FixRequest: the file cannot be read.
    """
    with OpenedSound(path, f"music {name!r}") as opened:
        facts, watch = opened.facts(), _Watch()
        source = opened.pieces()
        raw = Spool(place.with_name(f"{place.name}-whole")).fill(
            resampled(watch.watched(source), facts.rate_hz, RATE, at_most_s=min(at_most_s, LONGEST_S)))
        damaged = opened.damaged
    warnings = [f"the music {name!r} {what}" for said, what in (
        (damaged, "is damaged in places, which were left out"),
        (watch.clips >= CLIPS, f"is clipped in {watch.clips} places and sounds harsh there: use a version with less gain"),
        (facts.rate_hz < GOOD_RATE_HZ, f"has {facts.rate_hz} samples a second and sounds dull: use one with 44100 or more"),
    ) if said]
    first, end = sounding(raw)
    if end - first < round(LEAST_S * RATE):
        raw.remove()
        return Music(None, (*warnings, f"the music {name!r} is silent: the reel has none"))
    sound = Spool(place).fill(raw[start:min(start + PIECE, end)] for start in range(first, end, PIECE))
    raw.remove()
    return Music(sound, tuple(warnings))


def sounding(sound: Spool) -> tuple[int, int]:
    """First sample that sounds, and the one after the last; (0, 0) for silence."""
    step = round(SILENCE_STEP_S * RATE)
    levels = np.concatenate([np.zeros(0), *(
        np.abs(np.pad(piece, ((0, -len(piece) % step), (0, 0)))).reshape(-1, 2 * step).max(axis=1)
        for piece in sound.pieces(step * 50))])
    loud = np.flatnonzero(levels > SILENCE)
    return (int(loud[0]) * step, min((int(loud[-1]) + 1) * step, len(sound))) if loud.size else (0, 0)


class _Watch:
    """Counts clips in sound on its way."""

    def __init__(self) -> None:
        self.clips = 0

    def watched(self, pieces: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
        """The same sound."""
        for piece in in_pieces(pieces, PIECE):
            for channel in piece.T:
                self.clips += clips(channel)
            yield piece
