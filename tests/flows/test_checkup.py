"""`reels doctor`: whether the store can be written, be it a folder or a bucket; what models there are."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from flows import checkup
from flows.checkup import Finding, examine
from tasks.runtime.model_environment import PACKAGES, ModelEnvironment
from tasks.runtime.settings import current_settings


def finding(name: str) -> Finding:
    """What is found about one thing, on this machine as it is."""
    (found,) = [found for found in examine(current_settings()) if found.name == name]
    return found


class TestStore:
    def test_folder_can_be_written(self, home: Path) -> None:
        """Its path is told."""
        assert finding("store") == Finding("store", True, f"{home / 'store'} can be written")

    def test_bucket_can_be_written(self, bucket: Any) -> None:
        """Tried for real, and no trace is left."""
        assert finding("store") == Finding("store", True, f"{bucket.address} can be written")
        assert bucket.names() == []

    def test_missing_bucket_is_found(self, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The sentence names it."""
        bucket.client.delete_bucket(Bucket=bucket.name)
        found = finding("store")
        assert not found.well
        assert f"there is no bucket {bucket.address!r}" in found.fact

    def test_disk_of_a_bucket_store_is_the_one_of_the_cache(self, bucket: Any, home: Path) -> None:
        """Copies and work in progress lie in the home folder."""
        assert finding("disk").fact.endswith(f"free at {home}")


class TestPiper:
    def test_tells_its_version(self) -> None:
        """The development environment has it."""
        assert finding("piper").fact.startswith(f"piper-tts {version('piper-tts')} runs voices")

    def test_is_well_without_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is optional; what adds it is told, and how large that is."""
        monkeypatch.setattr(checkup, "PIPER_PACKAGE", "no-such-package")
        found = finding("piper")
        assert found.well
        assert found.fact.startswith("not installed; `make setup-piper` (200 MB)")


class TestModels:
    def test_is_well_without_them(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """They are optional; what adds them is told."""
        monkeypatch.setattr(checkup, "find_model_environment", lambda _: None)
        found = finding("models")
        assert found.well
        assert "not installed; `make setup-models` (8 GB)" in found.fact

    def test_tells_where_they_are_and_their_versions(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment beside the code is used by its own programs alone."""
        there = ModelEnvironment(".venv-models", dict.fromkeys(PACKAGES, "1.2"))
        monkeypatch.setattr(checkup, "find_model_environment", lambda _: there)
        found = finding("models")
        assert found.well
        assert ".venv-models/bin/reels" in found.fact
        assert "torch 1.2, diffusers 1.2, coqui-tts 1.2, whisperx 1.2, piper-tts 1.2" in found.fact

    def test_broken_installation_is_found(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """With what is missing, and the command that mends it."""
        there = ModelEnvironment(".venv-models", {"torch": "1.2"})
        monkeypatch.setattr(checkup, "find_model_environment", lambda _: there)
        found = finding("models")
        assert not found.well
        assert "no whisperx" in found.fact
        assert "make setup-models" in found.remedy

    def test_tells_which_models_lie_there(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """By engine; without any it says where they would."""
        monkeypatch.setattr(checkup, "find_model_environment", lambda _: None)
        assert finding("models").fact.endswith(f"no models in '{home / 'models'}'")
        for name in ("whisperx/de", "coqui/thorsten", *(f"piper/v{number}" for number in range(10, 30))):
            (home / "models" / name).mkdir(parents=True)
        fact = finding("models").fact
        assert "coqui/thorsten, piper/v10, " in fact
        assert fact.endswith(f" and 10 more in '{home / 'models'}'")
