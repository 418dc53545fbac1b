"""What all engines have in common that make films with the diffusers library, on this machine.

    [generators.ltx]                      # reels.toml
    model = "Lightricks/LTX-Video"        # or nothing: the only folder in models/ltx

A family of models is a file of its own: which pipelines it has, what their rules are, what they are told. Frames go from the
model into the film as they are; the seed is thrown on the processor, so that it begins the same film on every device.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tasks.domain.errors import FixMachine, FixRequest
from tasks.domain.generation import ClipOrder
from tasks.generation.base import Follows, Made, Material, Progress, Source
from tasks.generation.card import Placement, concerns, place, told
from tasks.generation.film_rules import Rules, Shape, longest_frames, shape_of, snap_size
from tasks.generation.model_files import HubModel, LocalModel, find_model, require_family
from tasks.generation.pipeline import alone, called, dice, fetch, on_card, require_packages, to_pictures
from tasks.media.drawing.planes import to_frame
from tasks.media.encoding import encode_film
from tasks.media.ffmpeg import find_ffmpeg
from tasks.media.first_frame import first_frame
from tasks.runtime.models import ModelFolder
from tasks.runtime.tuning import Tuning

LOADED, DRAWN = 0.05, 0.95
"""Fractions of the work after which the model is loaded, and the frames are there."""


@dataclass(frozen=True)
class Call:
    """What a pipeline is called for."""

    order: ClipOrder
    material: Material
    shape: Shape
    steps: int
    guidance: float
    placement: Placement
    """Where and how the pipeline runs."""
    picture: Any
    """The first frame at the film's size, of Pillow, or what else `picture` gives; None: from text alone."""


class DiffusionFilms(ABC):
    """Films by one family of models.

    Args:
        models: where the family's models lie.
        tuning: how this installation sets it up.
    """

    name: ClassVar[str]
    version: ClassVar[str] = "1"
    sources: ClassVar[frozenset[Source]] = frozenset({"picture", "text"})
    follows: ClassVar[Follows] = "nothing"
    prompts: ClassVar[str | None]
    makers: ClassVar[Mapping[Source, str]]
    """What a film is made from -> the class of diffusers that makes it."""
    pipelines: ClassVar[frozenset[str]]
    """Classes of diffusers that a model of the family can be published for."""
    example: ClassVar[str]
    """Hub id of one of its models."""

    def __init__(self, *, models: ModelFolder, tuning: Tuning) -> None:
        self._models, self._tuning = models, tuning

    @property
    def model(self) -> str:
        """Which model makes the clips: its folder and digest, or its hub id and revision.

        Raises:
            FixMachine: there is none, or several and none was named.
        """
        found = self._found()
        if isinstance(found, LocalModel):
            return found.name
        return f"{found.name}@{found.revision}" if found.revision else found.name

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides a clip besides the order; see `tasks.generation.base.ClipGenerator`.

        A machine that only plans may lack the model: there its name stands for it.
        """
        found, tuning = self._at_hand(), self._tuning
        rules = self.rules(found)
        return {"model": found.folder.name if found else tuning.model, "digest": found.digest if found else tuning.revision,
                "longest_s": self.longest_s, "size": list(self.size),
                "steps": self._steps(rules), "guidance": self._guidance(rules),
                "precision": tuning.precision or "by the card"}

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of its films: what the installation wants, as near as the model's rules come."""
        return snap_size(self.rules(self._at_hand()), self._tuning.width_px, self._tuning.height_px)

    @property
    def longest_s(self) -> float:
        """How long one clip can be, seconds."""
        rules = self.rules(self._at_hand())
        return longest_frames(rules, self._tuning) / rules.fps

    def generate(self, order: ClipOrder, material: Material, target: Path, progress: Progress) -> Made:
        """Makes one clip; see `tasks.generation.base.ClipGenerator`.

        Raises:
            MissingTool: the libraries are not installed.
            FixRequest: this model makes no films from what the order gives it.
            FixMachine: the model is missing, broken or of another family, or memory is short.
        """
        require_packages(self.name)
        found = self._found()
        model = self._on_this_machine(found, progress)
        self._require_able(model, found, order)
        rules = self.rules(model)
        shape, warnings = self.shape(rules, order, material)
        picture = self.picture(material, shape, progress)
        with alone() as card:
            pixels = shape.width_px * shape.height_px * self.at_once(rules, shape)
            placement = place(card, model.numbers(), pixels, self._tuning, full_precision=rules.full_precision,
                              halves=rules.halves)
            progress(0.0, f"loading the model: {told(placement, card)}")
            call = Call(order, material, shape, self._steps(rules), self._guidance(rules), placement, picture)
            with on_card(model, self.makers["picture" if picture else "text"], placement, rules.full_precision) as pipeline:
                progress(LOADED, "reading the order")
                pictures = self.film(call, pipeline, target, progress)
        if pictures is not None:
            count, height, width, _ = pictures.shape
            write_film(pictures, Shape(width, height, count, shape.fps), target, progress)
        return Made(warnings + concerns(placement, card, self._tuning) + _unpinned(found))

    @abstractmethod
    def rules(self, model: LocalModel | None) -> Rules:
        """What a model of the family can make; None: one that is not on this machine yet."""

    @abstractmethod
    def arguments(self, call: Call, pipeline: Any) -> dict[str, Any]:
        """What the pipeline is told besides size, length, steps and seed."""

    def shape(self, rules: Rules, order: ClipOrder, material: Material) -> tuple[Shape, tuple[str, ...]]:  # noqa: ARG002
        """Size and length of the film, and what of it is not as asked for."""
        return shape_of(rules, self._tuning, order.duration_s)

    def at_once(self, rules: Rules, shape: Shape) -> int:  # noqa: ARG002
        """How many frames of the film are in the making at the same time."""
        return shape.frame_count

    def picture(self, material: Material, shape: Shape, progress: Progress) -> Any:  # noqa: ARG002
        """What the film is made from at its size, before the model is loaded; None: text alone."""
        path = material.picture
        return _framed(path, path.stat().st_mtime_ns, shape.size) if path else None

    def steps_in_all(self, call: Call) -> int:
        """How many steps of denoising the film takes."""
        return call.steps

    def film(self, call: Call, pipeline: Any, target: Path, progress: Progress) -> NDArray[np.uint8] | None:  # noqa: ARG002
        """Makes the film: gives its frames, which are written when the card is free, or None where it has written them."""
        return to_pictures(called(pipeline, **self._told(call, pipeline, progress)).frames[0])

    def makes(self, model: LocalModel, source: Source) -> bool:  # noqa: ARG002
        """Whether a model of the family makes films from a picture, or from text alone."""
        return source in self.sources

    def _told(self, call: Call, pipeline: Any, progress: Progress) -> dict[str, Any]:
        """All that the pipeline is told."""
        width, height = call.shape.size
        steps, done = self.steps_in_all(call), 0

        def count(_pipeline: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            nonlocal done
            done += 1
            progress(LOADED + (DRAWN - LOADED) * done / steps, f"step {done} of {steps}")
            return tensors

        return {"width": width, "height": height, "num_frames": call.shape.frame_count, "num_inference_steps": call.steps,
                "generator": dice(call.order.seed), "output_type": "pt", "callback_on_step_end": count,
                **self.arguments(call, pipeline)}

    def _found(self) -> LocalModel | HubModel:
        """The model that this installation means."""
        return find_model(self._models, self._tuning, self.example)

    def _at_hand(self) -> LocalModel | None:
        """The model if it lies in a folder of this machine."""
        try:
            found = self._found()
        except FixMachine:
            return None
        return found if isinstance(found, LocalModel) else None

    def _on_this_machine(self, found: LocalModel | HubModel, progress: Progress) -> LocalModel:
        """The model in a folder, of this family.

        Raises:
            FixMachine: it cannot be fetched, or is of another family.
        """
        def accept(pipeline: str) -> None:
            where = found.name if isinstance(found, HubModel) else str(found.folder)
            require_family(where, pipeline, self.name, self.pipelines)

        if isinstance(found, LocalModel):
            accept(found.pipeline)
            return found
        progress(0.0, f"fetching {found.name}")
        return fetch(found, accept)

    def _steps(self, rules: Rules) -> int:
        return self._tuning.steps or rules.steps

    def _guidance(self, rules: Rules) -> float:
        return rules.guidance if self._tuning.guidance is None else self._tuning.guidance

    def _require_able(self, model: LocalModel, found: LocalModel | HubModel, order: ClipOrder) -> None:
        """Makes sure that the model at hand makes films from what the order gives it.

        Raises:
            FixRequest: it does not.
        """
        source: Source = "picture" if order.picture else "text"
        if not self.makes(model, source):
            raise FixRequest(f"the model {found.name!r} of the engine {self.name!r} makes no films from a {source}"
                             f" ({model.pipeline}): name another model of the family in [generators.{self.name}], or choose"
                             " another engine")


@lru_cache(maxsize=4)
def _framed(path: Path, changed_ns: int, size: tuple[int, int]) -> Any:  # noqa: ARG001  a changed file is another picture
    """The first frame, which several takes have in common."""
    return first_frame(path, size)


def write_film(pictures: Iterable[NDArray[np.uint8]], shape: Shape, target: Path, progress: Progress) -> None:
    """Encodes frames, (height, width, 3) RGB; nothing is left where that is broken off."""
    frames = (to_frame(np.ascontiguousarray(picture[..., ::-1])) for picture in pictures)
    try:
        encode_film(frames, program=find_ffmpeg(os.environ.get("FFMPEG_BINARY")), frame_count=shape.frame_count,
                    size=shape.size, target=target, fps=shape.fps,
                    progress=lambda done: progress(DRAWN + (1 - DRAWN) * done, "filming"))
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _unpinned(found: LocalModel | HubModel) -> tuple[str, ...]:
    """A sentence where another day may bring another model of the same name."""
    if isinstance(found, LocalModel) or found.revision:
        return ()
    return (f"the model {found.name!r} is whatever the hub has under that name today: name its commit with 'revision' to"
            " keep it the same",)
