"""What a generator is told: the words of its model's family, filled in with the avatar's look, directions and shows.

templates/prompts/<set>.yaml holds them, one set a family, as each documents how it wants to be asked. What people wrote goes
in as data: no longer than a model reads, on one line, without being read as a template.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tasks.domain.base import Frozen
from tasks.domain.errors import FixMachine
from tasks.domain.text import Words
from tasks.media.text.fields import into_model
from tasks.media.text.templates import fill_in
from tasks.media.text.text_file import read_text
from tasks.media.text.yaml_fields import read_yaml

LOOK_LETTERS, DIRECTIONS_LETTERS, SHOW_LETTERS = 240, 320, 400
"""Of what people write, at most so much is told: with the set's own words it is what a text encoder of 256 tokens reads."""
STOPS = " .,;:"
"""What a text loses at its end, as the template's sentence goes on there."""


class PromptPair(Frozen):
    """Two templates."""

    prompt: Words
    negative_prompt: Words


class PromptSet(Frozen):
    """templates/prompts/<set>.yaml."""

    avatar: PromptPair
    broll: PromptPair


@dataclass(frozen=True)
class Prompts:
    """What a generator is told."""

    prompt: str
    negative_prompt: str
    warnings: tuple[str, ...] = ()
    """What was left out of it, a sentence each."""


def write_prompts(templates: Path, name: str, *, look: str, directions: Sequence[str], subject: Literal["avatar", "broll"],
                  show: str = "") -> Prompts:
    """The words for one clip; the same input gives the same words.

    Args:
        templates: the library's folder of templates.
        name: a set, as an engine's `prompts` names it.
        look: how the avatar looks; for 'avatar'.
        directions: visual directions of the beats that the clip covers, in order; for 'avatar'.
        subject: what is to be seen: the avatar, or what a beat shows.
        show: what that is; for 'broll'.

    Raises:
        FixMachine: there is no such set, or it is wrong.
    """
    told: list[str] = []
    values: dict[str, object] = {
        "look": _part(look, LOOK_LETTERS, "look of the avatar", told),
        "directions": _parts(directions, told),
        "show": _part(show, SHOW_LETTERS, "text of 'generate'", told),
    }
    pair: PromptPair = getattr(read_prompts(templates, name), subject)
    filled = [fill_in(text, name=f"prompts/{name}.yaml", **values) for text in (pair.prompt, pair.negative_prompt)]
    prompt, negative_prompt = (" ".join(text.split()) for text in filled)
    return Prompts(prompt, negative_prompt, tuple(told))


def read_prompts(templates: Path, name: str) -> PromptSet:
    """One set of prompts, not yet filled in.

    Raises:
        FixMachine: it is not there, or wrong; with file, line and field.
    """
    path = templates / "prompts" / f"{name}.yaml"
    text = read_text(path, kind="set of prompts", error=FixMachine)
    return into_model(PromptSet, read_yaml(text, name=str(path), error=FixMachine), error=FixMachine)


def _parts(texts: Sequence[str], told: list[str]) -> list[str]:
    """Directions, each once where it is repeated at once, all together no longer than is read."""
    parts: list[str] = []
    left = DIRECTIONS_LETTERS
    for text in texts:
        part = _part(text, left, "directions of one clip together", told, most=DIRECTIONS_LETTERS) if left > 0 else ""
        if part and part not in parts[-1:]:
            parts.append(part)
            left -= len(part)
    return parts


def _part(text: str, letters: int, what: str, told: list[str], *, most: int | None = None) -> str:
    """A text on one line, without signs that nobody sees, cut between two words where it is too long."""
    line = "".join(sign for sign in " ".join(text.split()) if sign.isprintable()).rstrip(STOPS)
    if len(line) <= letters:
        return line
    told.append(f"the {what} is longer than the {most or letters} letters that a generator is told, and was cut: shorten it")
    kept = line[:letters + 1].rpartition(" ")[0] or line[:letters]
    return kept.rstrip(STOPS)
