"""The models environment: what is in it is read off its folder, without starting or importing anything."""

from pathlib import Path

import pytest

from tasks.runtime import model_environment
from tasks.runtime.model_environment import PACKAGES, find_model_environment, has_gpu


@pytest.fixture(autouse=True)
def _default_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interpreter has no torch, wherever the tests run."""
    monkeypatch.setattr(model_environment, "has_models", lambda: False)


def install(checkout: Path, name: str, version: str) -> None:
    """A package as an installer leaves its metadata."""
    folder = checkout / ".venv-models" / "lib" / "python3.11" / "site-packages"
    place = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")


class TestFinding:
    def test_nothing_is_found_where_none_was_made(self, tmp_path: Path) -> None:
        """It is optional."""
        assert find_model_environment(tmp_path) is None

    def test_tells_the_versions_of_one_beside_the_code(self, tmp_path: Path) -> None:
        """Names with dashes are found too; other packages are of no interest."""
        for place, name in enumerate((*PACKAGES, "numpy")):
            install(tmp_path, name, f"1.{place}")
        found = find_model_environment(tmp_path)
        assert found is not None
        assert found.place == ".venv-models"
        assert found.versions == {name: f"1.{place}" for place, name in enumerate(PACKAGES)}
        assert found.missing == ()

    def test_tells_what_is_missing(self, tmp_path: Path) -> None:
        """An installation that broke off."""
        install(tmp_path, "torch", "2.8.0")
        found = find_model_environment(tmp_path)
        assert found is not None
        assert found.missing == ("diffusers", "coqui-tts", "whisperx", "piper-tts")


def test_graphics_card_is_known_by_its_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its program lies on the PATH or does not."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not has_gpu()
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert has_gpu()
