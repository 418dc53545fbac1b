"""The embedded voice: espeak-ng, whose word and phoneme times are exact because it places every sound itself.

The library is GPL-3 and runs in a process of its own (`espeak_child.py`). A script goes to it clause by clause; the silences
between clauses are ours, so that pauses follow the punctuation and every time stays exact to the sample.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.media.audio.mastering import master_voice
from tasks.media.audio.sounds import SILENT_WORD_S, Sound, Span, ipa_of, read_sounds, spans_of, timed
from tasks.media.audio.wav import read_wav
from tasks.media.text.clauses import Clause
from tasks.media.text.readings import require_readings
from tasks.media.text.words import script_words
from tasks.runtime.engines import kanji_voices
from tasks.speech.base import RATE_HZ, Pacing, Recording, clauses_of, whole_frames
from tasks.speech.child import run_child
from tasks.speech.espeak_voices import espeak_folder, espeak_library, espeak_name, require_voice, voice_for, voice_names
from tasks.speech.matching import assign_sounds

WORDS_A_MINUTE = 155
"""Speed of rate 1.0: clear, and the pace of people who explain something to a camera."""
RATE, PITCH, RANGE = 1, 3, 4
"""espeak-ng's numbers of its parameters."""
LIVELY_RANGE = 60
"""How far the melody moves; 50 is espeak-ng's own, which sounds flat in a short reel."""
PITCHES = ((0, 0.70), (12, 0.75), (24, 0.81), (36, 0.89), (50, 1.0), (62, 1.115), (75, 1.265), (87, 1.435), (99, 1.62))
"""(espeak-ng's pitch, factor), the median pitch of a sentence measured over two voices; it cannot do more or less."""
LONGEST_RUN_S = 120
"""Seconds after which the child is taken to hang."""
CHILD = Path(__file__).with_name("espeak_child.py")
"""The program that runs the library."""
QUIET = 12 / 32768
"""Level below which the end of a clause is silence."""
FADE_IN_S, FADE_OUT_S = 0.003, 0.02
"""Fades at the ends of a clause: espeak-ng begins and ends its hisses like cut with scissors."""
INTONATION = {"—": ",", "…": ".", ";": ";", ":": ":"}
"""Marks that espeak-ng knows under another one."""


class EspeakVoice:
    """espeak-ng with its own word and phoneme times.

    Args:
        voice: name ('en-us', 'en-us+f3'), language, rate and pitch.
        pacing: the silences.

    Raises:
        UnknownName: no such voice, or it does not speak the language.
    """

    name: ClassVar[str] = "espeak"
    version: ClassVar[str] = "1"

    def __init__(self, voice: Voice, *, pacing: Pacing = Pacing()) -> None:  # noqa: B008  frozen
        require_voice(voice.name, voice.language)
        self._voice = voice
        self._pacing = pacing

    @classmethod
    def voices(cls) -> tuple[str, ...]:
        """The plain voices; each may be followed by a variant, e.g. '+f3'."""
        return list_voices()

    @classmethod
    def default_voice(cls, language: str) -> str:
        """The voice for a language; UnknownName when there is none."""
        return voice_for(language)

    def read(self, script: Script) -> Recording:
        """Speaks the script.

        Raises:
            FixMachine, ScriptError: as `say`.
        """
        plain = self.say(script)
        return replace(plain, samples=whole_frames(master_voice(plain.samples, plain.rate_hz, RATE_HZ)), rate_hz=RATE_HZ)

    def say(self, script: Script) -> Recording:
        """The script as the voice says it, not mastered, at the voice's own rate; for comparison.

        Raises:
            FixMachine: espeak-ng could not run.
            ScriptError: the script is Japanese, and a beat that is not in kana has no reading.
        """
        require_readings(script.beats, self._voice.language, kanji_voices())
        parts = clauses_of(script, self._voice, self._pacing)
        with tempfile.TemporaryDirectory(prefix="reels-espeak-") as folder:
            said = run_espeak(self._request(parts, Path(folder) / "voice.wav"))
            samples, rate_hz = read_wav(Path(folder) / "voice.wav")
        joined, spans = self._join(parts, said, samples, rate_hz)
        beats, texts = zip(*script_words(script, self._voice.language), strict=True)
        words, phonemes = timed(spans, texts, beats)
        return Recording(joined, words, phonemes, rate_hz)

    def _request(self, parts: Sequence[Clause], wav: Path) -> dict[str, Any]:
        return {
            "library": str(espeak_library()), "data": str(espeak_folder() / "espeak-ng-data"), "wav": str(wav),
            "voice": espeak_name(self._voice.name),
            "parameters": {RATE: round(WORDS_A_MINUTE * self._voice.rate), PITCH: _pitch(self._voice.pitch),
                           RANGE: LIVELY_RANGE},
            "texts": [_text(part) for part in parts],
            "words": sorted({_pronounced(word) for part in parts for _, word in part.words}),
        }

    def _join(self, parts: Sequence[Clause], said: dict[str, Any], samples: NDArray[np.float32],
              rate_hz: int) -> tuple[NDArray[np.float32], list[Span]]:
        """Lays the clauses one after another with their silences, and finds each word's time."""
        pieces = [np.zeros(round(self._pacing.lead_in_s * rate_hz), np.float32)]
        spans: list[Span] = []
        place = len(pieces[0])
        for part, text in zip(parts, said["texts"], strict=True):
            sounds, borders, sounding = _heard(text, rate_hz)
            least = sounding or round(SILENT_WORD_S * len(part.words) * rate_hz)
            piece = _trimmed(samples[text["start"]:text["end"]], least, rate_hz)
            spans += _spans(part, sounds, borders, said["words"], place / rate_hz, len(piece) / rate_hz)
            silence = np.zeros(round(part.pause_s / self._voice.rate * rate_hz), np.float32)
            pieces += [piece, silence]
            place += len(piece) + len(silence)
        pieces.append(np.zeros(round(self._pacing.tail_s * rate_hz), np.float32))
        return np.concatenate(pieces), spans


def list_voices() -> tuple[str, ...]:
    """The voices espeak-ng has here; MissingTool when it is not installed."""
    return tuple(voice_names())


def run_espeak(request: dict[str, Any]) -> dict[str, Any]:
    """Runs espeak-ng in a process of its own; FixMachine when it ends with an error, or hangs."""
    return run_child("espeak-ng", CHILD, request, flags=("-I", "-S"), patience_s=LONGEST_RUN_S, voice=request["voice"],
                     remedy="reinstall the package 'espeakng-loader'")


def _pitch(factor: float) -> int:
    """espeak-ng's number for a factor on the voice's own pitch; beyond its reach, the nearest it can do."""
    numbers, factors = zip(*PITCHES, strict=True)
    return round(float(np.interp(factor, factors, numbers)))


def _text(part: Clause) -> str:
    return " ".join(_pronounced(word) for _, word in part.words) + INTONATION.get(part.mark, part.mark)


def _pronounced(word: str) -> str:
    """A spoken word as espeak-ng reads it right: it takes a lone 'A' for the article."""
    return "eigh" if word == "A" else word


def _heard(text: dict[str, Any], rate_hz: int) -> tuple[tuple[Sound, ...], list[int], int]:
    """A clause's sounds (seconds from its start), where words were reported, and the samples that must be kept."""
    start = text["start"]
    events = sorted(text["events"], key=lambda event: event[0])
    marks = [((sample - start) / rate_hz, name) for sample, kind, name in events if kind == "phoneme"]
    sounds = read_sounds(marks, (text["end"] - start) / rate_hz)
    borders = []
    for sample, kind, _ in events:
        if kind == "word":
            borders.append(sum(1 for sound in sounds if sound.start_s < (sample - start) / rate_hz - 1e-9))
    return sounds, borders, round(sounds[-1].end_s * rate_hz) if sounds else 0


def _trimmed(samples: NDArray[np.float32], least: int, rate_hz: int) -> NDArray[np.float32]:
    """A clause without the silence after it, faded at both ends.

    Args:
        samples: (n,) the clause as espeak-ng gave it.
        least: samples to keep in any case; silence is added when there are fewer.
        rate_hz: samples a second.
    """
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    first, last = (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, 0)
    kept = max(last, least)
    piece = np.pad(samples[:kept], (0, max(kept - len(samples), 0))).astype(np.float32)
    fade_in, fade_out = round(FADE_IN_S * rate_hz), round(FADE_OUT_S * rate_hz)
    if last - first > fade_in + fade_out:
        piece[first:first + fade_in] *= np.linspace(0, 1, fade_in, dtype=np.float32)
        piece[last - fade_out:last] *= np.linspace(1, 0, fade_out, dtype=np.float32)
    piece[last:] = 0
    return piece


def _spans(part: Clause, sounds: Sequence[Sound], borders: Sequence[int], alone: dict[str, list[str]], start_s: float,
           length_s: float) -> Iterator[Span]:
    """The times of a clause's words on the clock of the reel."""
    expected = [[ipa for name in alone[_pronounced(word)] if (ipa := ipa_of(name))] for _, word in part.words]
    placed = [Sound(sound.ipa, start_s + sound.start_s, start_s + sound.end_s, sound.stress) for sound in sounds]
    ranges = assign_sounds([sound.ipa for sound in sounds], expected, borders)
    yield from spans_of(placed, ranges, [word for word, _ in part.words], start_s, start_s + length_s)
