"""Reads a script in whatever form it was written: the file's suffix tells which."""

import re
from collections.abc import Callable
from pathlib import Path

from tasks.domain.errors import ScriptError
from tasks.domain.script import Script
from tasks.domain.text import unprintable_at
from tasks.media.text.fields import Fields, complaint, into_model
from tasks.media.text.text_file import read_text
from tasks.script.markdown_form import read_markdown
from tasks.script.text_form import read_plain
from tasks.script.yaml_form import read_script_yaml

FORMS: dict[str, Callable[[str, str], Fields]] = {
    ".yaml": read_script_yaml, ".yml": read_script_yaml, ".md": read_markdown, ".markdown": read_markdown,
    ".txt": read_plain,
}
"""Suffix -> what reads the form."""
FIELD = re.compile(rf"^({'|'.join(info.alias or name for name, info in Script.model_fields.items())})\s*:", re.MULTILINE)
"""A line that begins with the name of a script's field."""
BEATS = re.compile(r"^beats\s*:", re.MULTILINE)
"""The field that only YAML has."""
UNTITLED = "Reel"
"""Title of a script whose file's name gives none."""


def read_script(path: Path) -> Script:
    """Reads a script file.

    Args:
        path: a .yaml, .yml, .md, .markdown or .txt file.

    Raises:
        ScriptError: no such file, not readable, no text, no script; with file, line and field.
    """
    if path.suffix.lower() not in FORMS and not path.is_dir():
        raise ScriptError(f"{str(path)!r} is no script file: its name must end in one of {', '.join(FORMS)}")
    return parse_script(read_text(path, kind="script", error=ScriptError), name=str(path))


def parse_script(text: str, *, name: str = "script") -> Script:
    """Reads the text of a script.

    Args:
        text: what the file holds, line feeds as its line ends.
        name: the file's name: its suffix tells the form, its stem is the title of a script that has none. Without a known
            suffix the form is told from the text.

    Raises:
        ScriptError: no script; with file, line and field.
    """
    if unprintable_at(text) is not None or not text.strip():
        raise ScriptError(f"{name!r} is empty or holds control characters: write the script as plain text")
    fields = FORMS[form_of(text, name)](text, name)
    _require_recording(fields)
    titled = {"title": title_of(name), **fields.values}
    return into_model(Script, Fields(fields.name, titled, fields.lines, fields.sources), error=ScriptError)


def _require_recording(fields: Fields) -> None:
    """Refuses an empty list of recordings, which would be read as a wish for another voice.

    Raises:
        ScriptError: with its line.
    """
    voice = fields.values.get("voice")
    if isinstance(voice, dict) and voice.get("recording") == []:
        raise ScriptError(complaint(fields, ("voice", "recording"), "is empty: name your sound file, e.g."
                                    " `recording: media/monday.wav`, or remove the field to have a voice speak"))


def form_of(text: str, name: str) -> str:
    """The suffix that stands for a script's form: the name's own, else guessed from the text."""
    suffix = Path(name).suffix.lower()
    if suffix in FORMS:
        return suffix
    if FIELD.search(text) or text.lstrip().startswith("{"):
        return ".yaml" if not text.startswith("---") or BEATS.search(text) else ".md"
    return ".md" if text.lstrip().startswith(("# ", "---")) else ".txt"


def title_of(name: str) -> str:
    """A title from a file's name: 'three-habits.yaml' gives 'Three habits'."""
    path = Path(name)
    title = " ".join(path.stem.replace("-", " ").replace("_", " ").split()) if path.suffix else ""
    return title[0].upper() + title[1:] if title and title.isprintable() else UNTITLED
