"""A voice for tests and drafts: one tone a word, with times known beforehand and phonemes for lips to follow.

Every word takes `WORD_S` and rings at a pitch of its own; its letters share that time evenly, each as a plausible sound.
Words follow each other after `GAP_S`, beats after the pacing's pause. Rate divides all of these, pitch multiplies the tone.
"""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Phoneme, Word
from tasks.media.text.languages import require_words
from tasks.media.text.pronouncing import pronounced
from tasks.media.text.words import caption_words, script_words
from tasks.runtime.engines import unknown
from tasks.speech.base import RATE_HZ, Pacing, Recording, whole_frames

WORD_S = 0.3
"""Length of every tone at rate 1."""
GAP_S = 0.1
"""Silence between two words of a beat at rate 1."""
LOWEST_HZ = 220.0
"""Pitch of the first word; the next is a semitone higher, and so on through an octave."""
AMPLITUDE = 0.3
"""Level of the tones, 1 is full scale."""
RAMP_S = 0.01
"""Rise and fall of a tone, so that it does not click."""
SOUND_OF = {
    "a": "ɑ", "e": "ɛ", "i": "iː", "o": "oʊ", "u": "uː", "y": "i", "b": "b", "c": "k", "d": "d", "f": "f", "g": "ɡ",
    "h": "h", "j": "dʒ", "k": "k", "l": "l", "m": "m", "n": "n", "p": "p", "q": "k", "r": "ɹ", "s": "s", "t": "t", "v": "v",
    "w": "w", "x": "k", "z": "z",
}
"""A plausible sound for each Latin letter; anything else is 'ə'."""
MOST_SOUNDS = 8
"""Sounds of one word at most, so that each lasts longer than a video frame."""
VOICE = "tone"
"""The only voice."""


class ToneVoice:
    """One tone a word.

    Args:
        voice: the name must be 'tone'; rate and pitch count.
        pacing: the silences.

    Raises:
        UnknownName: another voice, or a language whose words nothing here can tell apart.
    """

    name: ClassVar[str] = "tone"
    version: ClassVar[str] = "1"

    def __init__(self, voice: Voice, *, pacing: Pacing = Pacing()) -> None:  # noqa: B008  frozen
        if voice.name != VOICE:
            raise unknown("tone voice", voice.name, self.voices())
        require_words(voice.language)
        self._voice, self._rate, self._pitch, self._pacing = voice, voice.rate, voice.pitch, pacing

    @classmethod
    def voices(cls) -> tuple[str, ...]:
        """The only voice there is."""
        return (VOICE,)

    @classmethod
    def default_voice(cls, language: str) -> str:
        """The only voice there is."""
        require_words(language)
        return VOICE

    def read(self, script: Script) -> Recording:
        """Sounds the script."""
        words: list[Word] = []
        phonemes: list[Phoneme] = []
        clock_s = self._pacing.lead_in_s
        language = self._voice.language
        said = [word for beat in script.beats
                for word in pronounced(caption_words(beat.say, language), self._voice.pronunciations)]
        for index, (beat, text) in enumerate(script_words(script, language)):
            if words:
                clock_s += (GAP_S if words[-1].beat == beat else self._pacing.between_beats_s) / self._rate
            start_s, clock_s = clock_s, clock_s + WORD_S / self._rate
            words.append(Word(text=text, start_s=round(start_s, 6), end_s=round(clock_s, 6), beat=beat))
            phonemes += _phonemes(said[index], index, start_s, clock_s)
        samples = np.zeros(round((clock_s + self._pacing.tail_s) * RATE_HZ), np.float32)
        for index, word in enumerate(words):
            tone = self._tone(index, word.end_s - word.start_s)
            start = round(word.start_s * RATE_HZ)
            samples[start:start + len(tone)] = tone
        return Recording(whole_frames(samples), tuple(words), tuple(phonemes))

    def _tone(self, index: int, length_s: float) -> NDArray[np.float32]:
        times = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
        frequency_hz = LOWEST_HZ * 2 ** (index % 12 / 12) * self._pitch
        ramp = np.clip(np.minimum(times, times[::-1]) / RAMP_S, 0, 1)
        return (AMPLITUDE * ramp * np.sin(2 * np.pi * frequency_hz * times)).astype(np.float32)


def _phonemes(text: str, word: int, start_s: float, end_s: float) -> list[Phoneme]:
    """The sounds of a word's letters, each with an even share of its time; the first is stressed."""
    letters = [letter for letter in text.lower() if letter.isalnum()][:MOST_SOUNDS] or ["?"]
    borders = np.linspace(start_s, end_s, len(letters) + 1)
    return [Phoneme(ipa=SOUND_OF.get(letter, "ə"), start_s=round(float(borders[place]), 6),
                    end_s=round(float(borders[place + 1]), 6), stress=1 if place == 0 else 0, word=word)
            for place, letter in enumerate(letters)]
