"""Times of any voice by comparison with one whose times are known: no model, no weights.

The embedded voice says the same text; where its words are heard in the recording is found by dynamic time warping
(`warping.py`). A recording that says something else is refused with the place where it departs.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np

from tasks.alignment.base import require_complete
from tasks.alignment.departure import Doubt, doubts
from tasks.alignment.reference import lay_out, reference_voice
from tasks.alignment.warping import Warp, warp
from tasks.domain.errors import FixRequest
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Alignment, Phoneme, Speech, Word
from tasks.media.audio.cepstra import HOP_S, cepstra, cepstra_of_throats
from tasks.media.audio.sounds import SILENT_WORD_S, Sound, Span, read_sounds, spans_of, timed
from tasks.media.audio.wav import read_wav
from tasks.media.text.words import script_words

THROATS = (0.88, 0.94, 1.0, 1.06, 1.12, 1.18, 1.24)
"""By how much the resonances of speakers lie higher than the reference's: from a tall man's to a child's. Without this the
words of a woman are found four times less exactly."""
STRESS = ("", "ˈ", "ˌ")
"""The sign of each degree of stress."""
QUOTED_WORDS = 4
"""Words quoted from where a recording departs."""


class WarpedTimes:
    """Finds the words of any recording that says the script."""

    name: ClassVar[str] = "dtw"
    version: ClassVar[str] = "1"

    def align(self, script: Script, speech: Speech, sound: Path, voice: Voice) -> Alignment:
        """Word and phoneme times, with how sure they are.

        Raises:
            FixRequest: the recording does not say the script; the message tells where it departs.
            UnknownName: the embedded voice does not speak the language.
        """
        said = reference_voice(voice).say(script)
        samples, rate_hz = read_wav(sound)
        looks = cepstra(samples, rate_hz)
        if not looks.speaks.any():
            raise FixRequest(f"nothing is heard in the recording of {speech.duration_s:.1f} s: record it again, nearer to"
                             " the microphone")
        references = [lay_out(one, said.phonemes) for one in cepstra_of_throats(said.samples, said.rate_hz, THROATS)]
        found = warp(looks, references)
        if found is None:
            raise FixRequest(f"the recording lasts {speech.duration_s:.1f} s, and nobody says the script in so short a time"
                             f" ({said.duration_s:.1f} s at the usual pace): give the whole recording, or the script that"
                             " it says")
        doubt = doubts(looks, found, said.phonemes)
        words, phonemes = _on_the_clock(script, said.phonemes, found, speech.duration_s)
        _require_said(words, doubt)
        sure = tuple(word.model_copy(update={"confidence": doubt.confidence(index)}) for index, word in enumerate(words))
        require_complete(script, sure, phonemes, speech.duration_s)
        return Alignment(words=sure, phonemes=phonemes, engine=self.name, version=self.version)


def _on_the_clock(script: Script, said: Sequence[Phoneme], warped: Warp, duration_s: float
                  ) -> tuple[tuple[Word, ...], tuple[Phoneme, ...]]:
    """The author's words and their sounds at the times of the recording."""
    beats, texts = zip(*script_words(script), strict=True)
    sounds = read_sounds(list(_marks(said, warped, duration_s)), duration_s)
    indices = [phoneme.word for phoneme in said]
    words = list(dict.fromkeys(indices))
    ranges = [(indices.index(word), len(indices) - indices[::-1].index(word)) for word in words]
    spans = spans_of(sounds, ranges, words, 0.0, duration_s)
    return timed(list(_with_silent(spans, len(texts), duration_s)), texts, beats)


def _marks(said: Sequence[Phoneme], warped: Warp, duration_s: float) -> Iterator[tuple[float, str]]:
    """Where each sound begins, and each silence, in order, as a voice reports it."""
    columns = warped.reference
    starts_s, ends_s = (np.clip((np.searchsorted(warped.path, edge) - 0.5) * HOP_S, 0, duration_s)
                        for edge in (columns.first, columns.end))
    for index, phoneme in enumerate(said):
        yield float(starts_s[index]), STRESS[phoneme.stress] + phoneme.ipa
        if index + 1 == len(said) or ends_s[index] < starts_s[index + 1]:
            yield float(ends_s[index]), ""


def _with_silent(spans: Sequence[Span], count: int, duration_s: float) -> Iterator[Span]:
    """All words in order: those of which nothing is heard share the pause they stand in, or the end of the word before."""
    edges = [Span(-1, 0.0, 0.0, ()), *spans, Span(count, duration_s, duration_s, ())]
    for before, after in pairwise(edges):
        silent = range(before.word + 1, after.word)
        own, start_s = before, before.end_s
        share_s = min(SILENT_WORD_S, (after.start_s - start_s) / len(silent)) if silent else 0.0
        if silent and share_s < SILENT_WORD_S / 2:
            own = _shortened(before, (before.start_s + before.end_s) / 2)
            start_s = own.end_s
            share_s = (after.start_s - start_s) / len(silent)
        if own.word >= 0:
            yield own
        for place, word in enumerate(silent):
            yield Span(word, start_s + place * share_s, start_s + (place + 1) * share_s, ())


def _shortened(span: Span, end_s: float) -> Span:
    """A word that ends earlier, with what is left of its sounds."""
    sounds = tuple(Sound(sound.ipa, sound.start_s, min(sound.end_s, end_s), sound.stress) for sound in span.sounds
                   if sound.start_s < end_s)
    return Span(span.word, span.start_s, end_s, sounds)


def _require_said(words: Sequence[Word], doubt: Doubt) -> None:
    """Refuses a recording that says something else.

    Raises:
        FixRequest: with the place.
    """
    place = doubt.departure([_is_readable(word.text) for word in words])
    if place is None:
        return
    at = int(doubt.words[place])
    quoted = " ".join(word.text for word in words[at:at + QUOTED_WORDS])
    raise FixRequest(f"the recording does not say the script: at {place * HOP_S:.1f} s something else is heard than word"
                     f" {at + 1}, {quoted!r}; give the recording of this script, or correct the script to what is said")


def _is_readable(text: str) -> bool:
    """Whether there is but one way to read a word: numbers and signs are read in several, capitals may be spelt."""
    letters = "".join(sign for sign in text if sign.isalnum())
    return letters.isalpha() and not (len(letters) > 1 and letters.isupper())
