"""Voices of the real coqui-tts, with tiny models whose weights are random: they hum where real ones speak."""

import datetime as dt
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.domain.avatar import Consent
from tasks.domain.errors import ConsentMissing, FixMachine, FixRequest, UnknownName
from tasks.domain.media import MediaFile
from tasks.domain.plan import Voice
from tasks.domain.script import Beat, Script
from tasks.domain.timeline import FPS
from tasks.domain.voice import VoiceSnapshot
from tasks.media.audio.wav import write_wav
from tasks.runtime.models import ModelFolder
from tasks.speech import coqui
from tasks.speech.base import RATE_HZ, Pacing, Recording
from tasks.speech.coqui import CoquiVoice

SCRIPT = Script(title="x", beats=(Beat(say="Hello, world! It costs $5."), Beat(say="Isn't that little?")))
ACCEPTED = frozenset({"CPML"})
QUIET = 1e-3
"""What is fainter is silence."""
SAMPLE_HZ = 22_050
"""Samples a second of the recordings that are cloned."""


def read(models: Path, name: str, script: Script = SCRIPT, *, files: Callable[[MediaFile], Path] | None = None,
         accepted: frozenset[str] = ACCEPTED, **voice: Any) -> Recording:
    """A script read by a model."""
    settled = Voice.model_validate({"name": name, "language": "en-US", **voice})
    folder = ModelFolder(models / "coqui", accepted)
    return CoquiVoice(settled, models=folder, files=files or (lambda file: Path(file.uri))).read(script)


def anna(folder: Path, pitch_hz: float = 180.0, **consent: Any) -> VoiceSnapshot:
    """Anna's voice as a plan has it: a recording of three seconds of hum, and her consent."""
    times = np.arange(3 * SAMPLE_HZ) / SAMPLE_HZ
    path = folder / f"anna-{pitch_hz:g}.wav"
    write_wav(path, (0.2 * np.sin(2 * np.pi * pitch_hz * times) * (1.5 + np.sin(20 * times))).astype(np.float32), SAMPLE_HZ)
    agreed = {"kind": "consent", "statement": "I agree.", "given_by": "Anna", "date": dt.date(2026, 1, 1), **consent}
    return VoiceSnapshot(name="anna", title="Anna", sha256="0" * 64, consent=Consent.model_validate(agreed),
                         recordings=(MediaFile(uri=str(path), sha256="0" * 64, size_bytes=1),))


class TestReading:
    def test_gives_sound_like_every_voice(self, models: Path, vits_model: Path) -> None:
        """Mono, 48 kHz, whole frames, silence at both ends, no times."""
        found = read(models, "lone")
        assert (found.samples.ndim, found.samples.dtype, found.rate_hz) == (1, np.float32, RATE_HZ)
        assert 0.1 < np.abs(found.samples).max() <= 1.0
        assert len(found.samples) % (RATE_HZ // FPS) == 0
        assert np.abs(found.samples[:round(0.29 * RATE_HZ)]).max() < QUIET
        assert (found.words, found.phonemes) == (None, None)

    def test_the_same_script_gives_the_same_bytes(self, models: Path, vits_model: Path) -> None:
        """By a new engine, too."""
        assert read(models, "lone").samples.tobytes() == read(models, "lone").samples.tobytes()

    def test_a_sentence_sounds_the_same_wherever_it_stands(self, models: Path, vits_model: Path,
                                                           monkeypatch: pytest.MonkeyPatch) -> None:
        """Another sentence before it does not change it; what is said is written out."""
        said: dict[str, list[bytes]] = {}
        kept = CoquiVoice._say

        def heard(self: CoquiVoice, speaker: Any, sentence: Any, more: Any) -> Any:
            piece = kept(self, speaker, sentence, more)
            said.setdefault(sentence.text, []).append(piece.samples.tobytes())
            return piece

        monkeypatch.setattr(CoquiVoice, "_say", heard)
        read(models, "lone")
        read(models, "lone", Script(title="x", beats=(SCRIPT.beats[1], SCRIPT.beats[0])))
        assert list(said) == ["Hello, world!", "It costs five dollars.", "Isn't that little?"]
        assert all(len(set(sounds)) == 1 and len(sounds) == 2 for sounds in said.values())

    def test_pacing_is_kept(self, models: Path, vits_model: Path) -> None:
        """Silence at both ends as asked for."""
        pacing = Pacing(lead_in_s=0.6, tail_s=1.1, between_beats_s=0.5)
        voice = Voice(name="lone", language="en-US")
        found = CoquiVoice(voice, pacing=pacing, models=ModelFolder(models / "coqui"), files=lambda _: Path()).read(SCRIPT)
        assert np.abs(found.samples[:round(0.59 * RATE_HZ)]).max() < QUIET
        assert np.abs(found.samples[-round(1.05 * RATE_HZ):]).max() < QUIET

    def test_rate_changes_the_length(self, models: Path, vits_model: Path) -> None:
        """Half the rate takes about twice the time, apart from the second of silence at the ends."""
        slow, fast = (read(models, "lone", rate=rate).duration_s - 1.0 for rate in (0.5, 1.0))
        assert 1.5 < slow / fast < 2.5

    def test_speakers_differ(self, models: Path, choir_model: Path) -> None:
        """Of one model."""
        amy, bob = (read(models, f"choir/{speaker}") for speaker in ("amy", "bob"))
        assert amy.samples.tobytes() != bob.samples.tobytes()

    def test_nothing_is_printed_and_nothing_kept(self, models: Path, vits_model: Path, tmp_path: Path,
                                                 capsys: pytest.CaptureFixture[str],
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither in the terminal nor in the user's home; the environment is as before."""
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.delenv("COQUI_TOS_AGREED", raising=False)
        before = dict(os.environ)
        read(models, "lone")
        assert capsys.readouterr().out == ""
        assert list(tmp_path.iterdir()) == []
        assert dict(os.environ) == before


class TestCloning:
    def test_speaks_like_the_recording(self, models: Path, xtts_model: Path, tmp_path: Path) -> None:
        """Another recording, another voice; the same recording, the same bytes."""
        script = Script(title="x", beats=(Beat(say="Hello, world!"),))
        deep, again, high = (read(models, "xtts", script, clone=anna(tmp_path, pitch_hz)).samples.tobytes()
                             for pitch_hz in (120.0, 120.0, 400.0))
        assert deep == again
        assert deep != high

    def test_speaks_the_models_languages_alone(self, models: Path, xtts_model: Path, tmp_path: Path) -> None:
        """German it does, French it does not."""
        assert read(models, "xtts", Script(title="x", beats=(Beat(say="Guten Tag."),)), language="de-DE",
                    clone=anna(tmp_path)).duration_s > 1.0
        with pytest.raises(UnknownName, match=r"'xtts' does not speak 'fr-FR'; it speaks: de, en"):
            read(models, "xtts", language="fr-FR", clone=anna(tmp_path))

    def test_consent_is_looked_at_when_it_speaks(self, models: Path, xtts_model: Path, tmp_path: Path,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
        """The day on which it ends has come after the engine was made."""
        clone = anna(tmp_path, expires=dt.date(2999, 1, 1))
        voice = Voice(name="xtts", language="en-US", clone=clone)
        engine = CoquiVoice(voice, models=ModelFolder(models / "coqui", ACCEPTED), files=lambda file: Path(file.uri))
        monkeypatch.setattr(coqui, "current_day", lambda: dt.date(2999, 1, 1))
        with pytest.raises(ConsentMissing, match="the consent for voice 'anna' ended on 2999-01-01"):
            engine.read(SCRIPT)

    def test_clone_that_the_model_once_kept_is_no_speaker(self, models: Path, xtts_model: Path, tmp_path: Path) -> None:
        """coqui-tts can keep clones beside a model; nobody's consent is on record for them."""
        shutil.copytree(xtts_model, tmp_path / "coqui" / "xtts")
        (tmp_path / "coqui" / "xtts" / "voices").mkdir()
        (tmp_path / "coqui" / "xtts" / "voices" / "berta.pth").write_bytes(b"")
        with pytest.raises(UnknownName, match="has no speaker 'berta'; there are: none"):
            read(tmp_path, "xtts/berta")


class TestBrokenModels:
    def broken(self, vits_model: Path, tmp_path: Path, name: str, content: bytes) -> Path:
        """A copy of the model with another file."""
        shutil.copytree(vits_model, tmp_path / "coqui" / "lone")
        (tmp_path / "coqui" / "lone" / name).write_bytes(content)
        return tmp_path

    @pytest.mark.parametrize("content", [b"", b"no weights", b"PK\x03\x04 half of a file"])
    def test_damaged_weights_are_told(self, content: bytes, vits_model: Path, tmp_path: Path) -> None:
        """In one sentence."""
        with pytest.raises(FixMachine, match=r"the model 'lone' in '.*' cannot be loaded \("):
            read(self.broken(vits_model, tmp_path, "model.pth", content), "lone")

    def test_weights_of_another_model_are_told(self, vits_model: Path, choir_model: Path, tmp_path: Path) -> None:
        """They do not fit."""
        with pytest.raises(FixMachine, match="cannot be loaded"):
            read(self.broken(vits_model, tmp_path, "model.pth", (choir_model / "model.pth").read_bytes()), "lone")

    def test_program_in_the_weights_is_not_run(self, vits_model: Path, tmp_path: Path) -> None:
        """A pickle that would write a file."""
        trace = tmp_path / "trace"

        class Program:
            def __reduce__(self) -> tuple[Any, ...]:
                return (Path.touch, (trace,))

        with pytest.raises(FixMachine, match="cannot be loaded"):
            read(self.broken(vits_model, tmp_path, "model.pth", pickle.dumps({"model": Program()})), "lone")
        assert not trace.exists()

    def test_letters_it_would_leave_out_are_told(self, models: Path, vits_model: Path) -> None:
        """With the sentence."""
        with pytest.raises(FixRequest, match=r"'lone' does not know 'ж' of 'Hello жж, you\.' and would leave it out"):
            read(models, "lone", Script(title="x", beats=(Beat(say="Hello жж, you."),)))
