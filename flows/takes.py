"""A script's own recordings: found in the library, listened to, and told what is wrong with them before anything is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.domain.errors import FixRequest, ScriptError
from tasks.domain.plan import Voice
from tasks.domain.script import RECORDED, Script
from tasks.media.audio.voice_file import check_voice_file, read_voice_file
from tasks.media.text.duration import estimate_duration_s
from tasks.runtime.library import Library
from tasks.speech.recording import require_takes

SPARE_S = 60.0
"""Seconds listened to beyond the longest script: silence at the ends is cut away before the length counts."""
FAR_OFF = 4.0
"""Factor between a script's estimate and a recording of something else; people differ by less than 2 from each other."""
FEW_S = 10.0
"""Seconds by which a recording may be longer in any case: a short script may be said with much ado."""


@dataclass(frozen=True)
class Takes:
    """Recordings that can be used."""

    files: tuple[Path, ...] = ()
    """In the order of the script."""
    duration_s: float = 0.0
    """Of what is heard of them, together."""
    warnings: tuple[str, ...] = ()
    """What their owner should know."""


def find_takes(script: Script, engine: str, library: Library, max_minutes: float) -> Takes:
    """The recordings that a script names, if its voice is to be one.

    Args:
        script: what its author wants.
        engine: the speech engine.
        library: where the files are.
        max_minutes: longest speech accepted.

    Raises:
        UnknownName: there is no such file.
        FixRequest: one cannot be used as a voice; or there is none, and one was asked for.
        ScriptError: together they last longer than is accepted.
    """
    names = script.voice.recording
    if engine != RECORDED:
        return Takes(warnings=tuple(_unused(names, engine)))
    require_takes(names)
    files = [library.file(name) for name in names]
    for name, file in zip(names, files, strict=True):
        check_voice_file(file, name=name)
    duration_s = 0.0
    warnings: list[str] = []
    for name, file in zip(names, files, strict=True):
        take = read_voice_file(file, name=name, at_most_s=60 * max_minutes + SPARE_S)
        duration_s += take.duration_s
        warnings += take.warnings
        if duration_s > 60 * max_minutes:
            raise ScriptError(f"the recording lasts more than {max_minutes:g} minutes, the limit: shorten it, or raise the"
                              " setting max_minutes in reels.toml or REELS_MAX_MINUTES")
    return Takes(tuple(files), duration_s, tuple(warnings))


def require_plausible(takes: Takes, script: Script, voice: Voice) -> None:
    """Refuses recordings of another length than anybody takes for the script.

    Raises:
        FixRequest: with both lengths.
    """
    if not takes.files:
        return
    usual_s = estimate_duration_s(script, language=voice.language, pronunciations=voice.pronunciations)
    if not usual_s / FAR_OFF <= takes.duration_s <= usual_s * FAR_OFF + FEW_S:
        raise FixRequest(f"the recording lasts {takes.duration_s:.1f} s, and the script takes about {usual_s:.0f} s to say:"
                         " give the recording of this script, or the script that it says")


def _unused(names: tuple[str, ...], engine: str) -> Iterator[str]:
    if names:
        yield f"the recording {names[0]!r} is not heard: the speech engine is {engine!r}"
