"""A stand-in that needs nothing of the voice: words spread over the sound by their length."""

from itertools import accumulate
from pathlib import Path
from typing import ClassVar

from tasks.alignment.base import require_complete
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Alignment, Phoneme, Speech, Word
from tasks.media.text.words import script_words

EDGE_S = 0.3
"""Silence assumed at both ends of the sound, less where it is short."""
BEAT_LETTERS = 4
"""Letters a pause between two beats counts for."""


class EvenTimes:
    """Spreads words over the recording, each with time for its letters and one neutral vowel."""

    name: ClassVar[str] = "even"
    version: ClassVar[str] = "1"

    def align(self, script: Script, speech: Speech, sound: Path, voice: Voice) -> Alignment:  # noqa: ARG002  does not listen
        """Even times."""
        found = script_words(script, voice.language)
        edge_s = min(EDGE_S, speech.duration_s / 10)
        letters = [sum(map(str.isalnum, text)) or 1 for _, text in found]
        pauses = [BEAT_LETTERS if index and found[index - 1][0] != beat else 0 for index, (beat, _) in enumerate(found)]
        ends = list(accumulate(count + pause for count, pause in zip(letters, pauses, strict=True)))
        letter_s = (speech.duration_s - 2 * edge_s) / max(ends[-1] if ends else 1, 1)
        words = tuple(
            Word(text=text, start_s=round(edge_s + (end - count) * letter_s, 6), end_s=round(edge_s + end * letter_s, 6),
                 beat=beat, confidence=0.0)
            for (beat, text), end, count in zip(found, ends, letters, strict=True))
        phonemes = tuple(Phoneme(ipa="ə", start_s=word.start_s, end_s=word.end_s, word=index)
                         for index, word in enumerate(words))
        require_complete(script, words, phonemes, speech.duration_s, voice.language)
        return Alignment(words=words, phonemes=phonemes, engine=self.name, version=self.version)
