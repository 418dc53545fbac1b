"""The models environment: a second one, beside the default one, with torch and what stands on it.

`make setup-models` makes it; programs started with its interpreter run engines that need models. What is in one is read off
the metadata of its packages: importing torch takes seconds.
"""

import importlib.metadata
import importlib.util
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = ".venv-models"
"""Where `make setup-models` puts it, beside the code."""
PACKAGES = ("torch", "diffusers", "coqui-tts", "whisperx", "piper-tts")
"""What engines use of it, as the package index calls it."""
GPU_PROGRAM = "nvidia-smi"
"""It comes with the driver of the graphics cards that torch uses."""


@dataclass(frozen=True)
class ModelEnvironment:
    """An environment that has torch."""

    place: str
    """Where it is, for messages."""
    versions: Mapping[str, str]
    """Those of `PACKAGES` that are in it -> version."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of `PACKAGES` that are not in it."""
        return tuple(name for name in PACKAGES if name not in self.versions)


def has_models() -> bool:
    """Whether this interpreter's own environment is one; imports nothing."""
    return importlib.util.find_spec("torch") is not None


def find_model_environment(checkout: Path) -> ModelEnvironment | None:
    """The environment of this interpreter if it has torch, else the one beside the code, else None.

    Args:
        checkout: the folder this program runs from.
    """
    if has_models():
        return ModelEnvironment("this interpreter", versions_in(sys.path))
    found = sorted((checkout / FOLDER).glob("lib/python3*/site-packages"))
    return ModelEnvironment(FOLDER, versions_in([str(found[0])])) if found else None


def versions_in(path: list[str]) -> dict[str, str]:
    """Those of `PACKAGES` that lie in folders of packages -> version."""
    found: dict[str, str] = {}
    for name in PACKAGES:
        context = importlib.metadata.DistributionFinder.Context(name=name, path=path)
        for distribution in importlib.metadata.MetadataPathFinder.find_distributions(context):
            found.setdefault(name, distribution.version)
    return found


def has_gpu() -> bool:
    """Whether there is a driver for a graphics card that torch can use."""
    return shutil.which(GPU_PROGRAM) is not None
