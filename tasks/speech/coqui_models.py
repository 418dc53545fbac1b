"""Models of coqui-tts as they lie in their folder: what one is, whom it can speak like, and under which licence.

    <models>/coqui/<name>/config.json, model.pth, ...        as coqui-tts saves them

Read without torch, so that a machine that only plans can refuse what another could not speak. Weights are pickles here, as
coqui-tts has no others; they are loaded as weights alone, which runs nothing that may be in them.
"""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.domain.errors import FixMachine, UnknownName
from tasks.media.text.languages import primary
from tasks.runtime.engines import unknown
from tasks.runtime.models import ModelFolder

CLONING = "xtts"
"""The kind of model that speaks like a recording."""
PACED = frozenset({CLONING, "vits", "glow_tts", "align_tts", "fast_pitch", "fast_speech", "fastspeech2", "speedy_speech",
                   "forward_tts", "delightful_tts"})
"""Kinds whose speed can be chosen."""
KINDS = PACED | {"tacotron", "tacotron2", "overflow", "neuralhmm_tts"}
"""Kinds that are loaded. Others fetch files of their own, or load what may hold programs."""
WEIGHTS = ("model.pth", "model_file.pth", "best_model.pth")
"""What the file with the weights may be called."""
FILES = frozenset({"speakers_file", "speaker_file", "language_ids_file", "d_vector_file", "stats_path", "tokenizer_file",
                   "mel_statistics_parameter_path", "speaker_encoder_model_path", "speaker_encoder_config_path"})
"""Fields of a config.json that name a file, where it lay when the model was trained; it is looked for beside config.json."""
CPML, NON_COMMERCIAL = "CPML", "NC"
"""Licences that forbid commercial use: that of Coqui's own models, and any other that says so."""
LICENCE_SIGNS = (("coqui public model", CPML), ("noncommercial", NON_COMMERCIAL), ("non-commercial", NON_COMMERCIAL))
"""What in a licence's file tells which it is."""
MOST_BYTES = 4 << 20
"""Larger is no description of a model and no licence."""


@dataclass(frozen=True)
class CoquiModel:
    """A model in its folder."""

    name: str
    folder: Path
    kind: str
    """As its config.json says, e.g. 'vits'."""
    weights: Path
    config: Mapping[str, Any]
    """Its config.json, with the files that it names where they are."""

    @property
    def clones(self) -> bool:
        """Whether it can speak like a recording."""
        return self.kind == CLONING

    @property
    def languages(self) -> tuple[str, ...]:
        """What it speaks; empty where it does not say."""
        datasets = self.config.get("datasets")
        spoken = [data.get("language") for data in datasets if isinstance(data, dict)] if isinstance(datasets, list) else []
        return _names(self.config.get("languages")) or _names(spoken) or _names(self.config.get("phoneme_language"))

    @property
    def speakers(self) -> tuple[str, ...]:
        """Its own voices, as far as config.json names them."""
        return tuple(sorted(_names(self.config.get("speakers"))))

    @property
    def licence(self) -> str | None:
        """The restrictive licence it is under, e.g. 'CPML'; None where no sign of one is there."""
        if self.kind == CLONING:
            return CPML
        for path in sorted(self.folder.glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*")):
            if path.is_file() and path.stat().st_size <= MOST_BYTES:
                text = path.read_text("utf-8", "replace").lower()
                if found := next((licence for sign, licence in LICENCE_SIGNS if sign in text), None):
                    return found
        return None

    def language(self, language: str) -> str | None:
        """What it calls a language; None where it does not say what it speaks.

        Raises:
            UnknownName: it does not speak it, with what it speaks.
        """
        named = {spoken.lower(): spoken for spoken in reversed(self.languages)}
        by_primary = {primary(spoken): spoken for spoken in reversed(self.languages)}
        if self.languages and language.lower() not in named and primary(language) not in by_primary:
            raise UnknownName(f"the model {self.name!r} does not speak {language!r}; it speaks:"
                              f" {', '.join(sorted(self.languages))}: choose one of these, or another model")
        return named.get(language.lower()) or by_primary.get(primary(language))

    def require_licence(self, accepted: frozenset[str]) -> None:
        """Makes sure that whoever keeps this machine has accepted a licence that restricts what a reel may be used for.

        Raises:
            FixMachine: it was not; with what that means.
        """
        if self.licence and self.licence not in accepted:
            raise FixMachine(f"the model {self.name!r} is under the licence {self.licence}, which forbids commercial use. If"
                             " that fits every reel of this installation, accept it with accepted_licences ="
                             f" [\"{self.licence}\"] in reels.toml, or REELS_ACCEPTED_LICENCES={self.licence}; else choose"
                             " another model")


def model_names(models: ModelFolder) -> tuple[str, ...]:
    """Names of the models there are, in order."""
    return tuple(name for name in models.names("*") if (models.root / name / "config.json").is_file())


def usable_models(models: ModelFolder) -> tuple[CoquiModel, ...]:
    """The models that can be read, in order; a broken one is told of when it is asked for."""
    found = []
    for name in model_names(models):
        with contextlib.suppress(FixMachine):
            found.append(read_model(models, name))
    return tuple(found)


def read_model(models: ModelFolder, name: str) -> CoquiModel:
    """What a model's folder says of it; nothing is loaded.

    Raises:
        UnknownName: there is no such model, with the ones there are.
        FixMachine: its config.json is broken, its weights are missing, or it is of a kind that is not loaded.
    """
    if name not in (there := model_names(models)):
        error = unknown("coqui model", name, there)
        raise UnknownName(f"{error}; a model is a folder with config.json and model.pth in {str(models.root)!r}")
    folder = models.root / name
    config = _config(folder)
    kind = str(config.get("model", "")).lower()
    if kind not in KINDS:
        raise FixMachine(f"the model {name!r} is of the kind {kind!r}, which is not loaded; these are:"
                         f" {', '.join(sorted(KINDS))}")
    weights = next((folder / file for file in WEIGHTS if (folder / file).is_file()), None)
    if weights is None:
        raise FixMachine(f"the model {name!r} has no weights: put {' or '.join(map(repr, WEIGHTS))} into {str(folder)!r}")
    return CoquiModel(name, folder, kind, weights, config)


def _names(value: Any) -> tuple[str, ...]:
    """Names in a description: a list of them, a table by them, or one; none in anything else."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(name) for name in value if name) if isinstance(value, list | dict) else ()


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FixMachine(f"{str(path)!r} has more than {MOST_BYTES:,} bytes: it is no description of a model")
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FixMachine(f"{str(path)!r} cannot be read ({error}): copy the model's folder anew") from error
    if not isinstance(found, dict):
        raise FixMachine(f"{str(path)!r} does not describe a model: copy the model's folder anew")
    settled = _settled(found, folder)
    arguments = settled.get("model_args")
    return settled | ({"model_args": _settled(arguments, folder)} if isinstance(arguments, dict) else {})


def _settled(fields: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Fields whose files are those of the model's folder; the name of one that is not there is left out."""
    def here(value: Any) -> Any:
        if isinstance(value, list):
            return [place for place in map(here, value) if place]
        place = folder / Path(str(value).replace("\\", "/")).name
        return str(place) if place.is_file() else None

    return {name: here(value) if value and name in FILES else value for name, value in fields.items()}
