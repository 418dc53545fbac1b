"""Fields with the line each was written on, and how they become a model.

A form (YAML, Markdown, plain text) gives `Fields`; `into_model` checks them and says in plain words, with file, line and
field, what is wrong: people who write scripts read these sentences, not programmers.
"""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tasks.domain.errors import ReelsError

M = TypeVar("M", bound=BaseModel)
Place = tuple[str | int, ...]
"""Where a value is: names of fields and indices of lists, outermost first."""

MAX_SHOWN = 5
"""How many faults one message tells of."""
SHOWN_CHARACTERS = 60
"""Longest piece of a wrong value that a message repeats."""
EXPECTED = {
    "int_type": "a whole number, e.g. 7", "int_from_float": "a whole number, e.g. 7", "float_type": "a number, e.g. 1.0",
    "bool_type": "true or false", "tuple_type": "a list, each item on a line of its own beginning with '- '",
    "date_type": "a date, e.g. 2026-01-31", "date_from_datetime_parsing": "a date, e.g. 2026-01-31",
    "date_parsing": "a date, e.g. 2026-01-31", "dict_type": "names with a value each",
}
"""What a field wants, by pydantic's name of the fault."""
PATTERNS = (
    ("#", "a colour as '#rrggbb' in quotes, e.g. '#ffcc00'"),
    ("a-z0-9", "a name of lowercase letters, digits, '-' and '_', e.g. 'take-2'"),
    ("^[^.", "the name of a file in the same folder, e.g. 'calm.wav'"),
    ("", "the path from the library on, with '/' between folders, e.g. 'media/cup.jpg'"),
)
"""What a text of a certain form wants, by a sign of the form's pattern."""
LIMITS = {"greater_than_equal": ("ge", "at least"), "greater_than": ("gt", "more than"),
          "less_than_equal": ("le", "at most"), "less_than": ("lt", "less than")}
"""Where pydantic keeps the limit of a number, and how it is said."""


@dataclass(frozen=True)
class Fields:
    """What a file says, before it is checked."""

    name: str
    """The file, as messages call it."""
    values: Mapping[str, Any]
    """JSON values by name of field."""
    lines: Mapping[Place, int] = field(default_factory=dict)
    """Line of each field's name and of each list item, from 1."""
    sources: Mapping[Place, str] = field(default_factory=dict)
    """A value as it was written, where it reads as something else than text: 'yes' for True."""

    def line(self, place: Place) -> int | None:
        """Line of the innermost part of `place` that is in the file."""
        return next((self.lines[place[:end]] for end in range(len(place), -1, -1) if place[:end] in self.lines), None)


def into_model(model: type[M], fields: Fields, *, error: type[ReelsError]) -> M:
    """Checks `fields` and makes a model of them.

    Args:
        model: a frozen model of the house.
        fields: what a file says.
        error: what is raised.

    Raises:
        ReelsError: of class `error`, one line a fault: file, line, field, what is wrong, what to write.
    """
    try:
        return model.model_validate_json(json.dumps(fields.values), strict=True, by_alias=True, by_name=False)
    except ValidationError as faults:
        found = sorted(filter(_own, faults.errors()), key=lambda fault: fields.line(fault["loc"]) or 0)
        told = [complaint(fields, fault["loc"], _words(model, fields, fault)) for fault in found[:MAX_SHOWN]]
        if len(found) > MAX_SHOWN:
            told.append(f"and {len(found) - MAX_SHOWN} more")
        raise error("\n".join(told)) from faults


def complaint(fields: Fields, place: Place, words: str) -> str:
    """One sentence of the form `'talk.yaml', line 3, 'title': is missing`."""
    line = fields.line(place)
    parts = [repr(fields.name)] + ([f"line {line}"] if line else []) + ([field_name(place)] if place else [])
    return f"{', '.join(parts)}: {words}"


def field_name(place: Place) -> str:
    """A place as people say it: `'say' in item 2 of 'beats'`."""
    spoken = ""
    for kind, parts in groupby(place, key=type):
        if kind is int:
            spoken = "".join(f"item {int(part) + 1} of " for part in parts) + spoken
        else:
            names = repr(".".join(map(str, parts)))
            spoken = f"{names} in {spoken}" if spoken else names
    return spoken


def _own(fault: ErrorDetails) -> bool:
    """False for a list called too short only because its items are faulty."""
    return not (fault["type"] == "too_short" and fault["input"])


def _words(model: type[BaseModel], fields: Fields, fault: ErrorDetails) -> str:
    """What is wrong with one field and what to write instead."""
    kind, place, value, context = fault["type"], fault["loc"], fault["input"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return _no_such_field(model, place)
    if kind == "missing":
        return "is missing: add it"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error" and place == ("schema",):
        return f"is {_shown(value)}, and this program reads schema {context['expected']}"
    if kind == "string_pattern_mismatch":
        return f"is {_shown(value)}; write {next(form for sign, form in PATTERNS if sign in context['pattern'])}"
    if kind in LIMITS:
        key, said = LIMITS[kind]
        return f"is {_shown(value)}; it must be {said} {context[key]:g}"
    if kind == "too_short":
        return "is empty: write at least one"
    if kind == "string_too_long":
        return f"has {len(value)} characters; at most {context['max_length']} are read: shorten it"
    return f"{_found(fields, place, value)}; {_wanted(model, fields, fault)}"


def _no_such_field(model: type[BaseModel], place: Place) -> str:
    known = _field_names(_model_at(model, place[:-1]) or model)
    near = difflib.get_close_matches(str(place[-1]).lower(), known, n=1)
    hint = f"did you mean {near[0]!r}? There are" if near else "there are"
    return f"there is no such field; {hint}: {', '.join(known)}"


def _wanted(model: type[BaseModel], fields: Fields, fault: ErrorDetails) -> str:
    kind, place, value = fault["type"], fault["loc"], fault["input"]
    if kind == "string_type" and isinstance(value, bool | int | float):
        return f"text is wanted: put it in quotes, \"{fields.sources.get(place, value)}\""
    if kind == "string_type":
        return "write text after it"
    if kind == "model_type":
        return f"write fields under it: {', '.join(_field_names(_model_at(model, place) or model))}"
    if kind == "literal_error":
        return f"write {fault['ctx']['expected']}"
    if kind in EXPECTED:
        return f"write {EXPECTED[kind]}"
    return fault["msg"][:1].lower() + fault["msg"][1:]


def _found(fields: Fields, place: Place, value: object) -> str:
    """What stands there, in plain words."""
    source = fields.sources.get(place, "")
    if value is None:
        return "has no value"
    if isinstance(value, bool):
        return f"{source!r} reads as {'true' if value else 'false'}" if source else f"is {str(value).lower()}"
    if isinstance(value, list | dict):
        return "is a list" if isinstance(value, list) else "is a group of fields"
    return f"is the number {source or value}" if isinstance(value, int | float) else f"is {_shown(value)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def _field_names(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    """The model that stands at a place inside another, None where there is none."""
    found: type[BaseModel] | None = model
    for part in place:
        if isinstance(part, str) and found:
            infos = {info.alias or name: info for name, info in found.model_fields.items()}
            found = _model_in(infos[part].annotation) if part in infos else None
    return found


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The first model inside a type such as `tuple[Beat, ...]` or `Show | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
