"""Writes what is published about file formats: the JSON Schemas, and the tables of fields in the pages.

    python docs/make_schemas.py            # writes them
    python docs/make_schemas.py --check    # fails if a file is not what the models say today
"""

import datetime as dt
import html
import json
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tasks.domain.avatar import Avatar
from tasks.domain.brand import Brand
from tasks.domain.calendar import Calendar
from tasks.domain.check import CheckReport
from tasks.domain.post import PostFile
from tasks.domain.reel import Manifest
from tasks.domain.script import Colour, Script
from tasks.domain.voice import CustomVoice

FOLDER = Path(__file__).parent
DRAFT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect the schemas are written in."""
READ: dict[str, type[BaseModel]] = {"script": Script, "avatar": Avatar, "brand": Brand, "calendar": Calendar,
                                    "voice": CustomVoice}
"""Formats that people write and the program reads."""
WRITTEN: dict[str, type[BaseModel]] = {"manifest": Manifest, "post": PostFile, "check": CheckReport}
"""Formats that the program writes."""
PAGES: dict[str, type[BaseModel]] = {"scripts.md": Script, "brands.md": Brand, "avatars.md": Avatar,
                                     "calendar.md": Calendar, "coqui.md": CustomVoice}
"""The pages with tables of fields."""
BEGIN, END = "<!-- fields: written by docs/make_schemas.py -->", "<!-- end of fields -->"
"""Lines around a table."""
COLOUR_RULE = get_args(Colour)[1]
"""What makes a text a colour."""
PLAIN_TYPES = {str: "text", int: "whole number", float: "number", bool: "true or false", dt.date: "date, e.g. 2027-12-31"}
"""How the table calls types."""


def main() -> int:
    """Writes or checks every file; returns the exit code."""
    files = {f"schemas/{name}.json": schema(name) for name in (*READ, *WRITTEN)} | {name: page(name) for name in PAGES}
    if "--check" not in sys.argv[1:]:
        for name, text in files.items():
            (FOLDER / name).write_text(text, "utf-8")
        return 0
    stale = [name for name, text in files.items() if not _is_on_disk(FOLDER / name, text)]
    for name in stale:
        sys.stderr.write(f"docs/{name} is not what the models say: run `.venv/bin/python docs/make_schemas.py`\n")
    return 1 if stale else 0


def schema(name: str) -> str:
    """The JSON Schema of a format as the text of its file."""
    model = READ.get(name) or WRITTEN[name]
    made = model.model_json_schema(by_alias=True, mode="validation" if name in READ else "serialization")
    if model is Script:
        made["required"].remove("title")  # a script's file gives it one
    return json.dumps({"$schema": DRAFT, **made}, ensure_ascii=False, indent=2) + "\n"


def page(name: str) -> str:
    """A page with today's table of fields."""
    before, _, rest = (FOLDER / name).read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{field_table(PAGES[name])}{END}{after}"


def field_table(model: type[BaseModel]) -> str:
    """Every field of a model and of the models inside it, a row each."""
    rows = ["| field | value | what it is |", "| --- | --- | --- |"]
    rows += [f"| `{name}` | {value} | {meaning} |" for name, value, meaning in _rows(model, "")]
    return "\n".join(rows) + "\n"


def _rows(model: type[BaseModel], path: str) -> Iterator[tuple[str, str, str]]:
    for name, info in model.model_fields.items():
        place = f"{path}{info.alias or name}"
        inner = _inner_model(info.annotation)
        if inner:
            yield from _rows(inner, f"{place}[]." if get_origin(info.annotation) is tuple else f"{place}.")
        else:
            yield place, _value(info), html.escape(info.description or "", quote=False)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _inner_model(part))), None)


def _value(info: FieldInfo) -> str:
    """A field's type and limits in a few words."""
    limits = [f"at {word} {limit:g}" for key, word in (("ge", "least"), ("le", "most")) for rule in info.metadata
              if (limit := getattr(rule, key, None)) is not None]
    return ", ".join([_kind(Colour if COLOUR_RULE in info.metadata else info.annotation), *limits])


def _kind(annotation: Any) -> str:
    if annotation == Colour:
        return "`#rrggbb`"
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    if get_origin(annotation) is dict:
        return f"names with a {_kind(get_args(annotation)[1])} each"
    if get_origin(annotation) is tuple:
        return f"list of {_kind(get_args(annotation)[0])}s"
    if isinstance(annotation, types.UnionType) or get_origin(annotation) is not None:
        return _kind(get_args(annotation)[0])
    return PLAIN_TYPES.get(annotation, "text")


def _is_on_disk(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


if __name__ == "__main__":
    raise SystemExit(main())
