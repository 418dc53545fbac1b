"""Which voices espeak-ng has, read from its data folder without starting it."""

import importlib.util
import re
from functools import cache
from pathlib import Path

from tasks.domain.errors import MissingTool, UnknownName
from tasks.media.text.languages import UNPARTED, primary, require_words
from tasks.runtime.engines import unknown

PACKAGE = "espeakng_loader"
"""The distribution that carries the library and its data; only its folder is used, it is never imported."""
NEAREST = {
    "en": "en-us", "en-ca": "en-us", **dict.fromkeys(("en-au", "en-nz", "en-ie", "en-in", "en-za"), "en-gb"),
    **dict.fromkeys(("es-ar", "es-co", "es-cl", "es-pe", "es-us"), "es-419"),
    "nn": "nb", "iw": "he", "in": "id",
}
"""Language tags whose voice has another name."""
NEUTRAL_RANK = 5
"""How well a voice fits a tag it lists without a number."""
LIBRARIES = ("libespeak-ng.so", "libespeak-ng.dylib", "espeak-ng.dll")
"""Names of the library on the systems there are."""


def espeak_folder() -> Path:
    """The folder with the library and `espeak-ng-data`.

    Raises:
        MissingTool: the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.origin:
        raise MissingTool(f"the voice espeak needs the package {PACKAGE!r}: run `make setup`, or choose another engine with"
                          " --engine speech=NAME")
    return Path(spec.origin).parent


def espeak_library() -> Path:
    """The shared library.

    Raises:
        MissingTool: the package is there without its library.
    """
    folder = espeak_folder()
    for name in LIBRARIES:
        if (folder / name).is_file():
            return folder / name
    raise MissingTool(f"no espeak-ng library in {str(folder)!r}: reinstall the package {PACKAGE!r}")


@cache
def voice_names() -> dict[str, str]:
    """Name of a voice, a language tag in lower case -> espeak-ng's own name of it: 'en-gb' -> 'en'.

    Every file of the data is a voice; besides its own name it lists the tags it speaks, with a number that is lower the
    better it fits. Languages whose words nothing here can tell apart are left out.
    """
    best: dict[str, tuple[int, str]] = {}
    for path in sorted((espeak_folder() / "espeak-ng-data" / "lang").rglob("*")):
        if path.is_file():
            own = path.name.lower()
            tags = re.findall(r"^language\s+(\S+)(?:[ \t]+(\d+))?", path.read_text("utf-8", "replace"), re.MULTILINE)
            offers = [(own, 0), *((tag.lower(), int(rank or NEUTRAL_RANK)) for tag, rank in tags)]
            for tag, rank in offers:
                best[tag] = min(best.get(tag, (rank, own)), (rank, own))
    return {tag: own for tag, (_, own) in sorted(best.items()) if primary(tag) not in UNPARTED}


@cache
def variants() -> tuple[str, ...]:
    """Colours of a voice, written after a plus: 'f3' in 'en-us+f3'."""
    folder = espeak_folder() / "espeak-ng-data" / "voices" / "!v"
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_file() and " " not in path.name))


def voice_for(language: str) -> str:
    """The voice for a BCP 47 tag: the exact one, the nearest region's, or the language's.

    Raises:
        UnknownName: no voice speaks it, or nothing here can tell its words apart.
    """
    require_words(language)
    known = voice_names()
    tag = language.strip().lower().replace("_", "-")
    while tag:
        for candidate in (NEAREST.get(tag, tag), tag):
            if candidate in known:
                return candidate
        tag = tag.rpartition("-")[0]
    raise unknown("language", language, known)


def require_voice(name: str, language: str) -> None:
    """Refuses a voice that is not there or that speaks another language than the script.

    Raises:
        UnknownName: with the voices, or variants, there are.
    """
    require_words(language)
    voice, plus, variant = name.partition("+")
    if voice.lower() not in voice_names():
        raise unknown("espeak voice", name, voice_names())
    if plus and variant not in variants():
        raise unknown(f"variant of the espeak voice {voice!r}", variant, variants())
    if primary(espeak_name(voice)) != primary(espeak_name(voice_for(language))) and primary(voice) != primary(language):
        raise UnknownName(f"the espeak voice {name!r} does not speak the script's language {language!r}: set"
                          f" language to {voice.lower()!r}, or take the voice {voice_for(language)!r}")


def espeak_name(name: str) -> str:
    """What espeak-ng itself calls a voice: 'en-gb+f3' -> 'en+f3'."""
    voice, plus, variant = name.partition("+")
    return f"{voice_names()[voice.lower()]}{plus}{variant}"
