"""How a pipeline is put on a card: what it is asked for. A stand-in notes it, so that no card and no torch is needed."""

from types import SimpleNamespace
from typing import Any

import pytest

from tasks.generation.card import Placement
from tasks.generation.pipeline import put_on


class Noted:
    """A pipeline that notes what it is asked to do."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.vae = SimpleNamespace(use_tiling=False, enable_tiling=lambda: self.asked.append("tiles"),
                                   disable_tiling=lambda: self.asked.append("no tiles"))
        self.scheduler = Scheduler(worn=True)

    def to(self, device: str) -> None:
        self.asked.append(f"all on {device}")

    def enable_model_cpu_offload(self, *, device: str) -> None:
        self.asked.append(f"parts on {device}")

    def enable_sequential_cpu_offload(self, *, device: str) -> None:
        self.asked.append(f"layers on {device}")

    def set_progress_bar_config(self, **_: Any) -> None:
        pass


class Scheduler:
    """What a film wears out."""

    config = None

    def __init__(self, *, worn: bool = False) -> None:
        self.worn = worn

    @classmethod
    def from_config(cls, _: None) -> "Scheduler":
        return cls()


@pytest.mark.parametrize(("offload", "asked"), [("none", "all on cuda"), ("model", "parts on cuda"),
                                                ("layers", "layers on cuda")])
def test_what_waits_is_as_decided(offload: Any, asked: str) -> None:
    pipeline = Noted()
    put_on(pipeline, Placement("cuda", "bfloat16", offload, tiled=True))
    assert pipeline.asked == [asked, "tiles"]


@pytest.mark.parametrize("offload", ["none", "model", "layers"])
def test_processor_is_asked_for_nothing(offload: Any) -> None:
    """The library fails where it is told to make parts wait and there is no card."""
    pipeline = Noted()
    put_on(pipeline, Placement("cpu", "float32", offload, tiled=False))
    assert pipeline.asked == ["no tiles"]


def test_every_film_has_a_fresh_scheduler() -> None:
    """One that was broken off in the middle leaves nothing behind."""
    pipeline = Noted()
    put_on(pipeline, Placement("cpu", "float32", "none", tiled=False))
    assert not pipeline.scheduler.worn
