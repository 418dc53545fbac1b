"""Which voices piper has here: files that somebody put into its folder, read without starting it.

    <models>/piper/en_US-amy-medium.onnx         the voice
    <models>/piper/en_US-amy-medium.onnx.json    what it speaks, how fast, and with how many speakers
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.domain.errors import FixMachine, UnknownName
from tasks.media.no_file import in_place_of_file
from tasks.media.text.languages import primary
from tasks.runtime.engines import unknown
from tasks.runtime.model_digest import digest_of
from tasks.runtime.models import ModelFolder

SUFFIX, CONFIG_SUFFIX = ".onnx", ".onnx.json"
ONNX_START = b"\x08"
"""How every ONNX file begins: with the number of its format."""
KINDS = ("espeak", "text")
"""How a voice's text becomes its phonemes; other ways load models of their own from the network."""
LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 8000, 192_000
"""Rates of voices."""
LEAST_SCALE, MOST_SCALE = 0.1, 10.0
"""How slowly a voice may speak by its description, relative to how it was trained; real ones have about 1."""
LONGEST_HOP = 1 << 14
"""Samples of a voice's step; real ones have 256."""
LARGEST_CONFIG = 1 << 20
"""Bytes of a description; real ones have some 5,000."""


@dataclass(frozen=True)
class PiperFile:
    """A voice and what is known of it."""

    model: Path
    language: str
    """As its description has it, e.g. 'en_US'."""
    speakers: dict[str, int]
    """Name -> number; empty for a voice of one speaker."""
    phonemes: bool
    """Whether it is spoken to in phonemes, not letters."""


def voice_names(models: ModelFolder) -> tuple[str, ...]:
    """The voices there are, those without a description too."""
    return tuple(name.removesuffix(SUFFIX) for name in models.names(f"*{SUFFIX}"))


def voice_for(language: str, models: ModelFolder) -> str:
    """A voice for a BCP 47 tag: of its region if there is one, else of the language.

    Raises:
        UnknownName: nobody here speaks it; with the voices there are, and how to get one.
    """
    tag, best = language.lower().replace("_", "-"), []
    for name in voice_names(models):
        try:
            spoken = read_voice(name, models).language.lower().replace("_", "-")
        except FixMachine:
            continue
        if primary(spoken) == primary(tag):
            best.append((spoken != tag, name))
    if not best:
        raise UnknownName(f"no piper voice speaks {language!r}; {_how_to_get_one(models)}")
    return min(best)[1]


def find_voice(name: str, language: str, models: ModelFolder) -> tuple[PiperFile, int | None]:
    """A voice by what a script calls it, 'name' or 'name#speaker', and the number of the speaker.

    Raises:
        UnknownName: there is no such voice or speaker, or it speaks another language than the script.
        FixMachine: its files are missing or damaged.
    """
    file_name, mark, speaker = name.partition("#")
    if file_name not in voice_names(models):
        raise UnknownName(f"no piper voice {file_name!r}; {_how_to_get_one(models)}")
    voice = read_voice(file_name, models)
    if primary(voice.language) != primary(language):
        raise UnknownName(f"the piper voice {file_name!r} speaks {voice.language!r}, and the script {language!r}: set"
                          " language, or choose another voice")
    if mark and speaker not in voice.speakers:
        raise unknown(f"speaker of the piper voice {file_name!r}", speaker, voice.speakers)
    return voice, voice.speakers[speaker] if mark else None


def read_voice(name: str, models: ModelFolder) -> PiperFile:
    """What a voice's files say.

    Raises:
        FixMachine: one is missing or damaged; with what to do.
    """
    model, config = models.root / f"{name}{SUFFIX}", models.root / f"{name}{CONFIG_SUFFIX}"
    for path in (model, config):
        _require_no_other(path)
    start = _start(model)
    if not start.startswith(ONNX_START):
        raise FixMachine(f"the piper voice {str(model)!r} is no ONNX file (it begins with {start!r}): download it again")
    if not config.is_file():
        raise FixMachine(f"the piper voice {name!r} has no description: put {config.name!r}, which comes with it, beside"
                         f" {str(model)!r}")
    try:
        return _described(model, _fields(config))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError, OSError) as error:
        raise FixMachine(f"{str(config)!r} is no description of a piper voice ({type(error).__name__}: {error}): download it"
                         " again, together with its voice") from error


def voice_digest(name: str, models: ModelFolder) -> str | None:
    """What tells the files of a voice, 'name' or 'name#speaker', from others of that name; None where one is missing."""
    file_name = name.partition("#")[0]
    if file_name not in voice_names(models):
        return None
    files = [models.root / f"{file_name}{suffix}" for suffix in (SUFFIX, CONFIG_SUFFIX)]
    return digest_of(models.root, files) if all(path.is_file() for path in files) else None


def _require_no_other(path: Path) -> None:
    """Refuses what is no file where one should be; it is not opened, since that may wait for ever.

    Raises:
        FixMachine: with what it is.
    """
    if found := in_place_of_file(path):
        raise FixMachine(f"{str(path)!r} is {found}, not a file of a piper voice: put the file itself there, or remove it")


def _start(model: Path) -> bytes:
    """How a voice begins."""
    try:
        with model.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise FixMachine(f"the piper voice {str(model)!r} cannot be read ({error.strerror}): change its permissions, or"
                         " download it again") from error


def _fields(config: Path) -> Any:
    if config.stat().st_size > LARGEST_CONFIG:
        raise ValueError(f"{config.stat().st_size} bytes")
    return json.loads(config.read_text("utf-8"))


def _described(model: Path, fields: Any) -> PiperFile:
    rate_hz, kind = int(fields["audio"]["sample_rate"]), fields.get("phoneme_type", KINDS[0])
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise ValueError(f"sample_rate {rate_hz!r}")
    if kind not in KINDS:
        raise ValueError(f"phoneme_type {kind!r}; only {' and '.join(map(repr, KINDS))} work without a download")
    spoken = str(fields["espeak"]["voice"])
    language = str(fields.get("language", {}).get("code") or spoken)
    speakers = {str(speaker): int(number) for speaker, number in fields.get("speaker_id_map", {}).items()}
    if not dict(fields["phoneme_id_map"]) or int(fields["num_symbols"]) < 1 or int(fields["num_speakers"]) < 0:
        raise ValueError("phoneme_id_map, num_symbols or num_speakers are empty")
    _require_pace(fields)
    return PiperFile(model, language, speakers, kind == KINDS[0])


def _require_pace(fields: Any) -> None:
    """Refuses lengths that no voice has; ValueError."""
    scale, hop = float(fields.get("inference", {}).get("length_scale", 1)), int(fields.get("hop_length", 256))
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        raise ValueError(f"inference.length_scale {scale:g}, which is to be {LEAST_SCALE:g} to {MOST_SCALE:g}")
    if not 1 <= hop <= LONGEST_HOP:
        raise ValueError(f"hop_length {hop}, which is to be 1 to {LONGEST_HOP}")


def _how_to_get_one(models: ModelFolder) -> str:
    there = ", ".join(voice_names(models)) or "none"
    return (f"there are: {there}; download a voice yourself, its .onnx and its .onnx.json, into {str(models.root)!r}, and"
            " name it in the script under 'voice'")
