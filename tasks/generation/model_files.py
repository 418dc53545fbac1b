"""Models of the diffusers library as they lie on the disk: which one is meant, what it is, how large, and its digest.

    <models>/<engine>/<name>/model_index.json, transformer/config.json, transformer/*.safetensors, ...

Read without torch, so that a machine that only plans knows what another would run. Weights are safetensors alone: other
kinds of files can hold programs.
"""

import json
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from tasks.domain.errors import FixMachine
from tasks.runtime.engines import generators, load_engine, unknown
from tasks.runtime.model_digest import digest_of
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

INDEX = "model_index.json"
"""What makes a folder a model of diffusers: which pipeline runs it, and what its parts are."""
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
"""How models are named on the hub: owner and name."""
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
"""Endings of weights that can hold programs."""
HALF = ".fp16"
"""In the name of weights that are kept beside larger ones, or in their place."""
MOST_HEADER_BYTES = 100 << 20
"""A longer header of safetensors is damaged."""
SHOWN = 12
"""Letters of a digest that tell models apart in a name."""


@dataclass(frozen=True)
class LocalModel:
    """A model in a folder of this machine."""

    folder: Path
    pipeline: str
    """The class of diffusers that its makers run it with."""
    index: Mapping[str, Any]
    """Its model_index.json."""

    @property
    def name(self) -> str:
        """As the manifest names it: the folder and the digest's beginning."""
        return f"{self.folder.name}@{self.digest[:SHOWN]}"

    @property
    def digest(self) -> str:
        """What tells it from another of its name (`tasks.runtime.model_digest`)."""
        return digest_of(self.folder, _files(self.folder))

    @property
    def variant(self) -> str | None:
        """'fp16' where a part has weights of that kind alone."""
        parts = _weights(self.folder)
        return "fp16" if any(all(HALF in path.name for path in paths) for paths in parts.values()) else None

    def numbers(self) -> dict[str, int]:
        """How many numbers the weights of each part have.

        Raises:
            FixMachine: a file of weights is damaged.
        """
        found = {}
        for part, paths in _weights(self.folder).items():
            plain = [path for path in paths if HALF not in path.name]
            found[part] = sum(_numbers(path) for path in plain or paths)
        return found

    def config(self, part: str) -> Mapping[str, Any]:
        """What a part's config.json says; nothing where it has none."""
        path = self.folder / part / "config.json"
        return _read_json(path) if path.is_file() else {}


@dataclass(frozen=True)
class HubModel:
    """A model that the hub has; it is fetched into the user's own cache when a film is made."""

    name: str
    revision: str | None


def find_model(models: ModelFolder, tuning: Tuning, example: str) -> LocalModel | HubModel:
    """The model that an engine is to run.

    Args:
        models: where the engine's models lie.
        tuning: may name one.
        example: hub id of a model that the engine runs.

    Raises:
        FixMachine: there is none, or several and none was named, or it is no model of diffusers.
    """
    if tuning.model is None:
        return read_model(_only_folder(models, example))
    if (models.root / tuning.model).is_dir():
        return read_model(models.root / tuning.model)
    path = Path(tuning.model).expanduser()
    if path.is_absolute():
        return read_model(path)
    if HUB_ID.fullmatch(tuning.model):
        return HubModel(tuning.model, tuning.revision)
    raise FixMachine(f"{unknown(f'model of {models.root.name!r}', tuning.model, _folders(models))}: name a folder of"
                     f" {str(models.root)!r}, the whole path of another, or a hub id like {example!r}")


def read_model(folder: Path) -> LocalModel:
    """The model in a folder.

    Raises:
        FixMachine: it is no model of diffusers, lacks a part, holds weights that can run programs, or programs.
    """
    if not (folder / INDEX).is_file():
        raise FixMachine(f"the folder {str(folder)!r} holds no model of diffusers, as there is no {INDEX} in it: download"
                         " a model in that layout, or name its folder")
    index = _read_json(folder / INDEX)
    pipeline = index.get("_class_name")
    if not isinstance(pipeline, str) or any(folder.rglob("*.py")):
        raise FixMachine(f"the model in {str(folder)!r} brings programs of its own, which are not run here: use a model"
                         " that diffusers runs itself")
    _require_parts(folder, index)
    _require_safetensors(folder)
    return LocalModel(folder, pipeline, index)


def require_family(model: str, pipeline: str, engine: str, pipelines: frozenset[str]) -> None:
    """Makes sure that an engine can run a model.

    Args:
        model: its folder or hub id.
        pipeline: the class of diffusers that it is made for.
        engine: the engine.
        pipelines: those that it can run.

    Raises:
        FixMachine: the model is of another family, with the engine that can run it.
    """
    if pipeline in pipelines:
        return
    able = [name for name in generators() if name != engine
            and pipeline in getattr(load_engine("generation", name), "pipelines", ())]
    what = f"use it with --engine generation={able[0]}" if able else "no engine here runs it"
    raise FixMachine(f"the model {model!r} is made for {pipeline!r}, and the engine {engine!r} runs"
                     f" {', '.join(sorted(pipelines))}: {what}, or choose another model")


def _only_folder(models: ModelFolder, example: str) -> Path:
    """The only model there is.

    Raises:
        FixMachine: there is none, or there are several.
    """
    names, engine = _folders(models), models.root.name
    if not names:
        raise FixMachine(f"there is no model in {str(models.root)!r}: put a folder with a {INDEX} there, or name a model in"
                         f" reels.toml, e.g. [generators.{engine}] model = \"{example}\", which is downloaded when first"
                         " used")
    if len(names) > 1:
        raise FixMachine(f"there are several models in {str(models.root)!r}, {', '.join(names)}: name one in reels.toml,"
                         f" e.g. [generators.{engine}] model = \"{names[0]}\"")
    return models.root / names[0]


def _folders(models: ModelFolder) -> list[str]:
    """The models in an engine's folder."""
    return [name for name in models.names("*") if (models.root / name / INDEX).is_file()]


def _require_parts(folder: Path, index: Mapping[str, Any]) -> None:
    """Makes sure that every part which the index names has its folder; an index names a part [library, class].

    Raises:
        FixMachine: one has none.
    """
    parts = [name for name, made_of in index.items() if isinstance(made_of, list) and made_of and made_of[0] is not None]
    missing = [name for name in parts if not (folder / name).is_dir()]
    if missing:
        raise FixMachine(f"the model in {str(folder)!r} lacks {', '.join(map(repr, missing))}, which its {INDEX} names:"
                         " download its folder anew")


def _require_safetensors(folder: Path) -> None:
    """Makes sure that every part's weights are safetensors, whole ones.

    Raises:
        FixMachine: a part has others alone, or there are none at all.
    """
    weights = _weights(folder)
    pickles = sorted(path for path in folder.glob("*/*") if path.suffix in PICKLES and path.parent.name not in weights)
    if pickles:
        raise FixMachine(f"the model in {str(folder)!r} has weights that could hold a program,"
                         f" {str(pickles[0].relative_to(folder))!r}, and no safetensors in their place: download its"
                         " safetensors, or convert it")
    if not weights:
        raise FixMachine(f"the model in {str(folder)!r} has no weights: download its safetensors anew")


def _weights(folder: Path) -> dict[str, list[Path]]:
    """Each part of a model that has weights, and their files."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*/*.safetensors")):
        found.setdefault(path.parent.name, []).append(path)
    return found


def _files(folder: Path) -> list[Path]:
    """Everything that makes a model what it is."""
    kinds = ("*.json", "*/*.json", "*/*.txt", "*/*.model", "*/*.safetensors")
    return sorted(path for kind in kinds for path in folder.glob(kind))


def _numbers(path: Path) -> int:
    """How many numbers a file of weights holds."""
    with path.open("rb") as file:
        header = file.read(8 + _header_bytes(path))[8:]
    try:
        return sum(prod(tensor["shape"]) for name, tensor in json.loads(header).items() if name != "__metadata__")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _damaged(path) from error


def _header_bytes(path: Path) -> int:
    """Length of the header of a file of weights.

    Raises:
        FixMachine: the file is damaged.
    """
    with path.open("rb") as file:
        start = file.read(8)
    length = struct.unpack("<Q", start)[0] if len(start) == 8 else path.stat().st_size
    if length > min(MOST_HEADER_BYTES, path.stat().st_size - 8):
        raise _damaged(path)
    return int(length)


def _damaged(path: Path) -> FixMachine:
    """The error for weights that are not what they are called."""
    return FixMachine(f"{str(path)!r} is damaged or no file of safetensors: download it anew")


def _read_json(path: Path) -> Mapping[str, Any]:
    """A file of the model that describes it.

    Raises:
        FixMachine: it cannot be read.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FixMachine(f"{str(path)!r} cannot be read ({error}): download it anew") from error
    if not isinstance(content, dict):
        raise FixMachine(f"{str(path)!r} describes no model: download it anew")
    return content
