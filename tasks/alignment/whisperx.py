"""Times by a model that hears letters: whisperx's forced alignment of the approved text. Nothing is transcribed.

The model of a language is a folder of wav2vec 2.0 with a head for letters, as such models are published, with its weights as
safetensors:

    <models>/whisperx/<language>/config.json, vocab.json, model.safetensors, ...        e.g. models/whisperx/de/

Aligned is what is said (`spoken.py`): numbers are written out as a voice reads them, and fall back on the author's words.
Phonemes are those of the embedded voice, stretched into the time of their word.
"""

import contextlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import soxr
from numpy.typing import NDArray

from tasks.alignment.base import require_complete
from tasks.alignment.departure import departed, is_readable
from tasks.alignment.filling import phonemes_for
from tasks.alignment.letters import ANY, Emissions, Letters, agreement, blank_of, confidences, letters_of
from tasks.alignment.reference import embedded_sounds
from tasks.alignment.silent_words import with_silent
from tasks.domain.errors import FixMachine, FixRequest
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.domain.speech import Alignment, Speech
from tasks.media.audio.cepstra import HOP_S, cepstra
from tasks.media.audio.sounds import SHORTEST_WORD_S, Span, timed
from tasks.media.audio.wav import read_wav
from tasks.media.text.clauses import clauses
from tasks.media.text.languages import primary
from tasks.media.text.words import script_words
from tasks.runtime.engines import needed_by
from tasks.runtime.model_digest import folder_digest
from tasks.runtime.models import ModelFolder

Seconds = NDArray[np.floating[Any]]

RATE_HZ = 16_000
"""Samples a second that such models hear."""
WINDOW_S, EDGE_S = 30.0, 1.0
"""Length of sound that the model hears at once, which bounds memory, and what it hears besides on either side."""
DIES_AWAY_S = 0.03
"""A word ends at most this long after the voice."""


@dataclass(frozen=True)
class _Model:
    """A model that is loaded."""

    network: Any
    vocabulary: Mapping[str, int]
    device: str

    @property
    def stride(self) -> int:
        """Samples from frame to frame."""
        return int(np.prod(self.network.config.conv_stride))

    @property
    def field(self) -> int:
        """Samples that one frame sees."""
        field, config = 1, self.network.config
        for kernel, stride in zip(config.conv_kernel[::-1], config.conv_stride[::-1], strict=True):
            field = (field - 1) * stride + kernel
        return field


class WhisperxTimes:
    """Finds the words of a recording with whisperx.

    Args:
        models: where the models lie, a folder for each language.
    """

    name: ClassVar[str] = "whisperx"
    version: ClassVar[str] = "1"

    def __init__(self, models: ModelFolder) -> None:
        self._models = models

    @classmethod
    def has_model(cls, language: str, models: ModelFolder) -> bool:
        """Whether it can work here in a language; imports nothing.

        Args:
            language: BCP 47 tag.
            models: its folder of models.
        """
        folder = models.root / primary(language)
        return _is_model(folder) and _has_weights(folder) and find_spec("whisperx") is not None

    def digest(self, language: str) -> str | None:
        """What tells a language's model from another; see `tasks.alignment.base.ModelTimes`."""
        folder = self._models.root / primary(language)
        return folder_digest(folder) if _is_model(folder) else None

    def align(self, script: Script, speech: Speech, sound: Path, voice: Voice) -> Alignment:
        """Word and phoneme times, with how sure they are.

        Raises:
            MissingTool: whisperx is not installed.
            FixMachine: there is no model for the language, or it cannot be loaded.
            FixRequest: the recording does not say the script; the message tells where it departs.
        """
        model = self._load(voice.language)
        samples, rate_hz = read_wav(sound)
        emissions = _emissions(model, np.asarray(soxr.resample(samples, rate_hz, RATE_HZ), np.float32))
        letters = letters_of(clauses(script, voice.language, pronunciations=voice.pronunciations), model.vocabulary)
        frames, ends = _path(letters, emissions, blank_of(model.vocabulary), speech.duration_s)
        frame_s = model.stride / RATE_HZ
        beats, texts = zip(*script_words(script, voice.language), strict=True)
        spans = [span for span in _spans(letters, frames, ends, frame_s) if span.end_s > span.start_s]
        spans = _ended(spans, np.flatnonzero(cepstra(samples, rate_hz).speaks) * HOP_S)
        words, _ = timed(list(with_silent(spans, len(texts), speech.duration_s)), texts, beats)
        phonemes = phonemes_for(words, embedded_sounds(script, voice))
        departure = agreement(letters, frames, emissions, model.vocabulary).departure(
            [is_readable(word.text) for word in words])
        if departure:
            raise departed(words, departure[0], departure[1] * frame_s, voice.language)
        sure = confidences(letters, frames, emissions)
        words = tuple(word.model_copy(update={"confidence": sure.get(index, 0.0)}) for index, word in enumerate(words))
        require_complete(script, words, phonemes, speech.duration_s, voice.language)
        return Alignment(words=words, phonemes=phonemes, engine=self.name, version=self.version)

    def _load(self, language: str) -> _Model:
        folder = self._models.root / primary(language)
        if not _is_model(folder):
            there = ", ".join(name for name in self._models.names("*") if _is_model(self._models.root / name)) or "none"
            raise FixMachine(f"there is no model to align the language {language!r} with: put a wav2vec 2.0 model for it"
                             f" into {str(folder)!r} (there are: {there}), or use --engine alignment=dtw")
        if not _has_weights(folder):
            raise FixMachine(f"the model {str(folder)!r} has no weights as safetensors, and others may hold programs, which"
                             " are not run: take a version that has 'model.safetensors', or convert it")
        with needed_by("alignment", self.name):
            import torch
            import whisperx.alignment
        device = "cuda" if torch.cuda.is_available() else "cpu"
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                network, about = whisperx.alignment.load_align_model(primary(language), device, model_name=str(folder),
                                                                     model_cache_only=True)
        except ValueError as error:
            reason = said.getvalue().strip().splitlines() or [str(error)]
            raise FixMachine(f"the model {str(folder)!r} cannot be loaded ({reason[0][:200]}): it must be a wav2vec 2.0"
                             " model with a head for letters; put its files there anew") from error
        return _Model(network, about["dictionary"], device)


def _is_model(folder: Path) -> bool:
    return (folder / "config.json").is_file()


def _has_weights(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("model.safetensors", "model.safetensors.index.json"))


def _emissions(model: _Model, samples: NDArray[np.float32]) -> Emissions:
    """(frames, letters) what the model hears; frame `i` begins with sample `i * stride`."""
    import torch

    count = -(-len(samples) // model.stride)
    padded = np.pad(samples, (0, count * model.stride + model.field - len(samples)))
    window, edge = (round(length_s * RATE_HZ / model.stride) for length_s in (WINDOW_S, EDGE_S))
    found = []
    for first in range(0, count, window):
        begin, end = max(first - edge, 0), min(first + window + edge, count)
        piece = padded[begin * model.stride:(end - 1) * model.stride + model.field]
        with torch.inference_mode():
            heard = model.network(torch.from_numpy(piece)[None].to(model.device)).logits[0]
        found.append(torch.log_softmax(heard.float(), dim=-1).cpu().numpy()[first - begin:first - begin + window])
    return np.concatenate(found)


def _path(letters: Letters, emissions: Emissions, blank: int, duration_s: float) -> tuple[list[int], list[int]]:
    """The frame in which each letter begins, and the one after its last.

    Raises:
        FixRequest: the recording is too short for so many letters, or there are none.
    """
    import torch
    import whisperx.alignment

    if not letters.count:
        raise FixRequest("the script has no letter that the model of its language knows: use --engine alignment=dtw")
    others = np.delete(emissions, blank, axis=1).max(axis=1, keepdims=True)
    heard = torch.from_numpy(np.hstack([emissions, others]))
    numbers = [heard.shape[1] - 1 if number == ANY else number for number in letters.numbers]
    path = None
    if letters.count < len(emissions):
        trellis = whisperx.alignment.get_trellis(heard, numbers, blank)
        path = whisperx.alignment.backtrack(trellis, heard, numbers, blank)
    if path is None:
        raise FixRequest(f"the recording lasts {duration_s:.1f} s, and nobody says the script's {letters.count} letters in"
                         " so short a time: give the whole recording, or the script that it says")
    segments = whisperx.alignment.merge_repeats(path, [str(number) for number in numbers])
    return [segment.start for segment in segments], [segment.end for segment in segments]


def _spans(letters: Letters, frames: Sequence[int], ends: Sequence[int], frame_s: float) -> list[Span]:
    """The time of each of the author's words that has letters."""
    times: dict[int, tuple[int, int]] = {}
    for word, first, end in zip(letters.words, frames, ends, strict=True):
        if word >= 0:
            times[word] = (times.get(word, (first, end))[0], end)
    return [Span(word, first * frame_s, end * frame_s, ()) for word, (first, end) in times.items()]


def _ended(spans: Sequence[Span], speaks_s: Seconds) -> list[Span]:
    """Words that end with the voice: a model may hear the end of a word long after it, in a pause."""
    found = []
    for span in spans:
        own = speaks_s[(speaks_s >= span.start_s) & (speaks_s < span.end_s)]
        last_s = max(float(own[-1]) + HOP_S + DIES_AWAY_S, span.start_s + SHORTEST_WORD_S) if own.size else span.end_s
        found.append(Span(span.word, span.start_s, min(span.end_s, last_s), ()))
    return found
