"""The models environment: its packages can be used together, and the program finds them."""

import importlib
from importlib.metadata import version
from pathlib import Path

import pytest

from tasks.runtime.model_environment import PACKAGES, find_model_environment

CHECKOUT = Path(__file__).resolve().parents[2]
TOGETHER = ("torch", "torchaudio", "torchvision", "diffusers", "TTS.api", "whisperx.alignment", "piper", "mediapipe",
            "prefect", "moviepy", "openai")
"""What one process must be able to import: models beside all that the default environment has."""


@pytest.mark.parametrize("module", TOGETHER)
def test_can_be_imported_beside_the_others(module: str) -> None:
    """None is missing, and none brings a version that another cannot live with."""
    importlib.import_module(module)


def test_is_found_with_its_versions() -> None:
    """It is the one the tests run in."""
    found = find_model_environment(CHECKOUT)
    assert found is not None
    assert found.place == "this interpreter"
    assert found.missing == ()
    assert found.versions == {name: version(name) for name in PACKAGES}
