"""The reference: another voice that says the same words at known times, laid out to be compared with.

Its looks stand in columns, sound after sound, without its own pauses. Before each word, wherever the reference pauses, and
at the end stands one column that means silence, since a speaker pauses where he likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import UnknownName
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Phoneme
from tasks.media.audio.cepstra import HOP_S, Cepstra, Frames
from tasks.runtime.engines import load_engine

REFERENCE = "espeak"
"""The speech engine that is listened to for comparison; it knows its times to the sample."""

Columns = NDArray[np.intp]

REFERENCE = "espeak"
"""The speech engine that is listened to for comparison; it knows its times to the sample."""
STOPS = frozenset({"p", "b", "t", "d", "k", "ɡ", "g", "c", "ɟ", "q", "ʔ", "ʈ", "ɖ", "tʃ", "dʒ", "ts", "tɕ", "dʑ", "pf"})
"""Sounds that begin by closing the mouth. The voice counts them from their burst, phonetics from the closure."""
CLOSED_DB = 12.0
"""Within a closure the level is this far below the sound before it."""
LONGEST_CLOSURE_S = 0.09
"""A fall of the level that begins earlier is no closure."""
LEAST_SOUND_S = 0.02
"""What a closure leaves of the sound before it."""
CLOSURE_AFTER_PAUSE_S = 0.03
"""After a pause a closure cannot be heard; the mouth closes about so long before the burst."""
JOINED_S = 0.02
"""Two sounds at most this far apart follow each other without a pause."""


@dataclass(frozen=True)
class Reference:
    """Columns to compare with, n of them; the first and the last are silent."""

    features: Frames
    """(n, features); of no meaning where silent."""
    silent: NDArray[np.bool_]
    """(n,)"""
    sound: Columns
    """(n,) the phoneme each column belongs to; in a silent one the phoneme that follows, as many as there are at the end."""
    kind: Columns
    """(phonemes,) the same number for the same IPA."""

    @property
    def first(self) -> Columns:
        """(phonemes,) the column each phoneme begins with."""
        return np.flatnonzero(~self.silent & (np.diff(np.where(self.silent, -1, self.sound), prepend=-1) != 0))

    @property
    def end(self) -> Columns:
        """(phonemes,) the column after each phoneme's last."""
        return np.flatnonzero(np.diff(np.where(self.silent, -1, self.sound), append=-1) * ~self.silent != 0) + 1


def embedded_voice(voice: Voice) -> Any:
    """The embedded voice, which says words as the recorded one should.

    Raises:
        UnknownName: it does not speak the language.
    """
    engine: Any = load_engine("speech", REFERENCE)
    return engine(Voice(name=engine.default_voice(voice.language), language=voice.language,
                        pronunciations=voice.pronunciations))


def embedded_sounds(script: Script, voice: Voice) -> tuple[Phoneme, ...]:
    """What the embedded voice says for the script; nothing where it does not speak the language."""
    try:
        return tuple(embedded_voice(voice).say(script).phonemes)
    except UnknownName:
        return ()


def lay_out(looks: Cepstra, phonemes: Sequence[Phoneme]) -> Reference:
    """The columns of a reference.

    Args:
        looks: the reference voice.
        phonemes: its sounds, at least one.
    """
    onsets = onsets_s(phonemes, looks.level_db)
    columns, sound = [], []
    for index, phoneme in enumerate(phonemes):
        follows = index > 0 and is_joined(phonemes[index - 1], phoneme)
        if not follows or phonemes[index - 1].word != phoneme.word:
            columns.append(-1)
            sound.append(index)
        last = index + 1 == len(phonemes) or not is_joined(phoneme, phonemes[index + 1])
        own = _looks_between(onsets[index], phoneme.end_s if last else onsets[index + 1], len(looks.features))
        columns += own
        sound += [index] * len(own)
    columns.append(-1)
    sound.append(len(phonemes))
    chosen = np.array(columns)
    numbers = {ipa: number for number, ipa in enumerate(dict.fromkeys(phoneme.ipa for phoneme in phonemes))}
    return Reference(looks.features[chosen], chosen < 0, np.array(sound),
                     np.array([numbers[phoneme.ipa] for phoneme in phonemes]))


def is_joined(before: Phoneme, after: Phoneme) -> bool:
    """Whether two sounds follow each other without a pause."""
    return after.start_s - before.end_s < JOINED_S


def onsets_s(phonemes: Sequence[Phoneme], level_db: NDArray[np.float64]) -> list[float]:
    """Where each sound begins, its closure included, seconds.

    Args:
        phonemes: with the times of the voice, in order.
        level_db: (n,) the voice's level at every `HOP_S`.
    """
    onsets = []
    for index, phoneme in enumerate(phonemes):
        before = phonemes[index - 1] if index else None
        if phoneme.ipa not in STOPS:
            onsets.append(phoneme.start_s)
        elif before is None or not is_joined(before, phoneme):
            earliest_s = before.end_s if before else 0.0
            onsets.append(max(phoneme.start_s - CLOSURE_AFTER_PAUSE_S, earliest_s))
        else:
            onsets.append(_closure_s(before.start_s + LEAST_SOUND_S, phoneme.start_s, level_db))
    return onsets


def _closure_s(earliest_s: float, burst_s: float, level_db: NDArray[np.float64]) -> float:
    """Where the level has fallen before a burst."""
    burst = round(burst_s / HOP_S)
    earliest = max(round(earliest_s / HOP_S), burst - round(LONGEST_CLOSURE_S / HOP_S))
    if earliest >= burst:
        return burst_s
    loud_db = level_db[max(earliest - 5, 0):burst].max()
    place = burst
    while place > earliest and level_db[place - 1] < loud_db - CLOSED_DB:
        place -= 1
    return place * HOP_S if place < burst else burst_s


def _looks_between(start_s: float, end_s: float, count: int) -> list[int]:
    """The looks of a stretch: at least one, inside the recording."""
    first = min(round(start_s / HOP_S), count - 1)
    return list(range(first, min(max(round(end_s / HOP_S), first + 1), count)))
