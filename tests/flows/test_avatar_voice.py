"""The voice of an avatar is checked as a reel would use it, cloned or not."""

import datetime as dt
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from flows.avatar_checks import check_choices
from tasks.domain.errors import ConsentMissing, FixRequest
from tasks.domain.script import VoiceChoice
from tasks.media.audio.wav import write_wav
from tasks.runtime import settings
from tasks.runtime.library import Library

CHECKOUT = Path(__file__).parents[2]
RATE_HZ = 16_000
"""Samples a second of the recording."""
CLONED = VoiceChoice(engine="coqui", name="xtts", clone="anna")


@pytest.fixture
def library(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library with Anna's voice, and a model that clones."""
    root, model = tmp_path / "library", home / "models" / "coqui" / "xtts"
    shutil.copytree(CHECKOUT / "templates", root / "templates")
    for place in (root / "voices" / "anna", model):
        place.mkdir(parents=True)
    consent = f"{{kind: consent, statement: I agree., given_by: Anna, date: {dt.date(2026, 1, 31)}}}"
    (root / "voices" / "anna" / "voice.yaml").write_text(
        f"title: Anna\nrecordings: [a.wav]\nconsent: {consent}\n", "utf-8")
    write_wav(root / "voices" / "anna" / "a.wav", 0.2 * np.sin(np.arange(2 * RATE_HZ, dtype=np.float32) * 0.08), RATE_HZ)
    (model / "config.json").write_text(json.dumps({"model": "xtts", "languages": ["en"]}), "utf-8")
    (model / "model.pth").touch()
    monkeypatch.setenv("REELS_ACCEPTED_LICENCES", "CPML")
    settings.current_settings.cache_clear()
    return Library(root)


def test_cloned_voice_passes_with_its_consent(library: Library) -> None:
    """And with nothing else wrong."""
    check_choices(library, language="en-US", voice=CLONED, brand=None)


def test_cloned_voice_is_refused_without(library: Library) -> None:
    """Revoked, or not asked for."""
    path = library.root / "voices" / "anna" / "voice.yaml"
    path.write_text(path.read_text("utf-8").replace("given_by: Anna, ", ""), "utf-8")
    with pytest.raises(ConsentMissing, match="voice 'anna' is a real person's, and its consent does not say who gave it"):
        check_choices(library, language="en-US", voice=CLONED, brand=None)
    with pytest.raises(FixRequest, match="speaks like a recording: say whose"):
        check_choices(library, language="en-US", voice=VoiceChoice(engine="coqui", name="xtts"), brand=None)
