"""Measures what our engines take beyond the bare pipeline call: both make the same film, in turns, in one process.

    .venv-models/bin/python benchmarks/generation_overhead.py --rounds 7

Bare is the call of the pipeline alone, its weights loaded, its picture cut to size, its frames left in memory. Ours is a
whole order: the model found and put in its place, the frames brought to the processor's memory; what the encoding of the
film takes is shown beside it. The models are the tests' tiny ones, with so many steps that a call takes some seconds. Times
are those of the processor, so that others at work on the machine do not count; those of the clock stand beside them.
"""

import argparse
import importlib.util
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from tasks.domain.generation import ClipOrder
from tasks.domain.media import MediaFile
from tasks.generation import diffusion
from tasks.generation.base import Material
from tasks.media.first_frame import first_frame
from tasks.runtime.engines import load_engine
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

REPOSITORY = Path(__file__).resolve().parents[1]
PORTRAIT = REPOSITORY / "avatars" / "ada" / "portrait.png"
FILE = MediaFile(uri="files/a.png", sha256="a" * 64, size_bytes=1)
FEW, MANY = 2, 12
"""Steps of the two calls that tell how long a step takes."""
MOST_STEPS = 200


class Span(NamedTuple):
    """What something took."""

    worked_s: float
    """By the processor's time of this process."""
    lasted_s: float
    """By the clock."""

    @classmethod
    def since(cls, start: "Span") -> "Span":
        """From a reading of both clocks until now."""
        now = cls.now()
        return cls(now.worked_s - start.worked_s, now.lasted_s - start.lasted_s)

    @classmethod
    def now(cls) -> "Span":
        """Both clocks."""
        return cls(time.process_time(), time.perf_counter())

    def without(self, other: "Span") -> "Span":
        """Less another span inside it."""
        return Span(self.worked_s - other.worked_s, self.lasted_s - other.lasted_s)


class Stopwatch:
    """Measures what one function takes."""

    def __init__(self, function: Any) -> None:
        self.function, self.spent = function, Span(0.0, 0.0)

    def __call__(self, *given: Any) -> Any:
        start = Span.now()
        try:
            return self.function(*given)
        finally:
            self.spent = Span.since(start)


def tiny_models() -> Any:
    """The tests' tiny models, as a module."""
    spec = importlib.util.spec_from_file_location("tiny_films", REPOSITORY / "tests" / "models" / "tiny_films.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Contest:
    """One family: the bare call and the engine, on the same model, order and device."""

    def __init__(self, name: str, root: Path, size: tuple[int, int], duration_s: float, seconds: float) -> None:
        self.name, self.root, self.size, self.duration_s = name, root, size, duration_s
        self.arguments: dict[str, Any] = {}
        self.pipeline: Any = None
        self.order(FEW, prepare=True)
        few_s, many_s = (min(self.bare(steps).worked_s for _ in range(2)) for steps in (FEW, MANY))
        step_s = (many_s - few_s) / (MANY - FEW)
        self.steps = min(max(round((seconds - few_s) / step_s) + FEW, FEW), MOST_STEPS)

    def engine(self, steps: int) -> Any:
        """Ours."""
        tuning = Tuning(width_px=self.size[0], height_px=self.size[1], steps=steps, clip_s=self.duration_s)
        return load_engine("generation", self.name)(models=ModelFolder(self.root), tuning=tuning)

    def order(self, steps: int, *, prepare: bool = False) -> tuple[Span, Span]:
        """What the engine takes for the frames, and for the film of them."""
        engine = self.engine(steps)
        if prepare:
            self.listen(engine)
        watch = diffusion._write = Stopwatch(diffusion._write)
        start = Span.now()
        try:
            engine.generate(ClipOrder(seed=1, duration_s=self.duration_s, prompt="a face moves", picture=FILE),
                            Material(picture=PORTRAIT), self.root / "clip.mp4", lambda *_: None)
        finally:
            diffusion._write = watch.function
        return Span.since(start).without(watch.spent), watch.spent

    def listen(self, engine: Any) -> None:
        """Remembers what the engine tells its pipeline, and loads a pipeline of our own for the bare calls."""
        import diffusers

        told = engine._told

        def kept(call: Any, pipeline: Any, progress: Any) -> dict[str, Any]:
            self.arguments = told(call, pipeline, progress)
            return dict(self.arguments)

        engine._told = kept
        self.pipeline = getattr(diffusers, engine.makers["picture"]).from_pretrained(self.root / "tiny")
        self.pipeline.set_progress_bar_config(disable=True)

    def bare(self, steps: int) -> Span:
        """What the pipeline's call takes."""
        import torch

        named = self.arguments | {"num_inference_steps": steps, "generator": torch.Generator("cpu").manual_seed(1),
                                  "image": first_frame(PORTRAIT, self.size)}
        del named["callback_on_step_end"]
        start = Span.now()
        self.pipeline(**named)
        return Span.since(start)


def main() -> None:
    """Prints a line for each family."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="that a bare call takes, about")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    models = tiny_models()
    print(f"medians of {chosen.rounds} rounds\n{'family':8} {'steps':>5} {'bare':>8} {'ours':>8} {'ratio':>7}"
          f" {'by the clock':>13} {'film':>8}")
    for name, save in models.SAVE.items():
        with tempfile.TemporaryDirectory() as folder:
            save(Path(folder) / name / "tiny")
            contest = Contest(name, Path(folder) / name, (64, 128), 0.9, chosen.seconds)
            contest.order(FEW)
            bare, ours, film = [], [], []
            for _ in range(chosen.rounds):
                bare.append(contest.bare(contest.steps))
                frames, encoded = contest.order(contest.steps)
                ours.append(frames)
                film.append(encoded)
        worked, lasted = ([statistics.median(span[clock] for span in spans) for spans in (bare, ours, film)]
                          for clock in (0, 1))
        print(f"{name:8} {contest.steps:5} {worked[0]:7.2f}s {worked[1]:7.2f}s {worked[1] / worked[0]:7.3f}"
              f" {lasted[1] / lasted[0]:13.3f} {lasted[2]:7.2f}s", flush=True)


if __name__ == "__main__":
    main()
