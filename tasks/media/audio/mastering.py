"""Makes a voice ready for a reel.

A dry, harsh one gets a chain of gentle, standard steps, the same for every script:

    high pass -> warmth, less harshness, softer top -> even pulses -> slow compression -> a trace of a room -> level, limit

A voice that sounds natural by itself is only freed of rumble and brought to the same level, so that no engine is louder than
another.
"""

import math
from collections.abc import Iterator

import numpy as np
import soxr
from numpy.typing import NDArray

from tasks.media.audio.equaliser import all_pass, high_pass, high_shelf, peak
from tasks.media.audio.filters import convolve, impulse_response
from tasks.media.audio.limiter import limit
from tasks.media.audio.loudness import integrated_lufs

Samples = NDArray[np.float32]

TARGET_LUFS = -16.0
"""Loudness of the mastered voice; the finished reel is levelled again when it is rendered."""
PEAK_DBTP = -2.0
"""Highest true peak of the mastered voice."""
HIGH_PASS_HZ = 80.0
"""Below this a voice has only rumble."""
PEAKS = ((200.0, 0.8, 1.5), (2300.0, 0.5, -5.0), (5500.0, 1.0, -1.5))
"""(centre in Hz, quality, gain in dB): warmth; the band in which a formant voice is some 6 dB louder than a recorded human
one, which is what makes it harsh; its consonants, which compression brings forward."""
TOP_HZ, TOP_DB = 7500.0, -3.0
"""Shelf that softens the top, where buzz and hiss of a formant voice lie."""
ROTATION_HZ, ROTATIONS = 300.0, 3
"""All-passes that make the voice's lopsided pulses even, which lowers its peaks by some 1.7 dB and cannot be heard."""
THRESHOLD_DB = -8.0
"""Level, relative to the voice's loudness, above which it is compressed."""
RATIO = 2.5
"""Decibels in for one decibel out above the threshold."""
ATTACK_S, RELEASE_S = 0.015, 0.18
"""How fast the compressor grips and lets go."""
STEP_S = 0.005
"""Distance at which the compressor looks at the level."""
PIECE = 1 << 18
"""Samples worked on at once."""
RINGING = 1 << 13
"""Samples after which the equaliser's response to a click has died away."""
LIMITER_REACH = 1 << 12
"""Samples around a piece that the limiter must see for the piece to come out as in the whole."""
ROOM_S = 0.14
"""Length of the room's echo."""
ROOM_HZ = 250.0, 4000.0
"""Below and above these the room swallows the echo, 6 dB an octave."""
ROOM_DB = -21.0
"""Energy of the room beside the voice."""


def master_voice(samples: Samples, rate_hz: int, to_rate_hz: int) -> Samples:
    """The voice, mastered and resampled; nothing moves in time by more than 5 ms.

    Args:
        samples: (n,) mono, -1 to 1.
        rate_hz: its samples a second.
        to_rate_hz: samples a second wanted.

    Returns:
        (m,) float32 at about -16 LUFS with a true peak of at most -2 dBTP; silence stays silence.
    """
    voice = shape_tone(samples, rate_hz)
    voice *= gain_to_target(voice, rate_hz)
    voice = with_room(compress(voice, rate_hz), rate_hz)
    voice = levelled(voice, rate_hz)
    return levelled(soxr.resample(voice, rate_hz, to_rate_hz), to_rate_hz)


def level_voice(samples: Samples, rate_hz: int, to_rate_hz: int) -> Samples:
    """A natural voice at the level of every voice, resampled; its tone stays as it is and nothing moves in time.

    Args:
        samples: (n,) mono, -1 to 1.
        rate_hz: its samples a second.
        to_rate_hz: samples a second wanted.

    Returns:
        (m,) float32 at about -16 LUFS with a true peak of at most -2 dBTP; silence stays silence.
    """
    sections = np.atleast_2d(high_pass(HIGH_PASS_HZ, rate_hz))
    voice = np.asarray(convolve(samples, impulse_response(sections, RINGING)), np.float32)
    return levelled(levelled(soxr.resample(voice, rate_hz, to_rate_hz), to_rate_hz), to_rate_hz)


def shape_tone(samples: Samples, rate_hz: int) -> Samples:
    """The voice through the equaliser; (n,) in, a new (n,) out."""
    return np.asarray(convolve(samples, impulse_response(tone_sections(rate_hz), RINGING)), np.float32)


def tone_sections(rate_hz: int) -> NDArray[np.float64]:
    """The equaliser as second-order sections, (n, 6)."""
    peaks = [peak(frequency_hz, quality, gain_db, rate_hz) for frequency_hz, quality, gain_db in PEAKS]
    rotations = [all_pass(ROTATION_HZ, math.sqrt(0.5), rate_hz)] * ROTATIONS
    return np.vstack([high_pass(HIGH_PASS_HZ, rate_hz), *peaks, high_shelf(TOP_HZ, TOP_DB, rate_hz), *rotations])


def gain_to_target(voice: Samples, rate_hz: int) -> float:
    """The factor that brings a voice to the target loudness; 1 for silence."""
    loudness = integrated_lufs(voice, rate_hz)
    return float(10 ** ((TARGET_LUFS - loudness) / 20)) if math.isfinite(loudness) else 1.0


def compress(voice: Samples, rate_hz: int) -> Samples:
    """Brings loud syllables nearer to soft ones, slowly enough not to be heard.

    Args:
        voice: (n,) at the target loudness.
        rate_hz: samples a second.
    """
    step = round(STEP_S * rate_hz)
    frames = np.pad(voice, (0, -len(voice) % step)).reshape(-1, step)
    power = np.einsum("ij,ij->i", frames, frames) / step
    over_db = np.maximum(10 * np.log10(np.maximum(power, 1e-12)) - (TARGET_LUFS + THRESHOLD_DB), 0.0)
    reduction_db = _followed(over_db * (1 - 1 / RATIO))
    middles = (np.arange(len(power)) + 0.5) * step
    found = np.empty_like(voice)
    for piece in _pieces(len(voice)):
        gain_db = np.interp(np.arange(piece.start, min(piece.stop, len(voice))), middles, -reduction_db)
        found[piece] = voice[piece] * 10 ** (gain_db / 20)
    return found


def with_room(voice: Samples, rate_hz: int) -> Samples:
    """The voice with a faint early echo, so that it does not stand in a void."""
    return np.asarray(voice + convolve(voice, _echo(rate_hz)))


def _echo(rate_hz: int) -> Samples:
    """Noise that dies away, without lows and highs; its energy is `ROOM_DB` beside the voice's."""
    times = np.arange(round(ROOM_S * rate_hz)) / rate_hz
    shape = np.exp(-times / (ROOM_S / 6)) * np.clip(times / 0.006 - 1, 0, 1)
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(len(times)) * shape, 2 * len(times))
    at_hz = np.fft.rfftfreq(2 * len(times), 1 / rate_hz)
    low, high = 1j * at_hz / ROOM_HZ[0], 1j * at_hz / ROOM_HZ[1]
    echo = np.fft.irfft(spectrum * low / (1 + low) / (1 + high))[:len(times)]
    return np.asarray(echo * 10 ** (ROOM_DB / 20) / math.sqrt(float(np.square(echo).sum())), np.float32)


def _pieces(length: int) -> Iterator[slice]:
    """Parts of a long sound worked on at once, which bounds memory."""
    return (slice(start, start + PIECE) for start in range(0, length, PIECE))


def levelled(voice: Samples, rate_hz: int) -> Samples:
    """The voice at the target loudness and under its peak; a second time makes up for the loudness the first took.

    Args:
        voice: (n,) mono.
        rate_hz: samples a second.
    """
    voice = voice * np.float32(gain_to_target(voice, rate_hz))
    found = np.empty_like(voice)
    for piece in _pieces(len(voice)):
        first = max(0, piece.start - LIMITER_REACH)
        limited = limit(voice[first:piece.stop + LIMITER_REACH], rate_hz, ceiling_db=PEAK_DBTP)
        found[piece] = limited[piece.start - first:piece.stop - first]
    return found


def _followed(wanted_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """A reduction that rises with the attack and falls with the release."""
    attack, release = (1 - math.exp(-STEP_S / time_s) for time_s in (ATTACK_S, RELEASE_S))
    found = np.empty_like(wanted_db)
    now = 0.0
    for index, wanted in enumerate(wanted_db.tolist()):
        now += (attack if wanted > now else release) * (wanted - now)
        found[index] = now
    return found
