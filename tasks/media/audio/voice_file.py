"""A person's own recording, read as a voice; what is wrong with it is said in a sentence.

Too bad to be used: refused. Only worse than it could be: used, and its owner is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import FixRequest
from tasks.media.audio.clipping import clipped_samples, crowd_at_the_top
from tasks.media.audio.equaliser import high_pass
from tasks.media.audio.filters import convolve, impulse_response
from tasks.media.audio.pieces import PIECE, in_pieces
from tasks.media.audio.sound_file import OpenedSound, SoundFacts, check_sound_file, resampled
from tasks.media.audio.trimming import spoken_part, with_short_pauses

Samples = NDArray[np.float32]

KIND = "recording"
"""What messages call such a file."""
RATE_HZ = 48_000
"""Samples a second of what comes out."""
RATES_HZ = 8000, 192_000
"""Rates at which voices are recorded."""
TELEPHONE_HZ = 16_000
"""Below this rate a voice sounds like a telephone, and its owner is told."""
LEAST_S = 0.2
"""A shorter voice says nothing."""
RUMBLE_HZ, SLOPES, RINGING = 45.0, 2, 1 << 13
"""Below it there is no voice but steps and wind; slopes of 12 dB an octave; samples after which the filter is still."""
LONGEST_PAUSE_S = 2.0
"""Pauses stay as they were made up to here; what is longer is a mishap, and is shortened to this."""
LOOK_S = 0.02
"""Distance at which the level is looked at."""
LOUD_PERCENTILE, FLOOR_PERCENTILE = 95, 5
"""Of all looks, the one called loud, and the noise behind the voice."""
QUIET_DBFS = -45.0
"""A voice whose loud moments are fainter is told to be too quiet."""
NOISY_DB = 28.0
"""A voice that is less far above its noise is told to be noisy; a living room gives 35, a good microphone 45 and more. From
about here on its words are found less surely, too."""
SILENT_DBFS, USUAL_DBFS = -60.0, -12.0
"""Loudest moment of a file in which nothing is heard, and what it is brought to before silence is looked for: how far a
voice stands from its room does not depend on how far it was turned up."""
CUT_LITTLE, CUT_BADLY = 3e-4, 1.5e-2
"""Samples cut off flat, of all while the voice speaks, at which it is told, and from which nobody wants to hear it: as if
turned up 3 and 9 decibels too far."""
CROWD_LITTLE, CROWD_BADLY, OVER = 0.015, 0.05, 5.0
"""The same where a codec has rounded the crests: what is crowded near the loudest samples, or the share above full scale,
which counts so many times."""
ONE_SIDE = 0.1
"""A side that is softer than this beside the other is empty."""
ALIKE = 0.5
"""Correlation above which both sides hold the same voice, and below whose negative one of them is upside down."""
MOST_PROMISED = 0x7FFF_F000
"""What a program writes that does not know beforehand how long a recording gets is no less than this."""
LOST_S = 0.1
"""As much as may be missing of a damaged file before a sound of it could be."""
MISSING_S, MISSING_SHARE = 0.5, 0.05
"""A file that is shorter by both than it says has lost its end."""


@dataclass(frozen=True)
class VoiceTake:
    """A recording, read."""

    samples: Samples
    """(n,) mono at `RATE_HZ`, without the silence at its ends, rumble and offset."""
    warnings: tuple[str, ...]
    """What its owner should know."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / RATE_HZ


def check_voice_file(path: Path, *, name: str | None = None) -> SoundFacts:
    """Looks at a file before it is used as a voice; nothing is decoded.

    Args:
        path: the file.
        name: what messages call it; default: the file's name.

    Raises:
        FixRequest: it is missing, too large, no sound file, too long, cut off, or has an odd rate or many channels.
    """
    facts = check_sound_file(path, KIND, name=name, rates_hz=RATES_HZ)
    missing = _missing_bytes(path)
    if missing:
        raise FixRequest(f"the {KIND} {name or path.name!r} is cut off: {missing} bytes that its header promises are"
                         " missing; copy or save it again")
    return facts


def read_voice_file(path: Path, *, name: str, at_most_s: float) -> VoiceTake:
    """Decodes a recording.

    Args:
        path: the file.
        name: what messages call it.
        at_most_s: what comes later than this is not read.

    Raises:
        FixRequest: it cannot be read, is damaged, empty, silent, or clipped badly.
    """
    what = f"{KIND} {name!r}"
    with OpenedSound(path, what) as opened:
        facts, cut = opened.facts(), _Cut()
        channels = min(facts.channels, 2)
        source = cut.counted(opened.pieces("mono" if channels == 1 else "stereo"))
        pieces = resampled(source, facts.rate_hz, RATE_HZ, channels=channels, at_most_s=at_most_s)
        sides = np.concatenate([np.zeros((0, channels), np.float32), *pieces])
        damage = [*_damage(what, len(sides) / RATE_HZ, min(facts.duration_s or 0.0, at_most_s), damaged=opened.damaged)]
    raw = one_voice(sides)
    voice = _without_rumble(raw)
    gain = _gain(voice)
    first, end = spoken_part(voice * gain, RATE_HZ)
    if end - first < LEAST_S * RATE_HZ:
        raise FixRequest(f"nothing is heard in the {what} of {len(voice) / RATE_HZ:.1f} s: record it again, nearer to the"
                         " microphone")
    warnings = [*damage, *_clipping(what, cut, facts, raw[first:end]), *_faults(what, voice, facts)]
    samples, shortened = with_short_pauses(voice[first:end] * gain, RATE_HZ, LONGEST_PAUSE_S)
    if shortened:
        warnings.append(f"the {what} has pauses of more than {LONGEST_PAUSE_S:g} s, {shortened} in all: they were shortened"
                        " to that")
    return VoiceTake(samples / gain, tuple(warnings))


def one_voice(sides: Samples) -> Samples:
    """The voice of both sides: their mean, unless one is empty, upside down, or hears something else than the other.

    Args:
        sides: (n, 1) or (n, 2).

    Returns:
        (n,) mono.
    """
    if sides.shape[1] == 1 or not len(sides):
        return np.ascontiguousarray(sides[:, 0])
    energy = np.sqrt(np.einsum("ij,ij->j", sides, sides, dtype=np.float64))
    louder = sides[:, int(energy.argmax())]
    if energy.min() < ONE_SIDE * energy.max() or not energy.max():
        return np.ascontiguousarray(louder)
    alike = float(np.einsum("i,i->", sides[:, 0], sides[:, 1], dtype=np.float64) / energy.prod())
    if alike > ALIKE:
        return np.asarray(sides.mean(axis=1), np.float32)
    return np.asarray((sides[:, 0] - sides[:, 1]) / 2 if alike < -ALIKE else louder, np.float32)


class _Cut:
    """Counts what is clipped in sound on its way."""

    def __init__(self) -> None:
        self.flat = self.over = 0

    def counted(self, pieces: Iterator[Samples]) -> Iterator[Samples]:
        """The same sound."""
        for piece in in_pieces(pieces, PIECE):
            self.flat += max(clipped_samples(channel) for channel in piece.T)
            self.over += int((np.abs(piece) > 1.0).sum(axis=0).max())
            yield piece


def _gain(voice: Samples) -> np.float32:
    """The factor that brings a voice to the usual level; 1 where there is none."""
    loudest_db = float(_levels_db(voice).max(initial=SILENT_DBFS))
    return np.float32(10 ** ((USUAL_DBFS - loudest_db) / 20)) if loudest_db > SILENT_DBFS else np.float32(1)


def _levels_db(voice: Samples) -> NDArray[np.float64]:
    """The level of every look."""
    step = round(LOOK_S * RATE_HZ)
    looks = voice[:len(voice) // step * step].reshape(-1, step)
    return np.asarray(10 * np.log10(np.mean(np.square(looks, dtype=np.float64), axis=1) + 1e-12))


def _without_rumble(samples: Samples) -> Samples:
    if not len(samples):
        return samples
    response = impulse_response(np.vstack([high_pass(RUMBLE_HZ, RATE_HZ)] * SLOPES), RINGING)
    return np.asarray(convolve(samples - samples.mean(dtype=np.float64).astype(np.float32), response), np.float32)


def _clipping(what: str, cut: _Cut, facts: SoundFacts, spoken: Samples) -> Iterator[str]:
    """A warning where crests are cut off.

    Raises:
        FixRequest: so many are that it sounds torn.
    """
    length = len(spoken) / RATE_HZ * facts.rate_hz
    share, little, badly = cut.flat / length, CUT_LITTLE, CUT_BADLY
    if not facts.lossless:
        share, little, badly = max(crowd_at_the_top(spoken), OVER * cut.over / length), CROWD_LITTLE, CROWD_BADLY
    if share > badly:
        raise FixRequest(f"the {what} is clipped: the microphone was turned up so far that {share:.1%} of its samples are"
                         " cut off; turn it down, so that the loudest words reach half of its scale, and record it again")
    if share > little:
        yield f"the {what} is clipped at its loudest words and sounds harsh there: record it with less gain"


def _damage(what: str, length_s: float, promised_s: float, *, damaged: bool) -> Iterator[str]:
    """A warning where parts of a file cannot be read.

    Raises:
        FixRequest: a part that would be heard is lost.
    """
    missing_s = promised_s - length_s
    if damaged and missing_s > LOST_S:
        raise FixRequest(f"the {what} is damaged or cut off: {missing_s:.1f} of its {promised_s:.1f} s cannot be read; copy"
                         " it again, or record it again")
    if damaged:
        yield f"the {what} is damaged in places, which were left out"
    elif missing_s > max(MISSING_S, MISSING_SHARE * promised_s):
        yield f"the {what} ends after {length_s:.1f} s, and says that it lasts {promised_s:.1f} s: it may be cut off"


def _faults(what: str, voice: Samples, facts: SoundFacts) -> Iterator[str]:
    """What is heard besides the voice, or of it."""
    loud_db, floor_db = np.percentile(_levels_db(voice), (LOUD_PERCENTILE, FLOOR_PERCENTILE))
    if loud_db < QUIET_DBFS:
        yield f"the {what} is very quiet: record it nearer to the microphone, or with more gain"
    if loud_db - floor_db < NOISY_DB:
        yield (f"the {what} is noisy: the voice is only {loud_db - floor_db:.0f} dB above what is heard behind it; record it"
               " in a quieter room")
    if facts.rate_hz < TELEPHONE_HZ:
        yield f"the {what} has {facts.rate_hz} samples a second and sounds like a telephone: record it with 44100 or more"


def _missing_bytes(path: Path) -> int:
    """Bytes by which a WAV file is shorter than its header promises; 0 for other files, and where it promises nothing."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
            return 0
        while len(chunk := file.read(8)) == 8:
            length = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"data":
                return max(file.tell() + length - size, 0) if length < MOST_PROMISED else 0
            file.seek(length + length % 2, 1)
    return 0
