"""Makes one reel as a program without Prefect would: what the cost of orchestration is measured against.

    python -m benchmarks.plain_reel '{"title": "Short", "beats": [{"say": "A few words."}]}' '{"speech": "tone"}'

The story is the flow's own, and each stage is called as a plain function, so that both programs do the same work: read the
script, plan, make all stages, check, put the finished set into the store, with the same care for the garbage collector.
Neither Prefect nor the rooms that are there to talk with its server are imported; hollow modules stand in for them.
"""

import json
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, ClassVar

from flows.collector import end_uncollected, uncollected

TALKING = ("prefect", "httpx", "flows.artifacts", "flows.gate", "flows.notices", "flows.own_run", "flows.story",
           "flows.suspension")
"""Packages and modules that a program without Prefect has no use for."""


class Hollowness(type):
    """Gives a class whatever attribute is asked for, but for what Python itself asks."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing


class Nothing(metaclass=Hollowness):
    """Stands for a class, a function, an object or a decorator, which leaves what it decorates as it is."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __class_getitem__(cls, _: object) -> type:
        return cls

    def __call__(self, decorated: object = None, *_: object, **__: object) -> object:
        return decorated

    def __getattr__(self, name: str) -> Any:
        return getattr(type(self), name)

    @classmethod
    def get(cls) -> None:
        """There is no context of a run."""


class Hollow(ModuleType):
    """A module that has whatever is asked for."""

    __path__: ClassVar[list[str]] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing


class HollowLoader(Loader, MetaPathFinder):
    """Finds hollow modules where the real ones are not wanted."""

    def find_spec(self, fullname: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None) -> Any:
        wanted = any(fullname == name or fullname.startswith(f"{name}.") for name in TALKING)
        return ModuleSpec(fullname, self, is_package=True) if wanted else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return Hollow(spec.name)

    def exec_module(self, module: ModuleType) -> None: ...


class PlainStory:
    """Calls each stage and keeps nothing."""

    def __init__(self, _plan: object) -> None:
        self.records: list[Any] = []

    def tell(self, _name: str, stage: Any, *arguments: object) -> Any:
        """What the stage gives."""
        return stage(*arguments)


def main() -> None:
    sys.meta_path.insert(0, HollowLoader())
    end_uncollected()
    with uncollected():
        from flows import produce_reel
        from flows.planning import Overrides, plan_reel
        from tasks.approval.gate import approval_for
        from tasks.domain.script import Script
        from tasks.runtime.settings import current_settings
        from tasks.runtime.stores import open_store

    store, settings = open_store(), current_settings()
    overrides = Overrides(avatar="ada", engines=json.loads(sys.argv[2]), publish=("nowhere",))
    plan = plan_reel(Script.model_validate_json(sys.argv[1]), overrides=overrides, store=store, settings=settings)
    produce_reel.Story = PlainStory  # type: ignore[misc, assignment]
    produce_reel.tell_story(plan, approval_for(plan, store=store, settings=settings), store)


if __name__ == "__main__":
    main()
