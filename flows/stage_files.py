"""How a stage's arguments and its outcome travel between machines: as files and claims of the store, never as parameters.

A parameter of a Prefect run is shown to everybody and limited in size; the store is where reels lie anyway.
"""

import json
import typing
from collections.abc import Callable
from importlib import import_module
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from tasks.domain.base import Record
from tasks.domain.errors import FixRequest, ReelsError, UnknownName
from tasks.domain.media import MediaFile
from tasks.runtime.store import Store

STAGES = {
    "speech": "tasks.speech.task:speak",
    "alignment": "tasks.alignment.task:align",
    "generation": "tasks.generation.task:generate",
    "animation": "tasks.animation.task:animate",
    "lipsync": "tasks.lipsync.task:lip_sync",
    "footage": "tasks.footage.task:gather",
    "publish": "tasks.publish.task:publish",
}
"""Stages that another machine may do, and the task that does each; their engines may want a queue of their own."""
SCHEMA = 1
"""Version of the file of arguments."""


class StageFailure(Record):
    """An error of the tree, as it came out of a stage on another machine."""

    kind: str = Field(description="name of the error's class")
    message: str


class StageOutcome(Record):
    """What became of a stage on another machine."""

    cached: bool = Field(default=False, description="its result was kept from an earlier run")
    seconds: float = 0.0
    key: str | None = Field(default=None, description="the content key that its result is kept under, where one is: that of"
                                                      " the machine that made it, which may know its model better")
    result: Any = Field(default=None, description="what the stage gave, for a teller who does not find it under a key")
    failure: StageFailure | None = None


def find_stage(name: str) -> Any:
    """The task that does a stage.

    Raises:
        UnknownName: no stage of that name is done by other machines.
    """
    if name not in STAGES:
        raise UnknownName(f"no stage {name!r} is done by another machine; there are: {', '.join(STAGES)}")
    module, _, function = STAGES[name].partition(":")
    return getattr(import_module(module), function)


def pack(arguments: tuple[object, ...], stage: Any, store: Store) -> MediaFile:
    """Puts a stage's arguments into the store."""
    values = [TypeAdapter(hint).dump_python(value, mode="json", by_alias=True)
              for hint, value in zip(_hints(stage.fn), arguments, strict=False)]
    return store.put_text(json.dumps({"schema": SCHEMA, "arguments": values}, ensure_ascii=False, sort_keys=True), ".json")


def unpack(file: MediaFile, stage: Any, store: Store) -> tuple[Any, ...]:
    """The arguments that `pack` put into the store.

    Raises:
        StoreDamaged: the file is gone.
        FixRequest: it holds other arguments than the stage takes: the machines run different versions.
    """
    document = json.loads(store.path(file).read_text("utf-8"))
    hints = _hints(stage.fn)
    try:
        if document["schema"] != SCHEMA or len(document["arguments"]) > len(hints):
            raise ValueError(f"schema {document['schema']!r}, {len(document['arguments'])} arguments")
        return tuple(TypeAdapter(hint).validate_python(value, strict=False)
                     for hint, value in zip(hints, document["arguments"], strict=False))
    except (ValidationError, ValueError, KeyError) as error:
        reason = str(error).partition("\n")[0]
        raise FixRequest(f"the arguments of stage {stage.name!r} do not fit ({reason}): run the same version of the program"
                         " on all machines") from error


def dump_result(stage: Any, result: object) -> Any:
    """A stage's result as JSON values."""
    return TypeAdapter(typing.get_type_hints(stage.fn)["return"]).dump_python(result, mode="json", by_alias=True)


def load_result(stage: Any, values: Any) -> Any:
    """The result that `dump_result` gave."""
    return TypeAdapter(typing.get_type_hints(stage.fn)["return"]).validate_python(values)


def failure_of(error: ReelsError) -> StageFailure:
    """An error, ready to travel."""
    return StageFailure(kind=type(error).__name__, message=str(error))


def error_of(failure: StageFailure) -> ReelsError:
    """The error as it was: of the same class, with the same sentence."""
    kinds = {kind.__name__: kind for kind in _all_kinds(ReelsError)}
    return kinds.get(failure.kind, ReelsError)(failure.message)


def outcome_key(run: object) -> str:
    """The claim that holds what became of a stage in the flow run with this id."""
    return f"stages/{run}/outcome"


def _hints(function: Callable[..., Any]) -> list[Any]:
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    return list(hints.values())


def _all_kinds(root: type[ReelsError]) -> list[type[ReelsError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in _all_kinds(child))]
