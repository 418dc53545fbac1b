"""The spoken script: sound in the store, and when each word and phoneme is heard."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from pydantic import Field

from tasks.domain.base import Record
from tasks.domain.media import MediaFile


class Word(Record):
    """One caption word, spelt as its author wrote it (punctuation included), with the time it is heard."""

    text: str = Field(description="the author's own spelling, never a transcript")
    start_s: float = Field(ge=0, description="seconds from the start of the reel")
    end_s: float = Field(ge=0, description="half open end; covers all that is spoken for the word")
    beat: int = Field(ge=0, description="index of the beat it belongs to")
    confidence: float = Field(default=1.0, ge=0, le=1, description="1.0 where the voice itself knows the time")


class Phoneme(Record):
    """One sound. Silence is the gap between two phonemes, never a phoneme."""

    ipa: str = Field(description="IPA symbol(s) without stress marks, e.g. 'p', 'eɪ', 'ɔː'")
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    stress: Literal[0, 1, 2] = Field(default=0, description="0 none, 1 primary, 2 secondary")
    word: int = Field(ge=0, description="index of the word it belongs to")


class Speech(Record):
    """What a speech engine gives: the mastered voice, and times where the voice knows them."""

    audio: MediaFile = Field(description="WAV, mono, 48 kHz, 16 bit; starts at the start of the reel, pads included")
    duration_s: float = Field(gt=0, description="length of the audio, which is the length of the reel")
    words: tuple[Word, ...] | None = Field(default=None, description="None where the voice gives no times")
    phonemes: tuple[Phoneme, ...] | None = None
    engine: str
    version: str
    cost_usd: float = 0.0


class Alignment(Record):
    """Word and phoneme times: monotonic, not overlapping, no word missing."""

    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    engine: str
    version: str


class BeatSpan(NamedTuple):
    """The part of the reel that belongs to one beat, `[start_s, end_s)`."""

    beat: int
    start_s: float
    end_s: float
    voice_s: tuple[float, float]
    """Start of its first word and end of its last."""


def beat_spans(words: Sequence[Word], voice_end_s: float) -> list[BeatSpan]:
    """The beats in order: each from just before its first word up to the next; they cover the reel up to `voice_end_s`."""
    spoken = {beat: [word for word in words if word.beat == beat] for beat in sorted({word.beat for word in words})}
    voices = [(beat, min(word.start_s for word in said), max(word.end_s for word in said)) for beat, said in spoken.items()]
    starts_s = [0.0, *((before[2] + after[1]) / 2 for before, after in pairwise(voices)), voice_end_s]
    return [BeatSpan(beat, start_s, max(end_s, start_s), (first_s, last_s))
            for (beat, first_s, last_s), start_s, end_s in zip(voices, starts_s, starts_s[1:], strict=False)]
