"""Where the beats of music are: when sounds begin, how regularly, and how far off the first is.

Sounds begin where the spectrum grows (spectral flux). The tempo is the lag at which that growth is most like itself, with a
preference for what people tap to.

Source: D. Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music Research 36 (2007),
doi:10.1080/09298210701653344: onset strength, autocorrelation, and the log-normal preference for usual tempi.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.media.audio.pieces import in_pieces

HOP_S = 0.01
"""Distance of the instants at which the spectrum is looked at."""
WINDOW_HOPS = 4
"""Length of the stretch that is looked at, in such distances."""
PIECE_HOPS = 200
"""Distances worked on at once."""
FLOOR = 1e-4
"""Amplitude, relative to full scale, below which growth does not count."""
SLOWEST_BPM, FASTEST_BPM, USUAL_BPM = 55.0, 190.0, 115.0
"""Tempi that are looked for, and the one people tap to most readily."""
PREFERENCE_OCTAVES = 0.9
"""How quickly the preference falls away from it."""
CLEAR = 0.12
"""Likeness of the onsets to themselves a beat later, above which there is a beat at all."""
REFINING_BEATS = (4, 16, 64)
"""Lags, in beats, at which the tempo is found more and more exactly."""


@dataclass(frozen=True)
class Beat:
    """A regular beat.

    Attributes:
        period_s: time from beat to beat.
        first_s: when the first is.
    """

    period_s: float
    first_s: float


def onset_strength(pieces: Iterable[NDArray[np.float32]], rate_hz: int) -> NDArray[np.float64]:
    """How much begins at each hundredth of a second.

    Args:
        pieces: (n, channels) float, one after the other.
        rate_hz: samples a second.

    Returns:
        (m,) float64, mean 0 where nothing changes; value `i` stands for what begins at `i * HOP_S`.
    """
    hop = round(HOP_S * rate_hz)
    length = WINDOW_HOPS * hop
    window = np.hanning(length)
    before = np.zeros((length - hop, 1))
    last: NDArray[np.float64] | None = None
    found = []
    for piece in in_pieces((piece.mean(axis=1, dtype=np.float64)[:, None] for piece in pieces), PIECE_HOPS * hop):
        sound = np.concatenate([before, piece])[:, 0]
        before = sound[-(length - hop):, None]
        if len(sound) < length:
            break
        frames = np.lib.stride_tricks.sliding_window_view(sound, length)[::hop]
        bands = np.log1p(np.abs(np.fft.rfft(frames * window, axis=1)) / (FLOOR * length))
        previous = bands[:1] if last is None else last
        growth = np.maximum(np.diff(np.concatenate([previous, bands]), axis=0), 0).sum(axis=1)
        found.append(growth)
        last = bands[-1:]
    strength = np.concatenate([np.zeros(0), *found])
    return strength - _local_mean(strength)


def find_beat(strength: NDArray[np.float64]) -> Beat | None:
    """The beat of what `onset_strength` gives; None where there is no clear one."""
    shortest, longest = round(60 / FASTEST_BPM / HOP_S), round(60 / SLOWEST_BPM / HOP_S)
    if len(strength) < 2 * longest or not strength.any():
        return None
    alike = likeness(strength)
    lags = np.arange(shortest, longest + 1)
    preference = np.exp(-0.5 * (np.log2(60 / (lags * HOP_S) / USUAL_BPM) / PREFERENCE_OCTAVES) ** 2)
    lag = int(lags[np.argmax(alike[lags] * preference)])
    if alike[lag] < CLEAR:
        return None
    period = _peak_near(alike, lag, 2)
    for beats in REFINING_BEATS:
        if beats * period + 3 < len(alike) * 0.75:
            period = _peak_near(alike, round(beats * period), 3) / beats
    return Beat(period * HOP_S, _phase(strength, period) * HOP_S)


def likeness(strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much onsets are like themselves some hops later: (m,) autocorrelation, 1 at lag 0, corrected for the overlap."""
    size = 1 << (2 * len(strength) - 1).bit_length()
    power = np.abs(np.fft.rfft(strength, size)) ** 2
    raw = np.fft.irfft(power)[:len(strength)]
    overlap = np.arange(len(strength), 0, -1) / len(strength)
    return np.asarray(raw / np.maximum(overlap, 0.1) / max(float(raw[0]), 1e-12))


def _peak_near(values: NDArray[np.float64], place: int, reach: int) -> float:
    """The highest place within `reach`, between values too (a parabola through three)."""
    first = max(1, place - reach)
    top = first + int(np.argmax(values[first:place + reach + 1]))
    left, middle, right = (float(values[min(max(index, 0), len(values) - 1)]) for index in (top - 1, top, top + 1))
    bend = left - 2 * middle + right
    return top + (0.5 * (left - right) / bend if bend < 0 and abs(left - right) <= -2 * bend else 0.0)


def _phase(strength: NDArray[np.float64], period: float) -> float:
    """Where the first beat is, in hops: the offset at which a comb meets the most."""
    count = max(1, math.floor((len(strength) - 1) / period))
    offsets = np.arange(0, period, 0.25)
    places = offsets[:, None] + period * np.arange(count)[None, :]
    places = np.minimum(places, len(strength) - 1)
    met = np.interp(places.ravel(), np.arange(len(strength)), strength).reshape(places.shape).mean(axis=1)
    return float(offsets[np.argmax(met)])


def _local_mean(strength: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over a second around each value."""
    reach = round(0.5 / HOP_S)
    if not len(strength):
        return strength
    total = np.concatenate([[0.0], np.cumsum(strength)])
    places = np.arange(len(strength))
    first, end = np.maximum(places - reach, 0), np.minimum(places + reach + 1, len(strength))
    return np.asarray((total[end] - total[first]) / (end - first))
