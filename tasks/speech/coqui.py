"""Voices of coqui-tts: any model in its folder, and with XTTS a voice that somebody consents to have cloned.

    voice: {engine: coqui, name: thorsten}               # models/coqui/thorsten
    voice: {engine: coqui, name: vctk/p225}              # one of the model's own speakers
    voice: {engine: coqui, name: xtts, clone: anna}      # speaks like the recordings in voices/anna, with her consent

Nothing is downloaded: a model is what lies in its folder (`coqui_models.py`). It is given sentence by sentence what is said,
numbers written out; each sentence begins with a seed of its own, so that the same sentence sounds the same in every reel.
"""

import contextlib
import hashlib
import io
import json
import logging
import os
import pickle
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tasks.domain.errors import ConsentMissing, FixMachine, FixRequest, UnknownName
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Script
from tasks.media.audio.voice_file import RATE_HZ
from tasks.media.audio.voice_sample import read_sample
from tasks.media.audio.wav import write_wav
from tasks.media.text.languages import primary
from tasks.media.text.sentences import LONGEST_LETTERS, Sentence, sentences
from tasks.runtime.consent import check_consent, current_day
from tasks.runtime.engines import needed_by
from tasks.runtime.model_digest import folder_digest
from tasks.runtime.models import ModelFolder
from tasks.speech.base import Pacing, Recording, clauses_of
from tasks.speech.coqui_models import PACED, CoquiModel, model_names, read_model, usable_models
from tasks.speech.joining import Piece, is_heard, join

LONGEST_CLONED = {"zh": 70, "ja": 60, "ko": 80}
"""Letters of a sentence at most for a model that clones, which breaks off longer ones; by language."""
LONGEST_CLONED_ELSEWHERE = 140
"""The same in other languages."""
BROKEN = (RuntimeError, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, OSError, EOFError,
          ImportError, pickle.UnpicklingError, zipfile.BadZipFile)
"""What coqui-tts raises where a model, or a text, is not as it expects."""
ONLY_WEIGHTS = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"
"""The variable that makes torch load weights alone, whoever asks it for more."""


class CoquiVoice:
    """Speaks with a model of coqui-tts.

    Args:
        voice: the name is a model's, or 'model/speaker'; rate counts where the model can be paced.
        pacing: the silences.
        models: where the models lie, and which licences are accepted.
        files: gives the local path of a recording that the voice is cloned from.

    Raises:
        UnknownName: no such model or speaker, or it does not speak the language.
        FixRequest: the model cannot do what is asked.
        FixMachine: the model is broken, or its licence was not accepted.
        ConsentMissing: the voice must not be cloned.
    """

    name: ClassVar[str] = "coqui"
    version: ClassVar[str] = "1"

    def __init__(self, voice: Voice, *, pacing: Pacing = Pacing(),  # noqa: B008  frozen
                 models: ModelFolder, files: Callable[[MediaFile], Path]) -> None:
        name, _, speaker = voice.name.partition("/")
        self._model = read_model(models, name)
        self._language = self._model.language(voice.language)
        self._model.require_licence(models.accepted)
        self._voice, self._speaker, self._pacing, self._files = voice, speaker or None, pacing, files
        _require_speaker(self._model, voice, self._speaker)
        _require_sound(self._model, voice)
        self._require_consent()

    @classmethod
    def voices(cls, models: ModelFolder, files: Any = None) -> tuple[str, ...]:  # noqa: ARG003  voices are no files of a plan
        """The models that can be read, and the speakers that they name, as 'model/speaker'."""
        return tuple(name for model in usable_models(models) for name in _voices_of(model))

    @classmethod
    def default_voice(cls, language: str, models: ModelFolder, files: Any = None) -> str:  # noqa: ARG003
        """The first voice whose model says that it speaks a language, else one that does not say what it speaks.

        Raises:
            UnknownName: there is none.
        """
        spoken = {name: model.languages for model in usable_models(models) for name in _voices_of(model)}
        able = [name for name, languages in spoken.items() if primary(language) in map(primary, languages)]
        able += [name for name, languages in spoken.items() if not languages]
        if not able:
            raise UnknownName(f"no coqui model speaks {language!r}; there are: {', '.join(spoken) or 'none'}: put a model"
                              f" for it into {str(models.root)!r}")
        return able[0]

    @classmethod
    def digest(cls, voice: Voice, models: ModelFolder) -> str | None:
        """What tells a voice's model from another of its name; see `tasks.speech.base.ModelSpeech`."""
        name = voice.name.partition("/")[0]
        return folder_digest(models.root / name) if name in model_names(models) else None

    def read(self, script: Script) -> Recording:
        """Speaks the script, sentence by sentence; it gives no times.

        Raises:
            MissingTool: coqui-tts is not installed.
            FixMachine: the model cannot be loaded.
            FixRequest: the model cannot say a sentence.
            ConsentMissing: the consent to clone the voice has ended.
        """
        self._require_consent()
        longest = LONGEST_LETTERS
        if self._model.clones:
            longest = LONGEST_CLONED.get(primary(self._voice.language), LONGEST_CLONED_ELSEWHERE)
        parts = clauses_of(script, self._voice, self._pacing)
        with needed_by("speech", self.name):
            import torch  # noqa: F401
            import TTS.api
        with tempfile.TemporaryDirectory(prefix="reels-coqui-") as folder, _quiet():
            speaker = self._load(Path(folder), TTS.api.TTS)
            said = {"speaker_wav": self._samples(Path(folder))} if self._voice.clone else {"speaker": self._speaker}
            pieces = [self._say(speaker, sentence, said) for sentence in sentences(parts, longest=longest)]
        return join(pieces, self._pacing)

    def _require_consent(self) -> None:
        """Makes sure that the voice may be cloned today.

        Raises:
            ConsentMissing: it may not.
        """
        clone = self._voice.clone
        if clone:
            check_consent(clone.name, clone.consent, current_day(), None, of="voice")
            if not clone.recordings:
                raise ConsentMissing(f"the voice {clone.name!r} has no recording of its own: plan the reel again")

    def _load(self, folder: Path, api: Any) -> Any:
        """The model, on the graphics card where there is one."""
        import torch

        config = folder / "config.json"
        config.write_text(json.dumps(self._model.config), "utf-8")
        try:
            with _only_weights():
                speaker = api(model_path=str(self._model.weights), config_path=str(config), progress_bar=False)
        except BROKEN as error:
            raise FixMachine(f"the model {self._model.name!r} in {str(self._model.folder)!r} cannot be loaded"
                             f" ({_told(error)}): copy its folder anew, or choose another") from error
        manager = getattr(speaker.synthesizer.tts_model, "speaker_manager", None)
        speakers = manager.speaker_names if manager else ()  # not `speaker.speakers`, which has clones that it once kept
        if self._speaker and self._speaker not in speakers:
            raise UnknownName(f"the model {self._model.name!r} has no speaker {self._speaker!r}; there are:"
                              f" {', '.join(sorted(speakers)) or 'none'}")
        if self._voice.rate != 1 and not self._model.clones:
            network = speaker.synthesizer.tts_model
            network.length_scale = network.length_scale / self._voice.rate
        return speaker.to("cuda") if torch.cuda.is_available() else speaker

    def _samples(self, folder: Path) -> list[str]:
        """The recordings of the cloned voice, as files that the model reads."""
        assert self._voice.clone  # noqa: S101  the caller asked
        found = []
        for number, recording in enumerate(self._voice.clone.recordings, start=1):
            samples = read_sample(self._files(recording), f"{self._voice.clone.name}, {number}")
            write_wav(folder / f"{number}.wav", samples, RATE_HZ)
            found.append(str(folder / f"{number}.wav"))
        return found

    def _say(self, speaker: Any, sentence: Sentence, said: dict[str, Any]) -> Piece:
        """One sentence, with a seed of its own."""
        import torch

        more: dict[str, Any] = {"language": self._language} if speaker.is_multi_lingual else {}
        if self._model.clones:
            more["speed"] = self._voice.rate
        torch.manual_seed(int.from_bytes(hashlib.sha256(sentence.text.encode()).digest()[:4], "big"))
        try:
            samples = np.asarray(speaker.tts(sentence.text, split_sentences=False, **said, **more), np.float32)
        except BROKEN as error:
            raise FixRequest(f"the model {self._model.name!r} cannot say {sentence.text!r} ({_told(error)}): write it in"
                             " other words, or choose another voice") from error
        if missing := self._letters_missing(speaker):
            raise FixRequest(f"the model {self._model.name!r} does not know {missing[0]!r} of {sentence.text!r} and would"
                             " leave it out: write it in its letters, or choose another voice")
        if not is_heard(samples):
            raise FixRequest(f"the model {self._model.name!r} gives no sound for {sentence.text!r}: write it in other"
                             " words, or choose another voice")
        peak = max(float(np.abs(samples).max()), 1.0)
        return Piece(samples / peak, int(speaker.synthesizer.output_sample_rate), sentence.pause_s / self._voice.rate)

    def _letters_missing(self, speaker: Any) -> list[str]:
        """Letters that a model of letters has left out so far; one of sounds may leave out signs for these."""
        tokenizer = getattr(speaker.synthesizer.tts_model, "tokenizer", None)
        left_out = getattr(tokenizer, "not_found_characters", ())
        return [] if self._model.config.get("use_phonemes") else [sign for sign in left_out if sign.isalnum()]


def _voices_of(model: CoquiModel) -> list[str]:
    """What a script calls the voices of a model."""
    return [f"{model.name}/{speaker}" for speaker in model.speakers] if len(model.speakers) > 1 else [model.name]


def _require_speaker(model: CoquiModel, voice: Voice, speaker: str | None) -> None:
    """Makes sure that it is settled whom the model speaks like.

    Raises:
        UnknownName: it has no such speaker, or several and none was named.
        FixRequest: it speaks like nobody by itself, or clones no voices.
    """
    if voice.clone and not model.clones:
        raise FixRequest(f"the model {model.name!r} has voices of its own and clones none, and the voice"
                         f" {voice.clone.name!r} is asked for: remove 'clone', or name an XTTS model")
    if voice.clone and speaker:
        raise FixRequest(f"{voice.name!r} names a speaker of the model, and 'clone' the voice {voice.clone.name!r}: keep"
                         " one of them")
    if model.clones and not voice.clone and not speaker:
        raise FixRequest(f"the model {model.name!r} speaks like a recording: say whose with 'clone', a voice under voices/,"
                         f" or name one of the model's own speakers as '{model.name}/SPEAKER'")
    if model.speakers and (speaker not in model.speakers if speaker else len(model.speakers) > 1):
        raise UnknownName(f"the model {model.name!r} has the speakers {', '.join(model.speakers)}: name one, e.g."
                          f" '{model.name}/{model.speakers[0]}'")


def _require_sound(model: CoquiModel, voice: Voice) -> None:
    """Refuses what the model cannot change.

    Raises:
        FixRequest: another pitch, or another rate where the model's cannot be chosen.
    """
    if voice.pitch != 1:
        raise FixRequest(f"a model of coqui-tts has the pitch of its voice, and {voice.pitch:g} is asked for: leave 'pitch'"
                         " out")
    if voice.rate != 1 and model.kind not in PACED:
        raise FixRequest(f"the model {model.name!r} is of the kind {model.kind!r}, which speaks at its own rate, and"
                         f" {voice.rate:g} is asked for: leave 'rate' out, or choose another model")


@contextlib.contextmanager
def _only_weights() -> Iterator[None]:
    """Has pickles loaded as weights, which runs nothing that is in them."""
    before = os.environ.get(ONLY_WEIGHTS)
    os.environ[ONLY_WEIGHTS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[ONLY_WEIGHTS]
        else:
            os.environ[ONLY_WEIGHTS] = before


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps what coqui-tts prints and warns of from the terminal."""
    loggers = [logging.getLogger(name) for name in ("TTS", "trainer")]
    levels = [logger.level for logger in loggers]
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _told(error: BaseException) -> str:
    """The first line of what a library says."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
