"""The films that beats ask a generator for, looked at when a reel is planned: whether there is one, and whether it can."""

from pathlib import Path

from tasks.domain.errors import FixRequest
from tasks.domain.script import Script, Show
from tasks.generation.prompts import write_prompts
from tasks.runtime.engines import load_engine

CHOOSE = "--engine generation=NAME (`reels engines` lists them)"
"""How a generator is chosen."""


def check_asked_films(script: Script, generator: str | None, templates: Path) -> tuple[str, ...]:
    """Makes sure that the films that a script asks for can be made.

    Args:
        script: whose beats ask for them.
        generator: the generation engine that was chosen, None without one.
        templates: the library's folder of templates, which holds the prompts.

    Returns:
        What its author should know, a sentence each.

    Raises:
        FixRequest: no generator was chosen, or it cannot make one of them; with its beat.
        MissingTool: a package it needs is not installed.
        FixMachine: its prompts are missing or wrong.
    """
    told: list[str] = []
    for beat, show in script.asked_films():
        where = f"'show' of beat {beat + 1}"
        if generator is None:
            raise FixRequest(f"{where} asks for a film of {show.generate!r}, and no generator is chosen: add {CHOOSE}, or"
                             " show a picture or film of yours")
        _require_able(generator, show, where)
        prompts = load_engine("generation", generator).prompts
        if prompts:
            written = write_prompts(templates, prompts, look="", directions=(), subject="broll", show=show.generate or "")
            told += (f"{where}: {warning}" for warning in written.warnings)
    return tuple(told)


def _require_able(generator: str, show: Show, where: str) -> None:
    """Makes sure that a generator can make a film of what a show gives it.

    Raises:
        FixRequest: it cannot.
    """
    engine, given = load_engine("generation", generator), "picture" if show.image else "text"
    if engine.follows != "nothing":
        raise FixRequest(f"{where} asks for a film of {show.generate!r}, and the generator {generator!r} makes films of a"
                         f" face that follows the {engine.follows}: choose another with {CHOOSE}")
    if given not in engine.sources:
        able = " or ".join(f"a {source}" for source in sorted(engine.sources))
        change = "remove the 'image'" if show.image else "give it an 'image' to begin with"
        raise FixRequest(f"{where} asks for a film from a {given}, and the generator {generator!r} makes films from {able}:"
                         f" {change}, or choose another with {CHOOSE}")
