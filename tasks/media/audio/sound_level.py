"""How strong the speech band of a film's sound is over time, in the film's own clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from tasks.media.audio.decode import columns
from tasks.media.clips import LOCAL_FILMS

HOP_S = 0.005
"""Distance of two values."""
SPEECH_BAND_HZ = (150.0, 4000.0)
"""What is kept: vowels and most consonants; hum, hiss and the bass of music are left out."""


@dataclass(frozen=True)
class SoundLevel:
    """The level of a sound.

    Attributes:
        level: (n,) root mean square amplitude of each `HOP_S`, full scale 1.0.
        start_s: when the first value begins, in the film's own clock.
    """

    level: NDArray[np.float64]
    start_s: float

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(n,): the middle of each value's stretch."""
        return np.asarray(self.start_s + (np.arange(len(self.level)) + 0.5) * HOP_S, np.float64)


def read_sound_level(path: Path) -> SoundLevel | None:
    """The level of a film's first sound track, piece by piece, so that a long sound is never held; None without sound.

    What is damaged is left out.
    """
    try:
        with av.open(str(path.absolute()), options=LOCAL_FILMS) as container:
            stream = next(iter(container.streams.audio), None)
            if stream is None:
                return None
            first = next(decoder := container.decode(stream), None)
            if first is None:
                return None
            rate, start_s = int(first.sample_rate), float(first.time or 0.0)
            levels = list(_levels(_mono(first, decoder), rate))
    except FFmpegError:
        return None
    return SoundLevel(np.concatenate(levels), start_s) if levels else None


def level_of(samples: NDArray[np.float32], rate_hz: int) -> SoundLevel:
    """The level of samples that are at hand, (n,) mono."""
    return SoundLevel(np.concatenate([*_levels(iter([samples.astype(np.float64)]), rate_hz), np.zeros(0)]), 0.0)


def _mono(first: av.AudioFrame, rest: Iterator[av.AudioFrame]) -> Iterator[NDArray[np.float64]]:
    yield columns(first).mean(axis=1, dtype=np.float64)
    while True:
        try:
            yield columns(next(rest)).mean(axis=1, dtype=np.float64)
        except (StopIteration, FFmpegError):
            return


def _levels(pieces: Iterator[NDArray[np.float64]], rate_hz: int) -> Iterator[NDArray[np.float64]]:
    """Levels of whole hops; what is left of one piece begins the next. Borders stay exact where a hop is no whole number."""
    high = min(SPEECH_BAND_HZ[1], 0.45 * rate_hz)
    sos = butter(2, (SPEECH_BAND_HZ[0], high), "bandpass", fs=rate_hz, output="sos")
    state, rest, done = np.zeros((len(sos), 2)), np.zeros(0), 0
    for piece in pieces:
        filtered, state = sosfilt(sos, piece, zi=state)
        rest = np.concatenate([rest, filtered])
        first = round(done * HOP_S * rate_hz)
        count = int((first + len(rest)) / (HOP_S * rate_hz)) - done
        if count <= 0:
            continue
        borders = np.round((done + np.arange(count + 1)) * HOP_S * rate_hz).astype(np.int64) - first
        borders = borders[borders <= len(rest)]
        total = np.concatenate([[0.0], np.cumsum(rest**2)])
        yield np.sqrt(np.maximum(np.diff(total[borders]), 0) / np.diff(borders))
        rest, done = rest[borders[-1]:], done + len(borders) - 1
