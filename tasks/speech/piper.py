"""Piper: neural voices from files that the user names, on an ordinary processor.

A script goes to it sentence by sentence, with numbers and signs written out; silences between sentences are ours. A voice
draws its liveliness from noise: the noise is seeded, so that the same script gives the same sound. Where a voice tells how
long each phoneme gets, its words are timed by that: the phonemes of a sentence are matched against those each of its words
has by itself (`matching.py`). piper is GPL-3 and runs in a process of its own (`piper_child.py`).
"""

import importlib.util
import tempfile
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import FixMachine, FixRequest, MissingTool
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Phoneme, Word
from tasks.media.audio.sounds import ipa_of, read_sounds, spans_of, timed
from tasks.media.text.sentences import Sentence, sentences
from tasks.media.text.words import script_words
from tasks.runtime.engines import find_engine
from tasks.runtime.models import ModelFolder
from tasks.speech.base import Pacing, Recording, clauses_of
from tasks.speech.child import run_child
from tasks.speech.joining import Piece, is_heard, join
from tasks.speech.matching import assign_sounds
from tasks.speech.piper_voices import find_voice, voice_digest, voice_for, voice_names

PACKAGE = "piper"
"""What piper-tts is imported as."""
LONGEST_RUN_S = 1800
"""Seconds after which the child is taken to hang; a voice of high quality speaks about as fast as it is heard."""
CHILD = Path(__file__).with_name("piper_child.py")
"""The program that runs the package."""
STRESS_MARKS = "ˈˌ"
"""Signs that stand before the sound they belong to; lengths and accents stand after it."""


class PiperSpeech:
    """A voice file of piper.

    Args:
        voice: name of a file, or 'name#speaker'; language; rate.
        pacing: the silences.
        models: the folder with the files.

    Raises:
        UnknownName: no such voice or speaker, or it speaks another language.
        FixRequest: another pitch is wanted.
        FixMachine: the voice's files are damaged, or piper is not installed.
    """

    name: ClassVar[str] = "piper"
    version: ClassVar[str] = "1"

    def __init__(self, voice: Voice, *, pacing: Pacing = Pacing(), models: ModelFolder) -> None:  # noqa: B008  frozen
        self._file, self._speaker = find_voice(voice.name, voice.language, models)
        if voice.pitch != 1:
            raise FixRequest(f"a piper voice has the pitch of its speaker, and {voice.pitch:g} is asked for: remove `pitch`"
                             " under 'voice', or choose another voice")
        if importlib.util.find_spec(PACKAGE) is None:
            raise MissingTool(f"the speech engine 'piper' needs {find_engine('speech', self.name).needs}; or choose another"
                              " engine with --engine speech=NAME")
        self._voice, self._pacing = voice, pacing

    @classmethod
    def voices(cls, *, models: ModelFolder) -> tuple[str, ...]:
        """The files there are; '#' and a speaker's name may follow where a file has several."""
        return voice_names(models)

    @classmethod
    def default_voice(cls, language: str, *, models: ModelFolder) -> str:
        """A voice for a language; UnknownName when there is none."""
        return voice_for(language, models)

    @classmethod
    def digest(cls, voice: Voice, models: ModelFolder) -> str | None:
        """What tells a voice's files from others of its name; see `tasks.speech.base.ModelSpeech`."""
        return voice_digest(voice.name, models)

    def read(self, script: Script) -> Recording:
        """Speaks the script.

        Raises:
            FixMachine: piper could not run, cannot read the voice, or the voice gives no sound.
        """
        parts = sentences(clauses_of(script, self._voice, self._pacing))
        with tempfile.TemporaryDirectory(prefix="reels-piper-") as folder:
            sound = Path(folder) / "voice.f32"
            said = _run_piper(self._request(parts, sound))
            samples = np.fromfile(sound, "<f4").astype(np.float32)
        words = script_words(script, self._voice.language)
        known = self._file.phonemes and _none_straddles(parts)
        return join([self._piece(part, text, samples, said, words if known else ()) for part, text
                     in zip(parts, said["texts"], strict=True)], self._pacing)

    def _request(self, parts: Sequence[Sentence], sound: Path) -> dict[str, Any]:
        return {"model": str(self._file.model), "speaker": self._speaker, "length_scale": 1 / self._voice.rate,
                "sound": str(sound), "texts": [part.text for part in parts],
                "words": sorted({word for part in parts for word in _spoken(part)}) if self._file.phonemes else []}

    def _piece(self, part: Sentence, text: dict[str, Any], samples: NDArray[np.float32], said: dict[str, Any],
               words: Sequence[tuple[int, str]]) -> Piece:
        """A sentence with its times, where they are known."""
        rate_hz, heard = said["rate_hz"], samples[text["start"]:text["end"]]
        if part.words and not is_heard(heard):
            raise FixMachine(f"the piper voice {str(self._file.model)!r} gives no sound for {part.text!r}: download it"
                             " again, or choose another voice")
        pause_s = part.pause_s / self._voice.rate
        if not words or text["phonemes"] is None:
            return Piece(heard, rate_hz, pause_s)
        times = _times(part, text["phonemes"], len(heard) / rate_hz, rate_hz, said["words"], words)
        return Piece(heard, rate_hz, pause_s, *times)


def _run_piper(request: dict[str, Any]) -> dict[str, Any]:
    """Runs piper in a process of its own; FixMachine when it ends with an error, or hangs."""
    return run_child("piper", CHILD, request, flags=("-I",), patience_s=LONGEST_RUN_S, voice=request["model"],
                     remedy="download the voice again")


def _spoken(part: Sentence) -> list[str]:
    """The spoken words of a sentence, in order."""
    return [part.text[first:end] for _, first, end in part.words]


def _none_straddles(parts: Sequence[Sentence]) -> bool:
    """Whether every word of the author is in one sentence."""
    owners = [{word for word, _, _ in part.words} for part in parts]
    return sum(map(len, owners)) == len(set().union(*owners))


def _times(part: Sentence, phonemes: Sequence[tuple[str, int]], length_s: float, rate_hz: int,
           alone: dict[str, list[str]], words: Sequence[tuple[int, str]]) -> tuple[tuple[Word, ...], tuple[Phoneme, ...]]:
    """The words of a sentence, and their sounds, from the lengths of its phonemes."""
    marks, breaks = _marks(phonemes, rate_hz)
    sounds = read_sounds(marks, length_s)
    borders = [sum(sound.start_s < at_s - 1e-9 for sound in sounds) for at_s in breaks]
    expected = [[ipa for _, name in _marks([(sign, 0) for sign in alone[word]], rate_hz)[0] if (ipa := ipa_of(name))]
                for word in _spoken(part)]
    ranges = assign_sounds([sound.ipa for sound in sounds], expected, borders)
    spans = spans_of(sounds, ranges, [word for word, _, _ in part.words], 0.0, length_s)
    beats, texts = zip(*words, strict=True)
    return timed(spans, texts, beats)


def _marks(phonemes: Sequence[tuple[str, int]], rate_hz: int) -> tuple[list[tuple[float, str]], list[float]]:
    """Where each sound begins, and each silence, as a voice reports it; and where a new word may begin.

    piper's phonemes are single signs: stress goes to the sound after it, length, accents and tones to the one before.
    """
    marks: list[tuple[float, str]] = []
    breaks: list[float] = []
    stress: tuple[float, str] | None = None
    place = 0
    for sign, samples in phonemes:
        at_s = place / rate_hz
        place += samples
        if sign in STRESS_MARKS:
            stress = stress or (at_s, sign)
        elif ipa_of(sign) and _stands_alone(sign):
            marks.append((stress[0], stress[1] + sign) if stress else (at_s, sign))
            stress = None
        elif ipa_of(f"a{sign}") != "a":
            marks[-1:] = [(start_s, unicodedata.normalize("NFC", name + sign)) for start_s, name in marks[-1:]]
        elif not sign.isdigit():
            marks.append((at_s, ""))
            breaks.append(place / rate_hz)
    return marks, breaks


def _stands_alone(sign: str) -> bool:
    """Whether a sign is a sound, not the length or the accent of one."""
    return unicodedata.category(sign[0]) in {"Ll", "Lo", "Lu"}
