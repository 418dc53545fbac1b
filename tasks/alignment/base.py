"""What alignment engines share: the protocol, and the check that no word is missing or out of order."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from tasks.domain.errors import FixRequest
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Alignment, Phoneme, Speech, Word
from tasks.media.text.words import script_words

TOLERANCE_S = 1e-6
"""Rounding of times."""


class AlignmentEngine(Protocol):
    """Finds when each of the author's words is heard."""

    name: ClassVar[str]
    version: ClassVar[str]

    def align(self, script: Script, speech: Speech, sound: Path, voice: Voice) -> Alignment:
        """Word and phoneme times.

        Args:
            script: the approved words, in the author's spelling.
            speech: what the voice knows.
            sound: the recording, WAV, mono.
            voice: what is spoken: its language, and how words are said that are not said as they are written.
        """
        ...


@runtime_checkable
class ModelTimes(Protocol):
    """An alignment engine that listens with a model, whose files keep their name when they are replaced."""

    def digest(self, language: str) -> str | None:
        """What tells the language's model from another; None on a machine that lacks it."""
        ...


def require_complete(script: Script, words: Sequence[Word], phonemes: Sequence[Phoneme], duration_s: float, language: str
                     ) -> None:
    """Refuses times that captions and lips cannot hang on.

    Raises:
        FixRequest: a word of the script is missing, added or out of order; times overlap, run backwards or leave the sound;
            a phoneme is outside its word.
    """
    approved = script_words(script, language)
    given = tuple((word.beat, word.text) for word in words)
    if given != approved:
        place = next((index for index, (one, other) in enumerate(zip(given, approved, strict=False)) if one != other),
                     min(len(given), len(approved)))
        expected = approved[place][1] if place < len(approved) else "the end"
        found = given[place][1] if place < len(given) else "the end"
        raise _refusal(f"word {place + 1} is {found!r} where the approved script has {expected!r}")
    _require_order([(word.start_s, word.end_s, f"the word {word.text!r}") for word in words], duration_s)
    _require_order([(sound.start_s, sound.end_s, f"the sound {sound.ipa!r}") for sound in phonemes], duration_s)
    for sound in phonemes:
        if sound.word >= len(words):
            raise _refusal(f"the sound {sound.ipa!r} belongs to word {sound.word + 1} of {len(words)}")
        word = words[sound.word]
        if sound.start_s < word.start_s - TOLERANCE_S or sound.end_s > word.end_s + TOLERANCE_S:
            raise _refusal(f"the sound {sound.ipa!r} at {sound.start_s:.3f} s is outside its word {word.text!r}")


def _require_order(spans: Sequence[tuple[float, float, str]], duration_s: float) -> None:
    last_s = 0.0
    for start_s, end_s, what in spans:
        if start_s < last_s - TOLERANCE_S or end_s <= start_s or end_s > duration_s + TOLERANCE_S:
            raise _refusal(f"{what} is at {start_s:.3f}-{end_s:.3f} s, which does not follow {last_s:.3f} s or leaves the"
                           f" sound of {duration_s:.3f} s")
        last_s = end_s


def _refusal(reason: str) -> FixRequest:
    return FixRequest(f"the word times do not fit the script: {reason}; choose another engine with --engine alignment=NAME"
                      " or --engine speech=NAME")
