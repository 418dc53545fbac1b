"""Pieces of a voice, sentence by sentence, joined to one recording: same pauses for every voice, no clicks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tasks.domain.speech import Phoneme, Word
from tasks.media.audio.mastering import level_voice
from tasks.media.audio.received import SILENT
from tasks.media.audio.trimming import faded, voiced_part
from tasks.speech.base import RATE_HZ, Pacing, Recording, whole_frames

Timed = TypeVar("Timed", Word, Phoneme)


@dataclass(frozen=True)
class Piece:
    """What a voice said at once, with the silence that belongs after it."""

    samples: NDArray[np.float32]
    """(n,) mono, -1 to 1; silence at its ends is cut away."""
    rate_hz: int
    """Samples a second, the same for all pieces."""
    pause_s: float
    """Silence after it, seconds."""
    words: tuple[Word, ...] | None = None
    """Times from the piece's start; None where the voice gives none."""
    phonemes: tuple[Phoneme, ...] | None = None


def is_heard(samples: NDArray[np.float32]) -> bool:
    """Whether a voice's sound is one: all of it numbers, and not silent."""
    return bool(samples.size and np.isfinite(samples).all() and np.abs(samples).max() >= SILENT)


def join(pieces: Sequence[Piece], pacing: Pacing) -> Recording:
    """One recording of all pieces, at the loudness of every voice.

    Args:
        pieces: in order, at least one.
        pacing: the silences at both ends.

    Returns:
        Mastered, at `RATE_HZ`, a whole number of frames long; its times are the pieces' own on the clock of the recording,
        None where a piece has none.
    """
    rate_hz = pieces[0].rate_hz
    parts = [np.zeros(round(pacing.lead_in_s * rate_hz), np.float32)]
    moved: list[Piece] = []
    place = len(parts[0])
    for number, piece in enumerate(pieces, start=1):
        first, last = _kept(piece)
        moved.append(_moved(piece, (place - first) / rate_hz, place / rate_hz, (place + last - first) / rate_hz))
        pause_s = piece.pause_s if number < len(pieces) else pacing.tail_s
        parts += [faded(piece.samples[first:last], rate_hz), np.zeros(round(pause_s * rate_hz), np.float32)]
        place += len(parts[-2]) + len(parts[-1])
    samples = whole_frames(level_voice(np.concatenate(parts), rate_hz, RATE_HZ))
    return Recording(samples, _all([piece.words for piece in moved]), _all([piece.phonemes for piece in moved]))


def _kept(piece: Piece) -> tuple[int, int]:
    """What of a piece is kept: where it sounds, and where its words are."""
    first, last = voiced_part(piece.samples, piece.rate_hz)
    for word in piece.words or ():
        first, last = min(first, round(word.start_s * piece.rate_hz)), max(last, round(word.end_s * piece.rate_hz))
    return max(first, 0), min(last, len(piece.samples))


def _moved(piece: Piece, by_s: float, from_s: float, to_s: float) -> Piece:
    """A piece whose times are later, and inside what is kept of it."""
    def clock(timed: Timed) -> Timed:
        start_s, end_s = (round(min(max(time_s + by_s, from_s), to_s), 6) for time_s in (timed.start_s, timed.end_s))
        return timed.model_copy(update={"start_s": start_s, "end_s": end_s})

    return replace(piece, words=piece.words and tuple(map(clock, piece.words)),
                   phonemes=piece.phonemes and tuple(map(clock, piece.phonemes)))


def _all(parts: Sequence[tuple[Timed, ...] | None]) -> tuple[Timed, ...] | None:
    """The parts one after the other; None where one is missing."""
    return None if any(part is None for part in parts) else tuple(one for part in parts for one in part or ())
